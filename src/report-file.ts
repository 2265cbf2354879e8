import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionReference } from './report/result.ts';

/** The file that a run leaves its report in, in a folder of its own, so that two steps of a job keep theirs apart. */
export class ReportFile {
  readonly path: string;

  /** @param folder - where the runner keeps a job's temporary files */
  constructor(folder: string | undefined) {
    this.path = join(mkdtempSync(join(folder || tmpdir(), 'quay-tag-cleanup-')), 'report.json');
  }

  /** Replaces the file in one step: a reader never sees half of it. */
  write(report: string): void {
    const draft = `${this.path}.draft`;
    writeFileSync(draft, report);
    renameSync(draft, this.path);
  }
}

/** The action as the workflow named it, for the steps that the summary shows; nothing for a local action. */
export function actionReference(environment: NodeJS.ProcessEnv): { readonly action?: ActionReference } {
  const repository = environment['GITHUB_ACTION_REPOSITORY'];
  const ref = environment['GITHUB_ACTION_REF'];
  return repository && ref ? { action: { repository, ref } } : {};
}
