import { code, quote, refusal } from '../../model/errors.ts';
import {
  inEngine,
  type Match,
  matchOf,
  type Pattern,
  PLACEHOLDER,
  PLACEHOLDERS,
  PLAIN,
  type Placeholder,
  RUNS,
  type TimeLimit,
  withGroups,
} from './pattern.ts';

/** How long one regular expression may take on all names, in milliseconds, and how much longer for each of them. */
const LONGEST_TIME = 2000;
const TIME_PER_NAME = 0.01;
const ENDLESS =
  'takes too long: it backtracks without end. Write it without nested repetitions, such as `a+` instead of `(a+)+`.';

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
  const problem = problemWith(text, source, flags);
  if (problem !== undefined) throw refusal(text, problem);
  const regex = inEngine(text, () => new RegExp(source, flags));
  const groups = readGroupNames(text, new RegExp(`(?:)|(?:${source})`, flags));
  const everywhere = new RegExp(source, `dg${flags}`);
  const read = groups
    ? (name: string) => readName(name, everywhere, groups)
    : (name: string) => (regex.test(name) ? PLAIN : undefined);
  const foldCase = (part: string) => (flags === 'i' ? part.toLowerCase() : part);
  const own = ownTexts(withoutNegations(source)).map(foldCase);
  const names = (part: string) => own.some((each) => each.includes(foldCase(part)));
  return {
    text,
    ...(groups && { placeholder: groups.placeholder }),
    names,
    match(all) {
      const time = LONGEST_TIME + all.length * TIME_PER_NAME;
      const result = inEngine(text, () => limit(time, () => all.map(read)));
      if (result === 'timeout') throw refusal(text, ENDLESS);
      return result.value;
    },
  };
}

/** What can be meant for no tag, and would select or protect nothing without a word. */
function problemWith(text: string, source: string, flags: string): string | undefined {
  if (source === '') return 'is empty. Write a pattern between the slashes.';
  if (!/^i?$/.test(flags))
    return `has the flags ${quote(flags)}. Only \`i\` (ignore case) is allowed: end it with \`/i\` or \`/\`.`;
  if (tokensOf(source).includes('/'))
    return 'has a slash inside, which no tag name has. Write regular expressions one per line, each between slashes.';
  if (PLACEHOLDER.test(source))
    return `has a placeholder in braces, as only globs have. Write ${code(withGroups(text))}.`;
  if (source.includes('\\\\'))
    return `has a doubled backslash, which asks for a backslash in the tag's name. Write ${code(text.replaceAll('\\\\', '\\'))}.`;
  return undefined;
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
  const placeholder = PLACEHOLDERS.find((word) => word === name);
  if (placeholder && names.length === 1) return { placeholder, names };
  const problem =
    names.length > 1
      ? `has several named groups. Write one of ${GROUPS} in a pattern, or several such as \`(?<group>…)\` and \`(?<group2>…)\`, and \`(?:…)\` for other groups.`
      : `has the group \`(?<${name}>…)\`, which is not known. Write one of ${GROUPS}, or \`(?:…)\`.`;
  throw refusal(text, problem);
}

/** Stands between the parts of a key; no tag holds it. */
const BETWEEN_PARTS = ' · ';
const EVERY_RUN = { pr: new RegExp(RUNS.pr, 'g'), commit: new RegExp(RUNS.commit, 'g') };

/** A group that took no part in a match, or matched nothing in it, leaves open what the tag belongs to. */
function readName(name: string, regex: RegExp, { placeholder, names }: Groups): Match | undefined {
  const matches = [...name.matchAll(regex)].filter(([text]) => text !== '');
  if (matches.length === 0) return undefined;
  const texts = matches.map(({ groups }) => names.map((group) => groups?.[group] ?? ''));
  if (texts.flat().includes('')) return { kind: placeholder, readings: [] };
  if (placeholder === 'group')
    return matchOf(
      placeholder,
      texts.map((parts) => parts.join(BETWEEN_PARTS)),
    );
  const places = matches.flatMap(({ indices }) =>
    indices?.groups?.[placeholder] ? [indices.groups[placeholder]] : [],
  );
  if (placeholder === 'branch') return matchOf(placeholder, textsAround(name, places));
  const isTaken = (index: number, run: string) =>
    places.some(([start, end]) => start === index && end === index + run.length);
  const runs = [...name.matchAll(EVERY_RUN[placeholder])].filter(({ 0: run, index }) => isTaken(index, run));
  return matchOf(
    placeholder,
    runs.flatMap(([run]) => run),
  );
}

/** A group may have taken less than the branch's whole name, so that everything around it counts too. */
function textsAround(name: string, places: readonly (readonly [number, number])[]): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      for (const [from, to] of places)
        for (let start = from; start >= 0; start -= 1)
          for (let end = to; end <= name.length; end += 1) yield name.slice(start, end);
    },
  };
}
