/** The request was not sent, because the run was told to stop. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';

  constructor(options?: ErrorOptions) {
    super('The run was stopped before this request was sent.', options);
  }
}
