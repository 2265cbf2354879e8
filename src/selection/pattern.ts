import { expandBraces, globSource } from './glob.ts';
import { InvalidInputError } from './invalid.ts';
import { withinTime } from './time-limit.ts';

export type Placeholder = 'pr' | 'branch';

/** A pattern of tag names. */
export interface Pattern {
  /** As the user wrote it, without a leading `!`. */
  readonly text: string;
  /** What the pattern reads out of a name; absent for one that only matches. */
  readonly placeholder?: Placeholder;
  /** Whether anything but wildcards stands around the placeholder. */
  readonly hasLiteralText: boolean;
  /** How it may be read in a name: the readings of its placeholder (none without one), or undefined where it does not match. */
  readonly read: (name: string) => readonly string[] | undefined;
}

/** How long one pattern may take on all names, in milliseconds. */
const TIME_LIMIT = 3000;

/**
 * Reads a glob (`pr-{pr}*`) or a regular expression (`/^pr-\d+$/i`).
 *
 * @param role - a placeholder is a condition for deleting, and has no place in an exclusion
 * @throws InvalidInputError
 */
export function parsePattern(text: string, role: 'tags' | 'exclude-tags'): Pattern {
  const regex = /^\/(.*)\/([a-z]*)$/s.exec(text);
  const pattern = regex ? parseRegex(text, regex[1] ?? '', regex[2] ?? '') : parseGlob(text);
  if (role === 'exclude-tags' && pattern.placeholder) {
    throw new InvalidInputError(
      `${quoted(text)} excludes tags by a placeholder. An exclusion takes tags out whatever their ${pattern.placeholder === 'pr' ? 'pull request' : 'branch'}: write \`*\` or a digit class in its place, such as \`pr-[0-9]*\`.`,
    );
  }
  return pattern;
}

/** What {@link Pattern.read} says of every name. @throws InvalidInputError for a pattern that backtracks without end */
export function readAll(
  pattern: Pattern,
  names: readonly string[],
): readonly (readonly string[] | undefined)[] {
  return withinTime(TIME_LIMIT, {
    work: () => names.map(pattern.read),
    onTimeout: () =>
      new InvalidInputError(
        `The pattern ${quoted(pattern.text)} takes too long on these tags: it backtracks without end. Write it without nested repetitions, such as \`a+\` instead of \`(a+)+\`.`,
      ),
  });
}

function parseRegex(text: string, source: string, flags: string): Pattern {
  if (!/^i?$/.test(flags))
    throw new InvalidInputError(
      `${quoted(text)} has the flags \`${flags}\`. Only \`i\` is of use here: write \`/${source}/i\` or \`/${source}/\`.`,
    );
  const regex = compile(text, source, `d${flags}`);
  const groups = [...source.matchAll(/\(\?<(pr|branch)>/g)].map(([, group]) =>
    group === 'pr' ? 'pr' : 'branch',
  );
  const [placeholder] = groups;
  if (groups.length > 1) throw twoPlaceholders(text);
  const base = { text, hasLiteralText: true };
  if (!placeholder) return { ...base, read: (name) => (regex.test(name) ? [] : undefined) };
  return { ...base, placeholder, read: (name) => readCapture(regex.exec(name), placeholder) };
}

function compile(text: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^.*\/: /s, '') : String(cause);
    throw new InvalidInputError(
      `${quoted(text)} is no regular expression: ${why}. Write it in JavaScript's syntax.`,
      { cause },
    );
  }
}

/** A group that took no part, or only a part of a number, tells nothing: then the pattern does not match. */
function readCapture(match: RegExpExecArray | null, placeholder: Placeholder): readonly string[] | undefined {
  const value = match?.groups?.[placeholder];
  const place = match?.indices?.groups?.[placeholder];
  if (!match || !value || !place) return undefined;
  if (placeholder === 'branch') return [value];
  const isWhole =
    /^[1-9]\d*$/.test(value) &&
    !/\d/.test(match.input.charAt(place[0] - 1)) &&
    !/\d/.test(match.input.charAt(place[1]));
  return isWhole ? [value] : undefined;
}

