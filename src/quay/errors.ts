/** Something failed between the action and the registry. The message says what failed, what was found and what to do. */
export class QuayError extends Error {
  override readonly name: string = 'QuayError';
}

/** The registry does not accept the credential, or not for this: nothing more is sent with it. */
export class CredentialRefusedError extends QuayError {
  override readonly name = 'CredentialRefusedError';
}

/** A request that changes something was sent, and no answer says whether the registry carried it out. */
export class UnknownOutcomeError extends QuayError {
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
