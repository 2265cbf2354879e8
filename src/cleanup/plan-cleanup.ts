import pMap from 'p-map';
import { listBranches } from '../github/branches.ts';
import type { GitHub } from '../github/client.ts';
import { lookUpPullRequests } from '../github/pull-requests.ts';
import type { Facts } from '../model/facts.ts';
import type { RepositoryPlan } from '../model/plan.ts';
import type { TagStore } from '../quay/tag-store.ts';
import {
  decide,
  needsBranches,
  unansweredIndexes,
  unansweredPullRequests,
  unansweredPulls,
} from '../selection/decide.ts';
import type { Rules } from '../selection/rules.ts';
import type { Listed } from './list-tags.ts';

/** What deciding needs besides the listings. */
export interface DecisionOptions {
  readonly rules: Rules;
  readonly store: TagStore;
  readonly github: GitHub;
  /** Unix seconds. */
  readonly now: number;
  readonly concurrency: number;
}

/**
 * Decides on every listed tag.
 *
 * A fact that was not asked for keeps the tags that depend on it. So the decision is made anew after each kind of fact,
 * cheapest first, and each kind is asked only for the tags that are still in question.
 */
export async function decideAll(
  listings: readonly Listed[],
  options: DecisionOptions,
): Promise<readonly RepositoryPlan[]> {
  const { rules, github, now } = options;
  let facts: Facts = { now };
  const judge = () =>
    listings.map(({ repository, tags }) => ({ repository, tags: decide(tags, rules, facts) }));

  let plans = judge();
  const numbers = new Set(plans.flatMap(({ tags }) => unansweredPullRequests(tags)));
  if (numbers.size > 0) {
    facts = { ...facts, pullRequests: await lookUpPullRequests({ github, numbers: [...numbers] }) };
    plans = judge();
  }
  if (plans.some(({ tags }) => needsBranches(tags))) {
    facts = { ...facts, branches: await listBranches({ github }) };
    plans = judge();
  }
  return pMap(plans, (plan) => decideByTag(plan, facts, options), { concurrency: options.concurrency });
}

/** Decides anew on the tags of one repository with what the registry must be asked for tag by tag. */
async function decideByTag(
  { repository, tags }: RepositoryPlan,
  known: Facts,
  { rules, store, concurrency }: DecisionOptions,
): Promise<RepositoryPlan> {
  let [judged, facts] = [tags, known];
  const listed = tags.map(({ tag }) => tag);
  const ask = async <Key, Fact>(keys: readonly Key[], fact: (key: Key) => Promise<Fact>) =>
    pMap(keys, async (key) => [key, await fact(key)] as const, { concurrency });

  // Several times: an answer may bring up a signature, or a multi-arch image, that was not in question before.
  for (;;) {
    const names = unansweredPulls(judged);
    const digests = names.length > 0 ? [] : unansweredIndexes(judged, facts);
    if (names.length === 0 && digests.length === 0) return { repository, tags: judged };
    const pulls = await ask(names, (name) => store.lastPull(repository, name));
    const images = await ask(digests, (digest) => store.indexedImages(repository, digest));
    facts = {
      ...facts,
      lastPulls: new Map([...(facts.lastPulls ?? []), ...pulls]),
      indexedImages: new Map([...(facts.indexedImages ?? []), ...images]),
    };
    judged = decide(listed, rules, facts);
  }
}
