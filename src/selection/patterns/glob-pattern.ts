import { InvalidInputError } from '../../model/errors.ts';
import { code, quote } from '../../model/quote.ts';
import { LONGEST_TAG } from '../../model/tag.ts';
import { endsOf, expandBraces, fits, type Glob, parseGlob, startsOf, textsOf } from './glob.ts';
import {
  EVERY_PLACEHOLDER,
  HASHES,
  LATEST,
  type Match,
  type Pattern,
  PLACEHOLDERS,
  type Placeholder,
  readGroups,
  withGroups,
} from './pattern.ts';

/** What stands before and after a glob's placeholder; without one, all of it stands before. */
interface Frame {
  readonly before: Glob;
  readonly after: Glob;
}

/**
 * Reads a glob such as `pr-{pr}*`.
 *
 * @throws InvalidInputError
 */
export function parseGlobPattern(text: string): Pattern {
  refuseHabits(text);
  refuseWhatIsNoTag(text);
  const globs = expandBraces(text);
  for (const glob of globs) refuseImpossible(text, glob);
  const placeholder = placeholderOf(text, globs);
  const frames = globs.map((glob): Frame => {
    const [before = '', after = ''] = placeholder ? glob.split(`{${placeholder}}`) : [glob];
    return { before: parseGlob(before), after: parseGlob(after) };
  });
  const match = MATCHERS[placeholder ?? 'none'];
  const names = (part: string, tag: string) =>
    frames.some(
      (frame) =>
        [frame.before, frame.after].flatMap(textsOf).some((own) => own.includes(part)) &&
        match([frame], tag) !== undefined,
    );
  return {
    text,
    ...(placeholder && { placeholder }),
    namesLatest: names(LATEST, LATEST),
    names,
    match: (all) => all.map((name) => match(frames, name)),
  };
}

type Matcher = (frames: readonly Frame[], name: string) => Match | undefined;

const MATCHERS: Readonly<Record<Placeholder | 'none', Matcher>> = {
  none: matchWhole,
  pr: matchNumber,
  branch: matchBranch,
  commit: matchCommit,
  group: matchGroup,
};

const PLAIN: Match = { kind: 'plain' };

function matchWhole(frames: readonly Frame[], name: string): Match | undefined {
  for (const { before } of frames) if (fits(before, name)) return PLAIN;
  return undefined;
}

/** Reads every whole number, without a leading zero, that may stand in the placeholder's place. */
function matchNumber(frames: readonly Frame[], name: string): Match | undefined {
  const numbers = runsIn(frames, name, /(?<!\d)[1-9]\d*/g);
  return numbers.length === 0 ? undefined : { kind: 'pull-request', numbers };
}

/** Reads every whole hash that may stand in the placeholder's place. */
function matchCommit(frames: readonly Frame[], name: string): Match | undefined {
  const hashes = runsIn(frames, name, HASHES);
  return hashes.length === 0 ? undefined : { kind: 'commit', hashes };
}

/** What the expression finds in the placeholder's place, each text once. */
function runsIn(frames: readonly Frame[], name: string, expression: RegExp): readonly string[] {
  const places = placesIn(frames, name);
  if (places.length === 0) return [];
  const runs = [...name.matchAll(expression)].filter(({ 0: text, index }) =>
    places.some(({ starts, ends }) => starts.includes(index) && ends.includes(index + text.length)),
  );
  return [...new Set(runs.map(([text]) => text))];
}

function matchGroup(frames: readonly Frame[], name: string): Match | undefined {
  const places = placesIn(frames, name);
  if (places.length === 0) return undefined;
  const groups = readGroups(onlyPart(places, name) ?? partsBetween(places, name));
  return groups.length === 0 ? undefined : { kind: 'group', groups };
}

/** The part of a name that can be split in one way only, as most can; undefined otherwise. */
function onlyPart([places, another]: readonly Places[], name: string): readonly string[] | undefined {
  if (!places || another || places.starts.length > 1 || places.ends.length > 1) return undefined;
  const part = name.slice(places.starts[0], places.ends[0]);
  return part === '' ? [] : [part];
}

/** Reads every part of the name that may stand in the placeholder's place. */
function matchBranch(frames: readonly Frame[], name: string): Match | undefined {
  const places = placesIn(frames, name);
  let likely = '';
  for (const { starts, ends } of places) {
    const longest = name.slice(starts[0], ends[0]);
    if (longest.length > likely.length) likely = longest;
  }
  return likely === '' ? undefined : { kind: 'branch', likely, readings: partsBetween(places, name) };
}

function partsBetween(places: readonly Places[], name: string): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      for (const { starts, ends } of places)
        for (const start of starts) for (const end of ends) if (end > start) yield name.slice(start, end);
    },
  };
}

interface Places {
  /** Ascending, at least one. */
  readonly starts: readonly number[];
  /** Descending, at least one. */
  readonly ends: readonly number[];
}

