import { type Duration, parseDuration } from '../model/duration.ts';
import { InvalidInputError } from '../model/errors.ts';
import { quote } from '../model/quote.ts';
import { parsePattern } from './patterns/parse-pattern.ts';
import type { Pattern } from './patterns/pattern.ts';

/** What a tag must meet besides its pattern. */
export interface Conditions {
  readonly olderThan?: Duration;
  /** How many of the newest tags are kept; 0 for none. */
  readonly keepNewest?: number;
  readonly notPulledFor?: Duration;
}

/** A line of `tags`: a pattern, and the conditions after it. */
export interface Rule extends Pattern {
  /** As the user wrote it, without a comment. */
  readonly line: string;
  /** They take the place of the inputs of those names, for the tags that the line decides on. */
  readonly conditions: Conditions;
}

type Input = 'older-than' | 'keep-n-most-recent' | 'not-pulled-for';

const PARSERS: Readonly<Record<Input, (value: string) => Conditions>> = {
  'older-than': (value) => ({ olderThan: parseDuration(value) }),
  'keep-n-most-recent': (value) => ({ keepNewest: parseCount(value) }),
  'not-pulled-for': (value) => ({ notPulledFor: parseDuration(value) }),
};

const EXAMPLES = '`older-than=30d`, `keep-n-most-recent=10` or `not-pulled-for=30d`';
/** The largest number that `keep-n-most-recent` takes, on a line or as an input. */
export const MOST_KEPT = 1_000_000;

/**
 * Reads a line such as `nightly-* older-than=14d`.
 *
 * @throws InvalidInputError
 */
export function parseRule(line: string): Rule {
  const { text, rest } = splitLine(line);
  if (isCondition(text)) throw conditionFirst(line);
  refuseSpaces(line, rest);
  const conditions = readWords(rest);
  const stray = conditions.find((word) => !word.includes('='));
  if (stray !== undefined) {
    throw new InvalidInputError(
      `${quote(line)} has ${quote(stray)} after the pattern. Write one pattern per line, and after it only conditions such as ${EXAMPLES}.`,
    );
  }
  return {
    ...parsePattern(text, 'tags'),
    line: [text, ...conditions].join(' '),
    conditions: readAll(line, conditions),
  };
}

/** @throws InvalidInputError where a line that excludes has conditions: an exclusion always holds */
export function refuseConditions(line: string): void {
  const { text, rest } = splitLine(line);
  const words = [text, ...readWords(rest)];
  const condition = words.map((word) => word.replace(/^!\s*/, '')).find(isCondition);
  if (condition === undefined) return;
  const patterns = words.filter((word) => !isCondition(word.replace(/^!\s*/, '')));
  const remedy = patterns.length === 1 ? `Write ${quote(patterns.join())} alone` : 'Write a pattern alone';
  throw new InvalidInputError(
    `${quote(line)} has the condition ${quote(condition)}, but an exclusion always applies. ${remedy}, or give the condition to the line that selects the tags.`,
  );
}

/** The pattern, and what stands after it. A regular expression may hold spaces. */
function splitLine(line: string): { readonly text: string; readonly rest: string } {
  const regex = /^!?\s*\/.*?\/[a-z]*(?=\s|$)/s.exec(line)?.[0];
  const text = regex ?? /^!?\s*\S*/.exec(line)?.[0] ?? '';
  return { text, rest: line.slice(text.length) };
}

function isCondition(word: string): boolean {
  return /^[\w-]+=/.test(word);
}

/** The words of a text; the parts of a duration such as `older-than=1w 3d` stand together. */
function readWords(text: string): readonly string[] {
  const words: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = words.at(-1);
    if (last?.includes('=') && /^\d+[a-z]+$/i.test(word)) words.splice(-1, 1, `${last} ${word}`);
    else words.push(word);
  }
  return words;
}

function refuseSpaces(line: string, rest: string): void {
  const [, name, value] = /([\w-]+)(?:\s+=\s*|=\s+)([^\s=]+)(?!\S)/.exec(rest) ?? [];
  if (name === undefined) return;
  throw new InvalidInputError(`${quote(line)} has a space beside \`=\`. Write ${quote(`${name}=${value}`)}.`);
}

function readAll(line: string, conditions: readonly string[]): Conditions {
  const read = new Map<string, Conditions>();
  for (const condition of conditions) {
    const [name = ''] = condition.split('=', 1);
    if (read.has(name)) {
      throw new InvalidInputError(`${quote(line)} has the condition \`${name}\` twice. Write it once.`);
    }
    read.set(name, readOne(line, condition));
  }
  return Object.assign({}, ...read.values());
}

function readOne(line: string, condition: string): Conditions {
  const [name = ''] = condition.split('=', 1);
  const value = condition.slice(name.length + 1);
  if (!isInput(name)) throw unknownCondition(line, condition);
  try {
    return PARSERS[name](value);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`${quote(line)} has ${quote(condition)}: ${error.message}`);
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

function parseCount(value: string): number {
  const count = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN;
  if (count <= MOST_KEPT) return count;
  throw new InvalidInputError(
    `${quote(value)} is not a valid number. Write a whole number from 0 to ${MOST_KEPT}.`,
  );
}

function conditionFirst(line: string): InvalidInputError {
  const words = readWords(line);
  const pattern = words.find((word) => !isCondition(word));
  const conditions = words.filter((word) => word !== pattern);
  return new InvalidInputError(
    pattern === undefined
      ? `${quote(line)} has conditions and no pattern. Write the pattern before them, such as ${quote(`pr-* ${line}`)}.`
      : `${quote(line)} has a condition before the pattern. Write ${quote([pattern, ...conditions].join(' '))}.`,
  );
}
