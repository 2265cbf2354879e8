import { InvalidInputError } from '../../src/model/errors.ts';

/** What the call refuses, a message a line; throws where it refuses nothing. */
export function refusalOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    return errors.map(messageOf).join('\n');
  }
  throw new Error('Nothing was refused.');
}

function messageOf(error: unknown): string {
  if (error instanceof InvalidInputError) return error.message;
  throw error;
}
