import type { CleanupResult, Outcome, Plan, RepositoryResult } from '../model/result.ts';
import type { TagName } from '../model/tag.ts';

type RunDetails = Omit<CleanupResult, 'repositories' | 'notes' | 'warnings'>;

interface RepositoryRecord {
  readonly details: Omit<RepositoryResult, 'tags'>;
  readonly plan?: Plan;
  readonly outcomes: ReadonlyMap<TagName, Outcome>;
}

/** What a run has learned and done so far, so that it can be reported at any moment, also when the run fails. */
export class Recorder {
  readonly #repositories = new Map<string, RepositoryRecord>();
  readonly #notes: string[] = [];
  readonly #warnings: string[] = [];
  #told = { notes: 0, warnings: 0 };
  #run: RunDetails;

  /** @param startedAt - Unix seconds */
  constructor(startedAt: number) {
    this.#run = {
      registry: '',
      registryUrl: '',
      mode: { kind: 'delete' },
      dryRun: false,
      hasChanged: false,
      startedAt,
    };
  }

  get result(): CleanupResult {
    const repositories = [...this.#repositories.values()].map(resultOf);
    return { ...this.#run, notes: [...this.#notes], warnings: [...this.#warnings], repositories };
  }

  add(details: Partial<RunDetails>): void {
    this.#run = { ...this.#run, ...details };
  }

  note(note: string): void {
    this.#notes.push(note);
  }

  warn(warning: string): void {
    this.#warnings.push(warning);
  }

  /** What was noted since this was asked last, to be told. */
  takeUntold(): { readonly notes: readonly string[]; readonly warnings: readonly string[] } {
    const { notes, warnings } = this.#told;
    this.#told = { notes: this.#notes.length, warnings: this.#warnings.length };
    return { notes: this.#notes.slice(notes), warnings: this.#warnings.slice(warnings) };
  }

  /** Repositories are reported in the order in which they are first mentioned. */
  repository(repository: string, details: Partial<Omit<RepositoryResult, 'tags'>> = {}): void {
    const record = this.#record(repository);
    this.#repositories.set(repository, { ...record, details: { ...record.details, ...details } });
  }

  plan(plan: Plan): void {
    this.repository(plan.repository, { matches: plan.matches, listed: plan.list.tags });
    this.#repositories.set(plan.repository, { ...this.#record(plan.repository), plan });
  }

  /** What a tag's request was answered. */
  answer(repository: string, tag: TagName, outcome: Outcome): void {
    const record = this.#record(repository);
    // A map of its own for each answer would take time that grows with the square of the tags.
    (record.outcomes as Map<TagName, Outcome>).set(tag, outcome);
    this.#repositories.set(repository, record);
  }

  /** What the requests of a repository were answered so far. */
  answers(repository: string): ReadonlyMap<TagName, Outcome> {
    return this.#record(repository).outcomes;
  }

  /** What became of the tags, which takes the place of the answers. */
  outcomes(repository: string, outcomes: ReadonlyMap<TagName, Outcome>): void {
    this.#repositories.set(repository, { ...this.#record(repository), outcomes });
  }

  #record(repository: string): RepositoryRecord {
    return this.#repositories.get(repository) ?? { details: { repository }, outcomes: new Map() };
  }
}

function resultOf({ details, plan, outcomes }: RepositoryRecord): RepositoryResult {
  const tags = plan?.tags ?? [];
  return {
    ...details,
    tags: tags.map((judged) => {
      const outcome = outcomes.get(judged.tag.name);
      return outcome ? { ...judged, outcome } : judged;
    }),
  };
}
