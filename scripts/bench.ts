import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startGitHub } from '../__tests__/support/github/simulator.ts';
import type { RepositoryState } from '../__tests__/support/github/state.ts';
import { type QuayOptions, type QuaySimulator, startQuay } from '../__tests__/support/quay/simulator.ts';
import { previews } from '../__tests__/support/quay/tags.ts';
import { inputsOf, runBundle } from '../__tests__/support/run-bundle.ts';
import { startNetwork } from './bench-network.ts';
import { benchRegistry } from './bench-registry.ts';
import { timeTool, toolsFor } from './bench-tools.ts';

// Measures the bundle against the simulated Quay, side by side with what people use today: npm run bench
// --against DIR measures the bundle of another checkout in the same run, in turns; --only TEXT what has the text in its name.
// Seconds depend on the machine; the ratios beside them are what to read.

const TOKEN = 'token-of-the-benchmark';
const ROUND_TRIP_MS = 20;
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Prints the most memory that the process had, which the benchmark reads from its log. */
const memoryProbe = join(folder, 'memory.mjs');
writeFileSync(
  memoryProbe,
  "process.once('exit', () => console.log('max-rss ' + process.resourceUsage().maxRSS));\n",
);

interface Measured {
  readonly seconds: number;
  /** How many seconds that takes with which it is compared. */
  readonly compared?: number;
  readonly note?: string;
}

interface Case {
  readonly what: string;
  readonly comparedWith?: string;
  /** The ratio that the project promises to stay within. */
  readonly promise?: number;
  /** How often it is measured, of which the median counts: 1 if not given. */
  readonly rounds?: number;
  /** Measures the bundle of a checkout; undefined where what is compared is not installed. */
  readonly measure: (checkout: string) => Promise<Measured | undefined>;
}

interface Work {
  readonly options?: QuayOptions;
  readonly tags: number;
  readonly inputs?: Readonly<Record<string, string>>;
  /** How long the way to the server is, where it is a network and not the server that takes time. */
  readonly networkMs?: number;
}

/** Runs a bundle once on so many previews, and checks that it did its work. */
async function work(checkout: string, { options = {}, tags, inputs = {}, networkMs }: Work) {
  const { quay, url, stop } = await startServer({ delayMs: ROUND_TRIP_MS, ...options }, tags, networkMs);
  const deletions: number[] = [];
  quay.onRequest(/^DELETE/, () => deletions.push(performance.now()));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, quay.ca);
  try {
    const startedAt = performance.now();
    const run = await runBundle({
      checkout,
      inputs: { repository: 'acme/web', tags: 'pr-*', token: TOKEN, registry: url, ...inputs },
      environment: { NODE_EXTRA_CA_CERTS: ca },
      nodeArguments: ['--import', memoryProbe],
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const expected = inputs['dry-run'] ? 0 : tags;
    if (run.exitCode !== 0 || run.outputs['deleted-count'] !== String(expected))
      throw new Error(`A measured run failed:\n${run.log.slice(-2000)}`);
    const deleting = ((deletions.at(-1) ?? 0) - (deletions[0] ?? 0)) / 1000;
    return { seconds, deleting, quay, megabytes: Number(/max-rss (\d+)/.exec(run.log)?.[1]) * 1.024e-3 };
  } finally {
    await stop();
  }
}

/** A Quay with previews, on this machine or a round trip of a network away. */
async function startServer(options: QuayOptions, tags: number, networkMs?: number) {
  const network = networkMs === undefined ? undefined : await startNetwork(networkMs);
  const far = network && `https://localhost:${network.port}`;
  const quay = await startQuay({ tls: true, ...options, ...(far ? { publicUrl: far } : {}) });
  network?.leadTo(Number(new URL(quay.url).port));
  quay.addRepository('acme/web');
  quay.addTags('acme/web', [...previews(tags), { name: 'latest' }]);
  // skopeo asks for all rights on the repository.
  quay.addOAuthToken(TOKEN, { scope: 'repo:admin' });
  const stop = async () => {
    network?.stop();
    await quay.stop();
  };
  return { quay, url: far ?? quay.url, stop };
}

/** The least time in which a limit of `rate` a second, `burst` at once, lets so many requests pass. */
function bound(requests: number, { rate, burst }: { readonly rate: number; readonly burst: number }): number {
  return (requests - burst) / rate;
}

function acceptedByRest({ requests }: QuaySimulator): number {
  return requests.filter(({ path, answer }) => path.startsWith('/api/') && answer !== '429').length;
}

function rejected({ stats, requests }: QuaySimulator): string {
  return `${((stats.rejected / requests.length) * 100).toFixed(1)}% of ${requests.length} requests rejected`;
}

async function time(command: string, args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(command, args, { stdio: 'ignore' }), 'close');
  return (performance.now() - startedAt) / 1000;
}

