import { InvalidInputError } from '../../model/errors.ts';
import { code, quote } from '../../model/quote.ts';
import {
  HASHES,
  LATEST,
  type Match,
  type Pattern,
  PLACEHOLDER,
  PLACEHOLDERS,
  type Placeholder,
  readGroups,
  type TimeLimit,
  withGroups,
} from './pattern.ts';

/** How long one regular expression may take on all names, in milliseconds, and how much longer for each of them. */
const LONGEST_TIME = 2000;
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
  limit: TimeLimit,
): Pattern {
  refuseForeign(text, source, flags);
  const regex = compile(text, source, flags);
  const groups = readGroupNames(text, compile(text, `(?:)|(?:${source})`, flags));
  const everywhere = compile(text, source, `dg${flags}`);
  const read = groups
    ? (name: string) => readName(name, everywhere, groups)
    : (name: string) => (regex.test(name) ? PLAIN : undefined);
  const own = ownTexts(withoutNegations(source)).map((part) => foldCase(part, flags));
  const names = (part: string) => own.some((each) => each.includes(foldCase(part, flags)));
  return {
    text,
    ...(groups && { placeholder: groups.placeholder }),
    namesLatest: names(LATEST),
    names,
    match: (all) => matchInTime(text, all, { read, limit }),
  };
}

const PLAIN: Match = { kind: 'plain' };

/** Refuses what can be meant for no tag, and would select or protect nothing without a word. */
function refuseForeign(text: string, source: string, flags: string): void {
  if (source === '')
    throw new InvalidInputError(`${quote(text)} is empty. Write a pattern between the slashes.`);
  if (!/^i?$/.test(flags)) {
    throw new InvalidInputError(
      `${quote(text)} has the flags ${quote(flags)}. Only \`i\` (ignore case) is allowed: end it with \`/i\` or \`/\`.`,
    );
  }
  if (tokensOf(source).includes('/')) {
    throw new InvalidInputError(
      `${quote(text)} has a slash inside, which no tag name has. Write regular expressions one per line, each between slashes.`,
    );
  }
  if (PLACEHOLDER.test(source)) {
    throw new InvalidInputError(
      `${quote(text)} has a placeholder in braces, as only globs have. Write ${code(withGroups(text))}.`,
    );
  }
  if (source.includes('\\\\')) {
    throw new InvalidInputError(
      `${quote(text)} has a doubled backslash, which asks for a backslash in the tag's name. Write ${code(text.replaceAll('\\\\', '\\'))}.`,
    );
  }
}

/** The parts of a source: escapes, classes, the beginnings of negative lookarounds, single characters. */
function tokensOf(source: string): readonly string[] {
  return source.match(/\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?!|./gs) ?? [];
}

