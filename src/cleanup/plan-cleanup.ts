import pMap from 'p-map';
import { listBranches } from '../github/branches.ts';
import { lookUpPullRequests } from '../github/pull-requests.ts';
import type { Facts, Need } from '../model/facts.ts';
import { isSelected, type JudgedTag, type RepositoryPlan } from '../model/plan.ts';
import { type Decision, prepareDecision } from '../selection/decide.ts';
import { exceedsLimit } from '../selection/guards.ts';
import { unusedExclusions } from '../selection/rules.ts';
import { confirmOrphans } from './confirm-orphans.ts';
import { type CleanupContext, REPOSITORIES_AT_ONCE } from './context.ts';
import type { Listing } from './list-tags.ts';

/** A finished plan: a verdict on every listed tag. */
export interface Plan extends RepositoryPlan {
  readonly listing: Listing;
}

/** Decides on every listed tag, and writes down what a person should know of the plan. */
export async function planCleanup(
  listings: readonly Listing[],
  context: CleanupContext,
): Promise<readonly Plan[]> {
  const decider = new Decider(context);
  const decided = await decider.decide(listings);
  const plans = await pMap(decided, (plan) => confirmOrphans(plan, context, decider), {
    concurrency: REPOSITORIES_AT_ONCE,
  });
  for (const { repository, tags, listing } of plans) context.record.plan(repository, tags, listing.tags);
  noteOnPlans(plans, context);
  return plans;
}

/** Decides in rounds: what a decision still needs is asked, each fact once, and the decision is taken again. */
export class Decider {
  readonly #context: CleanupContext;
  #pullRequests: Facts['pullRequests'] = new Map();
  #branches: ReadonlySet<string> | undefined;

  constructor(context: CleanupContext) {
    this.#context = context;
  }

  /** @throws GitHubError where GitHub cannot be asked: a part of the facts is not enough to delete on */
  async decide(listings: readonly Listing[]): Promise<readonly Plan[]> {
    const open = listings.map((listing) => new OpenPlan(listing, this.#context));
    for (;;) {
      const needs = open.map((plan) => plan.decide(this.#shared));
      if (needs.every(({ length }) => length === 0)) return open.map((plan) => plan.finished);
      await this.#askGitHub(needs.flat());
      await pMap(open, (plan, index) => plan.askRegistry(needs[index] ?? []), {
        concurrency: REPOSITORIES_AT_ONCE,
      });
    }
  }

  get #shared(): Pick<Facts, 'pullRequests' | 'branches'> {
    return {
      pullRequests: this.#pullRequests,
      ...(this.#branches ? { branches: this.#branches } : {}),
    };
  }

  async #askGitHub(needs: readonly Need[]): Promise<void> {
    const { github } = this.#context;
    const numbers = new Set(needs.flatMap((need) => (need.kind === 'pull-request' ? [need.number] : [])));
    if (numbers.size > 0) {
      const states = await lookUpPullRequests({ github, numbers: [...numbers] });
      this.#pullRequests = new Map([...this.#pullRequests, ...states]);
    }
    if (needs.some(({ kind }) => kind === 'branches')) this.#branches = await listBranches({ github });
  }
}

/** The decision on one repository while facts are missing. */
class OpenPlan {
  readonly #listing: Listing;
  readonly #context: CleanupContext;
  readonly #decide: (facts: Facts) => Decision;
  #facts: Pick<Facts, 'now' | 'lastPulls' | 'manifests'>;
  #tags: readonly JudgedTag[] | undefined;

  constructor(listing: Listing, context: CleanupContext) {
    this.#listing = listing;
    this.#context = context;
    this.#decide = prepareDecision(listing, context.rules);
    const now = Math.min(listing.at, listing.listedAt);
    this.#facts = { now, lastPulls: new Map(), manifests: new Map() };
  }

  /** What has to be asked before there can be a plan; nothing once it stands. */
  decide(shared: Pick<Facts, 'pullRequests' | 'branches'>): readonly Need[] {
    if (this.#tags) return [];
    const decision = this.#decide({ ...this.#facts, ...shared });
    if (decision.kind === 'undecided') return decision.needs;
    this.#tags = decision.tags;
    return [];
  }

  get finished(): Plan {
    if (!this.#tags) throw new Error('The plan is not decided yet.');
    return { repository: this.#listing.repository, tags: this.#tags, listing: this.#listing };
  }

  async askRegistry(needs: readonly Need[]): Promise<void> {
    const { repository } = this.#listing;
    const { store } = this.#context;
    const ask = <Key, Fact>(keys: readonly Key[], fact: (key: Key) => Promise<Fact>) =>
      pMap(keys, async (key) => [key, await fact(key)] as const, { concurrency: 100 });
    const names = needs.flatMap((need) => (need.kind === 'last-pull' ? [need.tag] : []));
    const digests = needs.flatMap((need) => (need.kind === 'manifest' ? [need.digest] : []));
    const pulls = await ask(names, (name) => store.lastPull(repository, name));
    const manifests = await ask(digests, (digest) => store.readManifest(repository, digest));
    this.#facts = {
      ...this.#facts,
      lastPulls: new Map([...this.#facts.lastPulls, ...pulls]),
      manifests: new Map([...this.#facts.manifests, ...manifests]),
    };
  }
}

/** What a person should know besides the verdicts: protection that protects nothing, facts that Quay does not tell. */
function noteOnPlans(plans: readonly Plan[], { rules, record }: CleanupContext): void {
  const names = plans.flatMap(({ tags }) => tags.map(({ tag }) => tag.name));
  for (const pattern of names.length === 0 ? [] : unusedExclusions(rules.exclude, names))
    record.note(
      `The exclusion \`${pattern}\` matches no tag. If it should protect some, check its spelling.`,
    );
  const hasUnknownPulls = plans.some(({ tags }) =>
    tags.some(({ verdict }) => verdict.reason.kind === 'pulls-unknown'),
  );
  if (hasUnknownPulls)
    record.note(
      'The registry does not say when some tags were last pulled, so they are kept. Pull statistics need Quay 3.16 or later, and may be switched off.',
    );
}

/**
 * Nothing is deleted by a plan that is larger than the user allowed.
 *
 * @throws Error with what the plan and the limit are
 */
export function refuseTooMany(plans: readonly Plan[], { inputs, record }: CleanupContext): void {
  const judged = plans.flatMap(({ tags }) => tags);
  const selected = judged.filter(isSelected).length;
  const message = inputs.maxDeletes && exceedsLimit(inputs.maxDeletes, { selected, listed: judged.length });
  if (message === undefined) return;
  record.add({ stopped: { kind: 'guard', message } });
  throw new Error(message);
}
