import pMap from 'p-map';
import { listBranches } from '../github/branches.ts';
import { lookUpCommits } from '../github/commits.ts';
import { lookUpPullRequests } from '../github/pull-requests.ts';
import type { Facts, Need } from '../model/facts.ts';
import type { RepositoryPlan } from '../model/plan.ts';
import { type Decision, prepareDecision } from '../selection/decide.ts';
import type { BranchPattern } from '../selection/patterns/branch-pattern.ts';
import { type CleanupContext, REPOSITORIES_AT_ONCE } from './context.ts';
import type { Listing } from './list-tags.ts';

/** A finished plan: a verdict on every listed tag. */
export interface Plan extends RepositoryPlan {
  readonly listing: Listing;
}

/** Decides in rounds: what a decision still needs is asked, each fact once, and the decision is taken again. */
export class Decider {
  readonly #context: CleanupContext;
  #pullRequests: Facts['pullRequests'] = new Map();
  #commits: Facts['commits'] = new Map();
  #branches: ReadonlySet<string> | undefined;
  readonly #unusedKeepPatterns: Set<BranchPattern>;
  #hasSeenBranches = false;

  constructor(context: CleanupContext) {
    this.#context = context;
    this.#unusedKeepPatterns = new Set(context.inputs.keepCommitsOf);
  }

  /** The patterns of `keep-commits-of` that no branch matches; empty where no branch was seen. */
  get unusedKeepPatterns(): readonly string[] {
    return this.#hasSeenBranches ? [...this.#unusedKeepPatterns].map(({ text }) => text) : [];
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

  get #shared(): Shared {
    return {
      pullRequests: this.#pullRequests,
      commits: this.#commits,
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
    const hashes = new Set(needs.flatMap((need) => (need.kind === 'commit' ? [need.hash] : [])));
    if (hashes.size > 0) {
      const isKept = (branch: string) => this.#isKept(branch);
      const commits = await lookUpCommits({ github, hashes: [...hashes], isKept });
      this.#commits = new Map([...this.#commits, ...commits]);
    }
    if (needs.some(({ kind }) => kind === 'branches')) this.#branches = await listBranches({ github });
  }

  #isKept(branch: string): boolean {
    this.#hasSeenBranches = true;
    const matching = this.#context.inputs.keepCommitsOf.filter((pattern) => pattern.matches(branch));
    for (const pattern of matching) this.#unusedKeepPatterns.delete(pattern);
    return matching.length > 0;
  }
}

/** What is known of GitHub, for all repositories. */
type Shared = Pick<Facts, 'pullRequests' | 'commits' | 'branches'>;

/** The decision on one repository while facts are missing. */
class OpenPlan {
  readonly #listing: Listing;
  readonly #context: CleanupContext;
  readonly #decide: (facts: Facts) => Decision;
  #facts: Pick<Facts, 'now' | 'lastPulls' | 'manifests'>;
  #plan: Plan | undefined;

  constructor(listing: Listing, context: CleanupContext) {
    this.#listing = listing;
    this.#context = context;
    this.#decide = prepareDecision(listing, context.rules);
    const now = Math.min(listing.at, listing.listedAt);
    this.#facts = { now, lastPulls: new Map(), manifests: new Map() };
  }

  /** What has to be asked before there can be a plan; nothing once it stands. */
  decide(shared: Shared): readonly Need[] {
    if (this.#plan) return [];
    const decision = this.#decide({ ...this.#facts, ...shared });
    if (decision.kind === 'undecided') return decision.needs;
    const { tags, matches } = decision;
    this.#plan = { repository: this.#listing.repository, tags, matches, listing: this.#listing };
    return [];
  }

  get finished(): Plan {
    if (!this.#plan) throw new Error('The plan is not decided yet.');
    return this.#plan;
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
