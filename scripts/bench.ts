import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type QuayOptions, type QuaySimulator, startQuay } from '../__tests__/support/quay/simulator.ts';
import { previews } from '../__tests__/support/quay/tags.ts';
import { runBundle } from '../__tests__/support/run-bundle.ts';
import { measureCommits } from './bench-commits.ts';
import { TWENTY_RULES, timeDecisions } from './bench-decision.ts';
import { startNetwork } from './bench-network.ts';
import { startNginx } from './bench-nginx.ts';
import { benchRegistry } from './bench-registry.ts';

// Measures the bundle against the simulated Quay, side by side with what people use today, in one run.
// Seconds depend on the machine; the ratios beside them are what to read.

const TOKEN = 'token-of-the-benchmark';
const ROUND_TRIP_MS = 20;
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Row {
  readonly what: string;
  readonly seconds: number;
  /** What it is compared with, and how many seconds that takes. */
  readonly against?: { readonly what: string; readonly seconds: number };
  /** The ratio that the project promises to stay within (or above, with `atLeast`). */
  readonly promise?: number;
  readonly atLeast?: boolean;
  readonly note?: string;
}

interface Measured {
  readonly seconds: number;
  readonly quay: QuaySimulator;
  readonly maxRss: number;
}

/** Prints the most memory that the process had, which the benchmark reads from its log. */
const memoryProbe = join(folder, 'memory.mjs');
writeFileSync(
  memoryProbe,
  "process.once('exit', () => console.log('max-rss ' + process.resourceUsage().maxRSS));\n",
);

async function simulate(options: QuayOptions, tags: number): Promise<QuaySimulator> {
  const quay = await startQuay({ tls: true, ...options });
  quay.addRepository('acme/web');
  quay.addTags('acme/web', previews(tags));
  quay.addTag('acme/web', { name: 'latest' });
  quay.addOAuthToken(TOKEN);
  // skopeo asks for all rights on the repository.
  quay.addRobot('acme+bench', TOKEN, { 'acme/web': 'admin' });
  return quay;
}

interface Measurement {
  readonly options: QuayOptions;
  readonly tags: number;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly expectDeleted?: number;
  /** Called with the method of each request as it comes. */
  readonly onRequest?: (method: string) => void;
}

/** Runs the bundle once, and checks that it did its work. */
async function measure({
  options,
  tags,
  inputs = {},
  expectDeleted = tags,
  onRequest,
}: Measurement): Promise<Measured> {
  const quay = await simulate({ delayMs: ROUND_TRIP_MS, ...options }, tags);
  quay.onRequest(({ method }) => onRequest?.(method));
  try {
    return { ...(await measureBundle(quay, { registry: quay.url, ...inputs }, expectDeleted)), quay };
  } finally {
    await quay.stop();
  }
}

async function measureBundle(
  quay: QuaySimulator,
  inputs: Readonly<Record<string, string>>,
  expectDeleted: number,
): Promise<{ readonly seconds: number; readonly maxRss: number }> {
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, quay.ca);
  const startedAt = performance.now();
  const run = await runBundle({
    inputs: { repository: 'acme/web', tags: 'pr-*', token: TOKEN, ...inputs },
    environment: { NODE_EXTRA_CA_CERTS: ca },
    nodeArguments: ['--import', memoryProbe],
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (run.exitCode !== 0 || run.outputs['deleted-count'] !== String(expectDeleted))
    throw new Error(`A measured run failed:\n${run.log.slice(-2000)}`);
  return { seconds, maxRss: Number(/max-rss (\d+)/.exec(run.log)?.[1]) * 1024 };
}

/** Runs a command to its end, in seconds; undefined where it is not installed. */
async function time(command: string, args: readonly string[]): Promise<number | undefined> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.once('error', () => resolve(undefined));
    child.once('close', (code) =>
      code === 0
        ? resolve((performance.now() - startedAt) / 1000)
        : reject(new Error(`${command} failed: ${errors.slice(0, 500)}`)),
    );
  });
}

