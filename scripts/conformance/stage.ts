import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GitHubSimulator } from '../../__tests__/support/github/simulator.ts';
import { type ActionRun, type FinishedRun, runBundle } from '../../__tests__/support/run-bundle.ts';
import type { Capabilities } from './capabilities.ts';
import { excerpt } from './check.ts';
import type { Client } from './client.ts';
import type { Options } from './options.ts';
import type { OwnRepositories } from './own-repositories.ts';
import { TestRepository } from './test-repository.ts';

type Inputs = Readonly<Record<string, string>>;

export interface StageParts {
  readonly client: Client;
  readonly own: OwnRepositories;
  readonly options: Options;
  readonly can: Capabilities;
  /** A GitHub in this process: whose pull requests are closed is no question to Quay. */
  readonly github: GitHubSimulator;
  readonly signal: AbortSignal;
  /** Runs the action; the bundle in a process of its own, if not given. */
  readonly act?: (run: ActionRun) => Promise<FinishedRun>;
  /** Called for each request of the action that met a rate limit. */
  readonly onRateLimit: () => void;
}

/** What one check plays on: repositories of its own, and the bundle, run as the runner runs it. */
export class Stage {
  readonly options: Options;
  readonly can: Capabilities;
  readonly github: GitHubSimulator;
  readonly #parts: StageParts;
  readonly #made: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'conformance-'));

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.options = parts.options;
    this.can = parts.can;
    this.github = parts.github;
  }

  /** What the names of all repositories of this suite begin with. */
  get prefix(): string {
    return this.#parts.own.prefix;
  }

  async repository(wanted: Parameters<OwnRepositories['make']>[0] = {}): Promise<TestRepository> {
    this.#parts.signal.throwIfAborted();
    const name = await this.#parts.own.make(wanted);
    this.#made.push(name);
    return this.open(name);
  }

  open(name: string): TestRepository {
    return new TestRepository(name, { ...this.#parts, token: this.options.token });
  }

  /** Runs the cleanup with the owner's token, unless the inputs name another credential. */
  cleanup(inputs: Inputs, environment: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
    const credential = 'username' in inputs || 'token' in inputs ? {} : { token: this.options.token };
    return this.#run({ inputs: { ...credential, 'github-token': 'ghs_unused', ...inputs }, environment });
  }

  restore(inputs: Inputs): Promise<ActionResult> {
    return this.#run({ action: 'restore', inputs: { token: this.options.token, ...inputs } });
  }

  async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#parts.signal });
  }

  /** Asks again and again until something is so. */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const { patienceMs } = this.options.pace;
    for (const since = Date.now(); Date.now() - since < patienceMs; ) {
      if (await isSo()) return;
      await this.wait(Math.min(2000, patienceMs / 10));
    }
    throw new Error(`After ${patienceMs / 1000} s it was still not so that ${what}.`);
  }

  /** Keeps a run's report for the next step, as the runner does. */
  keepReport({ report, log }: ActionResult): string {
    if (report === undefined) throw new Error(`The run left no report:\n${excerpt(log)}`);
    return this.file('report.json', report);
  }

  /** Writes a file that an input names, and says its path. */
  file(name: string, text: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Removes what the check made. */
  async clear(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    for (const name of this.#made.splice(0)) await this.#parts.own.remove(name);
  }

  async #run({ inputs, environment = {}, ...run }: ActionRun): Promise<ActionResult> {
    const { signal, options, github, act = runBundle } = this.#parts;
    signal.throwIfAborted();
    let stop: (() => void) | undefined;
    const finished = await act({
      ...run,
      inputs: { registry: options.registry, ...inputs },
      environment: {
        ...ofThisMachine(),
        ...github.environment,
        GITHUB_EVENT_NAME: 'schedule',
        RUNNER_DEBUG: '1',
        ...environment,
      },
      onStart: (running) => {
        stop = () => running.signal();
        signal.addEventListener('abort', stop, { once: true });
      },
    });
    if (stop) signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
    this.#demandNoSecret(finished.everything);
    const result = readRun(finished);
    this.#demandNames(result);
    for (const { status } of result.requests) if (status === '429') this.#parts.onRateLimit();
    return result;
  }

  #demandNoSecret(everything: string): void {
    const { token, readToken, writeToken, robot, keyless } = this.options;
    const told = everything.replaceAll(/^::add-mask::.*$/gm, '');
    if (
      [token, readToken, writeToken, robot?.password, keyless?.requestToken].some(
        (secret) => secret && told.includes(secret),
      )
    )
      throw new Error('The run wrote a secret into its log, outputs, summary or report.');
  }

  /** Whatever is checked: no run of the action deletes by digest, or reads what would count as a pull. */
  #demandNames({ requests }: ActionResult): void {
    const pull = requests.find(
      ({ method, path }) => method !== 'DELETE' && /^\/v2\/.*\/manifests\//.test(path),
    );
    if (pull) throw new Error(`The run pulled: ${pull.method} ${pull.path}`);
    const byDigest = requests.find(({ method, path }) => method === 'DELETE' && path.includes('sha256:'));
    if (byDigest) throw new Error(`The run deleted by digest: DELETE ${byDigest.path}`);
  }
}

/** How this machine reaches the server: its proxy, and an authority of its own. */
function ofThisMachine(): Record<string, string> {
  const names = [
    'NODE_EXTRA_CA_CERTS',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    'https_proxy',
    'http_proxy',
    'no_proxy',
  ];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** A request that a run of the action sent. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  /** As the log tells it: a number, or why there was none. */
  readonly status: string;
}

/** A run of the action, and what it sent. */
export interface ActionResult extends FinishedRun {
  readonly requests: readonly SentRequest[];
}

/**
 * Reads what a run with step debug sent, and leaves of its log what a person reads: the lines that tell a runner what to
 * hide hold the secrets themselves.
 */
export function readRun(finished: FinishedRun): ActionResult {
  const lines = finished.log.split('\n');
  const requests = lines.flatMap((line) => {
    const [, method = '', path = '', status = ''] =
      /^::debug::([A-Z]+) (\S+) → (.+) in \d+ ms,/.exec(line) ?? [];
    return method === '' ? [] : [{ method, path, status }];
  });
  const log = lines.filter((line) => !/^::(?:debug|add-mask)::/.test(line)).join('\n');
  return { ...finished, log, requests };
}
