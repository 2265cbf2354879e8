/** The lines of an input that say something: trimmed, without blank ones and `#` comments. */
export function meaningfulLines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
