import type { AnswerTo, HttpRequest, Reading } from '../http/client.ts';
import { unixNow } from '../model/clock.ts';
import { asNumber, asObject, asString, type JsonObject, parseJson } from '../model/json.ts';
import type { Registry } from '../model/registry.ts';
import { parseTagName, type TagList } from '../model/tag.ts';
import type { Connection, Deletion, Sending, TagAddress } from './quay.ts';
import {
  type Meaning,
  readBody,
  readRefusal,
  refuse,
  V2_DELETION,
  V2_NAMES,
  V2_SIGN_IN,
} from './refusals.ts';
import { pageCheck } from './rows.ts';
import { timesOf } from './tags.ts';

/** A token for one repository. */
interface Grant {
  readonly jwt: string;
  /** What it may do there. A right that is missing is left out, not refused; a missing repository grants nothing. */
  readonly actions: readonly string[];
  /** From when on another is fetched, in milliseconds of the clock's `elapsed`. */
  readonly renewAt: number;
}

type V2Request<T> = Pick<HttpRequest<T>, 'method' | 'url' | 'lane' | 'read' | 'next' | 'stop'>;

/** A token is renewed so long before it ends, in milliseconds, but not in the first half of its time. */
const RENEW_BEFORE = 30_000;

/** Speaks to the v2 API with one token per repository. */
export class V2Api {
  readonly registry: Registry;
  /** A robot account (`acme+ci`), or `$oauthtoken` with an OAuth token as its password. */
  readonly user: string;
  readonly #connection: Connection;
  readonly #password: () => Promise<string>;
  /** The latest token for each repository. */
  readonly #grants = new Map<string, Grant>();
  readonly #signIns = new Map<string, Promise<Grant>>();
  #realm: Promise<URL> | undefined;

  /** @param password - fetches it, anew where it is short-lived */
  constructor(connection: Connection, user: string, password: () => Promise<string>) {
    this.registry = connection.registry;
    this.user = user;
    this.#connection = connection;
    this.#password = password;
  }

  /** What the registry grants the account on a repository, such as `push`, which deleting needs. A missing repository grants nothing. */
  async actions(repository: string): Promise<readonly string[]> {
    return (await this.#grant(repository)).actions;
  }

  /**
   * Deletes one tag by name: the same request with a digest would delete every tag on that digest.
   *
   * @throws CredentialRefusedError when the account lost its right to write; ServiceError for all else, including a Quay before 3.13
   */
  deleteTag({ repository, name }: TagAddress, sending: Sending = {}): Promise<Deletion> {
    return this.#send<Deletion>(repository, {
      method: 'DELETE',
      url: new URL(`/v2/${repository}/manifests/${name}`, this.registry.origin),
      lane: 'manifests',
      ...sending,
      read: (answer) => {
        const { status } = answer;
        if (status === 202) return { value: 'deleted' };
        const { kind } = readRefusal(answer);
        if (status === 409 && kind === 'tag_immutable') return { value: 'immutable' };
        // A missing repository is something else.
        const isMissing = status === 404 && kind === 'manifest_unknown';
        if (isMissing) return { value: answer.mayHaveActedBefore ? 'deleted' : 'gone' };
        return this.#refuse(answer, `deleting ${repository}:${name}`, repository, V2_DELETION);
      },
    });
  }

  /** The names of a repository's tags, all pages; the v2 API gives nothing else, and may be two minutes late. */
  async listNames(repository: string): Promise<TagList> {
    const askedAt = unixNow(this.#connection.clock);
    const check = pageCheck(`the tags of ${repository}`);
    const first = await this.#fetchNames(repository, `/v2/${repository}/tags/list?n=100`);
    const names = new Set<string>();
    for (let page = first; ; page = await this.#fetchNames(repository, page.next)) {
      for (const name of page.names) names.add(name);
      check(page.names.at(-1), page.next !== undefined);
      if (page.next === undefined) break;
    }
    const tags = [...names].map(parseTagName).filter((name) => name !== undefined);
    return {
      repository,
      tags: tags.map((name) => ({ name })),
      namesOnly: true,
      invalidNames: [...names].filter((text) => parseTagName(text) === undefined),
      askedAt,
      at: first.at,
      seenAt: first.seenAt,
    };
  }

  #fetchNames(repository: string, address: string): Promise<NamesPage> {
    const url = new URL(address, this.registry.origin);
    return this.#send<NamesPage>(repository, {
      method: 'GET',
      url,
      lane: 'tags',
      read: (answer) =>
        readBody(answer, ({ tags: names }) => {
          if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return undefined;
          return { names, next: nextPage(answer, url), ...timesOf(answer, this.#connection.clock) };
        }) ?? this.#refuse(answer, `listing the tags of ${repository}`, repository, V2_NAMES),
    });
  }

  /**
   * Signs each attempt as it leaves, and sees to the next token before this one ends. A 401 renews it as well, once for all
   * requests that meet it, and asks once more.
   */
  async #send<T>(repository: string, { read, ...request }: V2Request<T>): Promise<T> {
    let grant = await this.#grant(repository);
    let wasRenewed = false;
    return this.#connection.http.send<T>({
      ...request,
      headers: () => {
        grant = this.#grants.get(repository) ?? grant;
        // What comes of a sign-in that fails is told by the 401 that follows.
        if (this.#isOld(grant)) this.#grant(repository).catch(() => {});
        return { authorization: `Bearer ${grant.jwt}` };
      },
      read: (answer) => {
        const reading = read(answer);
        if (answer.status !== 401 || wasRenewed || !('refusal' in reading)) return reading;
        wasRenewed = true;
        const refused = grant;
        return { ...reading, again: () => this.#grant(repository, refused) };
      },
    });
  }

  /** A token that is good for a while, and not the one that the registry refused. A sign-in that fails is not tried again. */
  async #grant(repository: string, refused?: Grant): Promise<Grant> {
    const latest = this.#grants.get(repository);
    if (latest && latest !== refused && !this.#isOld(latest)) return latest;
    const signIn = this.#signIns.get(repository) ?? this.#signIn(repository);
    this.#signIns.set(repository, signIn);
    const grant = await signIn;
    this.#grants.set(repository, grant);
    this.#signIns.delete(repository);
    return grant;
  }

  #isOld({ renewAt }: Grant): boolean {
    return this.#connection.clock.elapsed() >= renewAt;
  }

  async #signIn(repository: string): Promise<Grant> {
    this.#realm ??= this.#findRealm();
    const url = new URL(await this.#realm);
    // `delete` is no action of Quay's, and `*` would need admin: pushing is what deleting needs.
    url.searchParams.set('scope', `repository:${repository}:pull,push`);
    const password = await this.#password();
    const askedAt = this.#connection.clock.elapsed();
    const jwt = await exchange(this.#connection, { url, user: this.user, password }, (answer) =>
      this.#refuse(answer, 'signing in', repository, V2_SIGN_IN),
    );
    const claims = readClaims(jwt);
    const actions = grantedActions(claims, repository);
    return { jwt, actions, renewAt: askedAt + timeToRenew(claims) };
  }

  #findRealm(): Promise<URL> {
    return this.#connection.http.send<URL>({
      method: 'GET',
      url: new URL('/v2/', this.registry.origin),
      lane: 'other',
      read: (answer) => {
        const challenge = answer.headers['www-authenticate'] ?? '';
        const realm = URL.parse(/realm="([^"]*)"/.exec(challenge)?.[1] ?? '');
        const service = /service="([^"]*)"/.exec(challenge)?.[1];
        if (answer.status !== 401 || !realm || service === undefined)
          return this.#refuse(answer, 'asking where to sign in', this.registry.host, []);
        realm.searchParams.set('service', service);
        return { value: realm };
      },
    });
  }

  #refuse(answer: AnswerTo, doing: string, about: string, meanings: readonly Meaning[]): Reading<never> {
    const { user, registry } = this;
    return refuse(answer, { host: registry.host, doing: `${doing} as ${user}`, about, user }, meanings);
  }
}

