import type { ReasonToDelete, ReasonToKeep } from './reason.ts';
import type { Tag, TagList, TagName } from './tag.ts';

/** What is to become of a tag, and why. */
export type Verdict =
  | { readonly kind: 'delete'; readonly reason: ReasonToDelete }
  | { readonly kind: 'keep'; readonly reason: ReasonToKeep };

export interface JudgedTag {
  readonly tag: Tag;
  readonly verdict: Verdict;
  /** The line of `tags` that decides on the tag, as the user wrote it; absent where there is only one, or none matches. */
  readonly rule?: string;
  /** Set on a signature that the plan does not select and that Quay may delete with its image: a tag of that image. */
  readonly deletedWith?: TagName;
  /** Set on a selected tag that may go only after others: the image that it hangs on, or what holds its image. */
  readonly after?: readonly Obstacle[];
}

/** A selected tag that must have gone before another; `otherwise` is why that one is kept where it has not. */
export interface Obstacle {
  readonly name: TagName;
  readonly otherwise: ReasonToKeep;
}

/** A finished plan for one repository: a verdict on every listed tag. */
export interface Plan {
  /** `namespace/name`. */
  readonly repository: string;
  readonly list: TagList;
  /** Every tag of the list, newest first. */
  readonly tags: readonly JudgedTag[];
  /** For each line of `tags`, in their order: how many listed tags it takes. */
  readonly matches: readonly number[];
}

/** Whether the plan deletes the tag, or changes its expiration. */
export function isSelected({ verdict }: JudgedTag): boolean {
  return verdict.kind === 'delete';
}

/** What became of a tag. */
export type Outcome =
  | { readonly kind: 'deleted' }
  /** Quay deleted the signature with its image. `image` is a tag of it that this run deleted; absent where names alone are known. */
  | { readonly kind: 'deleted-with-image'; readonly image?: TagName }
  /** It was gone already when its turn came. */
  | { readonly kind: 'gone' }
  /** When Quay will expire it, in Unix seconds, and whether that is later than was asked for. */
  | { readonly kind: 'expiring'; readonly expiration: number; readonly isLater: boolean }
  /** Its expiration was taken away; it was at `was`, in Unix seconds. */
  | { readonly kind: 'expiration-removed'; readonly was: number }
  /** Kept at the last moment. */
  | { readonly kind: 'kept'; readonly reason: ReasonToKeep }
  | { readonly kind: 'failed'; readonly error: string }
  /** The request was sent, and no answer came; or Quay may have deleted it with its image, and the list does not show it. */
  | { readonly kind: 'unknown'; readonly error: string }
  | { readonly kind: 'not-attempted' };

/** A listed tag. The outcome is absent for a tag that is kept, in a dry run, and before the deletions. */
export interface TagResult extends JudgedTag {
  readonly outcome?: Outcome;
}

export interface RepositoryResult {
  /** `namespace/name`. */
  readonly repository: string;
  /** Every listed tag, as listed before anything was deleted; absent where the list could not be read. */
  readonly listed?: readonly Tag[];
  /** Every listed tag with its verdict, newest first; empty until the plan stands. */
  readonly tags: readonly TagResult[];
  /** For each line of `tags`, in their order: how many listed tags it takes; absent until the plan stands. */
  readonly matches?: readonly number[];
  /** What a new list shows, less what this run deleted, newest first; absent in a dry run and where it could not be read. */
  readonly remaining?: readonly Tag[];
  /** How long a deleted tag can be restored, in seconds; absent if unknown. */
  readonly restorableFor?: number;
  /** Why this repository could not be cleaned up, or not wholly. */
  readonly error?: string;
}

/** What the run does with the tags of its plan; `duration` is as the user wrote it. */
export type Mode =
  | { readonly kind: 'delete' }
  | { readonly kind: 'expire'; readonly duration: string; readonly seconds: number }
  /** Takes expirations away. */
  | { readonly kind: 'never-expire' };

/** Which GitHub repository placeholders were asked of; `repository` is `owner/name`. */
export type GitHubAsked =
  | { readonly kind: 'one'; readonly repository: string }
  /** Each tag by the one that its image names. */
  | { readonly kind: 'from-labels'; readonly repositories: readonly string[] };

/** Why the run ended before its plan was carried out. */
export type Stopped =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'time-budget'; readonly duration: string }
  /** The plan is larger than allowed. */
  | { readonly kind: 'guard' }
  /** A pull request's run has no secrets, and can do nothing. */
  | { readonly kind: 'no-secrets'; readonly why: string };

/** The action as a workflow names it: `uses: <repository>@<ref>`. */
export interface ActionReference {
  readonly repository: string;
  readonly ref: string;
}

/** What there is to tell of any run. */
interface RunResult {
  /** `host` or `host:port`. */
  readonly registry: string;
  /** The origin, such as `https://quay.io`. */
  readonly registryUrl: string;
  readonly dryRun: boolean;
  /** What the reader should know besides, one sentence each: skipped mirrors, exclusions that match nothing. */
  readonly notes: readonly string[];
  /** Why the whole run failed. */
  readonly error?: string;
}

/** All that a report, a job summary and the outputs are made of. Times are Unix seconds. */
export interface CleanupResult extends RunResult {
  readonly mode: Mode;
  /** The lines of `tags` that select, as the user wrote them; absent where there is only one. */
  readonly rules?: readonly string[];
  /** Absent where nothing was asked of GitHub. */
  readonly github?: GitHubAsked;
  readonly startedAt: number;
  /** Absent while the run is under way. */
  readonly finishedAt?: number;
  readonly repositories: readonly RepositoryResult[];
  /** What deserves a warning, one sentence each. */
  readonly warnings: readonly string[];
  readonly stopped?: Stopped;
  /** Whether anything was sent that changes something. */
  readonly hasChanged: boolean;
  /** Where the JSON report stands on the runner. */
  readonly reportPath?: string;
  readonly action?: ActionReference;
}

/** What became of a tag that was to come back. */
export type RestoreOutcome =
  /** With the expiration that came back with it, in Unix seconds, or a warning why that did not. */
  | { readonly kind: 'restored'; readonly expiration?: number; readonly warning?: string }
  /** An earlier restore had brought it back without its expiration, which it has again. */
  | { readonly kind: 'expiration-set'; readonly expiration: number; readonly warning?: string }
  /** A dry run would restore it, or set its expiration again. */
  | { readonly kind: 'would-restore' }
  /** A tag of that name exists, and was not changed. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'not-attempted' };

export interface RestoredTag {
  readonly name: TagName;
  /** `sha256:<hex>` of the manifest that the tag stands for now, or stood for last; absent if unknown. */
  readonly digest?: string;
  /** Unix seconds; absent if unknown. */
  readonly deletedAt?: number;
  readonly outcome: RestoreOutcome;
}

export interface RestoredRepository {
  /** `namespace/name`. */
  readonly repository: string;
  readonly tags: readonly RestoredTag[];
  /** Why nothing of this repository could be restored. */
  readonly error?: string;
}

/** All that the summary and the outputs of the restore action are made of. */
export interface RestoreResult extends RunResult {
  readonly repositories: readonly RestoredRepository[];
  readonly cancelled?: boolean;
}
