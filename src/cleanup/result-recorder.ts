import type { CleanupResult, Outcome, RepositoryResult } from '../model/result.ts';
import type { JudgedTag, RepositoryPlan } from '../model/plan.ts';
import type { Tag, TagName } from '../model/tag.ts';

interface RepositoryRecord extends Omit<RepositoryResult, 'tags'> {
  readonly tags: readonly JudgedTag[];
  readonly outcomes: Map<TagName, Outcome>;
}

/** What a run has learned and done so far, so that it can be reported at any moment, also when the run fails. */
export class ResultRecorder {
  readonly #repositories = new Map<string, RepositoryRecord>();
  readonly #notes: string[] = [];
  #run: Omit<CleanupResult, 'repositories' | 'notes'>;

  /** @param startedAt - Unix seconds */
  constructor(startedAt: number) {
    this.#run = {
      registry: '',
      registryUrl: '',
      mode: { kind: 'delete' },
      dryRun: false,
      startedAt,
    };
  }

  get result(): CleanupResult {
    const repositories = [...this.#repositories.values()].map(resultOf);
    return { ...this.#run, notes: [...this.#notes], repositories };
  }

  add(details: Partial<Omit<CleanupResult, 'repositories' | 'notes'>>): void {
    this.#run = { ...this.#run, ...details };
  }

  note(note: string): void {
    this.#notes.push(note);
  }

  /** A note that deserves a warning. */
  warn(warning: string): void {
    this.add({ warnings: [...(this.#run.warnings ?? []), warning] });
  }

  /** Repositories are reported in the order in which they are first mentioned. */
  repository(repository: string, details: Partial<Omit<RepositoryResult, 'tags'>> = {}): void {
    this.#repositories.set(repository, { ...this.#record(repository), ...details });
  }

  plan({ repository, tags, matches }: RepositoryPlan, listed: readonly Tag[]): void {
    this.#repositories.set(repository, { ...this.#record(repository), tags, matches, listed });
  }

  outcome(repository: string, tag: TagName, outcome: Outcome): void {
    this.#record(repository).outcomes.set(tag, outcome);
  }

  /** What was said of a tag turned out to be wrong: nothing became of it. */
  forgetOutcome(repository: string, tag: TagName): void {
    this.#record(repository).outcomes.delete(tag);
  }

  outcomeOf(repository: string, tag: TagName): Outcome | undefined {
    return this.#record(repository).outcomes.get(tag);
  }

  #record(repository: string): RepositoryRecord {
    return this.#repositories.get(repository) ?? { repository, tags: [], outcomes: new Map() };
  }
}

function resultOf({ outcomes, tags, ...details }: RepositoryRecord): RepositoryResult {
  return {
    ...details,
    tags: tags.map((judged) => {
      const outcome = outcomes.get(judged.tag.name);
      return outcome ? { ...judged, outcome } : judged;
    }),
  };
}
