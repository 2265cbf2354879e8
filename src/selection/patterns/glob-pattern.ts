import { InvalidInputError } from '../../model/errors.ts';
import { quote } from '../../model/quote.ts';
import { COSIGN_BEGINNING } from '../cosign-tag.ts';
import { expandBraces } from './braces.ts';
import { endsOf, fits, type Glob, parseGlob, startsOf } from './glob.ts';
import { EVERY_PLACEHOLDER, type Match, type Pattern, PLACEHOLDERS, type Placeholder } from './pattern.ts';
import { HASHES, readGroups } from './readings.ts';
import { refuseImpossible, refuseWhatIsNoTag } from './refuse-glob.ts';

/** What stands before and after a glob's placeholder. */
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
  refuseWhatIsNoTag(text);
  const globs = expandBraces(text);
  for (const glob of globs) refuseImpossible(text, glob);
  const placeholder = placeholderOf(text, globs);
  const takesCosignTags = globs.every((glob) => glob.startsWith(COSIGN_BEGINNING));
  if (!placeholder) {
    const parsed = globs.map(parseGlob);
    return { text, takesCosignTags, match: (names) => names.map((name) => matchWhole(parsed, name)) };
  }
  const frames = globs.map((glob): Frame => {
    const [before = '', after = ''] = glob.split(`{${placeholder}}`);
    return { before: parseGlob(before), after: parseGlob(after) };
  });
  const match = MATCHERS[placeholder];
  return { text, placeholder, takesCosignTags, match: (names) => names.map((name) => match(frames, name)) };
}

type Matcher = (frames: readonly Frame[], name: string) => Match | undefined;

const MATCHERS: Readonly<Record<Placeholder, Matcher>> = {
  pr: matchNumber,
  branch: matchBranch,
  commit: matchCommit,
  group: matchGroup,
};

const PLAIN: Match = { kind: 'plain' };

function matchWhole(globs: readonly Glob[], name: string): Match | undefined {
  for (const glob of globs) if (fits(glob, name)) return PLAIN;
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
