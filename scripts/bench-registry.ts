import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBundle } from '../__tests__/support/run-bundle.ts';
import { type Tool, timeTool, toolsFor } from './bench-tools.ts';
import { Client } from './conformance/client.ts';
import { tinyImage } from './conformance/images.ts';
import { type Options, readOptions } from './conformance/options.ts';
import { OwnRepositories } from './conformance/own-repositories.ts';
import { TestRepository } from './conformance/test-repository.ts';

// npm run bench -- --registry https://quay.example.com --namespace acme-test: the same work on a live server, in a repository
// that is made for it and removed. Options and environment are those of npm run conformance.

const TAGS = 100;
const SAMPLE = 20;

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
  // A first run, unmeasured, so that neither pays for reading the bundle from the disk.
  await runOurs(repository, options, { 'dry-run': 'true' });
  const listing = await runOurs(repository, options, { 'dry-run': 'true' });
  const ours = await runOurs(repository, options, {});
  row({ what: 'This action, a dry run: listing alone', seconds: listing, ours });
  row({ what: 'This action', seconds: ours, ours });
  for (const tool of tools) {
    signal.throwIfAborted();
    row({ what: tool.what, ours, ...(await measureTool(tool, repository, folder)) });
  }
}

/** A tool that is not installed, fails or leaves tags has no figure, and the others are measured all the same. */
async function measureTool(
  tool: Tool,
  repository: TestRepository,
  folder: string,
): Promise<{ readonly seconds: number | undefined; readonly note: string }> {
  try {
    const seconds = await timeTool(tool, names(tool.prefix, SAMPLE), folder);
    if (seconds === undefined) return { seconds, note: 'not installed' };
    const left = (await repository.alive()).filter((tag) => tag.startsWith(`${tool.prefix}-`)).length;
    if (left > 0) return { seconds: undefined, note: `failed: ${left} of ${SAMPLE} tags are left` };
    return { seconds: (seconds / SAMPLE) * TAGS, note: `measured on ${SAMPLE} tags, one after the other` };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { seconds: undefined, note: `failed: ${text.replaceAll(/[|\s]+/g, ' ').trim()}` };
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
  const run = await runBundle({
    inputs: { registry, repository: repository.name, tags: 'pr-*', token, ...inputs },
    environment: ca ? { NODE_EXTRA_CA_CERTS: ca } : {},
  });
  if (run.exitCode !== 0 || run.outputs['selected-count'] !== String(TAGS))
    throw new Error(`A measured run failed:\n${run.log.slice(-2000)}`);
  return (performance.now() - startedAt) / 1000;
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