/** The source of a regular expression without its negative lookarounds, in which a text keeps names away, and without classes. */
function withoutNegations(source: string): string {
  let asserted = '';
  let depth = 0;
  let negation: number | undefined;
  for (const token of tokensOf(source)) {
    if (token.startsWith('(')) {
      depth += 1;
      if (token !== '(') negation ??= depth;
    }
    // `[.]` is how some write a dot.
    if (negation === undefined) asserted += token.replace(/^\[(.)\]$|^\[.*$/s, '$1');
    if (token !== ')') continue;
    if (negation === depth) negation = undefined;
    depth -= 1;
  }
  return asserted;
}

/** The source, and as far as each alternative of its groups: `\\.(?:sig|att)$` holds `.sig` and `.att` too. */
function ownTexts(source: string): readonly string[] {
  const groups = [...source.matchAll(/\((?:\?:|\?<\w+>)?([^()]*\|[^()]*)\)/g)];
  const alternatives = groups.flatMap(({ index, 1: inside = '' }) =>
    inside.split('|').map((alternative) => source.slice(0, index) + alternative),
  );
  return [source, ...alternatives];
}

function foldCase(text: string, flags: string): string {
  return flags === 'i' ? text.toLowerCase() : text;
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
  const remedy = why.startsWith('Duplicate capture group')
    ? 'Give each group a name of its own, such as `(?<group>…)` and `(?<group2>…)`'
    : 'Fix it, or write a simpler one';
  return new InvalidInputError(`${quote(text)} does not work as a regular expression: ${why}. ${remedy}.`, {
    cause,
  });
}

/** The named groups of a regular expression; several only of `group`, `group2`, `group_x`. */
interface Groups {
  readonly placeholder: Placeholder;
  /** In the order in which they stand. */
  readonly names: readonly string[];
}

const GROUPS = PLACEHOLDERS.map((word) => `\`(?<${word}>…)\``).join(', ');

/** @param regex - one that matches the empty text, and so shows the names of all its groups */
function readGroupNames(text: string, regex: RegExp): Groups | undefined {
  const names = Object.keys(regex.exec('')?.groups ?? {});
  const [name] = names;
  if (name === undefined) return undefined;
  if (names.every((each) => /^group(?:\d+|_\w+)?$/.test(each))) return { placeholder: 'group', names };
  if (names.length > 1) {
    throw new InvalidInputError(
      `${quote(text)} has several named groups. Write one of ${GROUPS} in a pattern, or several such as \`(?<group>…)\` and \`(?<group2>…)\`, and \`(?:…)\` for other groups.`,
    );
  }
  const placeholder = PLACEHOLDERS.find((word) => word === name);
  if (placeholder) return { placeholder, names };
  throw new InvalidInputError(
    `${quote(text)} has the group \`(?<${name}>…)\`, which is not known. Write one of ${GROUPS}, or \`(?:…)\`.`,
  );
}

function matchInTime(
  text: string,
  names: readonly string[],
  { read, limit }: { readonly read: (name: string) => Match | undefined; readonly limit: TimeLimit },
): readonly (Match | undefined)[] {
  try {
    const result = limit(LONGEST_TIME + names.length * TIME_PER_NAME, () => names.map(read));
    if (result !== 'timeout') return result.value;
  } catch (error) {
    // V8 refuses some expressions, such as too large ones, only when they run.
    throw error instanceof SyntaxError || error instanceof RangeError ? unusable(text, error) : error;
  }
  throw new InvalidInputError(
    `The pattern ${quote(text)} takes too long: it backtracks without end. Write it without nested repetitions, such as \`a+\` instead of \`(a+)+\`.`,
  );
}

type Place = readonly [start: number, end: number];

function readName(name: string, regex: RegExp, { placeholder, names }: Groups): Match | undefined {
  const matches = [...name.matchAll(regex)];
  if (matches.length === 0) return undefined;
  const places = matches.flatMap(({ indices }) => names.map((group) => indices?.groups?.[group]));
  // A group that took no part in a match leaves open what the tag belongs to.
  const known = places.every((place) => place !== undefined) ? places : [];
  switch (placeholder) {
    case 'pr':
      return readNumber(name, known);
    case 'branch':
      return readBranch(name, known);
    case 'commit':
      return readCommit(name, known);
    case 'group':
      return { kind: 'group', groups: readKeys(textsOf(name, known), names.length) };
    default:
      return placeholder satisfies never;
  }
}

function textsOf(name: string, places: readonly Place[]): readonly string[] {
  return places.map((place) => name.slice(...place));
}

/** Stands between the parts of a key; no tag holds it. */
const BETWEEN_PARTS = ' · ';

/** The key of each match, of so many parts. A group that matched nothing leaves open what the tag belongs to, as one that took no part. */
function readKeys(parts: readonly string[], length: number): readonly string[] {
  if (parts.includes('')) return [];
  const starts = parts.map((_, index) => index).filter((index) => index % length === 0);
  return readGroups(starts.map((start) => parts.slice(start, start + length).join(BETWEEN_PARTS)));
}

function readCommit(name: string, places: readonly Place[]): Match | undefined {
  const runs = [...name.matchAll(HASHES)];
  const whole = places.filter(([start, end]) =>
    runs.some(({ 0: hash, index }) => index === start && index + hash.length === end),
  );
  if (places.length > 0 && whole.length === 0) return undefined;
  return { kind: 'commit', hashes: [...new Set(textsOf(name, whole))] };
}

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
