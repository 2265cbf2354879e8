import { asString, isObject, parseObject } from '../../model/json.ts';
import { CredentialRefusedError, QuayError } from '../errors.ts';
import type { HttpClient, HttpResponse, LaneName } from '../http/client.ts';
import type { Registry } from '../registry.ts';
import { errorText, notQuay } from '../rest/rest-api.ts';
import { readClaims } from './jwt.ts';

/** Who signs in to the registry API. */
export interface RegistryAccount {
  /** A robot account (`acme+ci`), or `$oauthtoken` with an OAuth token as its password. */
  readonly user: string;
  /** Fetches the password, anew where it is short-lived. */
  password(): Promise<string>;
}

interface RegistryToken {
  readonly jwt: string;
  readonly actions: readonly string[];
}

interface RegistryRequest {
  readonly method: 'GET' | 'DELETE';
  readonly repository: string;
  readonly url: URL;
  readonly lane: LaneName;
  /** The media types that are understood. */
  readonly accept?: string;
  /** Aborts while the request waits for its turn: then it is not sent. */
  readonly stop?: AbortSignal;
  /** Whether an answer holds what it must; one that does not is asked again, like a broken answer. */
  readonly valid?: (response: HttpResponse) => boolean;
}

/** Signs requests to the registry API with one token per repository, and renews it once for all when it expires. */
export class RegistrySession {
  readonly registry: Registry;
  readonly account: RegistryAccount;
  readonly #http: HttpClient;
  readonly #maskSecret: (secret: string) => void;
  readonly #tokens = new Map<string, Promise<RegistryToken>>();
  #realm: Promise<URL> | undefined;

  constructor(options: {
    readonly registry: Registry;
    readonly account: RegistryAccount;
    readonly http: HttpClient;
    readonly maskSecret: (secret: string) => void;
  }) {
    this.registry = options.registry;
    this.account = options.account;
    this.#http = options.http;
    this.#maskSecret = options.maskSecret;
  }

  /** Whether the registry grants the account `push`, which deleting needs. A missing repository grants nothing. */
  async mayWrite(repository: string): Promise<boolean> {
    return (await this.#token(repository)).actions.includes('push');
  }

  /** Whether the registry grants the account anything at all on the repository. */
  async mayRead(repository: string): Promise<boolean> {
    return (await this.#token(repository)).actions.length > 0;
  }

  /** The answer, whatever its status; a 401 renews the token and asks once more. */
  async send(request: RegistryRequest): Promise<HttpResponse> {
    const used = this.#token(request.repository);
    const response = await this.#sendWith(request, await used);
    if (response.status !== 401) return response;
    // All requests in flight meet the same expiry: the first one to see it renews the token for the others.
    if (this.#tokens.get(request.repository) === used) this.#tokens.delete(request.repository);
    return this.#sendWith(request, await this.#token(request.repository));
  }

  #sendWith(
    { method, url, lane, accept, stop, valid }: RegistryRequest,
    token: RegistryToken,
  ): Promise<HttpResponse> {
    const headers = { authorization: `Bearer ${token.jwt}`, ...(accept ? { accept } : {}) };
    return this.#http.send({
      method,
      url,
      lane,
      headers,
      ...(stop ? { stop } : {}),
      ...(valid ? { valid } : {}),
    });
  }

  #token(repository: string): Promise<RegistryToken> {
    const known = this.#tokens.get(repository);
    if (known) return known;
    const token = this.#signIn(repository);
    this.#tokens.set(repository, token);
    return token;
  }

  async #signIn(repository: string): Promise<RegistryToken> {
    this.#realm ??= this.#findRealm();
    const url = new URL(await this.#realm);
    // `delete` is no action of Quay's, and `*` would need admin: pushing is what deleting needs.
    url.searchParams.set('scope', `repository:${repository}:pull,push`);
    const credentials = Buffer.from(`${this.account.user}:${await this.account.password()}`).toString(
      'base64',
    );
    this.#maskSecret(credentials);
    const response = await this.#http.send({
      method: 'GET',
      url,
      lane: 'auth',
      headers: { authorization: `Basic ${credentials}` },
    });
    if (response.status === 401 || response.status === 403) throw this.#refused(response);
    if (response.status !== 200) throw this.#unexpected(response, 'signing in');
    const jwt = asString(parseObject(response.text)?.['token']);
    if (!jwt) throw notQuay(this.registry.host, response);
    this.#maskSecret(jwt);
    return { jwt, actions: grantedActions(jwt, repository) };
  }

  async #findRealm(): Promise<URL> {
    const response = await this.#http.send({
      method: 'GET',
      url: new URL('/v2/', this.registry.origin),
      lane: 'other',
    });
    const challenge = response.headers['www-authenticate'] ?? '';
    const realm = URL.parse(/realm="([^"]*)"/.exec(challenge)?.[1] ?? '');
    const service = /service="([^"]*)"/.exec(challenge)?.[1];
    if (response.status !== 401 || !realm || service === undefined)
      throw notQuay(this.registry.host, response);
    if (realm.origin !== this.registry.origin.origin) {
      throw new QuayError(
        `${this.registry.host} asks to sign in at ${realm.origin}, another origin, where credentials are never sent. Set \`registry\` to the host that the registry calls itself.`,
      );
    }
    realm.searchParams.set('service', service);
    return realm;
  }

  #refused(response: HttpResponse): CredentialRefusedError {
    const { host } = this.registry;
    return this.account.user === '$oauthtoken'
      ? new CredentialRefusedError(`The token was refused by ${host} (${response.status}).`)
      : new CredentialRefusedError(
          `The robot account ${this.account.user} was refused by ${host} (${response.status})${errorText(response)}. Check \`username\` and \`password\`: both are shown in Quay under Robot Accounts → ${this.account.user} → Robot Token.`,
        );
  }

  #unexpected(response: HttpResponse, doing: string): QuayError {
    return new QuayError(
      `${this.registry.host} answered ${response.status}${errorText(response)} to ${doing} as ${this.account.user}, after ${response.attempts} attempts.`,
    );
  }
}

/** The actions that a registry token grants on a repository. A right that is missing is left out here, not refused. */
function grantedActions(jwt: string, repository: string): readonly string[] {
  const access = readClaims(jwt)?.['access'];
  if (!Array.isArray(access)) return [];
  return access.flatMap((entry: unknown) => {
    const actions =
      isObject(entry) && entry['type'] === 'repository' && entry['name'] === repository
        ? entry['actions']
        : [];
    return Array.isArray(actions) ? actions.filter((action) => typeof action === 'string') : [];
  });
}
