import { type Duration, parseDuration } from '../model/duration.ts';
import { InvalidInputError } from '../model/invalid-input.ts';
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

/** A line of `tags`: a pattern, and the conditions behind it. */
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
/** As many as the input of that name takes. */
const MOST_KEPT = 1_000_000;

/**
 * Reads a line such as `nightly-* older-than=14d`.
 *
 * @throws InvalidInputError
 */
export function parseRule(line: string): Rule {
  const { text, conditions } = splitLine(line);
  if (/^[\w-]+=/.test(text)) throw conditionFirst(line, text, conditions);
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
  const { text, conditions } = splitLine(line);
  if (!conditions.some((word) => word.includes('='))) return;
  throw new InvalidInputError(
    `${quote(line)} has the condition ${quote(conditions.join(' '))}, but an exclusion always applies. Write ${quote(text)} alone, or give the condition to the line that selects the tags.`,
  );
}

/** The pattern, and each condition behind it; the parts of a duration such as `1w 3d` stand together. */
function splitLine(line: string): { readonly text: string; readonly conditions: readonly string[] } {
  const regex = /^!?\s*\/.*?\/[a-z]*(?=\s|$)/s.exec(line)?.[0];
  const text = regex ?? /^!?\s*\S*/.exec(line)?.[0] ?? '';
  const conditions: string[] = [];
  for (const word of line.slice(text.length).split(/\s+/).filter(Boolean)) {
    const last = conditions.at(-1);
    if (last?.includes('=') && /^\d+[a-z]+$/i.test(word)) conditions.splice(-1, 1, `${last} ${word}`);
    else conditions.push(word);
  }
  return { text, conditions };
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
  const parse = isInput(name) ? PARSERS[name] : undefined;
  if (!parse) {
    throw new InvalidInputError(
      `${quote(line)} has ${quote(condition)}, which is not a condition. Write ${EXAMPLES} after the pattern.`,
    );
  }
  try {
    return parse(condition.slice(name.length + 1));
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`${quote(line)} has ${quote(condition)}: ${error.message}`);
  }
}

function isInput(name: string): name is Input {
  return Object.hasOwn(PARSERS, name);
}

function parseCount(value: string): number {
  const count = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN;
  if (count <= MOST_KEPT) return count;
  throw new InvalidInputError(
    `${quote(value)} is not a valid number. Write a whole number from 0 to ${MOST_KEPT}.`,
  );
}

function conditionFirst(line: string, text: string, behind: readonly string[]): InvalidInputError {
  const [pattern, ...others] = behind;
  return new InvalidInputError(
    pattern === undefined || pattern.includes('=')
      ? `${quote(line)} has conditions and no pattern. Write the pattern before them, such as \`pr-* older-than=30d\`.`
      : `${quote(line)} has a condition before the pattern. Write ${quote([pattern, text, ...others].join(' '))}.`,
  );
}
