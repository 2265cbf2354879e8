import type { HttpClient, HttpRequest } from '../http/client.ts';
import type { Clock } from '../model/clock.ts';
import type { ServiceError } from '../model/errors.ts';
import type { ImageLabels, LastPull, ManifestContents } from '../model/facts.ts';
import type { Registry } from '../model/registry.ts';
import type { Tag, TagList, TagName } from '../model/tag.ts';

/** Repositories, and tags of each, that are worked on at the same time; the connection lets out fewer requests. */
export const REPOSITORIES_AT_ONCE = 16;
export const TAGS_AT_ONCE = 200;

/** How a run signs in to Quay. */
export type Credentials =
  | { readonly kind: 'oauth'; readonly token: string }
  | { readonly kind: 'robot'; readonly username: string; readonly password: string }
  | { readonly kind: 'oidc'; readonly username: string; readonly audience: string }
  | { readonly kind: 'anonymous' };

/** What every way to speak to a Quay works with. */
export interface Connection {
  readonly registry: Registry;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Keeps a secret that turns up on the way out of everything that is written. */
  readonly maskSecret: (secret: string) => void;
}

/**
 * An open connection to a Quay, by one kind of credentials. Repositories are `namespace/name`.
 *
 * Every method, here and below, throws a {@link ServiceError} that says what failed, what was found and what to do, and a
 * StoppedError where the run was told to stop before.
 */
export interface Quay {
  /** All repositories of a namespace that the credentials can see. */
  findRepositories(namespace: string): Promise<readonly FoundRepository[]>;
  /** Checks that the repository exists, and says what these credentials can read there and do. */
  open(repository: string): Promise<Repository>;
  /** Deletes tags; absent without credentials. */
  readonly deleter?: TagDeleter;
  /** Brings tags back and sets expirations; absent where the credentials can not. */
  readonly timeMachine?: TimeMachine;
  close(): Promise<void>;
}

/** A repository found in a namespace. */
export interface FoundRepository {
  readonly repository: string;
  /** Why nothing can be deleted there, such as `is a mirror`; absent for an ordinary one. */
  readonly unwritable?: string;
}

/** What can be read of one repository. What these credentials can not read is absent. */
export interface Repository {
  readonly repository: string;
  /** How long a deleted tag can be restored, in seconds; absent where the interface does not tell. */
  readonly restorableFor?: number;
  /** Why nothing can be deleted there; absent where it can be. */
  readonly obstacle?: ServiceError;
  /** Every living tag, or an error: never a part of the list. */
  list(): Promise<TagList>;
  /** Absent where names alone can be read. */
  readonly details?: DetailReader;
  /** When a tag, or its digest under any name, was last pulled; absent where the credentials see no pull statistics. */
  readonly lastPull?: (tag: TagName) => Promise<LastPull>;
}

/** Reads about single tags and images over the REST API, which counts no pull. Each manifest is read once in a run. */
export interface DetailReader {
  /** The tag as it stands now, looked up even when the run was told to stop; undefined if there is none. */
  find(tag: TagName): Promise<Tag | undefined>;
  manifest(digest: string): Promise<ManifestContents>;
  /** Of an index: its annotations, or the labels of its platforms where they agree. */
  labels(digest: string): Promise<ImageLabels | 'unknown'>;
}

/** `gone`: the tag had been deleted before. `immutable`: the registry refused, and the tag is kept. */
export type Deletion = 'deleted' | 'gone' | 'immutable';

/** Tags of one repository that are deleted together. */
export interface Batch {
  readonly repository: string;
  /** How many there are. */
  readonly count: number;
  /** Aborts when none of them may be sent any more: those that wait for their turn reject with a StoppedError. */
  readonly stop: AbortSignal;
}

export interface TagDeleter {
  /**
   * Prepares to delete tags of a repository by the fastest way that the registry offers. The function that is returned deletes
   * one, by its name; with `next` it goes before all requests that wait, as after a look at the tag.
   */
  prepare(batch: Batch): Promise<(tag: TagName, options?: Pick<Sending, 'next'>) => Promise<Deletion>>;
}

/** A name of a repository's history, by its newest row. */
export interface HistoryEntry {
  readonly name: TagName;
  /** Whether a tag of that name exists now. */
  readonly alive: boolean;
  /** The digest that the name stands for, or stood for last; absent where Quay does not tell. */
  readonly digest?: string;
  /** When the tag came to be, in Unix seconds. */
  readonly startedAt?: number;
  /** When the tag was deleted last, in Unix seconds; absent while it exists. */
  readonly deletedAt?: number;
  /** When the living tag will expire, in Unix seconds. */
  readonly expiration?: number;
  /** Whether its row says that an older tag came back. */
  readonly isReversion: boolean;
  /** Every digest that the history shows for the name. */
  readonly digests: ReadonlySet<string>;
}

/** Every name of a repository's history, and the registry's time in Unix seconds. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly at: number;
}

/** A tag of a repository. */
export interface TagAddress {
  readonly repository: string;
  readonly name: TagName;
}

/** How a request is sent. */
export type Sending = Pick<HttpRequest<unknown>, 'stop' | 'next' | 'mayBeDone'>;

/** Brings deleted tags back, and sets and takes expirations. */
export interface TimeMachine {
  history(repository: string): Promise<History>;
  /** The tag as it stands now; undefined if there is none. */
  find(tag: TagAddress): Promise<Tag | undefined>;
  /** Lets a tag stand for a digest (`sha256:<hex>`) again. */
  restore(tag: TagAddress & { readonly digest: string }, sending?: Sending): Promise<void>;
  /**
   * Lets the registry expire the tag at a time in Unix seconds; null takes its expiration away. Quay silently sets another time
   * where this one is out of its bounds.
   */
  setExpiration(
    tag: TagAddress,
    expiration: number | null,
    sending?: Sending,
  ): Promise<'set' | 'gone' | 'immutable'>;
}
