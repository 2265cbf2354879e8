import { randomBytes } from 'node:crypto';
import { type Answer, type Client, demand } from './client.ts';
import type { Options } from './options.ts';

/**
 * The repositories that this run of the suite made. What it makes, changes and removes has its own random name in front:
 * there is no way from here to another repository.
 */
export class OwnRepositories {
  /** `namespace/conformance-<random>`. */
  readonly prefix: string;
  readonly #made = new Set<string>();
  readonly #client: Client;
  readonly #authorization: Readonly<Record<string, string>>;
  #count = 0;

  constructor(client: Client, { namespace, token }: Options) {
    this.prefix = `${namespace}/conformance-${randomBytes(5).toString('hex')}`;
    this.#client = client;
    this.#authorization = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  }

  /** What was made and is not removed yet. */
  get made(): readonly string[] {
    return [...this.#made];
  }

  /** Makes the next repository, and says its name. */
  async make({
    suffix = '',
    visibility = 'private',
  }: {
    readonly suffix?: string;
    readonly visibility?: 'private' | 'public';
  } = {}): Promise<string> {
    this.#count += 1;
    const name = `${this.prefix}-${this.#count}${suffix}`;
    // Before the request: an answer that gets lost leaves a repository, too.
    this.#made.add(name);
    const [namespace = '', ...rest] = name.split('/');
    const body = { namespace, repository: rest.join('/'), visibility, description: '', repo_kind: 'image' };
    const answer = await this.#client.send({
      method: 'POST',
      path: '/api/v1/repository',
      headers: this.#authorization,
      body: JSON.stringify(body),
    });
    const existsAlready = answer.status === 400 && answer.text.includes('already exists');
    if (answer.status === 201 || existsAlready) return name;
    // Refused, so that there is none to remove.
    if (answer.status < 500) this.#made.delete(name);
    throw new Error(refusalToMake(answer, { name, namespace }));
  }

  /** Sends what changes or reads one of the own repositories over the REST API. */
  send(
    method: string,
    repository: string,
    { path, body }: { readonly path: string; readonly body?: object },
  ) {
    this.own(repository);
    return this.#client.send({
      method,
      path: `/api/v1/repository/${repository}${path}`,
      headers: this.#authorization,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** @throws Error for a repository that this run did not make */
  own(repository: string): string {
    if (!this.#made.has(repository) || !repository.startsWith(`${this.prefix}-`))
      throw new Error(`The suite did not make ${repository}, and does not touch it.`);
    return repository;
  }

  async remove(repository: string): Promise<void> {
    const answer = await this.send('DELETE', repository, { path: '' });
    demand(answer, `Removing the repository ${repository}`, 204, 404);
    this.#made.delete(repository);
  }

  /** Removes all that are left, and says which could not be. */
  async removeAll(): Promise<readonly string[]> {
    for (const repository of this.made) {
      await this.remove(repository).catch((error: Error) => console.error(error.message));
    }
    return this.made;
  }
}

function refusalToMake(
  { status, text }: Answer,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): string {
  const found = `The server refused to make the repository ${name} (${status}): ${text.slice(0, 300)}`;
  return status === 401 || status === 403
    ? `${found}\nThe token may be wrong or expired, or its owner may not create repositories in ${namespace}. Generate it as an owner of ${namespace}, with "Create Repositories", "Administer Repositories" and "Read/Write to any accessible repositories".`
    : found;
}
