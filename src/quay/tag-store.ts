import type { LastPull, ManifestContents } from '../model/facts.ts';
import type { Tag, TagName } from '../model/tag.ts';
import type { QuayError } from './errors.ts';

/** What is known of a repository before anything is deleted from it. */
export interface RepositoryDetails {
  /** How long a deleted tag can be restored, in seconds; absent where the interface does not tell. */
  readonly restorableFor?: number;
  /** Why nothing can be deleted there; absent where it can be. */
  readonly obstacle?: QuayError;
}

/** A repository found in a namespace. */
export interface FoundRepository {
  /** `namespace/name`. */
  readonly repository: string;
  /** Why nothing can be deleted there, such as `is a mirror`; absent for an ordinary one. */
  readonly unwritable?: string;
}

/** What the credentials can see of the tags of a repository besides their names. */
export interface Visible {
  /** Dates and digests. */
  readonly details: boolean;
  readonly pulls: boolean;
}

/** The tags that live, each name once, in the registry's order: newest first where it has dates. */
export interface TagList {
  readonly tags: readonly Tag[];
  /** Listed names that no tag can have. */
  readonly strange: readonly string[];
  /** When the list began to come, in Unix seconds: by the registry's clock, and by the runner's. */
  readonly at: number;
  readonly seenAt: number;
}

/** `gone`: the tag had been deleted before. `immutable`: the registry refused, and the tag is kept. */
export type Deletion = 'deleted' | 'gone' | 'immutable';

/** Tags of one repository that are deleted together. */
export interface Batch {
  /** `namespace/name`. */
  readonly repository: string;
  /** How many there are. */
  readonly count: number;
  /** Aborts when none of them may be sent any more: those that wait for their turn reject with a StoppedError. */
  readonly stop: AbortSignal;
}

/** A tag, and what it is to stand for again. */
export interface TagToRestore {
  /** `namespace/name`. */
  readonly repository: string;
  readonly name: TagName;
  /** `sha256:<hex>`. */
  readonly digest: string;
}

/**
 * One way to speak to a Quay. Repositories are `namespace/name`.
 *
 * Each method throws a {@link QuayError} that says what failed, what was found and what to do.
 */
export interface TagStore {
  /** Whether the credential can restore tags and set expirations. */
  readonly canRestore: boolean;

  /** All repositories of a namespace that the credentials can see. */
  findRepositories(namespace: string): Promise<readonly FoundRepository[]>;

  /** Checks, before anything is listed, that the repository exists, and whether tags can be deleted from it. */
  inspect(repository: string): Promise<RepositoryDetails>;

  visible(repository: string): Promise<Visible>;

  /** Every living tag, or an error: never a part of the list. */
  list(repository: string): Promise<TagList>;

  /** The tag as it stands now, looked up even when the run was told to stop; undefined if it is gone. */
  reread(repository: string, tag: TagName): Promise<Tag | undefined>;

  lastPull(repository: string, tag: TagName): Promise<LastPull>;

  /** What a manifest refers to. Reading it counts as a pull in Quay's statistics. */
  readManifest(repository: string, digest: string): Promise<ManifestContents>;

  /** Prepares to delete tags of a repository by the fastest way that the registry offers. */
  deleter(batch: Batch): Promise<(tag: TagName) => Promise<Deletion>>;

  /** Lets the registry expire the tag at `expiration`, in Unix seconds. */
  expire(batch: Batch, tag: TagName, expiration: number): Promise<'expiring' | 'gone' | 'immutable'>;

  /** Lets a tag stand for a digest again, even when the run was told to stop. */
  restore(tag: TagToRestore): Promise<void>;

  /** Gives a restored tag its expiration back, in Unix seconds, even when the run was told to stop. */
  setExpiration(tag: TagToRestore, expiration: number): Promise<void>;
}
