import { closeSync, mkdtempSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cancellation, listenForCancellation } from './cancellation.ts';
import type { Host } from './host.ts';
import { InvalidInputsError } from './input-reader.ts';
import { type Conclusion, Log, type Remarks } from './log.ts';
import { Secrets } from './secrets.ts';

/** What a story is told in: the process that it lives in, and what it says and hears there. */
export interface Run {
  readonly host: Host;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly cancellation: Cancellation;
}

/** A run that has come to its end, in whatever way. */
export interface EndedRun extends Run {
  /** Why it failed as a whole. */
  readonly error?: string;
  /** What is wrong with the inputs, one sentence each; nothing was sent then. */
  readonly invalidInputs: readonly string[];
}

/** Runs a story in the process of a host, and has it told what happened, whatever happened. Returns what `tell` returns. */
export async function runStory(
  host: Host,
  act: (run: Run) => Promise<void>,
  tell: (ended: EndedRun) => Promise<number>,
): Promise<number> {
  const secrets = new Secrets((secret) => host.maskSecret(secret));
  secrets.keepProxies(host.environment);
  const log = new Log(host, secrets);
  const cancellation = listenForCancellation(host);
  const run = { host, log, secrets, cancellation };
  try {
    const failure = await act(run).then(
      () => ({ invalidInputs: [] }),
      (error: unknown) => ({
        error: log.explain(error),
        invalidInputs: error instanceof InvalidInputsError ? error.problems : [],
      }),
    );
    return await tell({ ...run, ...failure });
  } catch (error) {
    const sentence = 'The results could not be reported.';
    return log.conclude({ errors: [log.explain(error)], sentence, level: 'info' });
  } finally {
    cancellation.end();
  }
}

/** What a connection of the run is opened with. */
export function connectionOf({ host, log, secrets, cancellation }: Run) {
  return {
    clock: host.clock,
    environment: host.environment,
    onRequest: log.onRequest,
    stop: cancellation.sending,
    kill: cancellation.waiting,
    maskSecret: (secret: string) => secrets.keep(secret),
  };
}

/** What a run tells the workflow at its end. */
interface Publication extends Conclusion, Remarks {
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  /** GitHub-flavoured Markdown. */
  readonly summary: string;
  /** Printed after the remarks. */
  readonly lines?: readonly string[];
  readonly isCancelled: boolean;
}

/**
 * Sets the outputs as they are, writes the job summary without secrets, and prints the rest. What cannot be written is an error,
 * and does not keep the rest from being written. Returns the exit code.
 */
export async function publish(
  { host, log, secrets }: Run,
  { outputs, summary, warnings, notes, lines = [], isCancelled, errors, ...conclusion }: Publication,
): Promise<number> {
  const unset = attempt('The outputs could not be written', log, () => {
    for (const { name, value } of outputs) host.setOutput(name, value);
  });
  const unwritten = attempt('The job summary could not be written', log, () =>
    host.writeSummary(secrets.redact(summary)),
  );
  await log.tell({ warnings, notes });
  for (const line of lines) log.info(line);
  const cancelled = isCancelled ? ['The workflow was cancelled.'] : [];
  return log.conclude({ ...conclusion, errors: [...errors, ...unset, ...unwritten, ...cancelled] });
}

/** Runs what may fail, such as writing a file; what failed, in a sentence. */
export function attempt(failed: string, log: Log, write: () => void): readonly string[] {
  try {
    write();
    return [];
  } catch (error) {
    return [`${failed}: ${log.explain(error)}. Check the disk of the runner and its environment variables.`];
  }
}

/** The file that a run leaves its report in, in a folder of its own, so that two steps of a job keep theirs apart. */
export class ReportFile {
  readonly #folder: string;
  readonly #asked: string | undefined;
  #path: string | undefined;

  /**
   * @param folder - where the host keeps temporary files
   * @param path - where the file is to be instead
   */
  constructor(folder: string, path?: string) {
    this.#folder = folder;
    this.#asked = path;
  }

  /** Where the report stands; undefined until it was written. */
  get path(): string | undefined {
    return this.#path;
  }

  /**
   * Replaces the file in one step: a reader never sees half of it.
   *
   * @throws Error of Node's file system
   */
  write(parts: Iterable<string>): void {
    const path = this.#path ?? this.#asked ?? this.#newPath();
    const draft = `${path}.draft`;
    const file = openSync(draft, 'w');
    try {
      for (const chunk of chunksOf(parts)) writeFileSync(file, chunk);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    this.#path = path;
  }

  #newPath(): string {
    return join(mkdtempSync(join(this.#folder, 'quay-tag-cleanup-')), 'report.json');
  }
}

const CHUNK_LENGTH = 64 * 1024;

/** Joins small parts to chunks that are worth a write. */
function* chunksOf(parts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
