import type { Facts, GitHubFacts, Need } from '../../src/model/facts.ts';
import type { JudgedTag, Plan } from '../../src/model/result.ts';
import type { Tag, TagList, TagName } from '../../src/model/tag.ts';
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
}

const MOST_ROUNDS = 50;

/** The tags as a list of `acme/web`. */
export function inRepository({ tags, invalidNames = [], isUnstable = false }: Listed): TagList {
  const times = { askedAt: 0, at: 0, seenAt: 0 };
  return { repository: 'acme/web', tags, namesOnly: false, invalidNames, isUnstable, ...times };
}

/** Decides as a run does: answers what a decision asks for, and decides again. */
export function decideInRounds(listed: Listed, rules: Rules, known: Facts): Rounds {
  const decide = prepareDecision(inRepository(listed), rules);
  const asked: (readonly Need[])[] = [];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const decision = decide(answersTo(asked.flat(), known));
    if (decision.kind === 'decided') return { judged: decision.tags, asked };
    asked.push(decision.needs);
  }
  throw new Error(`The questions do not end: ${JSON.stringify(asked.at(-1))}`);
}

/** What is planned for them. */
export function planOf(listed: Listed, rules: Rules, known: Facts): Plan {
  const { judged } = decideInRounds(listed, rules, known);
  return { repository: 'acme/web', list: inRepository(listed), tags: judged, matches: [] };
}

const NOTHING: GitHubFacts = { pullRequests: new Map(), commits: new Map() };

/** What is asked for of what is known, and no more; where nothing is known, that. */
export function answersTo(needs: readonly Need[], known: Facts): Facts {
  const github = needs.flatMap((need) => ('repository' in need ? [need.repository] : []));
  return {
    now: known.now,
    lastPulls: found(needs, known.lastPulls, 'unknown', (need) => need.kind === 'last-pull' && need.tag),
    manifests: found(needs, known.manifests, 'unknown', (need) => need.kind === 'manifest' && need.digest),
    labels: found(needs, known.labels, 'unknown', (need) => need.kind === 'labels' && need.digest),
    github: new Map(
      github.map((name) => [
        name,
        gitHubAnswersTo(
          needs.filter((need) => 'repository' in need && need.repository === name),
          known.github.get(name) ?? NOTHING,
        ),
      ]),
    ),
  };
}

function gitHubAnswersTo(needs: readonly Need[], known: GitHubFacts): GitHubFacts {
  const isAsked = (kind: Need['kind']) => needs.some((need) => need.kind === kind);
  return {
    ...(isAsked('repository') && { repository: known.repository ?? { kind: 'unreadable' } }),
    ...(isAsked('branches') && { branches: known.branches ?? 'unknown' }),
    pullRequests: found(
      needs,
      known.pullRequests,
      'unknown',
      (need) => need.kind === 'pull-request' && need.number,
    ),
    commits: found(needs, known.commits, { kind: 'unknown' }, (need) => need.kind === 'commit' && need.hash),
  };
}

function found<Key, Fact>(
  needs: readonly Need[],
  known: ReadonlyMap<Key, Fact>,
  otherwise: Fact,
  keyOf: (need: Need) => Key | false,
): ReadonlyMap<Key, Fact> {
  const facts = new Map<Key, Fact>();
  for (const key of needs.map(keyOf)) if (key !== false) facts.set(key, known.get(key) ?? otherwise);
  return facts;
}

/** All other needs than one. */
export function without(needs: readonly Need[], need: Need): readonly Need[] {
  return needs.filter((other) => JSON.stringify(other) !== JSON.stringify(need));
}

/** The verdicts of a decision that lacks no fact. */
export function verdictsOf(decision: Decision): readonly JudgedTag[] {
  if (decision.kind === 'decided') return decision.tags;
  throw new Error(`Undecided: ${JSON.stringify(decision.needs)}`);
}

export function namesOf(judged: readonly JudgedTag[], kind: 'delete' | 'keep'): readonly TagName[] {
  return judged.filter(({ verdict }) => verdict.kind === kind).map(({ tag }) => tag.name);
}