async function repeat(times: number, once: () => Promise<number | undefined>): Promise<number> {
  const all: number[] = [];
  for (let index = 0; index < times; index += 1) all.push((await once()) ?? Number.NaN);
  return all.sort((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}

/** From starting the process to its first request at the registry, as users have it. */
async function startUp(): Promise<Row> {
  const bundle = fileURLToPath(new URL('../dist/index.js', import.meta.url));
  const server = createServer((_, response) => response.writeHead(401).end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const environment = {
    RUNNER_TEMP: folder,
    INPUT_REGISTRY: `http://127.0.0.1:${port}`,
    INPUT_REPOSITORY: 'acme/web',
    INPUT_TAGS: 'pr-*',
    INPUT_TOKEN: TOKEN,
  };
  const bare = await repeat(15, () => time(process.execPath, ['-e', '0']));
  const ours = await repeat(15, async () => {
    const at = performance.now();
    const first = once(server, 'request').then(() => performance.now());
    const child = spawn(process.execPath, [bundle], { stdio: 'ignore', env: environment });
    const end = once(child, 'close');
    const seconds = ((await first) - at) / 1000;
    await end;
    return seconds;
  });
  server.close();
  return {
    what: 'Start, until the first request',
    seconds: ours,
    against: { what: 'node -e 0', seconds: bare },
    promise: 3.4,
  };
}

/** The least time in which a limit of `rate` a second, `burst` at once, lets so many requests pass. */
function bound(requests: number, { rate, burst }: { readonly rate: number; readonly burst: number }): number {
  return (requests - burst) / rate;
}

function share(quay: QuaySimulator): string {
  return `${((quay.stats.rejected / quay.requests.length) * 100).toFixed(1)}% of ${quay.requests.length} requests rejected`;
}

async function withinLimits(): Promise<readonly Row[]> {
  const rest = await measure({ options: { limits: 'quay.io', version: '3.12' }, tags: 600 });
  const http1 = await measure({ options: { limits: 'quay.io', http2: false, version: '3.12' }, tags: 50 });
  const fast = await measure({ options: { limits: 'quay.io' }, tags: 1000 });
  const fastBound = bound(1000, { rate: 500, burst: 50 });
  const listing = await measure({
    options: { limits: 'quay.io' },
    tags: 10_000,
    inputs: { 'dry-run': 'true' },
    expectDeleted: 0,
  });
  const accepted = (quay: QuaySimulator) =>
    quay.requests.filter(({ path, answer }) => path.startsWith('/api/') && answer !== '429').length;
  return [
    {
      what: 'Delete 600 tags, REST over HTTP/2',
      seconds: rest.seconds,
      against: { what: "the limit's bound", seconds: bound(accepted(rest.quay), { rate: 50, burst: 100 }) },
      promise: 1.15,
      note: share(rest.quay),
    },
    {
      what: 'Delete 50 tags, REST over HTTP/1.1',
      seconds: http1.seconds,
      against: { what: "the limit's bound", seconds: bound(accepted(http1.quay), { rate: 5, burst: 25 }) },
      promise: 1.3,
      note: share(http1.quay),
    },
    {
      what: 'Delete 1,000 tags over v2',
      seconds: fast.seconds,
      against: { what: "the limit's bound and the listing", seconds: fastBound + (await listingTime(1000)) },
      promise: 1.5,
      note: share(fast.quay),
    },
    {
      what: 'List 10,000 tags (dry run)',
      seconds: listing.seconds,
      against: { what: 'pages / rate', seconds: 100 / 50 },
      promise: 1.3,
      note: share(listing.quay),
    },
  ];
}

/** A run that only lists, twice: what a run spends beside its deletions. */
async function listingTime(tags: number): Promise<number> {
  return (
    await measure({ options: { limits: 'quay.io' }, tags, inputs: { 'dry-run': 'true' }, expectDeleted: 0 })
  ).seconds;
}

const SAMPLE = 20;

/** Runs the bundle against a Quay that is a round trip of the network away. */
async function measureFar(
  options: QuayOptions,
  { roundTripMs, tags }: { readonly roundTripMs: number; readonly tags: number },
): Promise<number> {
  const far = await startFarQuay(options, { roundTripMs, tags });
  try {
    return (await measureBundle(far.quay, { registry: far.url }, tags)).seconds;
  } finally {
    await far.stop();
  }
}

interface FarQuay {
  readonly quay: QuaySimulator;
  readonly url: string;
  stop(): Promise<void>;
}

async function startFarQuay(
  options: QuayOptions,
  { roundTripMs, tags }: { readonly roundTripMs: number; readonly tags: number },
): Promise<FarQuay> {
  const network = await startNetwork(roundTripMs);
  const quay = await simulate({ ...options, publicUrl: `https://localhost:${network.port}` }, tags);
  network.leadTo(Number(new URL(quay.url).port));
  const stop = async () => {
    network.stop();
    await quay.stop();
  };
  return { quay, url: `https://localhost:${network.port}`, stop };
}

async function alternatives(): Promise<readonly Row[]> {
  const roundTripMs = 50;
  const tags = 400;
  const ours = { seconds: await measureFar({}, { roundTripMs, tags }) };
  const http1 = { seconds: await measureFar({ http2: false }, { roundTripMs, tags }) };
  const rows: Row[] = [
    { what: `Delete ${tags} tags, ${roundTripMs} ms round trip, no limits`, seconds: ours.seconds },
    {
      what: 'The same over HTTP/1.1, 16 at once',
      seconds: http1.seconds,
      against: { what: 'HTTP/2', seconds: ours.seconds },
    },
  ];
  const { url, stop } = await startFarQuay({}, { roundTripMs, tags });
  const each = async (command: (tag: number) => readonly [string, readonly string[]]) => {
    let sum = 0;
    for (let tag = 1; tag <= SAMPLE; tag += 1) sum += (await time(...command(tag))) ?? Number.NaN;
    return (sum / SAMPLE) * tags;
  };
  try {
    const curl = await each((tag) => [
      'curl',
      [
        '-sfk',
        '-X',
        'DELETE',
        '-H',
        `Authorization: Bearer ${TOKEN}`,
        `${url}/api/v1/repository/acme/web/tag/pr-${tag}`,
      ],
    ]);
    const skopeo = await each((tag) => [
      'skopeo',
      [
        'delete',
        '--tls-verify=false',
        '--creds',
        `acme+bench:${TOKEN}`,
        `docker://${new URL(url).host}/acme/web:pr-${SAMPLE + tag}`,
      ],
    ]);
    const note = `measured on ${SAMPLE} tags`;
    if (!Number.isNaN(curl))
      rows.push({
        what: 'A loop of curl over TLS',
        seconds: curl,
        against: { what: 'this action', seconds: ours.seconds },
        promise: 25,
        atLeast: true,
        note,
      });
    if (!Number.isNaN(skopeo))
      rows.push({
        what: 'A loop of skopeo delete (takes all tags of a digest)',
        seconds: skopeo,
        against: { what: 'this action', seconds: ours.seconds },
        note,
      });
  } finally {
    await stop();
  }
  return rows;
}

/** The default inputs behind Quay's limits, from near and far: the number in flight follows the round trip. */
async function fromFar(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const roundTripMs of [20, 50, 100]) {
    const tags = 1000;
    const options: QuayOptions = { limits: 'quay.io', delayMs: roundTripMs };
    const times: number[] = [];
    const { quay } = await measure({
      options,
      tags,
      onRequest: (method) => {
        if (method === 'DELETE') times.push(performance.now());
      },
    });
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    rows.push({
      what: `Delete 1,000 tags, default inputs, ${roundTripMs} ms round trip`,
      seconds: (last - first + roundTripMs) / 1000,
      against: { what: "the limit's bound", seconds: bound(1000, { rate: 500, burst: 50 }) },
      promise: 1.2,
      note: `from the first deletion to the last answer; ${quay.stats.maxInFlight} in flight at most`,
    });
  }
  return rows;
}

/**
 * Few deletions at a server that checks tokens with a bcrypt, with and without Quay's limits: from which number on the v2 API
 * wins.
 */
async function v2Threshold(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const cases = ([false, true] as const).flatMap((limited) =>
    [4, 5, 6, 8, 20, 100].map((tags) => ({ limited, tags })),
  );
  for (const { limited, tags } of cases) {
    const options: QuayOptions = {
      bcryptMs: 250,
      delayMs: ROUND_TRIP_MS,
      ...(limited ? { limits: 'quay.io' } : {}),
    };
    const { seconds } = await measure({ options, tags });
    const rest = await measure({ options: { ...options, version: '3.12' }, tags });
    rows.push({
      what: `Delete ${tags} tags where a token costs a bcrypt, ${limited ? "with Quay's limits" : 'no limits'}`,
      seconds,
      against: { what: 'the same over REST alone', seconds: rest.seconds },
    });
  }
  return rows;
}

function decisions(): Row {
  const { one, twenty } = timeDecisions();
  return {
    what: 'Decide on 100,000 tags with 20 rules',
    seconds: twenty,
    against: { what: 'one rule', seconds: one },
    promise: 2,
  };
}

async function memory(what: string, tags: string): Promise<Row> {
  const { seconds, maxRss } = await measure({
    options: { delayMs: 0 },
    tags: 100_000,
    inputs: { tags, 'dry-run': 'true' },
    expectDeleted: 0,
  });
  return {
    what,
    seconds,
    note: `${Math.round(maxRss / 1e6)} MB of memory at most (promised: 300 MB)`,
  };
}

/** What `{commit}` adds to a run: GitHub's limits count requests and points, which do not depend on the machine. */
async function commits(): Promise<Row> {
  const { seconds, requests, points } = await measureCommits(5000, ROUND_TRIP_MS);
  return {
    what: 'Look up the commits of 5,000 tags (dry run)',
    seconds,
    against: { what: `${requests} round trips to GitHub`, seconds: (requests * ROUND_TRIP_MS) / 1000 },
    note: `${points} of the 1,000 points of an hour`,
  };
}

async function behindNginx(): Promise<readonly Row[]> {
  const nginx = await startNginx(folder);
  if (!nginx) return [];
  const quay = await startQuay({
    delayMs: ROUND_TRIP_MS,
    publicUrl: nginx.url,
    version: '3.12',
    host: '127.0.0.1',
  });
  try {
    await nginx.proxyTo(quay.url);
    quay.addRepository('acme/web');
    quay.addTags('acme/web', previews(600));
    quay.addOAuthToken(TOKEN);
    const { seconds } = await measureBundle(
      { ...quay, ca: nginx.ca } as QuaySimulator,
      { registry: nginx.url },
      600,
    );
    return [
      {
        what: 'Delete 600 tags behind a real nginx',
        seconds,
        against: {
          what: "the limit's bound",
          seconds: bound(quay.requests.length, { rate: 50, burst: 100 }),
        },
        promise: 1.15,
      },
    ];
  } finally {
    nginx.stop();
    await quay.stop();
  }
}

function print(rows: readonly Row[]): void {
  console.log(
    '| What | Seconds | Compared with | Seconds | Ratio | Promised | |\n|---|---:|---|---:|---:|---:|---|',
  );
  for (const { what, seconds, against, promise, atLeast, note } of rows) {
    const ratio = against && seconds / against.seconds;
    const promised = promise === undefined ? '' : `${atLeast ? '≥' : '≤'} ${promise}`;
    const kept =
      promise === undefined || ratio === undefined || (atLeast ? ratio >= promise : ratio <= promise);
    console.log(
      `| ${what} | ${seconds.toFixed(2)} | ${against?.what ?? ''} | ${against?.seconds.toFixed(2) ?? ''} | ${ratio === undefined ? '' : `**${ratio.toFixed(2)}**`} | ${promised}${kept ? '' : ' ✗'} | ${note ?? ''} |`,
    );
  }
}

/** What many tags cost; `npm run bench -- --many-tags` measures it alone. */
async function many(): Promise<readonly Row[]> {
  return [
    decisions(),
    await memory('List, decide and report 100,000 tags', 'pr-*0'),
    await memory('The same with 20 rules', TWENTY_RULES),
  ];
}

if (process.argv.some((argument) => argument.startsWith('--registry'))) {
  await benchRegistry(process.argv.slice(2));
} else if (process.argv.includes('--many-tags')) {
  print(await many());
} else {
  print([
    await startUp(),
    ...(await withinLimits()),
    ...(await fromFar()),
    ...(await v2Threshold()),
    ...(await alternatives()),
    ...(await behindNginx()),
    await commits(),
    ...(await many()),
  ]);
}
