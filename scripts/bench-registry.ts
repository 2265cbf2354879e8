import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAction } from '../__tests__/support/run-action.ts';
import { Client } from './conformance/client.ts';
import { tinyImage } from './conformance/images.ts';
import { type Options, readOptions } from './conformance/options.ts';
import { OwnRepositories } from './conformance/own-repositories.ts';
import { TestRepository } from './conformance/test-repository.ts';

// npm run bench -- --registry https://quay.example.com --namespace acme-test: the same work on a live server, in a repository
// that is made for it and removed. Options and environment are those of npm run conformance.

const TAGS = 100;
const SAMPLE = 20;

interface Tool {
  readonly what: string;
  /** Its tags are called so, and a number. */
  readonly prefix: string;
  /** Whether each of its tags needs an image of its own, because it deletes by digest. */
  readonly byDigest?: boolean;
  readonly prepare?: readonly (readonly string[])[];
  readonly command: (tag: string) => readonly string[];
}

/** Measures on the server that the command line names. */
export async function benchRegistry(args: readonly string[]): Promise<void> {
  const options = readOptions(args, process.env);
  const client = new Client(options.registry, options.pace.retryMs);
  const own = new OwnRepositories(client, options);
  const folder = mkdtempSync(join(tmpdir(), 'bench-registry-'));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  console.log(
    `This makes a repository whose name begins with ${own.prefix}- on ${options.registry}, pushes ${TAGS + 3 * SAMPLE} tags of a few hundred bytes, measures deletions there, and removes it.\n`,
  );
  try {
    const repository = new TestRepository(await own.make(), { client, own, token: options.token });
    await measureAll(repository, options, { folder, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.log('Stopped.');
    process.exitCode = 130;
  } finally {
    // After the last push has ended: on many servers a push makes the repository again.
    rmSync(folder, { recursive: true, force: true });
    const left = await own.removeAll();
    if (left.length > 0) {
      console.error(`NOT REMOVED: ${left.join(', ')}. Delete them in Quay.`);
      process.exitCode = 1;
    }
  }
}

async function measureAll(
  repository: TestRepository,
  options: Options,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<void> {
  const tools = toolsFor(repository, options, folder);
  const image = tinyImage('of the benchmark');
  const push = async (tag: string, pushed = image) => {
    signal.throwIfAborted();
    await repository.push(pushed, tag);
  };
  for (const tag of [...names('pr', TAGS), 'latest']) await push(tag);
  for (const { prefix, byDigest } of tools) {
    for (const tag of names(prefix, SAMPLE)) await push(tag, byDigest ? tinyImage(tag) : image);
  }
  console.log(`| Delete ${TAGS} tags | Seconds | Compared with this action | |\n|---|---:|---:|---|`);
  const listing = await runOurs(repository, options, { 'dry-run': 'true' });
  const ours = await runOurs(repository, options, {});
  row({ what: 'This action, a dry run: listing alone', seconds: listing, ours });
  row({ what: 'This action', seconds: ours, ours });
  for (const tool of tools) {
    signal.throwIfAborted();
    const seconds = await runTool(tool, folder);
    const note = seconds === undefined ? 'not installed' : `measured on ${SAMPLE} tags, one after the other`;
    row({ what: tool.what, seconds, ours, note });
  }
}

/** A cleanup of all its tags, in seconds. */
async function runOurs(
  repository: TestRepository,
  { registry, token }: Options,
  inputs: Readonly<Record<string, string>>,
): Promise<number> {
  const startedAt = performance.now();
  const ca = process.env['NODE_EXTRA_CA_CERTS'];
  const run = await runAction({
    inputs: { registry, repository: repository.name, tags: 'pr-*', token, ...inputs },
    environment: ca ? { NODE_EXTRA_CA_CERTS: ca } : {},
  });
  if (run.exitCode !== 0 || run.outputs['selected-count'] !== String(TAGS))
    throw new Error(`A measured run failed:\n${run.log.slice(-2000)}`);
  return (performance.now() - startedAt) / 1000;
}

/** The other tools; credentials reach them in files that only this user reads, not on a command line. */
function toolsFor({ name }: TestRepository, { registry, token }: Options, folder: string): readonly Tool[] {
  const { host, protocol } = new URL(registry);
  const secret = (file: string, text: string) => {
    const path = join(folder, file);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  chmodSync(folder, 0o700);
  const auth = Buffer.from(`$oauthtoken:${token}`).toString('base64');
  const authFile = secret('config.json', JSON.stringify({ auths: { [host]: { auth } } }));
  const curlFile = secret('curl', `header = "Authorization: Bearer ${token}"\n`);
  const plain = protocol === 'http:';
  return [
    {
      what: 'A loop of curl over the REST API',
      prefix: 'curl',
      command: (tag) => [
        'curl',
        '-sSf',
        '--config',
        curlFile,
        '-X',
        'DELETE',
        `${registry}/api/v1/repository/${name}/tag/${tag}`,
      ],
    },
    {
      what: 'A loop of skopeo delete (takes all tags of a digest)',
      prefix: 'skopeo',
      byDigest: true,
      command: (tag) => [
        'skopeo',
        'delete',
        `--tls-verify=${!plain}`,
        '--authfile',
        authFile,
        `docker://${host}/${name}:${tag}`,
      ],
    },
    {
      what: 'A loop of regctl tag delete',
      prefix: 'regctl',
      prepare: plain ? [['regctl', 'registry', 'set', '--tls', 'disabled', host]] : [],
      command: (tag) => ['regctl', 'tag', 'delete', `${host}/${name}:${tag}`],
    },
  ];
}

/** As many seconds as a tool would take for all tags; undefined where it is not installed. */
async function runTool({ prefix, prepare = [], command }: Tool, folder: string): Promise<number | undefined> {
  for (const line of prepare) if (!(await execute(line, folder))) return undefined;
  const startedAt = performance.now();
  for (const tag of names(prefix, SAMPLE)) if (!(await execute(command(tag), folder))) return undefined;
  return ((performance.now() - startedAt) / 1000 / SAMPLE) * TAGS;
}

/** Runs a command to its end; false where it is not installed. */
function execute([command = '', ...args]: readonly string[], folder: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DOCKER_CONFIG: folder, REGCTL_CONFIG: join(folder, 'regctl.json') };
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.once('error', () => resolve(false));
    child.once('close', (code) =>
      code === 0 ? resolve(true) : reject(new Error(`${command} failed: ${errors.slice(0, 500)}`)),
    );
  });
}

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}

function row({
  what,
  seconds,
  ours,
  note = '',
}: {
  readonly what: string;
  readonly seconds: number | undefined;
  readonly ours: number;
  readonly note?: string;
}): void {
  const ratio = seconds === undefined ? '' : `**${(seconds / ours).toFixed(2)}**`;
  console.log(`| ${what} | ${seconds?.toFixed(2) ?? ''} | ${ratio} | ${note} |`);
}