/** Where in the name the placeholder's text may start and end. */
function placesIn(frames: readonly Frame[], name: string): readonly Places[] {
  const places: Places[] = [];
  for (const { before, after } of frames) {
    const starts = endsOf(before, name);
    const ends = starts.length === 0 ? [] : startsOf(after, name);
    if (ends.length > 0) places.push({ starts, ends });
  }
  return places;
}

function placeholderOf(text: string, globs: readonly string[]): Placeholder | undefined {
  const found = globs.map((glob) => [...glob.matchAll(EVERY_PLACEHOLDER)].map(([, word]) => word));
  const kinds = new Set(found.flat());
  if (kinds.size > 1 || found.some(({ length }) => length > 1)) {
    throw new InvalidInputError(
      `${quote(text)} has two placeholders. Write one of \`{pr}\`, \`{branch}\`, \`{commit}\` and \`{group}\` in a pattern.`,
    );
  }
  if (kinds.size > 0 && found.some(({ length }) => length === 0)) {
    throw new InvalidInputError(
      `${quote(text)} has a placeholder in some alternatives and none in others. Write them on separate lines.`,
    );
  }
  return PLACEHOLDERS.find((placeholder) => kinds.has(placeholder));
}

/** What people write for a pattern out of habit from other tools, where it can be no glob of tags: the error says what to write here. */
function refuseHabits(text: string): void {
  if (/^@(?!\(|sha256:)/.test(text)) {
    throw new InvalidInputError(
      `${quote(text)} looks like the name of a file. Write the patterns here, one per line; a step can read the file into the input.`,
    );
  }
  const unquoted = /^(["'`])(.*)\1$/s.exec(text)?.[2];
  if (unquoted !== undefined) {
    throw new InvalidInputError(`${quote(text)} stands in quotes. Write ${code(unquoted)}, without them.`);
  }
  const braces = text.replace(
    /[@+]?\(([^()]*\|[^()]*)\)|^([^()]*\|[^()]*)$/g,
    (_, part: string | undefined, whole: string | undefined) =>
      `{${(part ?? whole ?? '').replaceAll('|', ',')}}`,
  );
  if (braces !== text && /^[\w.*?{},-]+$/.test(braces)) {
    const regex = /^[\w.|()-]+$/.test(text) ? `, or a regular expression: ${code(`/${text}/`)}` : '';
    throw new InvalidInputError(
      `${quote(text)} has alternatives without braces. Write ${code(braces)}${regex}.`,
    );
  }
  if (REGEX.test(text)) {
    const regex = `/${withGroups(text.replace(/^\/|\/$/g, '').replaceAll('\\\\', '\\'))}/`;
    throw new InvalidInputError(
      `${quote(text)} looks like a regular expression, which stands between slashes. Write ${code(regex)}.`,
    );
  }
}

/** What regular expressions have, and no glob of tags. */
const REGEX = /^\^|\$$|\\[bdswBDSW.]|[()|]|[\].]\+|^\.\*|[\])]\{\d+\}/;

/** Refuses a text that names something else than tags: a digest, or a repository. */
function refuseWhatIsNoTag(text: string): void {
  if (/^sha256:/.test(text) || text.includes('@')) {
    throw new InvalidInputError(
      `${quote(text)} is a digest. Tags are deleted by name only: deleting a digest would delete every tag that shares it.`,
    );
  }
  if (text.includes(':')) {
    throw new InvalidInputError(
      `${quote(text)} contains a colon. The repository belongs in \`repository\`; write the tag's name alone.`,
    );
  }
  if (text.includes('/')) {
    throw new InvalidInputError(
      `${quote(text)} contains a slash, which no tag name does. Write a regular expression between slashes (\`/^pr-/\`), and a repository in \`repository\`.`,
    );
  }
}

/** Refuses a glob that can match no tag, which is a mistake. */
function refuseImpossible(text: string, glob: string): void {
  const withoutClasses = glob
    .replace(EVERY_PLACEHOLDER, '?')
    .replace(/\[[!^]?(\]?[^\]]*)\]/g, (_, members: string) => (/^[\w.-]+$/.test(members) ? '?' : members));
  const foreign = /[^\w.\-*?]/u.exec(withoutClasses)?.[0];
  if (foreign === ',') {
    throw new InvalidInputError(
      `${quote(text)} contains a comma. Write patterns one per line, or alternatives in braces: \`{a,b}\`.`,
    );
  }
  if (foreign !== undefined) {
    throw new InvalidInputError(
      `${quote(text)} contains ${named(foreign)}, which no tag name does. Write patterns one per line, of letters, digits, \`_\`, \`.\`, \`-\` and wildcards.`,
    );
  }
  if (/^[.-]/.test(glob) || withoutClasses.replaceAll('*', '').length > LONGEST_TAG) {
    throw new InvalidInputError(
      `${quote(text)} can match no tag: a tag has at most ${LONGEST_TAG} characters and begins with a letter, a digit or \`_\`.`,
    );
  }
}

function named(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /[\x21-\x7e]/.test(character) ? quote(character) : `${quote(character)} (U+${point})`;
}
