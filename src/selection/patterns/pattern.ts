import { code, InvalidInputError, refusal } from '../../model/errors.ts';

/** The words of placeholders, as they stand in braces or name a group. */
export const PLACEHOLDERS = ['pr', 'branch', 'commit', 'group'] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** A pattern of tag names. */
export interface Pattern {
  /** As the user wrote it, without a leading `!`. */
  readonly text: string;
  /** The condition that the pattern holds; absent for one that only matches. */
  readonly placeholder?: Placeholder;
  /**
   * Whether the pattern's own text holds such a text as `latest`, `sha256-` or `.src`: a literal part of the glob alternative
   * that matches the tag, or a regular expression outside its negative lookarounds.
   */
  readonly names: (text: string, tag: string) => boolean;
  /**
   * What the pattern says of each name, in their order; undefined where it does not match.
   *
   * @throws InvalidInputError for a regular expression that backtracks without end
   */
  readonly match: (names: readonly string[]) => readonly (Match | undefined)[];
}

/** What a pattern says of a name that it matches: all that its placeholder may stand for, nothing where that is not told. */
export type Match =
  | { readonly kind: 'plain' }
  /** Digits of pull requests; hashes; texts of groups, of all those of a regular expression together, two at most. */
  | { readonly kind: Exclude<Placeholder, 'branch'>; readonly readings: readonly string[] }
  /** The likeliest first. */
  | { readonly kind: 'branch'; readonly readings: Iterable<string> };

export const PLAIN: Match = { kind: 'plain' };

/** The tag that no wildcard takes. */
export const LATEST = 'latest';

/** Runs pure work that may take for ever, such as a regular expression that backtracks without end; `timeout` where it did. */
export type TimeLimit = <T>(milliseconds: number, work: () => T) => { readonly value: T } | 'timeout';

/** A placeholder in a glob: its word in braces. */
export const PLACEHOLDER = new RegExp(`\\{(?:${PLACEHOLDERS.join('|')})\\}`);

/** The same, to find all of them in a text. */
export const EVERY_PLACEHOLDER = new RegExp(PLACEHOLDER, 'g');

const GROUPS: Readonly<Record<string, string>> = {
  '{pr}': '(?<pr>\\d+)',
  '{branch}': '(?<branch>.+)',
  '{commit}': '(?<commit>[0-9a-f]{7,40})',
  '{group}': '(?<group>.+)',
};

/** The text of a regular expression with named groups in the place of a glob's placeholders. */
export function withGroups(text: string): string {
  return text.replace(EVERY_PLACEHOLDER, (placeholder) => GROUPS[placeholder] ?? placeholder);
}

/** What may be read in a name, whole: numbers without a leading zero, and 7 to 40 hex digits that no letter or digit follows. */
export const RUNS = {
  pr: '(?<!\\d)[1-9]\\d*(?!\\d)',
  commit: '(?<![0-9a-fA-F])[0-9a-fA-F]{7,40}(?![0-9a-zA-Z])',
};

/** @param texts - all that the placeholder may stand for, none of it empty, the likeliest first */
export function matchOf(kind: Placeholder, texts: Iterable<string>): Match | undefined {
  if (kind === 'branch') return { kind, readings: texts };
  const readings = new Set<string>();
  for (const text of texts) if (readings.add(text).size > 1 && kind === 'group') break;
  return readings.size === 0 ? undefined : { kind, readings: [...readings] };
}

/**
 * Makes or runs regular expressions. V8 refuses some, such as too large ones, only when they run.
 *
 * @param text - the pattern, as the user wrote it
 * @throws InvalidInputError with what the engine says against an expression
 */
export function inEngine<T>(text: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause;
    const why = cause.message.replace(/^.*\/[a-z]*: /s, '');
    const remedy = why.startsWith('Duplicate capture group')
      ? 'Give each group a name of its own, such as `(?<group>…)` and `(?<group2>…)`'
      : 'Fix it, or write a simpler one';
    const kind = text.startsWith('/') ? 'regular expression' : 'glob';
    throw refusal(text, `does not work as a ${kind}: ${why}. ${remedy}.`, { cause });
  }
}

/** The lines of an input that say something, each once: trimmed, without blank ones and without comments. */
export function meaningfulLines(text: string): readonly string[] {
  const lines = text.split(/\r\n?|\n/).map((line) => line.replace(/(?<!\S)#.*$/s, '').trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

/**
 * Reads every line of inputs, also after one that `parse` refuses with an InvalidInputError. A line such as `- pr-*`, which people
 * know from YAML, is refused for all of them.
 *
 * @param inputs - their texts, by name
 * @param problem - what is wrong besides
 * @throws AggregateError of every InvalidInputError, each with the name of its input
 */
export function readLines<Input extends string, T>(
  inputs: Readonly<Record<Input, string>>,
  parse: (line: string, input: Input) => T,
  problem?: string | false,
): readonly T[] {
  const values: T[] = [];
  const problems = problem ? [new InvalidInputError(problem, { namesInput: true })] : [];
  for (const input of Object.keys(inputs) as Input[]) {
    for (const line of meaningfulLines(inputs[input])) {
      try {
        refuseDash(line);
        values.push(parse(line, input));
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        const { message, cause } = error;
        problems.push(new InvalidInputError(`\`${input}\`: ${message}`, { cause, namesInput: true }));
      }
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, 'Some lines are not valid.');
  return values;
}

function refuseDash(line: string): void {
  const item = /^-\s+(.+)$/s.exec(line)?.[1];
  if (item === undefined) return;
  throw refusal(line, `begins with a dash, as in a YAML list. Write ${code(item)}, without the dash.`);
}
