import { InvalidInputError } from '../model/errors.ts';
import { code, quote } from '../model/quote.ts';
import { type Conditions, EXAMPLES, isCondition, parseConditions, refuseSpaces } from './conditions.ts';
import { parseGlobPattern } from './patterns/glob-pattern.ts';
import { refuseDash } from './patterns/lines.ts';
import type { Pattern, TimeLimit } from './patterns/pattern.ts';
import { parseRegexPattern } from './patterns/regex-pattern.ts';

/** A line of `tags`: a pattern, and the conditions after it. */
export interface Rule extends Pattern {
  /** As the user wrote it, without a comment. */
  readonly line: string;
  /** They take the place of the inputs of those names, for the tags that the line decides on. */
  readonly conditions: Conditions;
}

/** What the reader of rules cannot know by itself. */
export interface RuleContext {
  readonly limit: TimeLimit;
  /** Unix seconds. */
  readonly now: number;
}

/**
 * Reads a line such as `nightly-* older-than=14d`.
 *
 * @throws InvalidInputError
 */
export function parseRule(line: string, { limit, now }: RuleContext): Rule {
  refuseDash(line);
  const { text, words } = splitLine(line);
  if (isCondition(text)) throw conditionFirst(line, [text, ...words]);
  refuseSpaces(line, words);
  const conditions = words.filter(isCondition);
  if (conditions.length < words.length) throw severalPatterns(line, text, words);
  return {
    ...parsePattern(text, limit),
    line: [text, ...conditions].join(' '),
    conditions: parseConditions(line, conditions, now),
  };
}

/**
 * Reads a line of `exclude-tags`, or one of `tags` with a `!` before it.
 *
 * @param line - as it stands in the input
 * @throws InvalidInputError, for conditions and placeholders too: an exclusion always holds
 */
export function parseExclusion(
  line: string,
  { sign, limit }: { readonly sign: '!' | ''; readonly limit: TimeLimit },
): Pattern {
  refuseDash(line);
  const { text, words } = splitLine(line.slice(sign.length).trim());
  if (text === '') throw new InvalidInputError('`!` has no pattern. Write one after it, such as `!v*`.');
  if (text.startsWith('!')) {
    throw new InvalidInputError(
      `${quote(line)} has a \`!\` that it does not need: an exclusion cannot be taken back. Write ${code(sign + line.replace(/^[!\s]+/, ''))}.`,
    );
  }
  const all = [text, ...words];
  const condition = all.find(isCondition);
  if (condition !== undefined) {
    const patterns = all.filter((word) => !isCondition(word));
    const remedy =
      patterns.length === 1 ? `Write ${quote(sign + patterns.join())} alone` : 'Write a pattern alone';
    throw new InvalidInputError(
      `${quote(line)} has the condition ${quote(condition)}, but an exclusion always applies. ${remedy}, or give the condition to the line that selects the tags.`,
    );
  }
  if (words.length > 0) throw severalPatterns(line, sign + text, words);
  const pattern = parsePattern(text, limit);
  if (pattern.placeholder) throw placeholderInExclusion(pattern);
  return pattern;
}

const LONGEST_PATTERN = 4000;

/**
 * Reads a glob (`pr-{pr}*`) or a regular expression (`/^pr-\d+$/i`).
 *
 * @throws InvalidInputError
 */
export function parsePattern(text: string, limit: TimeLimit): Pattern {
  if (text.length > LONGEST_PATTERN) {
    throw new InvalidInputError(
      `${quote(text)} has ${text.length} characters. Write a pattern of at most ${LONGEST_PATTERN} characters, one per line.`,
    );
  }
  const [, source, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  return source === undefined ? parseGlobPattern(text) : parseRegexPattern(text, { source, flags }, limit);
}

/** The pattern, and the words behind it. A regular expression may hold spaces. */
function splitLine(line: string): { readonly text: string; readonly words: readonly string[] } {
  const text = /^\/.*?\/[a-z]*(?=\s|$)/s.exec(line)?.[0] ?? /^\S*/.exec(line)?.[0] ?? '';
  return { text, words: line.slice(text.length).split(/\s+/).filter(Boolean) };
}

function severalPatterns(line: string, text: string, words: readonly string[]): InvalidInputError {
  const [stray = ''] = words.filter((word) => !isCondition(word));
  const shown = [text, stray].map((word) => code(word.replace(/,$/, ''))).join(' and ');
  return new InvalidInputError(
    `${quote(line)} has ${quote(stray)} after the pattern. Write patterns one per line (here ${shown}), and behind a pattern of \`tags\` only conditions such as ${EXAMPLES}.`,
  );
}

function conditionFirst(line: string, words: readonly string[]): InvalidInputError {
  const pattern = words.find((word) => !isCondition(word));
  const conditions = words.filter((word) => word !== pattern);
  return new InvalidInputError(
    pattern === undefined
      ? `${quote(line)} has conditions and no pattern. Write the pattern before them, such as ${quote(`pr-* ${line}`)}.`
      : `${quote(line)} has a condition before the pattern. Write ${quote([pattern, ...conditions].join(' '))}.`,
  );
}

function placeholderInExclusion({ text, placeholder }: Pattern): InvalidInputError {
  const remedy = text.startsWith('/')
    ? `Write \`(?:…)\` instead of \`(?<${placeholder}>…)\`.`
    : `Write \`*\` in its place: ${quote(text.replaceAll(`{${placeholder}}`, '*').replace(/\*+/g, '*'))}.`;
  return new InvalidInputError(
    `${quote(text)} has a placeholder, which exclusions cannot have: they keep tags whatever it stands for. ${remedy}`,
  );
}
