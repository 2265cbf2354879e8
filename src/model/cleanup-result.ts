import type { JudgedTag } from './plan.ts';
import type { Tag } from './tag.ts';

/** What became of a tag that was to go. */
export type Outcome =
  | { readonly kind: 'deleted' }
  /** Somebody else had deleted it already. */
  | { readonly kind: 'gone' }
  /** Quay will expire it at `expiration`, in Unix seconds. */
  | { readonly kind: 'expiring'; readonly expiration: number }
  /** Kept at the last moment, as it turned out to be immutable or to have moved. */
  | { readonly kind: 'kept'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'not-attempted' };

/** A listed tag. The outcome is absent for a tag that stays, in a dry run, and before the deletions. */
export interface TagResult extends JudgedTag {
  readonly outcome?: Outcome;
}

export interface RepositoryResult {
  /** `namespace/name`. */
  readonly repository: string;
  /** Every listed tag, newest first. */
  readonly tags: readonly TagResult[];
  /** The tags that a second listing found, newest first; absent in a dry run and where it could not be read. */
  readonly remaining?: readonly Tag[];
  /** How long a deleted tag can be restored, in seconds; absent if unknown. */
  readonly restorableFor?: number;
  /** Why this repository could not be cleaned up. */
  readonly error?: string;
}

/** What the run does with the tags of its plan; `duration` is as the user wrote it. */
export type Mode = { readonly kind: 'delete' } | { readonly kind: 'expire'; readonly duration: string };

/** Why the run ended before its plan was carried out. */
export type Stopped =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'time-budget'; readonly duration: string }
  | { readonly kind: 'credential-refused' }
  | { readonly kind: 'guard'; readonly message: string };

/** The action as a workflow names it: `uses: <repository>@<ref>`. */
export interface ActionReference {
  readonly repository: string;
  readonly ref: string;
}

/** All that a report, a job summary and the outputs are made of. Times are Unix seconds. */
export interface RunResult {
  /** `host` or `host:port`. */
  readonly registry: string;
  /** The origin, such as `https://quay.io`. */
  readonly registryUrl: string;
  readonly mode: Mode;
  readonly dryRun: boolean;
  readonly startedAt: number;
  /** Absent while the run is under way. */
  readonly finishedAt?: number;
  readonly repositories: readonly RepositoryResult[];
  /** What the reader should know besides, one sentence each: skipped mirrors, exclusions that matched nothing. */
  readonly notes: readonly string[];
  readonly stopped?: Stopped;
  /** Why the whole run failed. */
  readonly error?: string;
  /** Where the JSON report stands on the runner. */
  readonly reportPath?: string;
  readonly action?: ActionReference;
}
