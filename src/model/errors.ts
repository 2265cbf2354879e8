/** Something the user wrote is not valid. The message says what was found and what to write instead. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  /** Whether the message names the input that it is about; where it does not, whoever reads the input puts its name before. */
  readonly namesInput: boolean;

  constructor(
    message: string,
    { namesInput = false, ...options }: ErrorOptions & { readonly namesInput?: boolean } = {},
  ) {
    super(message, options);
    this.namesInput = namesInput;
  }
}

/** The error that begins with what was found, in quotes; `problem` goes on: what is wrong with it, and what to write. */
export function refusal(found: string, problem: string, options?: ErrorOptions): InvalidInputError {
  return new InvalidInputError(`${quote(found)} ${problem}`, options);
}

/**
 * What is wrong with an input, each in a sentence or more, by the error that reading it threw.
 *
 * @throws the error where it is none of an input
 */
export function problemsWith(input: string, error: unknown): readonly string[] {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((problem) => {
    if (!(problem instanceof InvalidInputError)) throw error;
    return problem.namesInput ? problem.message : `\`${input}\`: ${problem.message}`;
  });
}

/** Something failed between the run and a service: Quay, GitHub. The message says what failed, what was found and what to do. */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
}

/** The service does not accept the credential, or not for this: nothing more is sent with it. */
export class CredentialRefusedError extends ServiceError {
  override readonly name = 'CredentialRefusedError';
}

/** A request that changes something was sent, and no answer says whether it was carried out. */
export class UnknownOutcomeError extends ServiceError {
  override readonly name = 'UnknownOutcomeError';

  /** @param what - what happened, in whole sentences */
  constructor(what: string, options?: ErrorOptions) {
    super(`${what} Whether the request was carried out is unknown.`, options);
  }
}

/** The run was told to stop before the request was sent, or, where it only reads, before it was answered. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';

  constructor(options?: ErrorOptions) {
    super('The run was stopped before this request was carried out.', options);
  }
}

const LONGEST_QUOTE = 120;

/** A user and a password before a host, as people paste them with an address. */
const CREDENTIALS = /[^\s/@]*:[^\s@]*@/g;

/**
 * The text in double quotes for a message: on one line, without invisible characters and without a password before an `@`,
 * a long one cut short.
 */
export function quote(text: string): string {
  const safe = text.slice(0, LONGEST_QUOTE * 2).replace(CREDENTIALS, '***@');
  const shown = safe.length > LONGEST_QUOTE ? `${safe.slice(0, LONGEST_QUOTE)}…` : safe;
  return JSON.stringify(shown).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** The text in backticks, as something to write; in quotes where it would not stand there as it is. */
export function code(text: string): string {
  const isPlain = text.length <= LONGEST_QUOTE && /^[ -_a-~]+$/.test(text) && text.search(CREDENTIALS) < 0;
  return isPlain ? `\`${text}\`` : quote(text);
}