/** From starting the process to its first request at the registry, as users have it. */
async function start(checkout: string): Promise<Measured> {
  const server = createServer((_, response) => response.writeHead(401).end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const inputs = inputsOf({
    inputs: { registry: `http://127.0.0.1:${port}`, repository: 'acme/web', tags: 'pr-*', token: TOKEN },
  });
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const startedAt = performance.now();
  const first = once(server, 'request').then(() => performance.now());
  const child = spawn(process.execPath, [join(checkout, 'dist/index.js')], {
    stdio: 'ignore',
    env: { RUNNER_TEMP: folder, ...Object.fromEntries(variables) },
  });
  const end = once(child, 'close');
  const seconds = ((await first) - startedAt) / 1000;
  await end;
  server.close();
  return { seconds, compared: await time(process.execPath, ['-e', '0']) };
}

const BOUND = "the limit's bound";

const withinLimits: readonly Case[] = [
  {
    what: 'Delete 600 tags, REST over HTTP/2',
    comparedWith: BOUND,
    promise: 1.15,
    async measure(checkout) {
      const { seconds, quay } = await work(checkout, {
        options: { limits: 'quay.io', version: '3.12' },
        tags: 600,
      });
      return {
        seconds,
        compared: bound(acceptedByRest(quay), { rate: 50, burst: 100 }),
        note: rejected(quay),
      };
    },
  },
  {
    what: 'Delete 50 tags, REST over HTTP/1.1',
    comparedWith: BOUND,
    promise: 1.3,
    async measure(checkout) {
      const options: QuayOptions = { limits: 'quay.io', version: '3.12', http2: false };
      const { seconds, quay } = await work(checkout, { options, tags: 50 });
      return { seconds, compared: bound(acceptedByRest(quay), { rate: 5, burst: 25 }), note: rejected(quay) };
    },
  },
  {
    what: 'List 10,000 tags (dry run)',
    comparedWith: 'pages / rate',
    promise: 1.3,
    async measure(checkout) {
      const inputs = { 'dry-run': 'true' };
      const { seconds, quay } = await work(checkout, {
        options: { limits: 'quay.io' },
        tags: 10_000,
        inputs,
      });
      return { seconds, compared: 100 / 50, note: rejected(quay) };
    },
  },
  ...[20, 50, 100].map(
    (roundTripMs): Case => ({
      what: `Delete 1,000 tags over v2, default inputs, ${roundTripMs} ms round trip`,
      comparedWith: BOUND,
      promise: 1.2,
      async measure(checkout) {
        const options: QuayOptions = { limits: 'quay.io', delayMs: roundTripMs };
        const { deleting, quay } = await work(checkout, { options, tags: 1000 });
        return {
          seconds: deleting + roundTripMs / 1000,
          compared: bound(1000, { rate: 500, burst: 50 }),
          note: `first deletion to last answer; ${quay.stats.maxInFlight} in flight at most; ${rejected(quay)}`,
        };
      },
    }),
  ),
];

/** From which number on the v2 API wins, where a server checks each token with a bcrypt. */
const v2Threshold = [5, 6, 20, 100].map(
  (tags): Case => ({
    what: `Delete ${tags} tags where a token costs a bcrypt`,
    comparedWith: 'the same over REST alone',
    async measure(checkout) {
      const options: QuayOptions = { bcryptMs: 250 };
      const { seconds } = await work(checkout, { options, tags });
      const rest = await work(checkout, { options: { ...options, version: '3.12' }, tags });
      return { seconds, compared: rest.seconds };
    },
  }),
);

const FAR = { networkMs: 50, tags: 400, options: { delayMs: 0 } };
const SAMPLE = 20;

/** What the others would take for as many tags, each measured on a few. */
const alternatives = ['curl', 'skopeo', 'regctl'].map(
  (prefix): Case => ({
    what: `Delete ${FAR.tags} tags, ${FAR.networkMs} ms round trip, no limits`,
    comparedWith: `a loop of ${prefix}, by ${SAMPLE} tags`,
    ...(prefix === 'curl' ? { promise: 1 / 25 } : {}),
    async measure(checkout) {
      const { url, stop } = await startServer(FAR.options, FAR.tags, FAR.networkMs);
      try {
        const tools = toolsFor(
          { name: 'acme/web' },
          { registry: url, token: TOKEN, isTrusted: false },
          folder,
        );
        const tool = tools.find((each) => each.prefix === prefix);
        const sample = previews(SAMPLE).map(({ name }) => name);
        const seconds = tool && (await timeTool(tool, sample, folder));
        if (seconds === undefined) return undefined;
        const { seconds: ours } = await work(checkout, FAR);
        return { seconds: ours, compared: (seconds / SAMPLE) * FAR.tags };
      } finally {
        await stop();
      }
    },
  }),
);

/** What `{commit}` adds to a run: GitHub's limits count requests and points, which do not depend on the machine. */
const commits: Case = {
  what: 'Look up the commits of 5,000 tags (dry run)',
  comparedWith: 'the round trips to GitHub alone',
  async measure(checkout) {
    const github = await startGitHub();
    const quay = await startQuay({ delayMs: ROUND_TRIP_MS });
    try {
      github.delayMs = ROUND_TRIP_MS;
      quay.addRepository('acme/web');
      for (const oid of makeCommits(github.repository, 5000))
        quay.addTag('acme/web', { name: `sha-${oid.slice(0, 12)}` });
      quay.addOAuthToken(TOKEN);
      const startedAt = performance.now();
      const inputs = { repository: 'acme/web', registry: quay.url, token: TOKEN, 'github-token': TOKEN };
      const { outputs, log } = await runBundle({
        checkout,
        inputs: { ...inputs, tags: 'sha-{commit}', 'dry-run': 'true' },
        environment: github.environment,
      });
      if (outputs['selected-count'] !== '4750')
        throw new Error(`A measured run failed:\n${log.slice(-2000)}`);
      return {
        seconds: (performance.now() - startedAt) / 1000,
        compared: (github.requests.length * ROUND_TRIP_MS) / 1000,
        note: `${github.requests.length} requests, ${github.pointsUsed} of the 1,000 points of an hour`,
      };
    } finally {
      github.stop();
      await quay.stop();
    }
  },
};

/** So many commits: a twentieth on the default branch, the others the heads and temporary merges of closed pull requests. */
function makeCommits(repository: RepositoryState, count: number): readonly string[] {
  const oids = [repository.push('main')];
  while (oids.length < count / 20) oids.push(repository.push('main'));
  for (let number = 1; oids.length < count; number += 1) {
    const { commits: pushed, temporaryMerge = '' } = repository.openPullRequest(number);
    repository.closePullRequest(number);
    repository.branches.delete(`topic-${number}`);
    oids.push(...pushed, temporaryMerge);
  }
  return oids.slice(0, count);
}

/** Rules of every kind that asks nothing of GitHub. */
const TWENTY_RULES = [
  'pr-*0',
  '{group}-??????? keep-n-most-recent=5',
  'nightly-* older-than=14d',
  '*-arm64 older-than=40d',
  '{dev,test}-[a-c]*',
  'v?.*-rc*',
  '/^build-\\d+$/ older-than=3d',
  'release-*-snapshot older-than=90d',
  'hotfix-* keep-n-most-recent=3',
  ...['alpha', 'beta', 'cache', 'canary', 'e2e', 'feature', 'rc', 'renovate', 'temporary', 'wip', 'x'].map(
    (word) => `${word}-* older-than=1w`,
  ),
].join('\n');

const manyTags = (['one rule', 'twenty rules'] as const).map(
  (rules): Case => ({
    what: `List, decide and report 100,000 tags, ${rules}`,
    async measure(checkout) {
      const inputs = { tags: rules === 'one rule' ? 'pr-*0' : TWENTY_RULES, 'dry-run': 'true' };
      const { seconds, megabytes } = await work(checkout, { options: { delayMs: 0 }, tags: 100_000, inputs });
      return { seconds, note: `${megabytes.toFixed(0)} MB of memory at most (promised: 300 MB)` };
    },
  }),
);

const CASES: readonly Case[] = [
  {
    what: 'Start, until the first request',
    comparedWith: 'node -e 0',
    promise: 3.4,
    rounds: 15,
    measure: start,
  },
  ...withinLimits,
  ...v2Threshold,
  ...alternatives,
  commits,
  ...manyTags,
];

/** A copy of what a runner checks out, so that nothing is written to the checkout itself. */
function copied(checkout: string, name: string): string {
  const copy = join(folder, name);
  for (const path of ['action.yml', 'restore', 'dist'])
    cpSync(join(checkout, path), join(copy, path), { recursive: true });
  return copy;
}

/** Measures the checkouts in turns, so that what else the machine does meets both. */
async function measureAll({ measure, rounds = 1 }: Case, checkouts: readonly string[]) {
  const all: Measured[][] = checkouts.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, checkout] of checkouts.entries()) {
      // Another checkout may be too old for what is measured: it has no figure then.
      const measured = await measure(checkout).catch((error) => {
        if (index > 0) return undefined;
        throw error;
      });
      if (measured) all[index]?.push(measured);
    }
  }
  return all.map((each) => each.sort((a, b) => a.seconds - b.seconds)[Math.floor(each.length / 2)]);
}

