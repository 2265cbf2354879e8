import type { LastPull, ManifestContents } from '../model/facts.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { CredentialRefusedError, QuayError } from './errors.ts';
import type { OAuthTagStore } from './oauth-tag-store.ts';
import type {
  Batch,
  Deletion,
  FoundRepository,
  RepositoryDetails,
  TagList,
  TagStore,
  Visible,
} from './tag-store.ts';
import { deleteTagOverV2 } from './v2/delete-tag.ts';
import { listNames } from './v2/list-tags.ts';
import { readManifest } from './v2/read-manifest.ts';
import type { V2Session } from './v2/session.ts';

/**
 * Speaks to Quay's v2 API as a robot account.
 *
 * That API lists names only. For a public repository the REST API gives dates, sizes and digests to anybody.
 */
export class RobotTagStore implements TagStore {
  readonly canRestore = false;
  readonly #session: V2Session;
  readonly #anonymous: OAuthTagStore;
  readonly #now: () => number;
  readonly #publicDetails = new Map<string, Promise<RepositoryDetails | undefined>>();

  /** @param options.anonymous - the REST API of the same registry, without credentials; `now` gives Unix seconds */
  constructor(options: {
    readonly session: V2Session;
    readonly anonymous: OAuthTagStore;
    readonly now: () => number;
  }) {
    this.#session = options.session;
    this.#anonymous = options.anonymous;
    this.#now = options.now;
  }

  findRepositories(namespace: string): Promise<readonly FoundRepository[]> {
    return this.#anonymous.findRepositories(namespace);
  }

  async inspect(repository: string): Promise<RepositoryDetails> {
    const { host } = this.#session.registry;
    const { user } = this.#session.account;
    const mayRead = await this.#session.mayRead(repository);
    const details = await this.#asPublic(repository);
    if (!mayRead && !details) {
      throw new CredentialRefusedError(
        `${user} has no permission on ${repository}, or there is no such repository on ${host}. Check the spelling, and grant the robot account Write in Quay under ${repository} → Settings → User and Robot Permissions.`,
      );
    }
    const obstacle = (await this.#session.mayWrite(repository))
      ? stateObstacle(details)
      : new CredentialRefusedError(
          `The robot account ${user} may read ${repository} on ${host} but not delete from it. It may lack Write (grant it in Quay under ${repository} → Settings → User and Robot Permissions), or the repository is read-only or a mirror, where nobody may delete.`,
        );
    const restorableFor = details?.restorableFor;
    return {
      ...(restorableFor === undefined ? {} : { restorableFor }),
      ...(obstacle ? { obstacle } : {}),
    };
  }

  async visible(repository: string): Promise<Visible> {
    return { details: (await this.#asPublic(repository)) !== undefined, pulls: false };
  }

  async list(repository: string): Promise<TagList> {
    return (await this.#asPublic(repository))
      ? this.#anonymous.list(repository)
      : listNames(this.#session, repository, this.#now);
  }

  async reread(repository: string, tag: TagName): Promise<Tag | undefined> {
    return (await this.#asPublic(repository)) ? this.#anonymous.reread(repository, tag) : { name: tag };
  }

  async lastPull(): Promise<LastPull> {
    return 'unknown';
  }

  readManifest(repository: string, digest: string): Promise<ManifestContents> {
    return readManifest(this.#session, repository, digest);
  }

  async deleter(batch: Batch): Promise<(tag: TagName) => Promise<Deletion>> {
    return (tag) => deleteTagOverV2(this.#session, batch, tag);
  }

  async expire(): Promise<never> {
    throw new QuayError(
      'Setting an expiration needs an OAuth token: a robot account cannot. Set `token`, or leave `expire-in` out.',
    );
  }

  async restore(): Promise<never> {
    throw new QuayError('Restoring a tag needs an OAuth token: a robot account cannot. Set `token`.');
  }

  setExpiration(): Promise<never> {
    return this.expire();
  }

  /** The details of a public repository; undefined for a private one, or one that does not exist. */
  #asPublic(repository: string): Promise<RepositoryDetails | undefined> {
    let details = this.#publicDetails.get(repository);
    if (!details) {
      details = this.#anonymous.inspect(repository).catch((error: unknown) => {
        if (error instanceof CredentialRefusedError) return undefined;
        throw error;
      });
      this.#publicDetails.set(repository, details);
    }
    return details;
  }
}

/** Why nobody can delete there, such as a mirror. Nobody writes anonymously, so a refused credential says nothing here. */
function stateObstacle(details: RepositoryDetails | undefined): QuayError | undefined {
  return details?.obstacle instanceof CredentialRefusedError ? undefined : details?.obstacle;
}
