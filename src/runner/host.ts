import type { Clock } from '../model/clock.ts';

/** The level of a line of log. A `notice`, a `warning` and an `error` become annotations where the host has such. */
export type Level = 'debug' | 'info' | 'notice' | 'warning' | 'error';

/**
 * The process that a run lives in, as far as a run needs one: a runner of GitHub Actions, a terminal, or a test. A run takes
 * nothing of the process but this.
 */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** The folder that relative paths of inputs begin in. */
  readonly folder: string;
  /** Where a run may leave files. */
  readonly temporaryFolder: string;
  /** The input's text without the white space around it; empty where it was not given. */
  input(name: string): string;
  /** @throws Error of Node's file system */
  setOutput(name: string, value: string): void;
  /** Adds GitHub-flavoured Markdown to the job summary. @throws Error of Node's file system */
  writeSummary(markdown: string): void;
  /** Prints a line; an `error` may have several. */
  print(level: Level, text: string): void;
  /** Puts what is printed by `step` under a heading. */
  group<T>(heading: string, step: () => Promise<T>): Promise<T>;
  readonly isDebug: boolean;
  /** Keeps a secret out of the log. */
  maskSecret(secret: string): void;
  /**
   * Calls back when the process is told to end, as often as it is, and at once where it was before; the function that is
   * returned takes that back.
   */
  onSignal(call: () => void): () => void;
  /** Milliseconds since the process began. */
  age(): number;
}

/** Runners send the first two, on Windows the last one, and a terminal or a service that goes away the third. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

const listeners = new Set<() => void>();
let wasSignalled = false;

// As soon as this module is loaded, so that a program loads it first: no signal ends the process by itself.
for (const signal of SIGNALS)
  process.on(signal, () => {
    wasSignalled = true;
    for (const call of listeners) call();
  });

// A log that nobody reads any more, such as a closed pipe, ends no run: files can still be written. It fails the step.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', () => {
    process.exitCode = 1;
  });

/** Calls back at every signal to end, and at once where one came before; the function that is returned takes that back. */
export function onSignal(call: () => void): () => void {
  listeners.add(call);
  if (wasSignalled) call();
  return () => listeners.delete(call);
}

/** Milliseconds since the process began. */
export function processAge(): number {
  return performance.now();
}

/** How long what is left may keep the process alive, such as a connection to a proxy that never answers. */
const LINGER_MS = 1000;

/** Ends the process with the exit code that the run returns, soon after it, even where something holds the process. */
export async function endWith(run: Promise<number>): Promise<void> {
  const exitCode = await run;
  process.exitCode ||= exitCode;
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