function row({ what, comparedWith, promise }: Case, ours: Measured, theirs?: Measured): string {
  const { seconds, compared, note = '' } = ours;
  const ratio = compared === undefined ? undefined : seconds / compared;
  const isKept = promise === undefined || ratio === undefined || ratio <= promise;
  const promised = promise === undefined ? '' : `≤ ${promise}${isKept ? '' : ' ✗'}`;
  const other = theirs
    ? [theirs.seconds.toFixed(2), `**${(seconds / theirs.seconds).toFixed(2)}**`, theirs.note ?? '']
    : [];
  const cells = [what, seconds.toFixed(2), comparedWith ?? '', compared?.toFixed(2) ?? ''];
  return `| ${[...cells, ratio?.toFixed(2) ?? '', promised, note, ...other].join(' | ')} |`;
}

async function bench(cases: readonly Case[], against: string | undefined): Promise<void> {
  const here = fileURLToPath(new URL('..', import.meta.url));
  const checkouts = [copied(here, 'here'), ...(against === undefined ? [] : [copied(against, 'there')])];
  const there = against === undefined ? '' : ' There | Here / there | |';
  console.log(`| What | Seconds | Compared with | Seconds | Ratio | Promised | |${there}`);
  console.log(`|---|---:|---|---:|---:|---|---|${against === undefined ? '' : '---:|---:|---|'}`);
  for (const each of cases) {
    const [ours, theirs] = await measureAll(each, checkouts);
    if (ours) console.log(row(each, ours, theirs));
  }
}

const { values } = parseArgs({
  strict: false,
  options: { against: { type: 'string' }, only: { type: 'string' }, registry: { type: 'string' } },
});
if (values['registry']) await benchRegistry(process.argv.slice(2));
else {
  const wanted = String(values['only'] ?? '');
  await bench(
    CASES.filter(({ what }) => what.toLowerCase().includes(wanted.toLowerCase())),
    values['against'] === undefined ? undefined : String(values['against']),
  );
}
