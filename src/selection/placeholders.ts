import type { PullRequestState, Undecided } from '../model/facts.ts';
import type { Reason } from '../model/reason.ts';
import { type BranchIndex, findBranch, indexBranches } from './branch-slug.ts';
import type { PatternMatch } from './candidate.ts';
import type { Match } from './patterns/pattern.ts';
import type { EventScope } from './rules.ts';

/** GitHub's numbers fit into 32 bits: a larger one is no pull request. */
const LARGEST_NUMBER = 2 ** 31 - 1;

/** What the placeholders of all matching patterns say a tag belongs to. */
export type Belonging =
  | {
      readonly kind: 'clear';
      /** The pull request, where a pattern asks for one. */
      readonly number?: number;
      /** The hash of the commit, where a pattern asks for one. */
      readonly hash?: string;
      /** What may stand for a branch, for each pattern that asks for one. */
      readonly branches: readonly Iterable<string>[];
    }
  | { readonly kind: 'unclear'; readonly reason: Reason };

type ClearBelonging = Extract<Belonging, { readonly kind: 'clear' }>;

const BELONGS_TO_NOTHING: Belonging = { kind: 'clear', branches: [] };

/** Patterns that read different pull requests or commits contradict each other; so does one that reads several groups. */
export function belongingOf(all: readonly PatternMatch[]): Belonging {
  const matches = all.filter(({ match }) => !belongsToNothing(match));
  if (matches.length === 0) return BELONGS_TO_NOTHING;
  const empty = matches.find(({ match }) => readsNothing(match));
  if (empty) return unclear({ kind: 'placeholder-empty', pattern: empty.pattern.text });
  const numbers = readingsOf(matches, 'pr', (match) => (match.kind === 'pull-request' ? match.numbers : []));
  const hashes = readingsOf(matches, 'commit', (match) => (match.kind === 'commit' ? match.hashes : []));
  // Each line counts its groups by itself.
  const groups = matches.map((one) =>
    readingsOf([one], 'group', (match) => (match.kind === 'group' ? match.groups : [])),
  );
  const ambiguous = [numbers, hashes, ...groups].find(({ readings }) => readings.length > 1);
  if (ambiguous) return unclear(ambiguous);
  const branches = matches.flatMap(({ match }) => (match.kind === 'branch' ? [match.readings] : []));
  const [number] = numbers.readings;
  const [hash] = hashes.readings;
  return {
    kind: 'clear',
    branches,
    ...(number !== undefined && { number: Number(number) }),
    ...(hash !== undefined && { hash }),
  };
}

/** Whether the pattern asks for nothing that a tag belongs to, or only for a group that is clear. */
function belongsToNothing(match: Match): boolean {
  return match.kind === 'plain' || (match.kind === 'group' && match.groups.length === 1);
}

type Readings = Extract<Reason, { readonly kind: 'ambiguous' }>;

/** All that a placeholder may stand for, and the first pattern that asks for it. */
function readingsOf(
  matches: readonly PatternMatch[],
  placeholder: Readings['placeholder'],
  read: (match: Match) => readonly string[],
): Readings {
  const asking = matches.filter(({ pattern }) => pattern.placeholder === placeholder);
  return {
    kind: 'ambiguous',
    placeholder,
    pattern: asking[0]?.pattern.text ?? '',
    readings: [...new Set(asking.flatMap(({ match }) => read(match)))].toSorted(),
  };
}

function readsNothing(match: Match): boolean {
  switch (match.kind) {
    case 'plain':
      return false;
    case 'pull-request':
      return match.numbers.length === 0;
    case 'branch':
      return match.likely === undefined;
    case 'commit':
      return match.hashes.length === 0;
    case 'group':
      return match.groups.length === 0;
    default:
      return match satisfies never;
  }
}

function unclear(reason: Reason): Belonging {
  return { kind: 'unclear', reason };
}

/** What a workflow's event narrows placeholders to, with its branch as tags hold it. */
export interface Scope extends EventScope {
  readonly index: BranchIndex;
}

/** Prepares the event's branch to be compared with tags. */
export function scopeOf(event: EventScope): Scope {
  return { ...event, index: indexBranches(typeof event.branch === 'string' ? [event.branch] : []) };
}

/** Why the workflow's event does not concern the tag. */
export function outsideScope(
  name: string,
  { number, branches }: ClearBelonging,
  { pullRequest, branch, index }: Scope,
): Reason | undefined {
  if (number !== undefined && pullRequest !== undefined && number !== pullRequest) {
    return { kind: 'other-pull-request', number, event: pullRequest };
  }
  if (branch === undefined || branches.length === 0) return undefined;
  const isOfBranch = branches.some((readings) => findBranch(index, { name, readings }) !== undefined);
  return isOfBranch ? undefined : { kind: 'other-branch', event: branch };
}

/** Why the tag's pull request keeps it. */
export function pullRequestLives(
  { number }: ClearBelonging,
  states: ReadonlyMap<number, PullRequestState>,
): Reason | Undecided | undefined {
  if (number === undefined) return undefined;
  if (number > LARGEST_NUMBER) return { kind: 'pull-request-unknown', number };
  const state = states.get(number);
  switch (state) {
    case undefined:
      return { kind: 'undecided', needs: [{ kind: 'pull-request', number }] };
    case 'open':
      return { kind: 'pull-request-open', number };
    case 'unknown':
      return { kind: 'pull-request-unknown', number };
    case 'closed':
    case 'merged':
      return undefined;
    default:
      return state satisfies never;
  }
}

/**
 * Why a living branch keeps the tag.
 *
 * @param living - absent while GitHub was not asked
 */
export function branchLives(
  name: string,
  { branches }: ClearBelonging,
  living: BranchIndex | undefined,
): Reason | Undecided | undefined {
  if (branches.length === 0) return undefined;
  if (!living) return { kind: 'undecided', needs: [{ kind: 'branches' }] };
  for (const readings of branches) {
    const branch = findBranch(living, { name, readings });
    if (branch !== undefined) return { kind: 'branch-exists', branch };
  }
  return undefined;
}
