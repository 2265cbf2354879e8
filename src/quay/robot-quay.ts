import { CredentialRefusedError, type ServiceError } from '../model/errors.ts';
import { present } from '../model/json.ts';
import type { FoundRepository, Quay, Repository, TagDeleter } from './quay.ts';
import type { RestQuay } from './rest-quay.ts';
import type { V2Api } from './v2.ts';

/**
 * Speaks to Quay's v2 API as a robot account.
 *
 * That API lists names only. For a public repository the REST API gives dates, sizes and digests to anybody.
 */
export class RobotQuay implements Quay {
  readonly deleter: TagDeleter;
  readonly #v2: V2Api;
  readonly #anonymous: RestQuay;

  /** @param anonymous - the REST API of the same registry, without credentials */
  constructor(v2: V2Api, anonymous: RestQuay) {
    this.#v2 = v2;
    this.#anonymous = anonymous;
    this.deleter = {
      prepare:
        async ({ repository, stop }) =>
        (name, { next } = {}) =>
          v2.deleteTag({ repository, name }, { stop, next }),
    };
  }

  findRepositories(namespace: string): Promise<readonly FoundRepository[]> {
    return this.#anonymous.findRepositories(namespace);
  }

  async open(repository: string): Promise<Repository> {
    const { user, registry } = this.#v2;
    const mayRead = await this.#v2.mayRead(repository);
    const visible = await this.#asPublic(repository);
    if (!mayRead && !visible) {
      throw new CredentialRefusedError(
        `${user} has no permission on ${repository}, or there is no such repository on ${registry.host}. Check the spelling, and grant the robot account Write in Quay under ${repository} → Settings → User and Robot Permissions.`,
      );
    }
    return present({
      repository,
      restorableFor: visible?.restorableFor,
      obstacle: await this.#obstacle(repository, visible),
      list: () => visible?.list() ?? this.#v2.listNames(repository),
      details: visible?.details,
    });
  }

  close(): Promise<void> {
    return this.#anonymous.close();
  }

  async #obstacle(repository: string, visible: Repository | undefined): Promise<ServiceError | undefined> {
    const { user, registry } = this.#v2;
    if (!(await this.#v2.mayWrite(repository))) {
      return new CredentialRefusedError(
        `The robot account ${user} may read ${repository} on ${registry.host} but not delete from it. It may lack Write (grant it in Quay under ${repository} → Settings → User and Robot Permissions), or the repository is read-only or a mirror, where nobody may delete.`,
      );
    }
    // Nobody writes anonymously, so a refused credential says nothing here.
    return visible?.obstacle instanceof CredentialRefusedError ? undefined : visible?.obstacle;
  }

  /** The repository as anybody sees it; undefined for a private one, or one that does not exist. */
  #asPublic(repository: string): Promise<Repository | undefined> {
    return this.#anonymous.open(repository).catch((error: unknown) => {
      if (error instanceof CredentialRefusedError) return undefined;
      throw error;
    });
  }
}
