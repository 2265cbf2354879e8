import { appendFileSync } from 'node:fs';
import * as core from '@actions/core';
import { explain, printable } from './log.ts';

/** What a run tells the workflow at its end. */
export interface Publication {
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  /** What the outputs could not say. */
  readonly warnings: readonly string[];
  /** GitHub-flavoured Markdown. */
  readonly summary: string;
}

/** Sets the outputs and writes the job summary; one that fails does not keep the other from being written. */
export function publish({ outputs, warnings, summary }: Publication): void {
  for (const { name, value } of outputs) core.setOutput(name, value);
  for (const warning of warnings) core.warning(printable(warning));
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (!path) {
    core.debug('There is no job summary: GITHUB_STEP_SUMMARY is not set.');
    return;
  }
  try {
    appendFileSync(path, summary);
  } catch (error) {
    core.warning(printable(`The job summary could not be written: ${explain(error)}`));
  }
}
