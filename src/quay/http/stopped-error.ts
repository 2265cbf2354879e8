/** The run was told to stop before the request was sent, or, where it only reads, before it was answered. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';

  constructor(options?: ErrorOptions) {
    super('The run was stopped before this request was carried out.', options);
  }
}
