import { type Age, type Duration, parseAge, parseDuration } from '../model/duration.ts';
import { InvalidInputError } from '../model/errors.ts';
import { code, quote } from '../model/quote.ts';

/** What a tag must meet besides its pattern. */
export interface Conditions {
  readonly olderThan?: Age;
  /** How many of the newest tags are kept; 0 for none. */
  readonly keepNewest?: number;
  readonly notPulledFor?: Duration;
}

type Input = 'older-than' | 'keep-n-most-recent' | 'not-pulled-for';

const PARSERS: Readonly<Record<Input, (value: string, now: number) => Conditions>> = {
  'older-than': (value, now) => ({ olderThan: parseAge(value, now) }),
  'keep-n-most-recent': (value) => ({ keepNewest: parseCount(value) }),
  'not-pulled-for': (value) => ({ notPulledFor: parseDuration(value) }),
};

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
  const read = new Map<string, Conditions>();
  for (const condition of conditions) {
    const [name = ''] = condition.split('=', 1);
    if (read.has(name)) {
      throw new InvalidInputError(`${quote(line)} has the condition \`${name}\` twice. Write it once.`);
    }
    read.set(name, parseCondition(line, condition, now));
  }
  return Object.assign({}, ...read.values());
}

function parseCondition(line: string, condition: string, now: number): Conditions {
  const [name = ''] = condition.split('=', 1);
  const value = condition.slice(name.length + 1);
  if (!isInput(name)) throw unknownCondition(line, condition);
  try {
    return PARSERS[name](value, now);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`${quote(line)} has ${quote(condition)}: ${error.message}`);
  }
}

/**
 * A space ends a condition, so that `older-than=6 months` is one with two words behind it.
 *
 * @throws InvalidInputError where the words would be a condition if they stood together
 */
export function refuseSpaces(line: string, words: readonly string[]): void {
  const [, name, value] = /([\w-]+)(?:\s+=\s*|=\s+)([^\s=]+)(?!\S)/.exec(words.join(' ')) ?? [];
  if (name !== undefined) {
    throw new InvalidInputError(
      `${quote(line)} has a space beside \`=\`. Write ${quote(`${name}=${value}`)}.`,
    );
  }
  const start = words.findIndex((word, index) => isCondition(word) && !isCondition(words[index + 1] ?? '='));
  const next = words.findIndex((word, index) => index > start && isCondition(word));
  const parts = start < 0 ? [] : words.slice(start, next < 0 ? undefined : next);
  const joined = parts.join('');
  if (parts.length < 2 || !isValid(joined)) return;
  throw new InvalidInputError(
    `${quote(line)} has ${quote(parts.join(' '))}, and a space ends a condition. Write ${code(joined)}.`,
  );
}

function isValid(condition: string): boolean {
  try {
    parseCondition(condition, condition, Number.POSITIVE_INFINITY);
    return true;
  } catch {
    return false;
  }
}

function isInput(name: string): name is Input {
  return Object.hasOwn(PARSERS, name);
}

/** A name with the first word of another, such as `keep` or `older-then`, most likely means that one. */
function unknownCondition(line: string, condition: string): InvalidInputError {
  const [name = '', value = ''] = condition.split('=', 2);
  const [word] = name.toLowerCase().split(/[_-]/);
  const meant = Object.keys(PARSERS).find((input) => input.split('-')[0] === word);
  const remedy = meant === undefined ? `${EXAMPLES} after the pattern` : quote(`${meant}=${value}`);
  return new InvalidInputError(
    `${quote(line)} has ${quote(condition)}, which is not a condition. Write ${remedy}.`,
  );
}

/** Reads how many tags are kept. @throws InvalidInputError */
export function parseCount(value: string): number {
  const count = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN;
  if (count <= MOST_KEPT) return count;
  throw new InvalidInputError(
    `${quote(value)} is not a valid number. Write a whole number from 0 to ${MOST_KEPT}.`,
  );
}

/** The conditions of the tags that a line decides on: its own, and those of the inputs where it has none of that name. */
export function conditionsOf(
  rule: { readonly conditions: Conditions } | undefined,
  { olderThan, keepNewest, notPulledFor }: Conditions,
): Conditions {
  return {
    ...(olderThan && { olderThan }),
    ...(keepNewest !== undefined && { keepNewest }),
    ...(notPulledFor && { notPulledFor }),
    ...rule?.conditions,
  };
}

/** Whether the conditions narrow anything. */
export function areAny({ olderThan, keepNewest, notPulledFor }: Conditions): boolean {
  return olderThan !== undefined || Boolean(keepNewest) || notPulledFor !== undefined;
}

/** The conditions that judge any tag of the run, on a line or for all. */
export function conditionsUsed(
  rules: Conditions & { readonly tags: readonly { readonly conditions: Conditions }[] },
): ReadonlySet<keyof Conditions> {
  const all = [rules, ...rules.tags.map((rule) => rule.conditions)];
  const used: readonly (keyof Conditions | false)[] = [
    all.some(({ olderThan }) => olderThan) && 'olderThan',
    all.some(({ keepNewest }) => keepNewest) && 'keepNewest',
    all.some(({ notPulledFor }) => notPulledFor) && 'notPulledFor',
  ];
  return new Set(used.filter((name) => name !== false));
}
