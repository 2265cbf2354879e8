import type { ReasonToKeep } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import { LATEST, type Match } from './patterns/pattern.ts';
import type { Rule } from './rule.ts';
import type { Rules } from './rules.ts';
import { type Attachment, attachmentOf, isNamedBy, isProtectedBy } from './signatures.ts';

/** A line whose pattern matches a name, with what it says of it. */
export interface PatternMatch {
  readonly pattern: Rule;
  readonly match: Match;
}

/** A tag with what the patterns say of its name. */
export interface Candidate {
  readonly tag: Tag;
  /** What the tag is to an image; absent for any other tag. */
  readonly attachment?: Attachment;
  /** The lines that take the tag: the first one decides. */
  readonly matches: readonly PatternMatch[];
  /** Those of the line that decides, or of the inputs where none matches. */
  readonly conditions: Conditions;
  /** Whether only wildcards match, which take neither `latest` nor what hangs on an image. */
  readonly onlyByWildcard: boolean;
  /** The first exclusion that matches. */
  readonly excludedBy?: string;
  /** Of a signature: the first exclusion that matches and names it, so that it may not go with its image either. */
  readonly protectedBy?: string;
}

const NO_MATCHES: readonly PatternMatch[] = [];

/** A tag that no pattern matches and that hangs on no image: all that is to be said of it. Most tags of many are such. */
export interface Unmatched {
  readonly tag: Tag;
  readonly verdict: typeof NOT_MATCHED;
}

const NOT_MATCHED = { kind: 'keep', reason: { kind: 'not-matched' } } as const;

/** @throws InvalidInputError for a pattern that backtracks without end */
export function readCandidates(tags: readonly Tag[], rules: Rules): readonly (Candidate | Unmatched)[] {
  const names = tags.map(({ name }) => name);
  const wanted = matchesByName(names, rules.tags);
  const unwanted = rules.exclude.map((pattern) => ({ pattern, found: pattern.match(names) }));
  const conditions = new Map(rules.tags.map((rule) => [rule, conditionsOf(rule, rules)]));
  const general = conditionsOf(undefined, rules);
  const takesAll = rules.mode.kind === 'never-expire';
  return tags.map((tag, index) => {
    const attachment = attachmentOf(tag.name);
    const all = wanted[index] ?? NO_MATCHES;
    if (all.length === 0 && !attachment) return { tag, verdict: NOT_MATCHED };
    const matches = takenBy(all, tag.name, { attachment, takesAll });
    const [first] = matches;
    const excludes = ({ found }: (typeof unwanted)[number]) => found[index] !== undefined;
    const exclusion = unwanted.find(excludes);
    const protection =
      attachment && unwanted.find((one) => excludes(one) && isProtectedBy(one.pattern, tag.name, attachment));
    return {
      tag,
      matches,
      conditions: (first && conditions.get(first.pattern)) ?? general,
      onlyByWildcard: !first && all.length > 0,
      ...(attachment && { attachment }),
      ...(exclusion && { excludedBy: exclusion.pattern.text }),
      ...(protection && { protectedBy: protection.pattern.text }),
    };
  });
}

/** For each name the lines that match it, in their order; undefined where none does. One line after the other: names are many. */
function matchesByName(
  names: readonly string[],
  rules: readonly Rule[],
): readonly (readonly PatternMatch[] | undefined)[] {
  const all: (PatternMatch[] | undefined)[] = names.map(() => undefined);
  for (const pattern of rules)
    pattern.match(names).forEach((match, index) => {
      if (!match) return;
      const matches = all[index] ?? [];
      matches.push({ pattern, match });
      all[index] = matches;
    });
  return all;
}

/**
 * The lines that take a tag, of those that match it: wildcards take neither `latest` nor what hangs on an image, but where
 * expirations are taken away. Of `latest` the lines that name it come first; the placeholders of the others protect it still.
 */
function takenBy(
  matches: readonly PatternMatch[],
  name: TagName,
  { attachment, takesAll }: { readonly attachment: Attachment | undefined; readonly takesAll: boolean },
): readonly PatternMatch[] {
  if (attachment && !takesAll) return matches.filter(({ pattern }) => isNamedBy(pattern, name, attachment));
  if (name !== LATEST) return matches;
  const { yes: naming = [], no: others = [] } = Object.groupBy(matches, ({ pattern }) =>
    pattern.names(LATEST, name) ? 'yes' : 'no',
  );
  return takesAll || naming.length > 0 ? [...naming, ...others] : NO_MATCHES;
}

