import { InvalidInputError } from '../model/invalid-input.ts';
import { quote } from '../model/quote.ts';
import type { Pattern } from './patterns/pattern.ts';
import type { Rules } from './rules.ts';

type Conditions = Pick<Rules, 'tags' | 'exclude' | 'olderThan' | 'keepNewest' | 'notPulledFor'>;

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
 * Refuses patterns that together match everything while nothing else narrows them.
 *
 * @throws InvalidInputError
 */
export function refuseUnbounded({ tags, exclude, olderThan, keepNewest, notPulledFor }: Conditions): void {
  if (exclude.length > 0 || olderThan || keepNewest !== undefined || notPulledFor) return;
  const unconditional = tags.filter(({ placeholder }) => placeholder === undefined);
  if (!takeAll(unconditional, TYPICAL_NAMES)) return;
  const texts = unconditional.map(({ text }) => quote(text)).join(', ');
  throw new InvalidInputError(
    `\`tags\` matches every tag (${texts}), \`latest\` and releases among them. Exclude tags with \`exclude-tags\`, or set \`older-than\`, \`keep-n-most-recent\` or \`not-pulled-for\`.`,
  );
}

/** Names without a common character: what takes both asks for no text of its own. */
const UNLIKE_NAMES = [
  ['latest', 'v1.20.30'],
  ['x'.repeat(64), 'y'.repeat(64)],
];

/**
 * Refuses a `{branch}` with nothing around it: it would take `latest` for a branch that is gone.
 *
 * @throws InvalidInputError
 */
export function refuseLoneBranch({ tags, exclude }: Conditions): void {
  if (exclude.length > 0) return;
  const lone = tags.find(
    (pattern) => pattern.placeholder === 'branch' && UNLIKE_NAMES.some((names) => takeAll([pattern], names)),
  );
  if (!lone) return;
  throw new InvalidInputError(
    `\`tags\` has ${quote(lone.text)}, which would take \`latest\` for a branch that is gone. Write text around the branch, such as \`preview-{branch}\`, or exclude tags with \`exclude-tags\`.`,
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
  throw new InvalidInputError(
    `${quote(text)} is no limit. Write a number of tags such as \`50\`, or a share from \`0%\` to \`100%\`.`,
  );
}

/** Why a plan is larger than the limit allows; undefined if it is not. A share is rounded down. */
export function exceedsLimit(
  limit: Limit,
  { planned, listed }: { readonly planned: number; readonly listed: number },
): string | undefined {
  const most = limit.kind === 'count' ? limit.count : Math.floor((limit.percent * listed) / 100);
  if (planned <= most) return undefined;
  const text =
    limit.kind === 'count'
      ? String(limit.count)
      : `${limit.percent}%, which is ${most} of ${listed} listed tags`;
  return `The plan deletes ${planned} tags, and \`max-deletes\` allows ${text}. Nothing was deleted. Look at the plan, and raise \`max-deletes\` if it is right.`;
}
