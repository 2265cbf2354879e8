import type { AnswerTo, HttpClient, Reading } from '../http/client.ts';
import { type Clock, unixNow } from '../model/clock.ts';
import { asNumber, asObject, asString, type JsonObject, parseObject } from '../model/json.ts';
import type { Registry } from '../model/registry.ts';
import { parseTagName, type TagList } from '../model/tag.ts';
import type { Deletion, Sending, TagAddress } from './quay.ts';
import { type Meaning, readRefusal, refuse, V2_DELETION, V2_NAMES, V2_SIGN_IN } from './refusals.ts';
import { PageCheck } from './rows.ts';
import { timesOf } from './tags.ts';

/** Who signs in to the v2 API. */
interface V2Account {
  /** A robot account (`acme+ci`), or `$oauthtoken` with an OAuth token as its password. */
  readonly user: string;
  /** Fetches the password, anew where it is short-lived. */
  password(): Promise<string>;
}

/** A token for one repository. */
interface Grant {
  readonly jwt: string;
  readonly actions: readonly string[];
  /** From when on another is fetched, in milliseconds of the clock's `elapsed`. */
  readonly renewAt: number;
}

interface V2Request<T> extends Sending {
  readonly method: 'GET' | 'DELETE';
  readonly repository: string;
  readonly url: URL;
  readonly lane: 'manifests' | 'tags';
  /** What the answer says, or why it says nothing. */
  readonly read: (answer: AnswerTo) => Reading<T>;
}

interface V2Options {
  readonly registry: Registry;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly account: V2Account;
  readonly maskSecret: (secret: string) => void;
}

/** A token is renewed so long before it ends, in milliseconds, but not in the first half of its time. */
const RENEW_BEFORE = 30_000;

/** Speaks to the v2 API with one token per repository. */
export class V2Api {
  readonly registry: Registry;
  readonly user: string;
  readonly #options: V2Options;
  /** The latest token for each repository. */
  readonly #grants = new Map<string, Grant>();
  readonly #signIns = new Map<string, Promise<Grant>>();
  #realm: Promise<URL> | undefined;

  constructor(options: V2Options) {
    this.registry = options.registry;
    this.user = options.account.user;
    this.#options = options;
  }

  /** Whether the registry grants the account `push`, which deleting needs. A missing repository grants nothing. */
  async mayWrite(repository: string): Promise<boolean> {
    return (await this.#grant(repository)).actions.includes('push');
  }

  /** Whether the registry grants the account anything at all on the repository. */
  async mayRead(repository: string): Promise<boolean> {
    return (await this.#grant(repository)).actions.length > 0;
  }

  /**
   * Deletes one tag by name: the same request with a digest would delete every tag on that digest.
   *
   * @throws CredentialRefusedError when the account lost its right to write; ServiceError for all else, including a Quay before 3.13
   */
  deleteTag({ repository, name }: TagAddress, sending: Sending = {}): Promise<Deletion> {
    return this.#send<Deletion>({
      method: 'DELETE',
      repository,
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
    const { clock } = this.#options;
    const askedAt = unixNow(clock);
    const check = new PageCheck(`the tags of ${repository}`);
    const names = new Set<string>();
    let first: NamesPage | undefined;
    let url: URL | undefined = new URL(`/v2/${repository}/tags/list?n=100`, this.registry.origin);
    while (url) {
      const page: NamesPage = await this.#fetchNames(repository, url);
      first ??= page;
      check.add(page.names.at(-1), page.next !== undefined);
      for (const name of page.names) names.add(name);
      url = page.next;
    }
    const { at, seenAt } = first ?? { at: askedAt, seenAt: askedAt };
    const tags = [...names].map(parseTagName).filter((name) => name !== undefined);
    return {
      repository,
      tags: tags.map((name) => ({ name })),
      namesOnly: true,
      invalidNames: [...names].filter((text) => parseTagName(text) === undefined),
      askedAt,
      at,
      seenAt,
    };
  }

  #fetchNames(repository: string, url: URL): Promise<NamesPage> {
    return this.#send<NamesPage>({
      method: 'GET',
      repository,
      url,
      lane: 'tags',
      read: (answer) => {
        const names: unknown = answer.status === 200 && parseObject(answer.text)?.['tags'];
        if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
          return this.#refuse(answer, `listing the tags of ${repository}`, repository, V2_NAMES);
        return { value: { names, next: nextPage(answer, url), ...timesOf(answer, this.#options.clock) } };
      },
    });
  }

  /**
   * Signs each attempt as it leaves, and sees to the next token before this one ends. A 401 renews it as well, once for all
   * requests that meet it, and asks once more.
   */
  async #send<T>({ repository, read, ...request }: V2Request<T>): Promise<T> {
    let grant = await this.#grant(repository);
    let wasRenewed = false;
    return this.#options.http.send<T>({
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
    return this.#options.clock.elapsed() >= renewAt;
  }

  async #signIn(repository: string): Promise<Grant> {
    const { http, clock, account, maskSecret } = this.#options;
    this.#realm ??= this.#findRealm();
    const url = new URL(await this.#realm);
    // `delete` is no action of Quay's, and `*` would need admin: pushing is what deleting needs.
    url.searchParams.set('scope', `repository:${repository}:pull,push`);
    const credentials = Buffer.from(`${account.user}:${await account.password()}`).toString('base64');
    maskSecret(credentials);
    const askedAt = clock.elapsed();
    const jwt = await http.send<string>({
      method: 'GET',
      url,
      lane: 'auth',
      headers: { authorization: `Basic ${credentials}` },
      read: (answer) => {
        const token = answer.status === 200 && asString(parseObject(answer.text)?.['token']);
        if (token) return { value: token };
        return this.#refuse(answer, 'signing in', repository, V2_SIGN_IN);
      },
    });
    maskSecret(jwt);
    const claims = readClaims(jwt) ?? {};
    const actions = grantedActions(claims, repository);
    return { jwt, actions, renewAt: askedAt + timeToRenew(claims) };
  }

  #findRealm(): Promise<URL> {
    return this.#options.http.send<URL>({
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
    const asked = {
      host: registry.host,
      doing: `${doing} as ${user}`,
      about,
      user,
      changes: meanings === V2_DELETION,
    };
    return refuse(answer, asked, meanings);
  }
}

interface NamesPage extends Pick<TagList, 'at' | 'seenAt'> {
  readonly names: readonly string[];
  readonly next: URL | undefined;
}

/** Follows `Link: <…>; rel="next"`, relative or absolute. */
function nextPage({ headers }: AnswerTo, current: URL): URL | undefined {
  const link = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(headers['link'] ?? '')?.[1];
  return link === undefined ? undefined : (URL.parse(link, current.href) ?? undefined);
}

/** The claims of a JSON Web Token, unverified: enough to read what a server granted us; undefined if it is none. */
export function readClaims(jwt: string): JsonObject | undefined {
  const payload = jwt.split('.')[1];
  return payload === undefined ? undefined : parseObject(Buffer.from(payload, 'base64url').toString('utf8'));
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
