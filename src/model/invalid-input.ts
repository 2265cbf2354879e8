/** Something the user wrote is not valid. The message says what was found and what to write instead. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
}
