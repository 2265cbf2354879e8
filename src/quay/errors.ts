/** Something failed between the action and the registry. The message says what failed, what was found and what to do. */
export class QuayError extends Error {
  override readonly name: string = 'QuayError';
}

/** The registry does not accept the credential, or not for this: nothing more is sent with it. */
export class CredentialRefusedError extends QuayError {
  override readonly name = 'CredentialRefusedError';
}
