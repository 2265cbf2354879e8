import type { IndexedImages, LastPull } from '../model/facts.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { CredentialRefusedError, QuayError } from './errors.ts';
import type { RestStore } from './oauth-tag-store.ts';
import type { Batch, FoundRepository, KnownFacts, Removal, RepositoryFacts, TagStore } from './tag-store.ts';
import { deleteByRegistry } from './v2/delete-tag.ts';
import { listNames } from './v2/list-tags.ts';
import { readIndexedImages } from './v2/read-index.ts';
import type { RegistrySession } from './v2/session.ts';

/**
 * Speaks to Quay's registry API as a robot account.
 *
 * That API lists names only. Of a public repository the REST API tells dates, sizes and immutability to anybody.
 */
export class RegistryStore implements TagStore {
  readonly #session: RegistrySession;
  readonly #anonymous: RestStore;
  readonly #publicFacts = new Map<string, Promise<RepositoryFacts | undefined>>();

  /** @param options.anonymous - the REST API of the same registry, without credentials */
  constructor(options: { readonly session: RegistrySession; readonly anonymous: RestStore }) {
    this.#session = options.session;
    this.#anonymous = options.anonymous;
  }

  findRepositories(namespace: string): Promise<readonly FoundRepository[]> {
    return this.#anonymous.findRepositories(namespace);
  }

  async inspect(repository: string): Promise<RepositoryFacts> {
    const { host } = this.#session.registry;
    const { user } = this.#session.account;
    const mayRead = await this.#session.mayRead(repository);
    const facts = await this.#asPublic(repository);
    if (!mayRead && !facts) {
      throw new CredentialRefusedError(
        `${user} has no permission on ${repository}, or there is no such repository on ${host}. Check the spelling, and grant the robot account Write in Quay under ${repository} → Settings → User and Robot Permissions.`,
      );
    }
    const obstacle = (await this.#session.mayWrite(repository))
      ? stateObstacle(facts)
      : new CredentialRefusedError(
          `The robot account ${user} may read ${repository} on ${host} but not delete from it. Grant it Write in Quay under ${repository} → Settings → User and Robot Permissions.`,
        );
    const restorableFor = facts?.restorableFor;
    return {
      repository,
      ...(restorableFor === undefined ? {} : { restorableFor }),
      ...(obstacle ? { obstacle } : {}),
    };
  }

  async knows(repository: string): Promise<KnownFacts> {
    return { dates: (await this.#asPublic(repository)) !== undefined, pulls: false, expiry: false };
  }

  async list(repository: string): Promise<readonly Tag[]> {
    return (await this.#asPublic(repository))
      ? this.#anonymous.list(repository)
      : listNames(this.#session, repository);
  }

  async reread(repository: string, tag: TagName): Promise<Tag | undefined> {
    return (await this.#asPublic(repository)) ? this.#anonymous.reread(repository, tag) : { name: tag };
  }

  async lastPull(): Promise<LastPull> {
    return 'unknown';
  }

  indexedImages(repository: string, digest: string): Promise<IndexedImages> {
    return readIndexedImages(this.#session, repository, digest);
  }

  async deleter(batch: Batch): Promise<(tag: TagName) => Promise<Removal>> {
    return (tag) => deleteByRegistry(this.#session, batch, tag);
  }

  async expire(): Promise<never> {
    throw new QuayError(
      'Setting an expiration needs an OAuth token: a robot account cannot. Set `token`, or leave `expire-in` out.',
    );
  }

  /** The facts of a public repository; undefined for a private one, or one that does not exist. */
  #asPublic(repository: string): Promise<RepositoryFacts | undefined> {
    let facts = this.#publicFacts.get(repository);
    if (!facts) {
      facts = this.#anonymous.inspect(repository).catch((error: unknown) => {
        if (error instanceof CredentialRefusedError) return undefined;
        throw error;
      });
      this.#publicFacts.set(repository, facts);
    }
    return facts;
  }
}

/** What speaks against deleting whoever asks, such as a mirror: nobody writes anonymously, so a refused credential says nothing here. */
function stateObstacle(facts: RepositoryFacts | undefined): QuayError | undefined {
  return facts?.obstacle instanceof CredentialRefusedError ? undefined : facts?.obstacle;
}
