import { asString, isObject, parseObject } from '../../model/json.ts';
import { attemptsOf, errorText, notQuay } from '../answers.ts';
import { CredentialRefusedError, QuayError } from '../errors.ts';
import type { HttpClient, HttpResponse, LaneName } from '../http/client.ts';
import type { Registry } from '../registry.ts';
import { tokenRefused } from '../rest/rest-api.ts';
import { readClaims } from './jwt.ts';

/** Who signs in to the v2 API. */
interface V2Account {
  /** A robot account (`acme+ci`), or `$oauthtoken` with an OAuth token as its password. */
  readonly user: string;
  /** Fetches the password, anew where it is short-lived. */
  password(): Promise<string>;
}

interface V2Token {
  readonly jwt: string;
  readonly actions: readonly string[];
}

interface V2Request {
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

/** Signs requests to the v2 API with one token per repository, and renews it once for all when it expires. */
export class V2Session {
  readonly registry: Registry;
  readonly account: V2Account;
  readonly #http: HttpClient;
  readonly #maskSecret: (secret: string) => void;
  readonly #tokens = new Map<string, Promise<V2Token>>();
  #realm: Promise<URL> | undefined;

  constructor(options: {
    readonly registry: Registry;
    readonly account: V2Account;
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
  async send(request: V2Request): Promise<HttpResponse> {
    const used = this.#token(request.repository);
    const response = await this.#sendWith(request, await used);
    if (response.status !== 401) return response;
    // All requests in flight meet the same expiry: the first one to see it renews the token for the others.
    if (this.#tokens.get(request.repository) === used) this.#tokens.delete(request.repository);
    const again = await this.#sendWith(request, await this.#token(request.repository));
    return { ...again, mayHaveActedBefore: again.mayHaveActedBefore || response.mayHaveActedBefore };
  }

  #sendWith({ method, url, lane, accept, stop, valid }: V2Request, token: V2Token): Promise<HttpResponse> {
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

  #token(repository: string): Promise<V2Token> {
    const known = this.#tokens.get(repository);
    if (known) return known;
    const token = this.#signIn(repository);
    this.#tokens.set(repository, token);
    return token;
  }

  async #signIn(repository: string): Promise<V2Token> {
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
        `${this.registry.host} asks to sign in at ${realm.origin}, another origin, where credentials are never sent. Set \`registry\` to the name that the registry uses for itself.`,
      );
    }
    realm.searchParams.set('service', service);
    return realm;
  }

  #refused(response: HttpResponse): CredentialRefusedError {
    const { host } = this.registry;
    return this.account.user === '$oauthtoken'
      ? tokenRefused(host, response.status)
      : new CredentialRefusedError(
          `The robot account ${this.account.user} was refused by ${host} (${response.status})${errorText(response)}. Check \`username\` and \`password\`: both are shown in Quay under Robot Accounts → ${this.account.user} → Robot Token.`,
        );
  }

  #unexpected(response: HttpResponse, doing: string): QuayError {
    return new QuayError(
      `${this.registry.host} answered ${response.status}${errorText(response)} to ${doing} as ${this.account.user}, after ${attemptsOf(response)}.`,
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
