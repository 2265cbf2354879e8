import { afterEach } from '@jest/globals';
import { type QuayOptions, type QuaySimulator, startQuay } from './quay/simulator.ts';
import { type RunInProcess, runAction } from './run-action.ts';
import { type BundleRun, type FinishedRun, runBundle } from './run-bundle.ts';

export const TOKEN = 'oauth-token-of-the-tests-0123456789';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const resource of open.splice(0)) await resource.stop();
});

/** Ends with the test, whatever becomes of it. */
export function endsWithTest<T extends { stop(): unknown }>(resource: T): T {
  open.push(resource);
  return resource;
}

/** A Quay with one repository, `acme/web`, of the given tags, and a token that may write. */
export async function quayWithTags(
  tags: readonly string[],
  options: QuayOptions = {},
): Promise<QuaySimulator> {
  const quay = endsWithTest(await startQuay(options));
  quay.addRepository('acme/web');
  const now = Math.floor(Date.now() / 1000);
  tags.forEach((name, index) => {
    quay.addTag('acme/web', { name, lastModified: now - 3600 * (index + 1) });
  });
  quay.addOAuthToken(TOKEN);
  return quay;
}

type Inputs = Readonly<Record<string, string>>;

/** Runs the cleanup on `acme/web` with the token, unless the inputs say otherwise. */
export function cleanUp(
  quay: QuaySimulator,
  inputs: Inputs,
  run: Partial<RunInProcess> = {},
): Promise<FinishedRun> {
  return runAction({ ...run, inputs: inputsFor(quay, inputs) });
}

/** The same by the bundle, in a process of its own. */
export function cleanUpSpawned(
  quay: QuaySimulator,
  inputs: Inputs,
  run: Partial<BundleRun> = {},
): Promise<FinishedRun> {
  return runBundle({ ...run, inputs: inputsFor(quay, inputs) });
}

function inputsFor(quay: QuaySimulator, inputs: Inputs): Inputs {
  return { repository: 'acme/web', registry: quay.url, token: TOKEN, ...inputs };
}

/** What the runner shows of a log: without the lines it takes for itself, and with a stable host. */
export function shown(run: FinishedRun, quay: QuaySimulator): string {
  return run.log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n')
    .replaceAll(quay.host, 'quay.example')
    .replace(/^(Report: ).*[\\/]([^\\/]+)$/m, '$1<RUNNER_TEMP>/$2')
    .trim();
}

/** `METHOD path → answer` of every request, in order. */
export function requestsOf(quay: QuaySimulator): string {
  return quay.requests.map(({ method, path, answer }) => `${method} ${path} → ${answer}`).join('\n');
}
