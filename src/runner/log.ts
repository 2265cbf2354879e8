import type { RequestLog } from '../http/client.ts';
import type { Clock } from '../model/clock.ts';
import type { Host } from './host.ts';
import type { Secrets } from './secrets.ts';

/** How many lines are shown as annotations of a kind; the others stand in a group of the log. */
const MOST_ANNOTATIONS = 10;
/** How many different errors a run names; the summary has them all. */
const NAMED_ERRORS = 5;
/** How many causes of an error are told. */
const MOST_CAUSES = 5;

/** What a run has to remark, one sentence each. */
export interface Remarks {
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** How a run ends. */
export interface Conclusion {
  /** The run fails if there are any. */
  readonly errors: readonly string[];
  /** What happened. */
  readonly sentence: string;
  /** How the sentence is printed after a run without errors. */
  readonly level: 'info' | 'notice' | 'warning';
}

/** The log of a run. Whatever it is given, it prints in lines without secrets. */
export class Log {
  readonly #host: Host;
  readonly #secrets: Secrets;

  constructor(host: Host, secrets: Secrets) {
    this.#host = host;
    this.#secrets = secrets;
  }

  info(line: string): void {
    this.#host.print('info', this.printable(line));
  }

  /** Prints what did not turn out as it should, one warning each, and what a person should know besides, one notice each. */
  async tell(remarks: Remarks): Promise<void> {
    for (const [what, level] of [['warnings', 'warning'] as const, ['notes', 'notice'] as const]) {
      const lines = remarks[what];
      for (const line of lines.slice(0, MOST_ANNOTATIONS)) this.#host.print(level, this.printable(line));
      const rest = lines.slice(MOST_ANNOTATIONS);
      const printRest = async () => {
        for (const line of rest) this.info(line);
      };
      if (rest.length > 0) await this.group(`${rest.length} more ${what}`, printRest);
    }
  }

  /** Runs a step of the story under a heading that the log can fold. */
  group<T>(heading: string, step: () => Promise<T>): Promise<T> {
    return this.#host.group(this.printable(heading), step);
  }

  /** Prints a line for each request where step debug is on; undefined otherwise. */
  get onRequest(): ((request: RequestLog) => void) | undefined {
    if (!this.#host.isDebug) return undefined;
    return ({ method, path, status, ms, attempt }) => {
      const line = `${method} ${path} → ${status} in ${Math.round(ms)} ms, attempt ${attempt}`;
      this.#host.print('debug', this.printable(line));
    };
  }

  /** Prints the last line of a run: one error for all that failed, or what happened. Returns the exit code. */
  conclude({ errors, sentence, level }: Conclusion): number {
    const different = [...new Set(errors)];
    if (different.length === 0) {
      this.#host.print(level, this.printable(sentence));
      return 0;
    }
    const left = different.length - NAMED_ERRORS;
    const more =
      left > 0 ? [`… and ${left} more ${left === 1 ? 'error' : 'errors'}: see the job summary.`] : [];
    const lines = [sentence, ...different.slice(0, NAMED_ERRORS), ...more].flatMap((text) =>
      text.split('\n'),
    );
    this.#host.print('error', lines.map((line) => this.printable(line)).join('\n'));
    return 1;
  }

  /** The messages of an error and of its causes, outermost first, without secrets. */
  explain(error: unknown): string {
    const messages: string[] = [];
    let cause = error;
    while (cause !== undefined && messages.length < MOST_CAUSES) {
      const { message, name } = Error.isError(cause) ? cause : { message: String(cause), name: '' };
      // That something was stopped is said by then.
      if (name === 'AbortError' && messages.length > 0) break;
      if (message && !messages.some((earlier) => earlier.includes(message))) messages.push(message);
      cause = Error.isError(cause) ? cause.cause : undefined;
    }
    return this.#secrets.redact(messages.join(' Cause: '));
  }

  /**
   * Makes text from outside safe to print: one line, no control characters, no secret, nothing that a runner takes for a
   * command.
   *
   * Source: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
   */
  printable(text: string): string {
    const oneLine = this.#secrets.redact(text).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
    return oneLine.replaceAll('##[', '## [').replace(/^\s*::/, ': :');
  }
}

const EVERY_MS = 5000;

/**
 * Prints at most one line every five seconds on how far a run is, until the function that is returned is called.
 *
 * @param line - says how far the run is, `elapsed` seconds after now
 */
export function logProgress(line: (elapsed: number) => string, log: Log, clock: Clock): () => void {
  const startedAt = clock.elapsed();
  let said: string | undefined;
  const sayLater = () =>
    clock.after(EVERY_MS, () => {
      cancel = sayLater();
      const text = line((clock.elapsed() - startedAt) / 1000);
      if (text !== said) log.info(text);
      said = text;
    });
  let cancel = sayLater();
  return () => cancel();
}
