import { quote, refusal } from '../../model/errors.ts';
import { inEngine, PLACEHOLDER } from './pattern.ts';

/** A placeholder, a wildcard, a class, a sign of alternatives, or text between them. A class may begin with its own `]`. */
const TOKENS = new RegExp(
  `${PLACEHOLDER.source}|\\*+|\\?|\\[(?:[!^][^]|[^!^])[^\\]]*\\]|[[{},]|[^*?[{},]+`,
  'g',
);

function tokensOf(glob: string): readonly string[] {
  const tokens: readonly string[] = glob.match(TOKENS) ?? [];
  if (tokens.includes('[')) throw refusal(glob, 'opens a bracket that is not closed. Write `[abc]`.');
  return tokens;
}

/** The texts of a glob that stand for themselves. */
export function literalsOf(glob: string): readonly string[] {
  return tokensOf(glob).filter((token) => !/^[*?[{]/.test(token));
}

/**
 * The regular expression of all texts that one of the globs means. It knows `*`, `?`, `[abc]`, `[a-z]` and `[!abc]`, which take
 * no `/`, and `**`, which does; everything else stands for itself.
 *
 * @param text - as the user wrote it
 * @param globs - without alternatives
 * @throws InvalidInputError for a class that is not closed, or whose range is reversed, and for too many stars in too many globs
 */
export function compileGlobs(text: string, globs: readonly string[]): RegExp {
  return inEngine(text, () => {
    const regex = new RegExp(`^(?:${globs.map(sourceOf).join('|')})`);
    regex.test('');
    return regex;
  });
}

/**
 * A star ends at the first place where the part behind it fits, up to the next star: that place is as good as any later one, so
 * that no other is tried, and a name takes time in proportion to its length. Behind `**`, which alone takes a slash, the part
 * goes up to the next `**`.
 */
function sourceOf(glob: string): string {
  const until = (part: string, any: string) => (part === '$' ? `${any}*$` : `(?:(?!${part})${any})*${part}`);
  let part = '$';
  let parts = '';
  let rest = '';
  for (const token of tokensOf(glob).toReversed()) {
    if (token === '*') {
      parts = until(part, '[^/]') + parts;
      part = '';
    } else if (token.startsWith('*')) {
      rest = until(part + parts, '[^]') + rest;
      part = '';
      parts = '';
    } else part = sourceOfToken(token) + part;
  }
  return part + parts + rest;
}

function sourceOfToken(token: string): string {
  if (token === '?') return '[^/]';
  const [, negation, members] = /^\[([!^]?)(.+)\]$/s.exec(token) ?? [];
  if (members === undefined) return token.replace(/[\\^$.+()[\]{}|/]/g, '\\$&');
  return `(?!/)[${negation ? '^' : ''}${members.replace(/[\\\]^[]/g, '\\$&')}]`;
}

const MOST_ALTERNATIVES = 1000;

/** What is read of a pair of braces, or of what stands outside them. */
interface Braces {
  /** Where they open, among the tokens. */
  readonly from: number;
  /** The alternatives up to the last comma. */
  readonly done: string[];
  /** What has been read since may be one of these. */
  current: readonly string[];
}

/**
 * Expands `{a,b}`, also nested, into globs without alternatives. Placeholders such as `{pr}` stand as they are.
 *
 * @throws InvalidInputError for a brace without its other half, and for more than 1,000 alternatives
 */
export function expandBraces(glob: string): readonly string[] {
  const tokens = tokensOf(glob);
  const outer: Braces[] = [];
  let braces: Braces = { from: 0, done: [], current: [''] };
  for (const [index, token] of tokens.entries()) {
    if (token === '{') {
      outer.push(braces);
      braces = { from: index, done: [], current: [''] };
    } else if (token === ',' && outer.length > 0) {
      braces.done.push(...braces.current);
      braces.current = [''];
    } else if (token === '}') {
      const { from, done, current } = braces;
      const around = outer.pop();
      if (!around) throw refusal(glob, 'closes a brace that was not opened. Write `{a,b}`.');
      if (done.length === 0)
        throw refusal(
          glob,
          `has ${quote(tokens.slice(from, index + 1).join(''))}, which has only one alternative. Write several such as \`{a,b}\`, or a placeholder: \`{pr}\`, \`{branch}\`, \`{commit}\` or \`{group}\`.`,
        );
      const choices = [...new Set([...done, ...current])];
      if (around.current.length * choices.length > MOST_ALTERNATIVES)
        throw refusal(
          glob,
          `expands to more than ${MOST_ALTERNATIVES} patterns. Write fewer alternatives in braces.`,
        );
      around.current = around.current.flatMap((text) => choices.map((choice) => text + choice));
      braces = around;
    } else braces.current = braces.current.map((text) => text + token);
  }
  if (outer.length > 0) throw refusal(glob, 'opens a brace that is not closed. Write `{a,b}`.');
  return braces.current;
}
