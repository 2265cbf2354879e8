import { appendFileSync } from 'node:fs';
import * as core from '@actions/core';
import { explain, printable } from './log.ts';
import { redact } from './secrets.ts';

/** What a run gives the workflow at its end. */
interface Publication {
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  /** What the outputs could not say. */
  readonly warnings: readonly string[];
  /** GitHub-flavoured Markdown. */
  readonly summary: string;
}

/**
 * Sets the outputs and writes the job summary. What cannot be written does not keep the rest from being written.
 *
 * @returns what could not be written, one sentence each
 */
export function publish({ outputs, warnings, summary }: Publication): readonly string[] {
  const problems = attempt('The outputs could not be written', () => {
    for (const { name, value } of outputs) core.setOutput(name, redact(value));
  });
  for (const warning of warnings) core.warning(printable(warning));
  return [...problems, ...attempt('The job summary could not be written', () => writeSummary(summary))];
}

function writeSummary(summary: string): void {
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (path) appendFileSync(path, redact(summary));
  else core.debug('There is no job summary: GITHUB_STEP_SUMMARY is not set.');
}

/** Runs what may fail, such as writing a file; what failed, in a sentence. */
export function attempt(failed: string, write: () => void): readonly string[] {
  try {
    write();
    return [];
  } catch (error) {
    return [`${failed}: ${explain(error)}. Check the disk of the runner and its environment variables.`];
  }
}
