import type { AnswerTo, HttpClient, HttpRequest, Reading } from '../http/client.ts';
import type { Clock } from '../model/clock.ts';
import type { Registry } from '../model/registry.ts';
import type { Connection, Sending } from './quay.ts';
import { type Meaning, REST, refuse } from './refusals.ts';

/** A request to Quay's REST API; it reads, if no method is given. */
interface RestRequest<T>
  extends Sending,
    Partial<Pick<HttpRequest<T>, 'method' | 'json' | 'evenWhenStopped'>> {
  /** Below `/api/v1/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What it does, for messages, such as `deleting acme/web:pr-1`. */
  readonly doing: string;
  /** The repository, or the namespace, that it is about. */
  readonly about: string;
  /** What the answer says, or why it says nothing; undefined where it is a refusal. */
  readonly read: (answer: AnswerTo) => Reading<T> | undefined;
  /** What refusals mean to this request, besides what they always mean. */
  readonly meanings?: readonly Meaning[];
}

/** Sends requests to Quay's REST API v1. */
export class RestApi {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly isAnonymous: boolean;
  readonly #http: HttpClient;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param token - an OAuth access token; undefined to sign in not at all */
  constructor({ registry, clock, http }: Connection, token?: string) {
    this.registry = registry;
    this.clock = clock;
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
    const { method = 'GET', path, query = {}, read, doing, about, meanings = [], ...sending } = request;
    const { host, origin } = this.registry;
    const url = new URL(`/api/v1/${path}`, origin);
    url.search = new URLSearchParams(query).toString();
    const asked = { host, doing, about, user: this.isAnonymous ? undefined : '$oauthtoken' };
    return this.#http.send({
      ...sending,
      method,
      url,
      lane: 'api',
      headers: this.#headers,
      read: (answer) => read(answer) ?? refuse(answer, asked, [...meanings, ...REST]),
    });
  }
}
