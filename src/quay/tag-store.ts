import type { IndexedImages, LastPull } from '../model/facts.ts';
import type { Tag, TagName } from '../model/tag.ts';
import type { QuayError } from './errors.ts';

/** What a registry tells of a repository before anything is deleted from it. */
export interface RepositoryFacts {
  /** `namespace/name`. */
  readonly repository: string;
  /** How long a deleted tag can be restored, in seconds; absent where the interface does not tell. */
  readonly restorableFor?: number;
  /** Why nothing can be deleted there; absent where nothing speaks against it. */
  readonly obstacle?: QuayError;
}

/** A repository found in a namespace. */
export interface FoundRepository {
  /** `namespace/name`. */
  readonly repository: string;
  /** Why nothing can be deleted there (`mirror`, `read-only`, `not an image repository`); absent for an ordinary one. */
  readonly unwritable?: string;
}

/** `gone`: the tag had been deleted before this run. `immutable`: the registry refused, and the tag stays. */
export type Removal = 'deleted' | 'gone' | 'immutable';

/** What can be known with the given credentials of the tags of one repository. */
export interface KnownFacts {
  readonly dates: boolean;
  readonly pulls: boolean;
  readonly expiry: boolean;
}

/** Tags of one repository that are to be changed together. */
export interface Batch {
  /** `namespace/name`. */
  readonly repository: string;
  /** How many there are. */
  readonly count: number;
  /** Aborts when none of them may be sent any more: those that wait for their turn reject with a StoppedError. */
  readonly stop: AbortSignal;
}

/**
 * One way to speak to a Quay. Repositories are `namespace/name`.
 *
 * Each method throws a {@link QuayError} that says what failed, what was found and what to do.
 */
export interface TagStore {
  /** All repositories of a namespace that the credentials can see. */
  findRepositories(namespace: string): Promise<readonly FoundRepository[]>;

  /** Checks, before anything is listed, that the repository exists, and whether tags can be deleted from it. */
  inspect(repository: string): Promise<RepositoryFacts>;

  /** What {@link list} and {@link lastPull} can tell of this repository's tags. */
  knows(repository: string): Promise<KnownFacts>;

  /** Every living tag, each name once, newest first, or an error: never a part of the list. */
  list(repository: string): Promise<readonly Tag[]>;

  /** The tag as it stands now; undefined if it is gone. */
  reread(repository: string, tag: TagName): Promise<Tag | undefined>;

  lastPull(repository: string, tag: TagName): Promise<LastPull>;

  /** The images in a multi-arch image, by its digest. */
  indexedImages(repository: string, digest: string): Promise<IndexedImages>;

  /** Prepares to delete tags of a repository by the fastest way that the registry offers. */
  deleter(batch: Batch): Promise<(tag: TagName) => Promise<Removal>>;

  /** Lets the registry expire the tag at `expiration`, in Unix seconds. */
  expire(batch: Batch, tag: TagName, expiration: number): Promise<'expiring' | 'gone' | 'immutable'>;
}