function parseGlob(text: string): Pattern {
  refuseForeignCharacters(text);
  const globs = expandBraces(text);
  const counts = globs.map((glob) => glob.match(/\{(?:pr|branch)\}/g)?.length ?? 0);
  const [placeholder] = /(?<=\{)(?:pr|branch)(?=\})/.exec(text) ?? [];
  if (counts.some((count) => count > 1) || (/\{pr\}/.test(text) && /\{branch\}/.test(text)))
    throw twoPlaceholders(text);
  if (placeholder === undefined) {
    const regexes = globs.map((glob) => wholeGlob(text, glob));
    return {
      text,
      hasLiteralText: true,
      read: (name) => (regexes.some((regex) => regex.test(name)) ? [] : undefined),
    };
  }
  if (counts.includes(0))
    throw new InvalidInputError(
      `${quoted(text)} has a placeholder in some alternatives and none in others. Write them on lines of their own.`,
    );
  const kind: Placeholder = placeholder === 'pr' ? 'pr' : 'branch';
  const parts = globs.map((glob) => partsAround(text, glob, kind));
  const readings = kind === 'pr' ? numberReadings : branchReadings;
  return {
    text,
    placeholder: kind,
    hasLiteralText: globs.every((glob) => /[^*?]/.test(glob.replace(`{${kind}}`, ''))),
    read: (name) => {
      const found = [...new Set(parts.flatMap((part) => readings(name, part)))];
      return found.length > 0 ? found : undefined;
    },
  };
}

function wholeGlob(text: string, glob: string): RegExp {
  if (/^[.-]/.test(glob) || (!/[*?[]/.test(glob) && glob.length > 128)) {
    throw new InvalidInputError(
      `${quoted(text)} can match no tag: a tag has at most 128 characters and begins with a letter, a digit or \`_\`.`,
    );
  }
  return new RegExp(`^${globSource(glob, '.')}$`);
}

/** What stands before and after a glob's placeholder. */
interface Parts {
  readonly before: RegExp;
  readonly after: RegExp;
}

function partsAround(text: string, glob: string, placeholder: Placeholder): Parts {
  const [before = '', after = ''] = glob.split(`{${placeholder}}`);
  if (/^[.-]/.test(before))
    throw new InvalidInputError(
      `${quoted(text)} can match no tag: a tag begins with a letter, a digit or \`_\`.`,
    );
  return {
    before: new RegExp(`^${globSource(before, '.')}$`),
    after: new RegExp(`^${globSource(after, '.')}$`),
  };
}

/** Every whole number, without a leading zero, that may stand in the placeholder's place. */
function numberReadings(name: string, { before, after }: Parts): readonly string[] {
  return [...name.matchAll(/\d+/g)]
    .filter(
      ({ 0: digits, index }) =>
        !digits.startsWith('0') &&
        before.test(name.slice(0, index)) &&
        after.test(name.slice(index + digits.length)),
    )
    .map(([digits]) => digits);
}

/** Every part of the name that may stand in the placeholder's place. */
function branchReadings(name: string, { before, after }: Parts): readonly string[] {
  const cuts = Array.from({ length: name.length + 1 }, (_, index) => index);
  const starts = cuts.filter((index) => before.test(name.slice(0, index)));
  const ends = cuts.filter((index) => after.test(name.slice(index)));
  return starts.flatMap((start) => ends.filter((end) => end > start).map((end) => name.slice(start, end)));
}

function refuseForeignCharacters(text: string): void {
  if (text.startsWith('sha256:') || text.includes('@'))
    throw new InvalidInputError(
      `${quoted(text)} is a digest. Tags are deleted by name only: deleting a digest would take every tag that shares it.`,
    );
  if (text.includes(':'))
    throw new InvalidInputError(
      `${quoted(text)} holds a colon. The repository belongs in \`repository\`; write the tag's name alone.`,
    );
  if (text.includes('/'))
    throw new InvalidInputError(
      `${quoted(text)} holds a slash, which no tag does. Write a regular expression between slashes (\`/^pr-/\`), or the repository in \`repository\`.`,
    );
  const outsideBraces = text.replace(/\{[^{}]*\}/g, '');
  if (outsideBraces.includes(',') && !outsideBraces.includes('{'))
    throw new InvalidInputError(
      `${quoted(text)} holds a comma. Write one pattern a line, or alternatives in braces: \`{a,b}\`.`,
    );
  const foreign = /[^\w.\-*?[\]!^{},]/.exec(text)?.[0];
  if (foreign !== undefined) {
    throw new InvalidInputError(
      `${quoted(text)} holds ${foreign === ' ' ? 'a space' : quoted(foreign)}, which no tag does. Write one pattern a line, of letters, digits, \`_\`, \`.\`, \`-\` and wildcards.`,
    );
  }
}

function twoPlaceholders(text: string): InvalidInputError {
  return new InvalidInputError(
    `${quoted(text)} has two placeholders. Write one \`{pr}\` or one \`{branch}\` in a pattern.`,
  );
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
