import { code, quote, refusal } from '../../model/errors.ts';
import { LONGEST_TAG } from '../../model/tag.ts';
import { compileGlobs, expandBraces, literalsOf } from './glob.ts';
import {
  EVERY_PLACEHOLDER,
  LATEST,
  type Match,
  type Pattern,
  PLACEHOLDERS,
  PLAIN,
  type Placeholder,
  type Places,
  readPlaceholder,
  withGroups,
} from './pattern.ts';

/** One alternative of a glob: what stands before and after its placeholder. */
interface Frame {
  readonly before: Part;
  readonly after: Part;
}

interface Part {
  readonly regex: RegExp;
  /** How long every text is that it takes; undefined where a `*` leaves that open. */
  readonly length: number | undefined;
}

/**
 * Reads a glob such as `pr-{pr}*`.
 *
 * @throws InvalidInputError
 */
export function parseGlobPattern(text: string): Pattern {
  refuse(text, habitIn(text));
  const globs = expandBraces(text);
  for (const glob of globs) refuse(text, impossibleIn(glob));
  refuse(text, mixedPlaceholders(globs));
  const placeholder = PLACEHOLDERS.find((word) => globs[0]?.includes(`{${word}}`));
  const match = matcher(text, globs, placeholder);
  const alternatives = globs.map((glob) => ({
    literals: literalsOf(glob),
    match: matcher(text, [glob], placeholder),
  }));
  const names = (part: string, tag: string) =>
    alternatives.some(
      ({ literals, match }) => literals.some((own) => own.includes(part)) && match(tag) !== undefined,
    );
  return {
    text,
    ...(placeholder && { placeholder }),
    namesLatest: names(LATEST, LATEST),
    names,
    match: (all) => all.map(match),
  };
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
    return { before: partOf(text, before), after: partOf(text, after) };
  });
  return (name) =>
    whole.test(name) ? readPlaceholder(placeholder, name, placesIn(frames, name)) : undefined;
}

function partOf(text: string, glob: string): Part {
  const length = glob.includes('*') ? undefined : glob.replace(/\[.[^\]]*\]/g, '?').length;
  return { regex: compileGlobs(text, [glob]), length };
}

function placesIn(frames: readonly Frame[], name: string): Places {
  const starts = ({ regex }: Part, end: number) => regex.test(name.slice(0, end));
  const ends = ({ regex }: Part, start: number) => regex.test(name.slice(start));
  const lengthsOf = ({ length }: Part) =>
    length === undefined ? Array.from({ length: name.length }, (_, each) => each) : [length];
  return {
    has: (start, end) => frames.some(({ before, after }) => starts(before, start) && ends(after, end)),
    texts: {
      *[Symbol.iterator]() {
        for (const { before, after } of frames) {
          const lasts = lengthsOf(after).map((length) => name.length - length);
          const fitting = lasts.filter((end) => ends(after, end));
          for (const start of lengthsOf(before)) {
            if (!starts(before, start)) continue;
            for (const end of fitting) if (start < end) yield name.slice(start, end);
          }
        }
      },
    },
  };
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
