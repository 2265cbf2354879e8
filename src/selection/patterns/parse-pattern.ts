import { InvalidInputError } from '../../model/errors.ts';
import { quote } from '../../model/quote.ts';
import { parseGlobPattern } from './glob-pattern.ts';
import type { Pattern } from './pattern.ts';
import { parseRegexPattern } from './regex-pattern.ts';

/** The input that a pattern stands in. A placeholder is a condition for deleting, and has no place in an exclusion. */
export type PatternRole = 'tags' | 'exclude-tags';

const LONGEST_PATTERN = 4000;

/**
 * Reads a glob (`pr-{pr}*`) or a regular expression (`/^pr-\d+$/i`).
 *
 * @param timeLimit - milliseconds that a regular expression may take on all names
 * @throws InvalidInputError
 */
export function parsePattern(text: string, role: PatternRole, timeLimit?: number): Pattern {
  if (text.length > LONGEST_PATTERN) {
    throw new InvalidInputError(
      `${quote(text)} has ${text.length} characters. Write a pattern of at most ${LONGEST_PATTERN} characters, one per line.`,
    );
  }
  const [, source, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  const pattern =
    source === undefined ? parseGlobPattern(text) : parseRegexPattern(text, { source, flags }, timeLimit);
  if (role === 'exclude-tags' && pattern.placeholder) throw placeholderInExclusion(pattern);
  return pattern;
}

function placeholderInExclusion({ text, placeholder }: Pattern): InvalidInputError {
  const remedy = text.startsWith('/')
    ? `Write \`(?:…)\` instead of \`(?<${placeholder}>…)\`.`
    : `Write \`*\` in its place: ${quote(text.replaceAll(`{${placeholder}}`, '*').replace(/\*+/g, '*'))}.`;
  return new InvalidInputError(
    `${quote(text)} has a placeholder, which exclusions cannot have: they keep tags whatever it stands for. ${remedy}`,
  );
}
