import type { CleanupResult, Outcome, RepositoryResult } from '../model/cleanup-result.ts';
import type { JudgedTag } from '../model/plan.ts';
import type { Tag, TagName } from '../model/tag.ts';

interface RepositoryRecord extends Omit<RepositoryResult, 'tags'> {
  readonly tags: readonly JudgedTag[];
  readonly outcomes: Map<TagName, Outcome>;
}

/** What a run has learned and done so far, so that it can be told at any moment, also when the run fails. */
export class ResultRecorder {
  readonly #repositories = new Map<string, RepositoryRecord>();
  readonly #notes: string[] = [];
  #facts: Omit<CleanupResult, 'repositories' | 'notes'>;

  /** @param startedAt - Unix seconds */
  constructor(startedAt: number) {
    this.#facts = {
      registry: '',
      registryUrl: '',
      mode: { kind: 'delete' },
      dryRun: false,
      startedAt,
    };
  }

  get result(): CleanupResult {
    const repositories = [...this.#repositories.values()].map(resultOf);
    return { ...this.#facts, notes: [...this.#notes], repositories };
  }

  add(facts: Partial<Omit<CleanupResult, 'repositories' | 'notes'>>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  note(note: string): void {
    this.#notes.push(note);
  }

  /** A note that deserves a warning. */
  warn(warning: string): void {
    this.add({ warnings: [...(this.#facts.warnings ?? []), warning] });
  }

  /** Repositories are told in the order in which they are first spoken of. */
  repository(repository: string, facts: Partial<Omit<RepositoryResult, 'tags'>> = {}): void {
    this.#repositories.set(repository, { ...this.#record(repository), ...facts });
  }

  plan(repository: string, tags: readonly JudgedTag[], listed: readonly Tag[]): void {
    this.#repositories.set(repository, { ...this.#record(repository), tags, listed });
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

function resultOf({ outcomes, tags, ...facts }: RepositoryRecord): RepositoryResult {
  return {
    ...facts,
    tags: tags.map((judged) => {
      const outcome = outcomes.get(judged.tag.name);
      return outcome ? { ...judged, outcome } : judged;
    }),
  };
}
