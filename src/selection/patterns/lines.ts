import { InvalidInputError } from '../../model/errors.ts';
import { code, quote } from '../../model/quote.ts';

/** The lines of an input that say something, each once: trimmed, without blank ones and without comments. */
export function meaningfulLines(text: string): readonly string[] {
  const lines = text.split(/\r\n?|\n/).map((line) =>
    line
      .trim()
      .replace(/(?:^|\s)#.*$/s, '')
      .trimEnd(),
  );
  return [...new Set(lines.filter((line) => line !== ''))];
}

/** What was read of several lines, and what is wrong with the others. */
interface ReadLines<T> {
  readonly values: readonly T[];
  readonly problems: readonly InvalidInputError[];
}

/** Reads every line, also after one that `parse` refuses with an InvalidInputError. */
export function readLines<T>(lines: readonly string[], parse: (line: string) => T): ReadLines<T> {
  const values: T[] = [];
  const problems: InvalidInputError[] = [];
  for (const line of lines) {
    try {
      values.push(parse(line));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(error);
    }
  }
  return { values, problems };
}

/** @throws InvalidInputError for a line such as `- pr-*`, which people know from YAML */
export function refuseDash(line: string): void {
  const item = /^-\s+(.+)$/s.exec(line)?.[1];
  if (item === undefined) return;
  throw new InvalidInputError(
    `${quote(line)} begins with a dash, as in a YAML list. Write ${code(item)}, without the dash.`,
  );
}
