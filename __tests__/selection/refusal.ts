import { InvalidInputError } from '../../src/model/errors.ts';

/** What the call refuses, a message a line; undefined where it refuses nothing. */
export function refusalIn(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    return errors.map(messageOf).join('\n');
  }
}

/** The same; throws where it refuses nothing. */
export function refusalOf(call: () => unknown): string {
  const refusal = refusalIn(call);
  if (refusal === undefined) throw new Error('Nothing was refused.');
  return refusal;
}

function messageOf(error: unknown): string {
  if (error instanceof InvalidInputError) return error.message;
  throw error;
}
