import { expandBraces } from '../../model/braces.ts';
import { code, quote, refusal } from '../../model/errors.ts';
import { LONGEST_TAG } from '../../model/tag.ts';
import {
  EVERY_PLACEHOLDER,
  inEngine,
  type Match,
  matchOf,
  type Pattern,
  PLACEHOLDER,
  PLACEHOLDERS,
  PLAIN,
  type Placeholder,
  RUNS,
  withGroups,
} from './pattern.ts';

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
function literalsOf(glob: string): readonly string[] {
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
  return compile(text, `^(?:${globs.map(sourceOf).join('|')})`);
}

function compile(text: string, source: string, flags?: string): RegExp {
  return inEngine(text, () => {
    const regex = new RegExp(source, flags);
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

/**
 * The same of what stands before a placeholder, to look back at: there a star ends at the last place before which the part
 * before it fits. A tag has no slash.
 */
function sourceBefore(glob: string): string {
  let part = '^';
  let parts = '';
  for (const token of tokensOf(glob)) {
    if (token.startsWith('*')) {
      parts += `${part}(?:[^](?<!${part}))*`;
      part = '';
    } else part += sourceOfToken(token);
  }
  return parts + part;
}

function sourceOfToken(token: string): string {
  if (token === '?') return '[^/]';
  const [, negation, members] = /^\[([!^]?)(.+)\]$/s.exec(token) ?? [];
  if (members === undefined) return token.replace(/[\\^$.+()[\]{}|/]/g, '\\$&');
  return `(?!/)[${negation ? '^' : ''}${members.replace(/[\\\]^[]/g, '\\$&')}]`;
}

/**
 * The alternatives of a glob: `{a,b}` stands for two. Placeholders such as `{pr}` stand as they are.
 *
 * @throws InvalidInputError for a brace without its other half, and for more than 1,000 alternatives
 */
export function alternativesOf(glob: string): readonly string[] {
  const globs = expandBraces(glob, tokensOf(glob));
  for (const tokens of globs.map(tokensOf)) {
    const end = tokens.indexOf('}');
    const start = tokens.lastIndexOf('{', end);
    if (start === -1 && end === -1) continue;
    if (end === -1) throw refusal(glob, 'opens a brace that is not closed. Write `{a,b}`.');
    if (start === -1) throw refusal(glob, 'closes a brace that was not opened. Write `{a,b}`.');
    throw refusal(
      glob,
      `has ${quote(tokens.slice(start, end + 1).join(''))}, which has only one alternative. Write several such as \`{a,b}\`, or a placeholder: \`{pr}\`, \`{branch}\`, \`{commit}\` or \`{group}\`.`,
    );
  }
  return globs;
}

/**
 * Reads a glob of tags such as `pr-{pr}*`.
 *
 * @throws InvalidInputError
 */
export function parseGlobPattern(text: string): Pattern {
  refuse(text, habitIn(text));
  const globs = alternativesOf(text);
  for (const glob of globs) refuse(text, impossibleIn(glob));
  refuse(text, mixedPlaceholders(globs));
  const placeholder = PLACEHOLDERS.find((word) => globs[0]?.includes(`{${word}}`));
  const match = matcher(text, globs, placeholder);
  const alternatives = globs.map((glob) => ({
    literals: literalsOf(glob),
    match: matcher(text, [glob], placeholder),
  }));
  return {
    text,
    ...(placeholder && { placeholder }),
    names: (part, tag) =>
      alternatives.some(
        ({ literals, match }) => literals.some((own) => own.includes(part)) && match(tag) !== undefined,
      ),
    match: (all) => all.map(match),
  };
}

/** What stands around the placeholder of an alternative, each as an assertion of a regular expression. */
interface Frame {
  readonly before: string;
  readonly after: string;
}

function matcher(
  text: string,
  globs: readonly string[],
  placeholder: Placeholder | undefined,
): (name: string) => Match | undefined {
  const whole = compileGlobs(
    text,
    globs.map((glob) => glob.replace(EVERY_PLACEHOLDER, '?*')),
  );
  if (!placeholder) return (name) => (whole.test(name) ? PLAIN : undefined);
  const frames = globs.map((glob): Frame => {
    const [before = '', after = ''] = glob.split(`{${placeholder}}`);
    return { before: `(?<=${sourceBefore(before)})`, after: `(?=${sourceOf(after)})` };
  });
  const texts =
    placeholder === 'branch' || placeholder === 'group'
      ? textsIn(frames)
      : runsIn(text, frames, RUNS[placeholder]);
  return (name) => (whole.test(name) ? matchOf(placeholder, texts(name)) : undefined);
}

function runsIn(text: string, frames: readonly Frame[], run: string): (name: string) => readonly string[] {
  const regex = compile(text, frames.map(({ before, after }) => before + run + after).join('|'), 'g');
  return (name) => name.match(regex) ?? [];
}

/** Every text that may stand in the place of the placeholder: the longest first where wildcards are only behind it. */
function textsIn(frames: readonly Frame[]): (name: string) => Iterable<string> {
  const places = frames.map(
    ({ before, after }) => [new RegExp(before, 'g'), new RegExp(after, 'g')] as const,
  );
  return (name) => ({
    *[Symbol.iterator]() {
      for (const [before, after] of places) {
        const ends = placesOf(after, name).reverse();
        for (const start of placesOf(before, name))
          for (const end of ends) if (start < end) yield name.slice(start, end);
      }
    },
  });
}

/** @param regex - one that matches between characters */
function placesOf(regex: RegExp, name: string): number[] {
  const places: number[] = [];
  for (regex.lastIndex = 0; regex.test(name); regex.lastIndex += 1) places.push(regex.lastIndex);
  return places;
}

function refuse(text: string, problem: string | undefined): void {
  if (problem !== undefined) throw refusal(text, problem);
}

/** What people write for a pattern out of habit from other tools, where it can be no glob of tags. */
function habitIn(text: string): string | undefined {
  if (/^@(?!\(|sha256:)/.test(text))
    return 'looks like the name of a file. Write the patterns here, one per line; a step can read the file into the input.';
  const unquoted = /^(["'`])(.*)\1$/s.exec(text)?.[2];
  if (unquoted !== undefined) return `stands in quotes. Write ${code(unquoted)}, without them.`;
  const braces = text.replace(
    /[@+]?\(([^()]*\|[^()]*)\)|^([^()]*\|[^()]*)$/g,
    (_, part = '', whole = '') => `{${`${part}${whole}`.replaceAll('|', ',')}}`,
  );
  if (braces !== text && /^[\w.*?{},-]+$/.test(braces)) {
    const regex = /^[\w.|()-]+$/.test(text) ? `, or a regular expression: ${code(`/${text}/`)}` : '';
    return `has alternatives without braces. Write ${code(braces)}${regex}.`;
  }
  if (REGEX.test(text)) {
    const regex = `/${withGroups(text.replace(/^\/|\/$/g, '').replaceAll('\\\\', '\\'))}/`;
    return `looks like a regular expression, which stands between slashes. Write ${code(regex)}.`;
  }
  if (/^sha256:|@/.test(text))
    return 'is a digest. Tags are deleted by name only: deleting a digest would delete every tag that shares it.';
  if (text.includes(':'))
    return "contains a colon. The repository belongs in `repository`; write the tag's name alone.";
  if (text.includes('/'))
    return 'contains a slash, which no tag name does. Write a regular expression between slashes (`/^pr-/`), and a repository in `repository`.';
  return undefined;
}

/** What regular expressions have, and no glob of tags. */
const REGEX = /^\^|\$$|\\[bdswBDSW.]|[()|]|[\].]\+|^\.\*|[\])]\{\d+\}/;

/** Why an alternative can match no tag, which is a mistake. */
function impossibleIn(glob: string): string | undefined {
  const withoutClasses = glob
    .replace(EVERY_PLACEHOLDER, '?')
    .replace(/\[[!^]?(\]?[^\]]*)\]/g, (_, members: string) => (/^[\w.-]+$/.test(members) ? '?' : members));
  const foreign = /[^\w.\-*?]/u.exec(withoutClasses)?.[0];
  if (foreign === ',')
    return 'contains a comma. Write patterns one per line, or alternatives in braces: `{a,b}`.';
  if (foreign !== undefined)
    return `contains ${named(foreign)}, which no tag name does. Write patterns one per line, of letters, digits, \`_\`, \`.\`, \`-\` and wildcards.`;
  if (/^[.-]/.test(glob) || withoutClasses.replaceAll('*', '').length > LONGEST_TAG)
    return `can match no tag: a tag has at most ${LONGEST_TAG} characters and begins with a letter, a digit or \`_\`.`;
  return undefined;
}

function named(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /[\x21-\x7e]/.test(character) ? quote(character) : `${quote(character)} (U+${point})`;
}

function mixedPlaceholders(globs: readonly string[]): string | undefined {
  const found = globs.map((glob) => glob.match(EVERY_PLACEHOLDER) ?? []);
  const kinds = new Set(found.flat());
  if (kinds.size > 1 || found.some(({ length }) => length > 1))
    return 'has two placeholders. Write one of `{pr}`, `{branch}`, `{commit}` and `{group}` in a pattern.';
  if (kinds.size > 0 && found.some(({ length }) => length === 0))
    return 'has a placeholder in some alternatives and none in others. Write them on separate lines.';
  return undefined;
}
