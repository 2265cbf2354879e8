import type { TagName } from './tag.ts';

/** What became of a tag that was to come back. */
export type RestoreOutcome =
  | {
      readonly kind: 'restored';
      /** The expiration that came back with it, in Unix seconds. */
      readonly expiration?: number;
      /** Why its expiration did not come back. */
      readonly warning?: string;
    }
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
export interface RestoreResult {
  /** `host` or `host:port`. */
  readonly registry: string;
  /** The origin, such as `https://quay.io`. */
  readonly registryUrl: string;
  readonly dryRun: boolean;
  readonly repositories: readonly RestoredRepository[];
  /** What the reader should know besides, one sentence each. */
  readonly notes: readonly string[];
  readonly cancelled?: boolean;
  /** Why the whole run failed. */
  readonly error?: string;
}