/**
 * The newest of the tags that match and are not excluded, as many as their conditions keep; what hangs on an image does not
 * count.
 *
 * A number on a line counts among the tags that the line decides on, a number that was given for all lines among those whose
 * line has none of its own; and a line with `{group}` counts each of its groups by itself. By image, images are counted instead,
 * each by the newest of its tags, and all its tags are among the newest where it is.
 *
 * @param candidates - newest first
 */
export function newestOf(
  candidates: readonly Candidate[],
  { byImage }: Pick<Rules, 'byImage'>,
): ReadonlySet<TagName> {
  const newest = new Set<TagName>();
  const counted = new Map<string, Set<string>>();
  for (const { tag, matches, excludedBy, attachment, conditions } of candidates) {
    const [decisive] = matches;
    const { keepNewest = 0 } = conditions;
    if (!decisive || keepNewest === 0 || excludedBy !== undefined || attachment) continue;
    const item = byImage ? tag.digest : tag.name;
    // Which image it is, is not known: it may be one that is counted already.
    if (item === undefined) continue;
    const among = countedAmong(decisive);
    const items = counted.get(among) ?? new Set();
    counted.set(among, items);
    if (items.size < keepNewest) items.add(item);
    if (items.has(item)) newest.add(tag.name);
  }
  return newest;
}

/** Tags with the same text are counted together. A line holds no line break. */
function countedAmong({ pattern, match }: PatternMatch): string {
  if (match.kind === 'group') return `${pattern.line}\n${match.readings.join('\n')}`;
  return pattern.conditions.keepNewest === undefined ? '' : pattern.line;
}

/** How many tags the pattern of each line takes. */
export function countMatches(candidates: readonly Candidate[], rules: readonly Rule[]): readonly number[] {
  const counts = new Map<Rule, number>(rules.map((rule) => [rule, 0]));
  for (const { matches } of candidates)
    for (const { pattern } of matches) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  return [...counts.values()];
}

/** What the placeholders of all matching lines say that a tag belongs to. */
export interface Belonging {
  readonly kind: 'clear';
  /** The pull request, where a line asks for one. */
  readonly number: number | undefined;
  /** The hash of the commit, where a line asks for one. */
  readonly hash: string | undefined;
  /** What may stand for a branch, for each line that asks for one. */
  readonly branches: readonly Iterable<string>[];
}

const BELONGS_TO_NOTHING: Belonging = { kind: 'clear', number: undefined, hash: undefined, branches: [] };

/**
 * What a tag belongs to, or why that is not clear: lines that read different pull requests or commits contradict each other, and
 * so does one that reads several groups.
 */
export function belongingOf(matches: readonly PatternMatch[]): Belonging | ReasonToKeep {
  const asking = matches.filter(({ match }) => asksForMore(match));
  if (asking.length === 0) return BELONGS_TO_NOTHING;
  const empty = asking.find(({ match }) => firstReading(match) === undefined);
  if (empty) return { kind: 'placeholder-empty', pattern: empty.pattern.text };
  const found: { pr?: string; commit?: string; group?: string } = {};
  for (const placeholder of ['pr', 'commit', 'group'] as const) {
    const same = asking.filter(({ pattern }) => pattern.placeholder === placeholder);
    const readings = new Set(same.flatMap(({ match }) => (match.kind === placeholder ? match.readings : [])));
    const pattern = same[0]?.pattern.text ?? '';
    if (readings.size > 1)
      return { kind: 'ambiguous', placeholder, pattern, readings: [...readings].toSorted() };
    for (const reading of readings) found[placeholder] = reading;
  }
  return {
    kind: 'clear',
    number: found.pr === undefined ? undefined : Number(found.pr),
    hash: found.commit,
    branches: asking.flatMap(({ match }) => (match.kind === 'branch' ? [match.readings] : [])),
  };
}

/** Whether the pattern asks for something that the tag belongs to, or for a group that is not clear. */
function asksForMore(match: Match): boolean {
  return match.kind !== 'plain' && !(match.kind === 'group' && match.readings.length === 1);
}

/** What the placeholder stands for, or most likely does. */
export function firstReading(match: Match): string | undefined {
  if (match.kind === 'plain') return undefined;
  for (const reading of match.readings) return reading;
  return undefined;
}
