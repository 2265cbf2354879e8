import type { AnswerTo, HttpClient, Reading } from '../http/client.ts';
import type { Registry } from '../model/registry.ts';
import type { Sending } from './quay.ts';
import { type Meaning, REST, refuse } from './refusals.ts';

/** A request to Quay's REST API, its path below `/api/v1/`. */
interface RestRequest<T> extends Sending {
  readonly method: 'GET' | 'DELETE' | 'PUT' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: object;
  /** What it does, for messages, such as `deleting acme/web:pr-1`. */
  readonly doing: string;
  /** The repository, or the namespace, that it is about. */
  readonly about: string;
  /** What the answer says, or why it says nothing; undefined where it is a refusal. */
  readonly read: (answer: AnswerTo) => Reading<T> | undefined;
  /** What refusals mean to this request, besides what they always mean. */
  readonly meanings?: readonly Meaning[];
  /** Whether the request is sent although the run was told to stop. */
  readonly evenWhenStopped?: boolean | undefined;
}

/** Sends requests to Quay's REST API v1. */
export class RestApi {
  readonly registry: Registry;
  readonly isAnonymous: boolean;
  readonly #http: HttpClient;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param token - an OAuth access token; undefined to sign in not at all */
  constructor(registry: Registry, http: HttpClient, token?: string) {
    this.registry = registry;
    this.#http = http;
    this.isAnonymous = token === undefined;
    this.#headers = {
      accept: 'application/json',
      // Quay answers 400 to reads that look like a browser's without this header.
      'x-requested-with': 'XMLHttpRequest',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  /**
   * What was asked for.
   *
   * @throws CredentialRefusedError where the token may not do that; ServiceError for all else
   */
  send<T>(request: RestRequest<T>): Promise<T> {
    const { path, query = {}, read, doing, about, meanings = [], ...sending } = request;
    const { host, origin } = this.registry;
    const url = new URL(`/api/v1/${path}`, origin);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const user = this.isAnonymous ? undefined : '$oauthtoken';
    const asked = { host, doing, about, user, changes: request.method !== 'GET' };
    return this.#http.send({
      ...sending,
      url,
      lane: 'api',
      headers: this.#headers,
      read: (answer) => read(answer) ?? refuse(answer, asked, [...meanings, ...REST]),
    });
  }
}

/** The path of a repository below `/api/v1/`, without a slash at its end. */
export function repositoryPath(repository: string): string {
  return `repository/${repository.split('/').map(encodeURIComponent).join('/')}`;
}
