import type { GitHub } from '../github/github.ts';
import type { Clock } from '../model/clock.ts';
import type { CleanupResult, Outcome, Plan, RepositoryResult } from '../model/result.ts';
import type { TagName } from '../model/tag.ts';
import type { Quay, Repository } from '../quay/quay.ts';
import type { Cancellation } from '../runner/cancellation.ts';
import type { Log, Remarks } from '../runner/log.ts';
import type { Rules } from '../selection/rules.ts';
import type { CleanupInputs } from './inputs.ts';

/** All that the steps of a cleanup work with. */
export interface CleanupContext {
  readonly inputs: CleanupInputs;
  readonly rules: Rules;
  readonly quay: Quay;
  readonly github: GitHub;
  readonly cancellation: Cancellation;
  readonly record: Recorder;
  readonly log: Log;
  readonly clock: Clock;
}

/** The repositories that are cleaned up, by name (`namespace/name`), with what can be read there. */
export type OpenRepositories = ReadonlyMap<string, Repository>;

/** What the steps work with once the repositories are open. */
export interface OpenContext extends CleanupContext {
  readonly repositories: OpenRepositories;
}

type RunDetails = Omit<CleanupResult, 'repositories' | 'notes' | 'warnings'>;

interface RepositoryRecord {
  details: Omit<RepositoryResult, 'tags'>;
  plan?: Plan;
  outcomes: Map<TagName, Outcome>;
}

/** What a run has learned and done so far, so that it can be reported at any moment, also when the run fails. */
export class Recorder {
  /** In the order in which they are first mentioned. */
  readonly #repositories = new Map<string, RepositoryRecord>();
  /** What the reader should know besides, and what deserves a warning, one sentence each. */
  readonly notes: string[] = [];
  readonly warnings: string[] = [];
  #told = { notes: 0, warnings: 0 };
  #run: RunDetails;

  /** @param startedAt - Unix seconds */
  constructor(startedAt: number) {
    const registry = { registry: '', registryUrl: '' };
    this.#run = { ...registry, mode: { kind: 'delete' }, dryRun: false, hasChanged: false, startedAt };
  }

  get result(): CleanupResult {
    const { notes, warnings } = this;
    const repositories = [...this.#repositories.values()].map(resultOf);
    return { ...this.#run, notes, warnings, repositories };
  }

  add(details: Partial<RunDetails>): void {
    this.#run = { ...this.#run, ...details };
  }

  /** What was noted since this was asked last, to be told. */
  takeUntold(): Remarks {
    const { notes, warnings } = this.#told;
    this.#told = { notes: this.notes.length, warnings: this.warnings.length };
    return { notes: this.notes.slice(notes), warnings: this.warnings.slice(warnings) };
  }

  repository(repository: string, details: Partial<Omit<RepositoryResult, 'tags'>> = {}): void {
    const record = this.#record(repository);
    record.details = { ...record.details, ...details };
  }

  plan(plan: Plan): void {
    this.repository(plan.repository, { matches: plan.matches, listed: plan.list.tags });
    this.#record(plan.repository).plan = plan;
  }

  /** What the requests of a repository were answered so far; whoever gets an answer adds it. */
  answers(repository: string): Map<TagName, Outcome> {
    return this.#record(repository).outcomes;
  }

  /** What became of the tags, which takes the place of the answers. */
  outcomes(repository: string, outcomes: ReadonlyMap<TagName, Outcome>): void {
    this.#record(repository).outcomes = new Map(outcomes);
  }

  #record(repository: string): RepositoryRecord {
    const known = this.#repositories.get(repository);
    if (known) return known;
    const record = { details: { repository }, outcomes: new Map() };
    this.#repositories.set(repository, record);
    return record;
  }
}

function resultOf({ details, plan, outcomes }: RepositoryRecord): RepositoryResult {
  const tags = (plan?.tags ?? []).map((judged) => {
    const outcome = outcomes.get(judged.tag.name);
    return outcome ? { ...judged, outcome } : judged;
  });
  return { ...details, tags };
}
