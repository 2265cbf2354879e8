import { InvalidInputError, quote, refusal } from '../model/errors.ts';
import { areAny, type Conditions, conditionsOf } from './conditions.ts';
import type { Pattern } from './patterns/pattern.ts';
import { asksGitHub, type Rules, unusedExclusions } from './rules.ts';

type Guarded = Pick<Rules, 'tags' | 'exclude' | keyof Conditions>;

/** Names as people give them: patterns that take them all take everything. */
const TYPICAL_NAMES = [
  'latest',
  'main',
  'v1.2.3',
  '1.0',
  'pr-12',
  'sha-0a1b2c3',
  '2026-01-31',
  'Release_9',
  'nightly',
  'feature-x',
];

/**
 * Refuses patterns that together match everything while nothing narrows them.
 *
 * An exclusion narrows only where it matches a tag: with `names` those of one repository are looked at, and without them
 * every exclusion passes for now.
 *
 * @throws InvalidInputError
 */
export function refuseUnbounded(rules: Guarded, names?: readonly string[]): void {
  const { tags, exclude } = rules;
  if (isNarrowed(exclude, names)) return;
  const unconditional = tags.filter((rule) => !asksGitHub(rule) && !areAny(conditionsOf(rule, rules)));
  if (!takeAll(unconditional, TYPICAL_NAMES)) return;
  const texts = unconditional.map(({ text }) => quote(text)).join(', ');
  throw new InvalidInputError(
    `\`tags\` matches every tag (${texts}), releases included${unmatched(exclude)}. Exclude tags with \`exclude-tags\`, or set \`older-than\`, \`keep-n-most-recent\` or \`not-pulled-for\`.`,
    { namesInput: true },
  );
}

function isNarrowed(exclude: readonly Pattern[], names: readonly string[] | undefined): boolean {
  if (names === undefined || names.length === 0) return names !== undefined || exclude.length > 0;
  return unusedExclusions(exclude, names).length < exclude.length;
}

function unmatched(exclude: readonly Pattern[]): string {
  const texts = exclude.map(({ text }) => quote(text)).join(', ');
  if (exclude.length > 1) return `, and none of the exclusions (${texts}) matches a tag here`;
  return texts && `, and the exclusion ${texts} matches no tag here`;
}

/** Names without a common character: what takes both asks for no text of its own. */
const UNLIKE_NAMES = [
  ['main', 'v1.20.30'],
  ['x'.repeat(64), 'y'.repeat(64)],
];

/**
 * Refuses a `{branch}` with nothing around it: it would take `v1.20.30` for a branch that is gone. Exclusions narrow it as in
 * {@link refuseUnbounded}.
 *
 * @throws InvalidInputError
 */
export function refuseLoneBranch({ tags, exclude }: Guarded, names?: readonly string[]): void {
  if (isNarrowed(exclude, names)) return;
  const branches = tags.filter(({ placeholder }) => placeholder === 'branch');
  const lone = branches.find((pattern) => UNLIKE_NAMES.some((names) => takeAll([pattern], names)));
  if (!lone) return;
  throw new InvalidInputError(
    `\`tags\` has ${quote(lone.text)}, which would treat \`v1.2.3\` as a deleted branch${unmatched(exclude)}. Write text around the branch, such as \`preview-{branch}\`, or exclude tags with \`exclude-tags\`.`,
    { namesInput: true },
  );
}

/** @throws InvalidInputError where a line has `{group}` and no number of tags to keep of each */
export function refuseUncountedGroups(rules: Guarded): void {
  const uncounted = rules.tags.find(
    (rule) => rule.placeholder === 'group' && !conditionsOf(rule, rules).keepNewest,
  );
  if (!uncounted) return;
  throw new InvalidInputError(
    `\`tags\`: ${quote(uncounted.line)} has \`{group}\`, but nothing says how many tags of each group to keep. Write \`keep-n-most-recent=5\` after the pattern, or set the input \`keep-n-most-recent\`.`,
    { namesInput: true },
  );
}

function takeAll(patterns: readonly Pattern[], names: readonly string[]): boolean {
  const matches = patterns.map((pattern) => pattern.match(names));
  return names.every((_, index) => matches.some((match) => match[index] !== undefined));
}

/** The most that a plan may delete. */
export type Limit =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'share'; readonly percent: number };

/**
 * Reads `50` or `50%`.
 *
 * @throws InvalidInputError
 */
export function parseLimit(text: string): Limit {
  const [, digits, percent] = /^(\d{1,9})\s*(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits !== undefined && percent === '') return { kind: 'count', count: number };
  if (digits !== undefined && number <= 100) return { kind: 'share', percent: number };
  const problem =
    'is not a valid limit. Write a number of tags such as `50`, or a share from `0%` to `100%`.';
  throw refusal(text, problem);
}

/** Why a plan is larger than the limit allows; undefined if it is not. A share is rounded down. */
export function exceedsLimit(
  limit: Limit,
  { selected, listed }: { readonly selected: number; readonly listed: number },
): string | undefined {
  const most = limit.kind === 'count' ? limit.count : Math.floor((limit.percent * listed) / 100);
  if (selected <= most) return undefined;
  const text = limit.kind === 'count' ? most : `${limit.percent}%, which is ${most} of ${listed} listed tags`;
  return `The plan deletes ${selected} ${selected === 1 ? 'tag' : 'tags'}, and \`max-deletes\` allows ${text}. Check the plan, and raise \`max-deletes\` if it is right.`;
}
