import type { Facts, Need } from '../../src/model/facts.ts';
import type { JudgedTag } from '../../src/model/plan.ts';
import type { Tag } from '../../src/model/tag.ts';
import { type Decision, prepareDecision } from '../../src/selection/decide.ts';
import type { Rules } from '../../src/selection/rules.ts';

/** The tags of a repository as its registry lists them. */
export interface Listed {
  readonly tags: readonly Tag[];
  readonly strange?: readonly string[];
}

export interface Rounds {
  readonly judged: readonly JudgedTag[];
  /** All needs of each round. */
  readonly asked: readonly (readonly Need[])[];
  /** What was known in the end: no more than was asked for. */
  readonly facts: Facts;
}

const MOST_ROUNDS = 50;

/** The tags as those of a repository, `acme/web` if it is not said. */
export function inRepository({
  tags,
  strange = [],
}: Listed): Required<Listed> & { readonly repository: string } {
  return { repository: 'acme/web', tags, strange };
}

/** Decides as a run does: answers what a decision asks for, `unknown` where nothing is known, and decides again. */
export function decideInRounds(listed: Listed, rules: Rules, known: Required<Facts>): Rounds {
  const decide = prepareDecision(inRepository(listed), rules);
  const asked: (readonly Need[])[] = [];
  let facts = noFacts(known.now);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const decision = decide(facts);
    if (decision.kind === 'decided') return { judged: decision.tags, asked, facts };
    asked.push(decision.needs);
    facts = withAnswers(facts, decision.needs, known);
  }
  throw new Error(`The questions do not end: ${JSON.stringify(asked.at(-1))}`);
}

export function noFacts(now: number): Facts {
  return { now, pullRequests: new Map(), commits: new Map(), lastPulls: new Map(), manifests: new Map() };
}

/** The facts with the answers to the needs. */
export function withAnswers(facts: Facts, needs: readonly Need[], known: Required<Facts>): Facts {
  return needs.reduce((sum, need) => withAnswer(sum, need, known), facts);
}

function withAnswer(facts: Facts, need: Need, known: Required<Facts>): Facts {
  switch (need.kind) {
    case 'pull-request': {
      const state = known.pullRequests.get(need.number) ?? 'unknown';
      return { ...facts, pullRequests: new Map([...facts.pullRequests, [need.number, state]]) };
    }
    case 'branches':
      return { ...facts, branches: known.branches };
    case 'commit': {
      const commit = known.commits.get(need.hash) ?? { kind: 'unknown' };
      return { ...facts, commits: new Map([...facts.commits, [need.hash, commit]]) };
    }
    case 'last-pull': {
      const pull = known.lastPulls.get(need.tag) ?? 'unknown';
      return { ...facts, lastPulls: new Map([...facts.lastPulls, [need.tag, pull]]) };
    }
    case 'manifest': {
      const contents = known.manifests.get(need.digest) ?? 'unknown';
      return { ...facts, manifests: new Map([...facts.manifests, [need.digest, contents]]) };
    }
    default:
      return need satisfies never;
  }
}

/** The facts as they were before one was asked for. */
export function without({ branches, ...facts }: Facts, need: Need): Facts {
  const others = <Key, Fact>(map: ReadonlyMap<Key, Fact>, gone: Key) =>
    new Map([...map].filter(([key]) => key !== gone));
  const rest = branches ? { ...facts, branches } : facts;
  switch (need.kind) {
    case 'pull-request':
      return { ...rest, pullRequests: others(facts.pullRequests, need.number) };
    case 'branches':
      return facts;
    case 'commit':
      return { ...rest, commits: others(facts.commits, need.hash) };
    case 'last-pull':
      return { ...rest, lastPulls: others(facts.lastPulls, need.tag) };
    case 'manifest':
      return { ...rest, manifests: others(facts.manifests, need.digest) };
    default:
      return need satisfies never;
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
