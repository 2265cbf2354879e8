import pMap from 'p-map';
import { listBranches } from './github/branches.ts';
import type { GitHub } from './github/client.ts';
import { lookUpPullRequests } from './github/pull-requests.ts';
import type { Listed } from './listing.ts';
import type { TagStore } from './quay/tag-store.ts';
import { decide, needsBranches, unansweredPullRequests, unansweredPulls } from './selection/decide.ts';
import type { Facts, LastPull } from './selection/facts.ts';
import type { JudgedTag, RepositoryPlan } from './selection/plan.ts';
import type { Rules } from './selection/rules.ts';
import type { TagName } from './selection/tag.ts';

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
  if (!rules.notPulledFor) return plans;
  return pMap(
    listings,
    async ({ repository, tags }, index) => {
      const lastPulls = await readLastPulls(repository, plans[index]?.tags ?? [], options);
      return { repository, tags: decide(tags, rules, { ...facts, lastPulls }) };
    },
    { concurrency: options.concurrency },
  );
}

async function readLastPulls(
  repository: string,
  judged: readonly JudgedTag[],
  { store, concurrency }: DecisionOptions,
): Promise<ReadonlyMap<TagName, LastPull>> {
  const names = unansweredPulls(judged);
  return new Map(
    await pMap(names, async (name) => [name, await store.lastPull(repository, name)] as const, {
      concurrency,
    }),
  );
}
