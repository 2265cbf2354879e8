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
