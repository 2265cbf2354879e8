import { code, quote, refusal } from '../model/errors.ts';
import { type Conditions, EXAMPLES, isCondition, parseConditions, refuseSpaces } from './conditions.ts';
import { parseGlobPattern } from './patterns/glob.ts';
import type { Pattern, Placeholder, TimeLimit } from './patterns/pattern.ts';
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
  const { text, words } = splitLine(line);
  if (isCondition(text)) throw refusal(line, conditionFirst([text, ...words]));
  refuseSpaces(line, words);
  const conditions = words.filter(isCondition);
  if (conditions.length < words.length) throw refusal(line, severalPatterns(text, words));
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
  const { text, words } = splitLine(line.slice(sign.length).trim());
  if (text === '') throw refusal(line, 'has no pattern. Write one after it, such as `!v*`.');
  if (text.startsWith('!')) {
    const once = code(sign + line.replace(/^[!\s]+/, ''));
    const problem = `has a \`!\` that it does not need: an exclusion cannot be taken back. Write ${once}.`;
    throw refusal(line, problem);
  }
  const [condition] = [text, ...words].filter(isCondition);
  const patterns = [text, ...words].filter((word) => !isCondition(word));
  if (condition !== undefined) throw refusal(line, conditionInExclusion(condition, sign, patterns));
  if (words.length > 0) throw refusal(line, severalPatterns(sign + text, words));
  const pattern = parsePattern(text, limit);
  if (pattern.placeholder) throw refusal(text, placeholderInExclusion(text, pattern.placeholder));
  return pattern;
}

const LONGEST_PATTERN = 4000;

/**
 * Reads a glob (`pr-{pr}*`) or a regular expression (`/^pr-\d+$/i`).
 *
 * @throws InvalidInputError
 */
export function parsePattern(text: string, limit: TimeLimit): Pattern {
  const most = `Write a pattern of at most ${LONGEST_PATTERN} characters, one per line.`;
  if (text.length > LONGEST_PATTERN) throw refusal(text, `has ${text.length} characters. ${most}`);
  const [, source, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  return source === undefined ? parseGlobPattern(text) : parseRegexPattern(text, { source, flags }, limit);
}

/** The pattern, and the words behind it. A regular expression may hold spaces. */
function splitLine(line: string): { readonly text: string; readonly words: readonly string[] } {
  const text = /^(?:\/.*?\/[a-z]*(?=\s|$)|\S*)/s.exec(line)?.[0] ?? '';
  return { text, words: line.slice(text.length).split(/\s+/).filter(Boolean) };
}

function severalPatterns(text: string, words: readonly string[]): string {
  const [stray = ''] = words.filter((word) => !isCondition(word));
  const shown = [text, stray].map((word) => code(word.replace(/,$/, ''))).join(' and ');
  return `has ${quote(stray)} after the pattern. Write patterns one per line (here ${shown}), and behind a pattern of \`tags\` only conditions such as ${EXAMPLES}.`;
}

function conditionFirst(words: readonly string[]): string {
  const pattern = words.find((word) => !isCondition(word));
  const behind = words.filter((word) => word !== pattern).join(' ');
  return pattern === undefined
    ? `has conditions and no pattern. Write the pattern before them, such as ${quote(`pr-* ${behind}`)}.`
    : `has a condition before the pattern. Write ${quote(`${pattern} ${behind}`)}.`;
}

function conditionInExclusion(condition: string, sign: string, patterns: readonly string[]): string {
  const alone = patterns.length === 1 ? `${quote(sign + patterns.join())} alone` : 'a pattern alone';
  return `has the condition ${quote(condition)}, but an exclusion always applies. Write ${alone}, or give the condition to the line that selects the tags.`;
}

function placeholderInExclusion(text: string, placeholder: Placeholder): string {
  const remedy = text.startsWith('/')
    ? `Write \`(?:…)\` instead of \`(?<${placeholder}>…)\`.`
    : `Write \`*\` in its place: ${quote(text.replaceAll(`{${placeholder}}`, '*').replace(/\*+/g, '*'))}.`;
  return `has a placeholder, which exclusions cannot have: they keep tags whatever it stands for. ${remedy}`;
}
