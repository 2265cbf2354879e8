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

/** How many lines are shown as annotations of a kind; the others stand in a group of the log. */
const MOST_ANNOTATIONS = 10;

/** Prints what a person should know besides, one notice each. */
export async function notices(notes: readonly string[]): Promise<void> {
  await annotate(notes, { what: 'notes', print: core.notice });
}

/** Prints what did not turn out as it should, and is no failure, one warning each. */
export async function warnings(texts: readonly string[]): Promise<void> {
  await annotate(texts, { what: 'warnings', print: core.warning });
}

async function annotate(
  lines: readonly string[],
  { what, print }: { readonly what: string; readonly print: (line: string) => void },
): Promise<void> {
  for (const line of lines.slice(0, MOST_ANNOTATIONS)) print(printable(line));
  const rest = lines.slice(MOST_ANNOTATIONS);
  if (rest.length > 0) await group(`${rest.length} more ${what}`, async () => rest.forEach(info));
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
