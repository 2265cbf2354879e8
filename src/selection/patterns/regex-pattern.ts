import { InvalidInputError } from '../../model/errors.ts';
import { quote } from '../../model/quote.ts';
import { COSIGN_BEGINNING } from '../cosign-tag.ts';
import { type Match, type Pattern, PLACEHOLDERS, type Placeholder } from './pattern.ts';
import { HASHES, readGroups } from './readings.ts';
import { withinTime } from './time-limit.ts';

/** How long one regular expression may take on all names, in milliseconds, and how much longer for each of them. */
const TIME_LIMIT = 2000;
const TIME_PER_NAME = 0.01;

/**
 * Makes a pattern of a regular expression, with `(?<pr>…)` or `(?<branch>…)` as its placeholder.
 *
 * @param parts - `source` and `flags` of the `text`
 * @throws InvalidInputError
 */
export function parseRegexPattern(
  text: string,
  { source, flags }: { readonly source: string; readonly flags: string },
  timeLimit: number = TIME_LIMIT,
): Pattern {
  if (source === '')
    throw new InvalidInputError(`${quote(text)} is empty. Write a pattern between the slashes.`);
  if (!/^i?$/.test(flags)) {
    throw new InvalidInputError(
      `${quote(text)} has the flags ${quote(flags)}. Only \`i\` (ignore case) is allowed: end it with \`/i\` or \`/\`.`,
    );
  }
  const regex = compile(text, source, flags);
  const placeholder = placeholderOf(text, compile(text, `(?:)|(?:${source})`, flags));
  const everywhere = compile(text, source, `dg${flags}`);
  const read = placeholder
    ? (name: string) => readName(name, { regex: everywhere, placeholder })
    : (name: string) => (regex.test(name) ? PLAIN : undefined);
  return {
    text,
    takesCosignTags: source.startsWith(`^${COSIGN_BEGINNING}`) && !hasAlternatives(source),
    match: (names) => matchInTime(text, { names, read, timeLimit }),
    ...(placeholder && { placeholder }),
  };
}

const PLAIN: Match = { kind: 'plain' };

/** Whether the expression has alternatives outside of groups, so that its beginning does not hold for all of it. */
function hasAlternatives(source: string): boolean {
  const outside = source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, '');
  let depth = 0;
  for (const character of outside) {
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === '|' && depth === 0) return true;
  }
  return false;
}

function compile(text: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw unusable(text, cause);
  }
}

function unusable(text: string, cause: unknown): InvalidInputError {
  const why = cause instanceof Error ? cause.message.replace(/^.*\/[a-z]*: /s, '') : String(cause);
  return new InvalidInputError(
    `${quote(text)} does not work as a regular expression: ${why}. Fix it, or write a simpler one.`,
    { cause },
  );
}

const GROUPS = PLACEHOLDERS.map((word) => `\`(?<${word}>…)\``).join(', ');

/** @param regex - one that matches the empty text, and so shows the names of all its groups */
function placeholderOf(text: string, regex: RegExp): Placeholder | undefined {
  const [group, second] = Object.keys(regex.exec('')?.groups ?? {});
  if (second !== undefined) {
    throw new InvalidInputError(
      `${quote(text)} has two named groups. Write one of ${GROUPS} in a pattern, and \`(?:…)\` for other groups.`,
    );
  }
  const placeholder = PLACEHOLDERS.find((word) => word === group);
  if (group === undefined || placeholder) return placeholder;
  throw new InvalidInputError(
    `${quote(text)} has the group \`(?<${group}>…)\`, which is not known. Write one of ${GROUPS}, or \`(?:…)\`.`,
  );
}

function matchInTime(
  text: string,
  {
    names,
    read,
    timeLimit,
  }: {
    readonly names: readonly string[];
    readonly read: (name: string) => Match | undefined;
    readonly timeLimit: number;
  },
): readonly (Match | undefined)[] {
  const tooSlow = new InvalidInputError(
    `The pattern ${quote(text)} takes too long: it backtracks without end. Write it without nested repetitions, such as \`a+\` instead of \`(a+)+\`.`,
  );
  try {
    return withinTime(timeLimit + names.length * TIME_PER_NAME, {
      work: () => names.map(read),
      onTimeout: () => tooSlow,
    });
  } catch (error) {
    // V8 refuses some expressions, such as too large ones, only when they run.
    throw error instanceof SyntaxError || error instanceof RangeError ? unusable(text, error) : error;
  }
}

function readName(
  name: string,
  { regex, placeholder }: { readonly regex: RegExp; readonly placeholder: Placeholder },
): Match | undefined {
  const matches = [...name.matchAll(regex)];
  if (matches.length === 0) return undefined;
  const places = matches.map(({ indices }) => indices?.groups?.[placeholder]);
  const found = places.filter((place) => place !== undefined);
  // A group that took no part in a match leaves open what the tag belongs to.
  const known = found.length === places.length ? found : [];
  switch (placeholder) {
    case 'pr':
      return readNumber(name, known);
    case 'branch':
      return readBranch(name, known);
    case 'commit':
      return readCommit(name, known);
    case 'group':
      return { kind: 'group', groups: readRegexGroups(textsOf(name, known)) };
    default:
      return placeholder satisfies never;
  }
}

function textsOf(name: string, places: readonly Place[]): readonly string[] {
  return places.map((place) => name.slice(...place));
}

/** A group that matched nothing leaves open what the tag belongs to, as one that took no part. */
function readRegexGroups(texts: readonly string[]): readonly string[] {
  return texts.includes('') ? [] : readGroups(texts);
}

function readCommit(name: string, places: readonly Place[]): Match | undefined {
  const runs = [...name.matchAll(HASHES)];
  const whole = places.filter(([start, end]) =>
    runs.some(({ 0: hash, index }) => index === start && index + hash.length === end),
  );
  if (places.length > 0 && whole.length === 0) return undefined;
  return { kind: 'commit', hashes: [...new Set(textsOf(name, whole))] };
}

type Place = readonly [start: number, end: number];

function readNumber(name: string, places: readonly Place[]): Match | undefined {
  const whole = places.filter(
    ([start, end]) =>
      /^[1-9]\d*$/.test(name.slice(start, end)) && !/\d/.test(name.charAt(start - 1) + name.charAt(end)),
  );
  if (places.length > 0 && whole.length === 0) return undefined;
  return { kind: 'pull-request', numbers: [...new Set(textsOf(name, whole))] };
}

/** The group may have taken less than the branch's whole name, so that everything around it counts too. */
function readBranch(name: string, places: readonly Place[]): Match {
  const taken = places.filter(([start, end]) => end > start);
  const [first] = taken;
  if (!first) return { kind: 'branch', readings: [] };
  const readings = {
    *[Symbol.iterator]() {
      for (const [from, to] of taken)
        for (let start = from; start >= 0; start -= 1)
          for (let end = to; end <= name.length; end += 1) yield name.slice(start, end);
    },
  };
  return { kind: 'branch', likely: name.slice(...first), readings };
}
