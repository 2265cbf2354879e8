import { QuayError } from '../errors.ts';

/** A request that changes something was sent, and no answer says whether the registry carried it out. */
export class UnknownOutcomeError extends QuayError {
  override readonly name = 'UnknownOutcomeError';

  /** @param what - what happened, in whole sentences */
  constructor(what: string, options?: ErrorOptions) {
    super(`${what} Whether the request was carried out is unknown.`, options);
  }
}
