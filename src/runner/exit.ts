import * as core from '@actions/core';
import { printable } from './log.ts';

/** How many different errors a run names; the summary has them all. */
const NAMED_ERRORS = 5;

/** A log that nobody reads any more, such as a closed pipe, ends no run: files can still be written. It fails the step. */
export function surviveClosedLog(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => {
      process.exitCode = 1;
    });
}

/** How long what is left may keep the process alive, such as a connection to a proxy that never answers. */
const LINGER_MS = 1000;

/** Ends the process soon, even where something holds it. The log is flushed by then. */
export function endSoon(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** Ends a run: prints its last line of log, and sets the exit code. */
export function conclude({
  errors,
  sentence,
  level,
}: {
  readonly errors: readonly string[];
  readonly sentence: string;
  /** How the sentence is printed after a run without errors. */
  readonly level: 'info' | 'notice' | 'warning';
}): void {
  const different = [...new Set(errors)];
  if (different.length > 0) {
    const left = different.length - NAMED_ERRORS;
    const more =
      left > 0 ? [`… and ${left} more ${left === 1 ? 'error' : 'errors'}: see the job summary.`] : [];
    const lines = [sentence, ...different.slice(0, NAMED_ERRORS), ...more].flatMap((error) =>
      error.split('\n'),
    );
    core.setFailed(lines.map(printable).join('\n'));
  } else {
    const say = { info: core.info, notice: core.notice, warning: core.warning }[level];
    say(printable(sentence));
  }
}
