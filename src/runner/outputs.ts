import { closeSync, mkdtempSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './host.ts';
import type { Log } from './log.ts';
import type { Secrets } from './secrets.ts';

/** What a run gives the workflow at its end. */
interface Publication {
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  /** GitHub-flavoured Markdown. */
  readonly summary: string;
}

/**
 * Sets the outputs as they are, and writes the job summary without secrets. What cannot be written does not keep the rest from
 * being written.
 *
 * @returns what could not be written, one sentence each
 */
export function publish(
  { outputs, summary }: Publication,
  { host, log, secrets }: { readonly host: Host; readonly log: Log; readonly secrets: Secrets },
): readonly string[] {
  const unset = attempt('The outputs could not be written', log, () => {
    for (const { name, value } of outputs) host.setOutput(name, value);
  });
  const unwritten = attempt('The job summary could not be written', log, () =>
    host.writeSummary(secrets.redact(summary)),
  );
  return [...unset, ...unwritten];
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
      for (const chunk of chunksOf(parts)) writeWhole(file, chunk);
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

/** A nearly full disk may take only a part of what is written. */
function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
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
