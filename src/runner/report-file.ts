import { closeSync, mkdtempSync, openSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionReference } from '../model/cleanup-result.ts';

/** The file that a run leaves its report in, in a folder of its own, so that two steps of a job keep theirs apart. */
export class ReportFile {
  readonly path: string;

  /** @param folder - where the runner keeps a job's temporary files */
  constructor(folder: string | undefined) {
    this.path = join(mkdtempSync(join(folder || tmpdir(), 'quay-tag-cleanup-')), 'report.json');
  }

  /** Replaces the file in one step: a reader never sees half of it. */
  write(parts: Iterable<string>): void {
    const draft = `${this.path}.draft`;
    const file = openSync(draft, 'w');
    try {
      for (const chunk of chunksOf(parts)) writeSync(file, chunk);
    } finally {
      closeSync(file);
    }
    renameSync(draft, this.path);
  }
}

/** The action as the workflow named it, for the steps that the summary shows; nothing for a local action. */
export function actionReference(environment: NodeJS.ProcessEnv): { readonly action?: ActionReference } {
  const repository = environment['GITHUB_ACTION_REPOSITORY'];
  const ref = environment['GITHUB_ACTION_REF'];
  return repository && ref ? { action: { repository, ref } } : {};
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
