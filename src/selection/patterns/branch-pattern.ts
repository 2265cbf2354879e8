import { InvalidInputError } from '../../model/errors.ts';
import { quote } from '../../model/quote.ts';
import { expandBraces } from './braces.ts';
import { fits, parseGlob } from './glob.ts';
import { meaningfulLines, readLines } from './lines.ts';
import { PLACEHOLDER } from './pattern.ts';

/** A pattern of branch names. */
export interface BranchPattern {
  /** As the user wrote it. */
  readonly text: string;
  readonly matches: (branch: string) => boolean;
}

/**
 * Reads the input `keep-commits-of`, a glob per line. It protects, so its wildcards take a slash too: `release*` takes
 * `release/1.0`.
 *
 * @throws AggregateError of every InvalidInputError
 */
export function parseBranchPatterns(text: string): readonly BranchPattern[] {
  const { values, problems } = readLines(meaningfulLines(text), parseBranchPattern);
  if (problems.length > 0) throw new AggregateError(problems, 'Some branches are not valid.');
  return values;
}

/** What no branch's name holds, besides the characters of patterns: https://git-scm.com/docs/git-check-ref-format */
const FOREIGN = /[\s~^:\\\p{Cc}]|\.\.|@\{|\/\//u;

function parseBranchPattern(text: string): BranchPattern {
  const withoutClasses = text.replace(/\[[!^]/g, '[');
  const foreign = FOREIGN.exec(withoutClasses)?.[0];
  if (foreign !== undefined || PLACEHOLDER.test(text) || /^\/|\/$/.test(text)) {
    throw new InvalidInputError(
      `\`keep-commits-of\` has ${quote(text)}, which no branch is called. Write branches or globs, one per line, such as \`release/*\`.`,
    );
  }
  const globs = expandBraces(text).map((glob) => parseGlob(glob.replace(/\*+/g, '**')));
  return { text, matches: (branch) => globs.some((glob) => fits(glob, branch)) };
}
