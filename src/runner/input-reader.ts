import { type Duration, parseDuration } from '../model/duration.ts';
import { InvalidInputError, problemsWith } from '../model/errors.ts';
import { parseRegistry, type Registry } from '../model/registry.ts';
import type { Host } from './host.ts';
import type { Secrets } from './secrets.ts';

/** Every problem of a run's inputs at once. */
export class InvalidInputsError extends Error {
  override readonly name = 'InvalidInputsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? `An input is not valid: ${problems[0]}`
        : `${problems.length} inputs are not valid:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** Reads action inputs, and collects what is wrong with them instead of stopping at the first. */
export class InputReader {
  readonly #host: Pick<Host, 'input'>;
  readonly #secrets: Secrets;
  readonly #problems: string[] = [];

  constructor(host: Pick<Host, 'input'>, secrets: Secrets) {
    this.#host = host;
    this.#secrets = secrets;
  }

  /** The input's text without the white space around it; empty where it was not given. */
  text(name: string): string {
    return this.#host.input(name);
  }

  /** The input's text, kept out of the log from here on. */
  secret(name: string): string | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    this.#secrets.keep(text);
    if (/[^\x21-\x7e]/.test(text)) {
      this.problem(
        `\`${name}\` contains white space or characters that no credential has. Check the secret for a line break or a stray quote.`,
      );
    }
    return text;
  }

  required(name: string): string {
    const text = this.text(name);
    if (text === '') this.problem(`\`${name}\` is required and was not given.`);
    return text;
  }

  /** What `parse` makes of the input; undefined where it was not given or is not valid. */
  optional<T>(name: string, parse: (text: string) => T): T | undefined {
    const text = this.text(name);
    return text === '' ? undefined : this.attempt(name, () => parse(text));
  }

  /** What `read` returns; undefined where it throws an InvalidInputError, whose message is collected. */
  attempt<T>(name: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      for (const problem of problemsWith(name, error)) this.problem(problem);
      return undefined;
    }
  }

  /** A boolean in the spellings of YAML 1.2. */
  boolean(name: string): boolean {
    const text = this.text(name);
    if (/^(true|True|TRUE)$/.test(text)) return true;
    if (text !== '' && !/^(false|False|FALSE)$/.test(text)) {
      this.problem(`\`${name}\` is ${JSON.stringify(text)}. Write \`true\` or \`false\`.`);
    }
    return false;
  }

  /** The duration, or the one that stands for an input that was not given. */
  duration(name: string, otherwise: string): Duration | undefined {
    return this.attempt(name, () => parseDuration(this.text(name) || otherwise));
  }

  /** The registry that a run is about. */
  registry(): Registry | undefined {
    return this.attempt('registry', () => parseRegistry(this.text('registry') || 'quay.io'));
  }

  /** The most requests in flight, as many as a registry is asked to bear; without it, their number follows the round trip. */
  concurrency(): number | undefined {
    return this.optional('concurrency', (text) => {
      const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      if (number >= 1 && number <= 100) return number;
      throw new InvalidInputError(
        `\`concurrency\` is ${JSON.stringify(text)}. Write a whole number from 1 to 100.`,
        { namesInput: true },
      );
    });
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  /** @throws InvalidInputsError if anything was wrong */
  finish(): void {
    if (this.#problems.length > 0) throw new InvalidInputsError(this.#problems);
  }
}
