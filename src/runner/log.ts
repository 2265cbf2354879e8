import * as core from '@actions/core';
import { redact } from './secrets.ts';

/**
 * Makes text from outside safe to print: one line, no control characters, no secret, nothing that a runner takes for a
 * command.
 *
 * Source: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function printable(text: string): string {
  const oneLine = redact(text).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return oneLine.replaceAll('##[', '## [').replace(/^\s*::/, ': :');
}

/** Prints a line to the log. */
export function info(line: string): void {
  core.info(printable(line));
}

/** One attempt at a request. */
interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly status: string;
  readonly ms: number;
  readonly attempt: number;
}

/** Prints a line for each request where step debug is on. */
export function requestLog(): { readonly onRequest?: (request: RequestLine) => void } {
  if (!core.isDebug()) return {};
  return {
    onRequest: ({ method, path, status, ms, attempt }) =>
      core.debug(printable(`${method} ${path} → ${status} in ${Math.round(ms)} ms, attempt ${attempt}`)),
  };
}

/** Runs a step of the story under a heading that the log can fold. */
export async function group<T>(heading: string, step: () => Promise<T>): Promise<T> {
  return core.group(printable(heading), step);
}

/** How many notes are shown as notices; the others stand in a group of the log. */
const MOST_NOTICES = 10;

/** Prints what a person should know besides, one notice each. */
export async function notices(notes: readonly string[]): Promise<void> {
  for (const note of notes.slice(0, MOST_NOTICES)) core.notice(printable(note));
  const rest = notes.slice(MOST_NOTICES);
  if (rest.length > 0) await group(`${rest.length} more notes`, async () => rest.forEach(info));
}

/** The messages of an error and of its causes, outermost first, without secrets. */
export function explain(error: unknown): string {
  const messages: string[] = [];
  for (
    let cause = error;
    cause !== undefined && messages.length < 5;
    cause = cause instanceof Error ? cause.cause : undefined
  ) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // That something was stopped is said by then.
    if (cause instanceof Error && cause.name === 'AbortError' && messages.length > 0) break;
    if (message && !messages.some((earlier) => earlier.includes(message))) messages.push(message);
  }
  return redact(messages.join(' Cause: '));
}
