import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run as cleanup } from '../../src/cleanup/run.ts';
import { type Clock, SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { run as restore } from '../../src/restore/run.ts';
import type { Host, Level } from '../../src/runner/host.ts';
import { Log } from '../../src/runner/log.ts';
import { Secrets } from '../../src/runner/secrets.ts';
import { type ActionRun, type FinishedRun, finishedRun, inputsOf } from './run-bundle.ts';

/** A run of an action in the process of the test. */
export interface RunInProcess extends ActionRun {
  /** The system's, if none is given. */
  readonly clock?: Clock;
}

/** A runner of GitHub Actions, as far as a run sees it. */
class TestHost implements Host {
  readonly environment: Host['environment'];
  readonly clock: Clock;
  readonly folder: string;
  readonly temporaryFolder: string;
  readonly isDebug: boolean;
  readonly outputs: Record<string, string> = {};
  log = '';
  summary = '';
  readonly #inputs: Readonly<Record<string, string>>;
  readonly #onOutput: (text: string) => void;
  readonly #startedAt: number;
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Set<object>();
  #wasSignalled = false;

  /** @param folder - an empty one, for all that the run writes */
  constructor(run: RunInProcess, folder: string) {
    const event = join(folder, 'event.json');
    if (run.event) writeFileSync(event, JSON.stringify(run.event));
    this.environment = {
      ...(run.event ? { GITHUB_EVENT_PATH: event } : {}),
      RUNNER_TEMP: folder,
      ...run.environment,
    };
    this.clock = this.#counting(run.clock ?? SYSTEM_CLOCK);
    this.folder = run.folder ?? folder;
    this.temporaryFolder = this.environment['RUNNER_TEMP'] || tmpdir();
    this.isDebug = this.environment['RUNNER_DEBUG'] === '1';
    this.#inputs = inputsOf(run);
    this.#onOutput = run.onOutput ?? (() => undefined);
    this.#startedAt = this.clock.elapsed();
  }

  input(name: string): string {
    return (this.#inputs[name] ?? '').trim();
  }

  setOutput(name: string, value: string): void {
    this.outputs[name] = value;
  }

  writeSummary(markdown: string): void {
    this.summary += markdown;
  }

  print(level: Level, text: string): void {
    this.#write(level === 'info' ? text : `::${level}::${escaped(text)}`);
  }

  async group<T>(heading: string, step: () => Promise<T>): Promise<T> {
    this.#write(`::group::${escaped(heading)}`);
    try {
      return await step();
    } finally {
      this.#write('::endgroup::');
    }
  }

  maskSecret(secret: string): void {
    this.#write(`::add-mask::${escaped(secret)}`);
  }

  onSignal(call: () => void): () => void {
    this.#listeners.add(call);
    if (this.#wasSignalled) call();
    return () => this.#listeners.delete(call);
  }

  age(): number {
    return this.clock.elapsed() - this.#startedAt;
  }

  /** Tells the run to end, as a runner does. */
  signal(): void {
    this.#wasSignalled = true;
    for (const call of this.#listeners) call();
  }

  checkEnd(): void {
    const left = this.#timers.size + this.#listeners.size;
    if (left > 0) throw new Error(`The run left ${left} timers or listeners behind.`);
  }

  #write(line: string): void {
    this.log += `${line}\n`;
    this.#onOutput(`${line}\n`);
  }

  #counting(clock: Clock): Clock {
    return {
      time: () => clock.time(),
      elapsed: () => clock.elapsed(),
      after: (ms, call) => {
        const timer = {};
        this.#timers.add(timer);
        const cancel = clock.after(ms, () => {
          this.#timers.delete(timer);
          call();
        });
        return () => {
          this.#timers.delete(timer);
          cancel();
        };
      },
    };
  }
}

/** Source: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/**
 * Runs the action in this process, on a host that looks like a runner, with the defaults of its action.yml.
 *
 * @throws Error where the run leaves a timer or a listener behind
 */
export async function runAction(run: RunInProcess): Promise<FinishedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  try {
    const host = new TestHost(run, folder);
    run.onStart?.({ temporaryFolder: folder, signal: () => host.signal() });
    const exitCode = await (run.action === 'restore' ? restore : cleanup)(host);
    host.checkEnd();
    const { log, outputs, summary } = host;
    return finishedRun({ exitCode, signal: null, log, outputs, summary });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A log, and what was printed to it. */
export function logOf(...secrets: readonly string[]): { readonly log: Log; printed(): string } {
  const host = new TestHost({ inputs: {} }, tmpdir());
  const kept = new Secrets(() => {});
  for (const secret of secrets) kept.keep(secret);
  return { log: new Log(host, kept), printed: () => host.log };
}
