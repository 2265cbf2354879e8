import { type Age, type Duration, parseAge, parseDuration } from '../model/duration.ts';
import { code, InvalidInputError, quote, refusal } from '../model/errors.ts';
import { present } from '../model/json.ts';

/** What a tag must meet besides its pattern. */
export interface Conditions {
  readonly olderThan?: Age;
  /** How many of the newest tags are kept; 0 for none. */
  readonly keepNewest?: number;
  readonly notPulledFor?: Duration;
}

const PARSERS = new Map<string, (value: string, now: number) => Conditions>([
  ['older-than', (value, now) => ({ olderThan: parseAge(value, now) })],
  ['keep-n-most-recent', (value) => ({ keepNewest: parseCount(value) })],
  ['not-pulled-for', (value) => ({ notPulledFor: parseDuration(value) })],
]);

/** Conditions as an error shows them. */
export const EXAMPLES = '`older-than=30d`, `keep-n-most-recent=10` or `not-pulled-for=30d`';
/** The largest number that `keep-n-most-recent` takes, on a line or as an input. */
const MOST_KEPT = 1_000_000;

/** Whether a word is meant as a condition. */
export function isCondition(word: string): boolean {
  return /^[\w-]+=/.test(word);
}

/**
 * Reads the conditions of a line of `tags`, such as `older-than=30d`.
 *
 * @param now - Unix seconds
 * @throws InvalidInputError
 */
export function parseConditions(line: string, conditions: readonly string[], now: number): Conditions {
  const names = conditions.map((condition) => condition.split('=', 1).join());
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw refusal(line, `has the condition \`${twice}\` twice. Write it once.`);
  return Object.assign({}, ...conditions.map((condition) => parseCondition(line, condition, now)));
}

function parseCondition(line: string, condition: string, now: number): Conditions {
  const [name = ''] = condition.split('=', 1);
  const value = condition.slice(name.length + 1);
  const parse = PARSERS.get(name);
  if (!parse) {
    // A name with the first word of another, such as `keep` or `older-then`, most likely means that one.
    const [word] = name.toLowerCase().split(/[_-]/);
    const meant = [...PARSERS.keys()].find((input) => input.split('-')[0] === word);
    const remedy = meant === undefined ? `${EXAMPLES} after the pattern` : quote(`${meant}=${value}`);
    throw refusal(line, `has ${quote(condition)}, which is not a condition. Write ${remedy}.`);
  }
  try {
    return parse(value, now);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw refusal(line, `has ${quote(condition)}: ${error.message}`);
  }
}

/**
 * A space ends a condition, so that `older-than=6 months` is one with a word behind it.
 *
 * @throws InvalidInputError where the words would be a condition if they stood together
 */
export function refuseSpaces(line: string, words: readonly string[]): void {
  for (const [found, name, value = ''] of words.join(' ').matchAll(/([\w-]+) ?= ?((?:(?! [\w-]+ ?=).)*)/g)) {
    const joined = `${name}=${value.replaceAll(' ', '')}`;
    if (found !== joined && isValid(joined))
      throw refusal(line, `has ${quote(found)}, and a space ends a condition. Write ${code(joined)}.`);
  }
}

function isValid(condition: string): boolean {
  try {
    parseCondition(condition, condition, Number.POSITIVE_INFINITY);
    return true;
  } catch {
    return false;
  }
}

/** Reads how many tags are kept. @throws InvalidInputError */
export function parseCount(value: string): number {
  const count = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN;
  if (count <= MOST_KEPT) return count;
  throw refusal(value, `is not a valid number. Write a whole number from 0 to ${MOST_KEPT}.`);
}

/** The conditions of the tags that a line decides on: its own, and those of the inputs where it has none of that name. */
export function conditionsOf(
  rule: { readonly conditions: Conditions } | undefined,
  { olderThan, keepNewest, notPulledFor }: Conditions,
): Conditions {
  return { ...present({ olderThan, keepNewest, notPulledFor }), ...rule?.conditions };
}

/** Whether the conditions narrow anything. */
export function areAny({ olderThan, keepNewest, notPulledFor }: Conditions): boolean {
  return olderThan !== undefined || Boolean(keepNewest) || notPulledFor !== undefined;
}

/** The conditions that judge any tag of the run, on a line or for all. */
export function conditionsUsed(
  rules: Conditions & { readonly tags: readonly { readonly conditions: Conditions }[] },
): ReadonlySet<keyof Conditions> {
  const all = [rules, ...rules.tags.map(({ conditions }) => conditions)];
  const names = ['olderThan', 'keepNewest', 'notPulledFor'] as const;
  return new Set(names.filter((name) => all.some((conditions) => conditions[name])));
}
