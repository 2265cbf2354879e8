import { asObject } from './json.ts';

/** So many errors are looked through. */
const MOST_ERRORS = 10;

/** The codes of an error and of what caused it, such as `ECONNREFUSED`, outermost first. */
export function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  const errors: unknown[] = [error];
  for (let looked = 0; looked < MOST_ERRORS && errors.length > 0; looked += 1) {
    const { code, cause, errors: several } = asObject(errors.shift());
    if (typeof code === 'string') codes.push(code);
    errors.push(cause);
    // Several addresses were tried, each with an error of its own.
    if (Array.isArray(several)) errors.push(...several);
  }
  return codes;
}

/** The code of the innermost error that has one. */
export function codeOf(error: unknown): string {
  return codesOf(error).at(-1) ?? 'unknown error';
}
