import type { RepositoryResult, RunResult, TagResult } from '../model/cleanup-result.ts';
import type { RepositoryPlan } from '../model/plan.ts';
import { explain } from '../runner/log.ts';
import type { Outcomes } from './delete-tags.ts';
import type { Remaining } from './list-remaining.ts';
import type { Listing } from './list-tags.ts';

/** What a run has learned and done so far, so that it can be told at any moment, also when the run fails. */
export class RunRecord {
  #result: RunResult;

  /** @param startedAt - Unix seconds */
  constructor(startedAt: number) {
    this.#result = {
      registry: '',
      registryUrl: '',
      mode: { kind: 'delete' },
      dryRun: false,
      startedAt,
      repositories: [],
      notes: [],
    };
  }

  get result(): RunResult {
    return this.#result;
  }

  add(facts: Partial<RunResult>): void {
    this.#result = { ...this.#result, ...facts };
  }

  note(...notes: readonly string[]): void {
    this.add({ notes: [...this.#result.notes, ...notes] });
  }

  /** Until they are judged, the tags of a repository that was listed are unknown, and none of them goes. */
  addListings(listings: readonly Listing[]): void {
    this.add({
      repositories: listings.map(
        (listing): RepositoryResult =>
          listing.kind === 'failed'
            ? { repository: listing.repository, tags: [], error: explain(listing.error) }
            : {
                repository: listing.repository,
                tags: [],
                ...(listing.facts.restorableFor === undefined
                  ? {}
                  : { restorableFor: listing.facts.restorableFor }),
              },
      ),
    });
  }

  addPlans(plans: readonly RepositoryPlan[]): void {
    const tags = new Map(plans.map((plan) => [plan.repository, plan.tags]));
    this.#change((result) => ({ ...result, tags: tags.get(result.repository) ?? result.tags }));
  }

  addOutcomes(outcomes: Outcomes): void {
    this.#change((result) => ({
      ...result,
      tags: result.tags.map((judged): TagResult => {
        const outcome = outcomes.get(result.repository)?.get(judged.tag.name);
        return outcome ? { ...judged, outcome } : judged;
      }),
    }));
  }

  addRemaining({ tags, corrections, errors }: Remaining): void {
    this.addOutcomes(corrections);
    this.#change((result) => {
      const remaining = tags.get(result.repository);
      const error = errors.get(result.repository);
      return { ...result, ...(remaining ? { remaining } : {}), ...(error === undefined ? {} : { error }) };
    });
  }

  #change(change: (result: RepositoryResult) => RepositoryResult): void {
    this.add({ repositories: this.#result.repositories.map(change) });
  }
}
