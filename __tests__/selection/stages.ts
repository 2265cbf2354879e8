import type { Facts, GitHubFacts, Need } from '../../src/model/facts.ts';
import type { JudgedTag } from '../../src/model/plan.ts';
import type { Tag, TagList } from '../../src/model/tag.ts';
import { type Decision, prepareDecision } from '../../src/selection/decide.ts';
import type { Rules } from '../../src/selection/rules.ts';

/** The tags of a repository as its registry lists them. */
export interface Listed {
  readonly tags: readonly Tag[];
  readonly invalidNames?: readonly string[];
  readonly isUnstable?: boolean;
}

export interface Rounds {
  readonly judged: readonly JudgedTag[];
  /** All needs of each round. */
  readonly asked: readonly (readonly Need[])[];
  /** What was known in the end: no more than was asked for. */
  readonly facts: Facts;
}

const MOST_ROUNDS = 50;

/** The tags as a list of `acme/web`. */
export function inRepository({ tags, invalidNames = [], isUnstable = false }: Listed): TagList {
  const times = { askedAt: 0, at: 0, seenAt: 0 };
  return { repository: 'acme/web', tags, namesOnly: false, invalidNames, isUnstable, ...times };
}

/** Decides as a run does: answers what a decision asks for, `unknown` where nothing is known, and decides again. */
export function decideInRounds(listed: Listed, rules: Rules, known: Facts): Rounds {
  const decide = prepareDecision(inRepository(listed), rules);
  const asked: (readonly Need[])[] = [];
  let facts = noFacts(known.now);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const decision = decide(facts);
    if (decision.kind === 'decided') return { judged: decision.tags, asked, facts };
    asked.push(decision.needs);
    facts = decision.needs.reduce((sum, need) => withAnswer(sum, need, known), facts);
  }
  throw new Error(`The questions do not end: ${JSON.stringify(asked.at(-1))}`);
}

export function noFacts(now: number): Facts {
  return { now, lastPulls: new Map(), manifests: new Map(), labels: new Map(), github: new Map() };
}

const NOTHING: GitHubFacts = { pullRequests: new Map(), commits: new Map() };

function withAnswer(facts: Facts, need: Need, known: Facts): Facts {
  switch (need.kind) {
    case 'last-pull':
      return { ...facts, lastPulls: copied(facts.lastPulls, need.tag, known.lastPulls, 'unknown') };
    case 'manifest':
      return { ...facts, manifests: copied(facts.manifests, need.digest, known.manifests, 'unknown') };
    case 'labels':
      return { ...facts, labels: copied(facts.labels, need.digest, known.labels, 'unknown') };
    default: {
      const before = facts.github.get(need.repository) ?? NOTHING;
      const after = withGitHubAnswer(before, need, known.github.get(need.repository) ?? NOTHING);
      return { ...facts, github: new Map([...facts.github, [need.repository, after]]) };
    }
  }
}

type GitHubNeed = Extract<Need, { readonly repository: string }>;

function withGitHubAnswer(facts: GitHubFacts, need: GitHubNeed, known: GitHubFacts): GitHubFacts {
  switch (need.kind) {
    case 'repository':
      return { ...facts, repository: known.repository ?? { kind: 'unreadable' } };
    case 'branches':
      return { ...facts, branches: known.branches ?? { names: new Set(), proposed: new Map() } };
    case 'pull-request': {
      const states = copied(facts.pullRequests, need.number, known.pullRequests, 'unknown');
      return { ...facts, pullRequests: states };
    }
    case 'commit': {
      const commits = copied(facts.commits, need.hash, known.commits, { kind: 'unknown' });
      return { ...facts, commits };
    }
    default:
      return need satisfies never;
  }
}

function copied<Key, Fact>(
  facts: ReadonlyMap<Key, Fact>,
  key: Key,
  known: ReadonlyMap<Key, Fact>,
  otherwise: Fact,
): ReadonlyMap<Key, Fact> {
  return new Map([...facts, [key, known.get(key) ?? otherwise]]);
}

/** The facts as they were before one was asked for. */
export function without(facts: Facts, need: Need): Facts {
  const others = <Key, Fact>(map: ReadonlyMap<Key, Fact>, gone: Key) =>
    new Map([...map].filter(([key]) => key !== gone));
  switch (need.kind) {
    case 'last-pull':
      return { ...facts, lastPulls: others(facts.lastPulls, need.tag) };
    case 'manifest':
      return { ...facts, manifests: others(facts.manifests, need.digest) };
    case 'labels':
      return { ...facts, labels: others(facts.labels, need.digest) };
    default: {
      const { repository, branches, ...rest } = facts.github.get(need.repository) ?? NOTHING;
      const fewer: GitHubFacts = {
        ...(repository && need.kind !== 'repository' && { repository }),
        ...(branches && need.kind !== 'branches' && { branches }),
        pullRequests:
          need.kind === 'pull-request' ? others(rest.pullRequests, need.number) : rest.pullRequests,
        commits: need.kind === 'commit' ? others(rest.commits, need.hash) : rest.commits,
      };
      return { ...facts, github: new Map([...facts.github, [need.repository, fewer]]) };
    }
  }
}

/** The verdicts of a decision that lacks no fact. */
export function verdictsOf(decision: Decision): readonly JudgedTag[] {
  if (decision.kind === 'decided') return decision.tags;
  throw new Error(`Undecided: ${JSON.stringify(decision.needs)}`);
}

export function namesOf(judged: readonly JudgedTag[], kind: 'delete' | 'keep'): readonly string[] {
  return judged.filter(({ verdict }) => verdict.kind === kind).map(({ tag }) => tag.name);
}