interface NamesPage extends Pick<TagList, 'at' | 'seenAt'> {
  readonly names: readonly string[];
  readonly next: string | undefined;
}

/** Follows `Link: <…>; rel="next"`, relative or absolute. */
function nextPage({ headers }: AnswerTo, current: URL): string | undefined {
  const link = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(headers['link'] ?? '')?.[1];
  return link === undefined ? undefined : URL.parse(link, current.href)?.href;
}

/** Exchanges a password for the `token` of the answer. Every secret on the way is masked. */
export async function exchange(
  { http, maskSecret }: Connection,
  account: { readonly url: URL; readonly user: string; readonly password: string },
  refused: (answer: AnswerTo) => Reading<never>,
): Promise<string> {
  maskSecret(account.password);
  const credentials = Buffer.from(`${account.user}:${account.password}`).toString('base64');
  maskSecret(credentials);
  const token = await http.send<string>({
    method: 'GET',
    url: account.url,
    lane: 'auth',
    headers: { authorization: `Basic ${credentials}` },
    read: (answer) => readBody(answer, (body) => asString(body['token']) || undefined) ?? refused(answer),
  });
  maskSecret(token);
  return token;
}

/** The claims of a JSON Web Token, unverified: enough to read what a server granted us; none if it is no such token. */
export function readClaims(jwt: string): JsonObject {
  return asObject(parseJson(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')));
}

/** Milliseconds from the sign-in; without end where the token does not tell its own time, and a 401 renews it. */
function timeToRenew({ iat, exp }: JsonObject): number {
  const ms = ((asNumber(exp) ?? Number.NaN) - (asNumber(iat) ?? Number.NaN)) * 1000;
  return ms > 0 ? Math.max(ms / 2, ms - RENEW_BEFORE) : Number.POSITIVE_INFINITY;
}

/** The actions that a registry token grants on a repository. A right that is missing is left out here, not refused. */
function grantedActions(claims: JsonObject, repository: string): readonly string[] {
  const { access } = claims;
  return (Array.isArray(access) ? access.map(asObject) : [])
    .filter(({ type, name }) => type === 'repository' && name === repository)
    .flatMap(({ actions }) => (Array.isArray(actions) ? actions : []))
    .filter((action) => typeof action === 'string');
}
