import { HttpClient, type HttpClientOptions, type Reading } from '../http/client.ts';
import { NetworkError } from '../http/failure.ts';
import type { Answer } from '../http/transport.ts';
import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import { asObject, asString, type JsonObject, parseJson } from '../model/json.ts';

export interface GitHubOptions extends Pick<HttpClientOptions, 'environment' | 'clock' | 'onRequest'> {
  readonly token: string | undefined;
  /** Such as `https://api.github.com`, or `https://github.acme.example/api/v3`. */
  readonly apiUrl: string;
  /** Aborts when the run is over: no request is sent or waited for any more. */
  readonly signal: AbortSignal;
}

/** What is asked of GitHub, and the permissions that it needs. */
export interface Lookup {
  /** Such as `pull requests`. */
  readonly what: string;
  /** Such as `pull-requests: read`. */
  readonly permissions: readonly string[];
}

/** What a GraphQL query asks: the text, and by name the type and the value of each of its variables. */
export interface Query {
  readonly text: string;
  readonly variables?: Readonly<Record<string, readonly [type: string, value: unknown]>>;
}

/** An answer to a query: what was found, and what could not be. */
export interface GraphqlAnswer {
  readonly data: JsonObject;
  readonly errors: readonly Problem[];
}

export interface Problem {
  readonly type: string;
  readonly message: string;
  readonly path: readonly unknown[];
}

/** The wait where a secondary rate limit does not say how long: GitHub asks for a minute at least. */
const UNSAID_WAIT_MS = 60_000;

/**
 * A GitHub that never answers ends the run within two minutes: no attempt begins after 90 s, and none takes longer than 30 s.
 * A limit that lasts longer ends it at once. GitHub asks for few requests at a time.
 */
const PATIENCE = {
  limits: { answer: 30_000 },
  retries: { attempts: 4, wait: 1000, longestWait: 8000, lost: 90_000 },
  concurrency: 4,
} as const;

/** Asks the GraphQL API of one GitHub. Nothing is opened until something is asked. */
export class GraphqlClient {
  readonly #options: GitHubOptions;
  #http: HttpClient | undefined;

  constructor(options: GitHubOptions) {
    this.#options = options;
  }

  /**
   * Sends one query.
   *
   * @throws CredentialRefusedError where the token may not read that; ServiceError when the query was not answered at all
   */
  async ask(lookup: Lookup, query: Query): Promise<GraphqlAnswer> {
    const url = this.#prepare(lookup);
    const { token, signal } = this.#options;
    this.#http ??= new HttpClient({
      ...this.#options,
      ...PATIENCE,
      origin: url,
      service: { name: 'GitHub', setting: '`GITHUB_API_URL`' },
      userAgent: 'quay-tag-cleanup',
      stop: signal,
      kill: signal,
    });
    const reader = new AnswerReader(lookup, { host: url.host, token: token ?? '' });
    const declared = Object.entries(query.variables ?? {});
    const types = declared.map(([name, [type]]) => `$${name}: ${type}`).join(', ');
    try {
      return await this.#http.send({
        method: 'POST',
        url,
        lane: 'graphql',
        headers: { authorization: `Bearer ${token}` },
        changes: false,
        json: {
          query: `query${types && ` (${types})`} { ${query.text} }`,
          variables: Object.fromEntries(declared.map(([name, [, value]]) => [name, value])),
        },
        read: (answer) => reader.read(answer, this.#options.clock.time()),
      });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw new ServiceError(`GitHub did not answer about ${lookup.what}. ${error.message}`, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    await this.#http?.close();
  }

  /** Where queries are sent. */
  #prepare({ what, permissions }: Lookup): URL {
    const { token, apiUrl } = this.#options;
    if (!token) {
      throw new ServiceError(
        `Looking up ${what} needs \`github-token\`, which is empty. Leave the input out to use the job's own token, and grant it the permission:\n\n${permissionsBlock(permissions)}`,
      );
    }
    const url = URL.parse(`${apiUrl.replace(/\/(v3\/?)?$/, '')}/graphql`);
    if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
    // The value is not shown: it may hold a password.
    throw new ServiceError(
      `Looking up ${what} needs the address of GitHub's API, and the environment variable GITHUB_API_URL holds none that can be used. Write it as https://host/path, without a user name and a password, or leave it to the runner.`,
    );
  }
}

/** What is asked, of whom and about what. */
export interface Subject {
  readonly client: GraphqlClient;
  readonly lookup: Lookup;
  /** `owner/name`. */
  readonly repository: string;
}

/**
 * Asks for fields of one repository.
 *
 * @throws CredentialRefusedError where the token may not read that; ServiceError when the query was not answered at all
 */
export async function askOf(
  { client, lookup, repository }: Subject,
  { text, variables }: Query,
): Promise<{ readonly found: JsonObject; readonly errors: readonly Problem[] }> {
  const [owner = '', name = ''] = repository.split('/');
  const { data, errors } = await client.ask(lookup, {
    text: `repository(owner: $owner, name: $name) { ${text} }`,
    variables: { owner: ['String!', owner], name: ['String!', name], ...variables },
  });
  return { found: asObject(data['repository']), errors };
}

/** Reads what GitHub answered, and words what it refused: what failed, what was found, what to do. */
class AnswerReader {
  readonly #lookup: Lookup;
  readonly #host: string;
  readonly #token: string;

  constructor(lookup: Lookup, { host, token }: { readonly host: string; readonly token: string }) {
    this.#lookup = lookup;
    this.#host = host;
    this.#token = token;
  }

  /** @param now - Unix milliseconds */
  read(answer: Answer & { readonly attempts: number }, now: number): Reading<GraphqlAnswer> {
    const { status, text, attempts } = answer;
    const tried = attempts > 1 ? `${status}, tried ${attempts} times` : `${status}`;
    const body = parseJson(text);
    if (status === 200 && body !== undefined) return this.#readBody(answer, asObject(body), { now, tried });
    const said = asString(asObject(body)['message']) ?? '';
    const limit = status === 403 || status === 429 ? this.#limit(answer, said, { now, tried }) : undefined;
    if (limit) return limit;
    if (status >= 500 || status === 408) return { refusal: this.#unanswered(`(${tried}). ${this.#later}`) };
    if (body === undefined) {
      const refusal = new ServiceError(
        `The answer from ${this.#host} about ${this.#lookup.what} is not from GitHub's API (${tried}). Check \`GITHUB_API_URL\` and what is between the runner and ${this.#host}, such as a proxy.`,
      );
      // An answer that broke off may be whole the next time; a gateway's refusal stays.
      return { refusal, again: status < 300 };
    }
    if (status === 401) {
      return {
        refusal: new ServiceError(
          `GitHub did not answer about ${this.#lookup.what}, because it does not accept the token (401). It may have expired: leave \`github-token\` out to use the job's own.`,
        ),
      };
    }
    return { refusal: this.#refused(said || tried), again: false };
  }

  #readBody(
    answer: Answer,
    { data, errors }: JsonObject,
    circumstances: { readonly now: number; readonly tried: string },
  ): Reading<GraphqlAnswer> {
    const problems = Array.isArray(errors) ? errors.map(readProblem) : [];
    const limited = problems.find(
      ({ type, message }) => type === 'RATE_LIMITED' || isSecondaryLimit(message),
    );
    const limit = limited && this.#limit(answer, limited.message, circumstances);
    if (limit) return limit;
    const refused = problems.find(isRefusal);
    if (refused) return { refusal: this.#refused(refused.message), again: false };
    const whole = typeof data === 'object' && data !== null && !problems.some(isBroken);
    if (whole) return { value: { data: asObject(data), errors: problems } };
    const said = this.#readable(problems.map(({ message }) => message).join(' ')) || 'no data';
    return { refusal: this.#unanswered(`(${said}; ${circumstances.tried}). ${this.#later}`), again: true };
  }

  /** The limit that an answer speaks of; undefined if of none. */
  #limit(
    { status, headers }: Answer,
    said: string,
    { now, tried }: { readonly now: number; readonly tried: string },
  ): Reading<GraphqlAnswer> | undefined {
    const asked = wholeNumber(headers['retry-after']);
    const isSecondary = isSecondaryLimit(said);
    if (!isSecondary && asked === undefined && headers['x-ratelimit-remaining'] === '0')
      return primaryLimit(headers, { now, tried });
    if (!isSecondary && asked === undefined && status !== 429 && !/rate limit/i.test(said)) return undefined;
    const wait = asked === undefined ? undefined : asked * 1000;
    const refusal = new ServiceError(
      `GitHub accepts no more requests with this token for now: its secondary rate limit is reached (${tried}${wait === undefined ? '' : `, Retry-After ${duration(wait)}`}). Run again ${wait === undefined ? 'in a few minutes' : `after ${duration(wait)}`}, and not at the same time as other jobs that send many requests to GitHub.`,
    );
    return { refusal, again: wait ?? UNSAID_WAIT_MS };
  }

  #unanswered(found: string): ServiceError {
    return new ServiceError(`GitHub did not answer about ${this.#lookup.what} ${found}`);
  }

  #refused(said: string): CredentialRefusedError {
    const { what, permissions } = this.#lookup;
    return new CredentialRefusedError(
      `GitHub did not answer about ${what} (${this.#readable(said)}). Grant the job's token the permission; for another repository than the workflow's own, set \`github-token\` to a token that may read it, such as a GitHub App's:\n\n${permissionsBlock(permissions)}`,
    );
  }

  get #later(): string {
    // GitHub's page is about github.com only, not about a GitHub Enterprise Server.
    return this.#host === 'api.github.com'
      ? 'Run again later; https://www.githubstatus.com says whether GitHub has a problem.'
      : 'Run again later.';
  }

  /** One line without the token. */
  #readable(said: string): string {
    const line = said.replaceAll(this.#token, '***').replaceAll(/\s+/g, ' ').trim();
    return line.length > 200 ? `${line.slice(0, 200)}…` : line;
  }
}

/** The points of an hour are used up. When that ends is told by GitHub's own clock, since the runner's may be wrong. */
function primaryLimit(
  headers: Answer['headers'],
  { now, tried }: { readonly now: number; readonly tried: string },
): Reading<GraphqlAnswer> {
  const failed = `The requests that this token may send to GitHub in an hour are used up: its rate limit is reached (${tried}).`;
  const reset = wholeNumber(headers['x-ratelimit-reset']);
  if (reset === undefined)
    return { refusal: new ServiceError(`${failed} Run again in an hour.`), again: false };
  const said = Date.parse(headers['date'] ?? '');
  const wait = Math.max(0, reset * 1000 - (Number.isNaN(said) ? now : said));
  const at = new Date(reset * 1000).toISOString().slice(11, 16);
  return {
    refusal: new ServiceError(`${failed} Run again after ${at} UTC, in ${duration(wait)}.`),
    again: wait,
  };
}

function readProblem(value: unknown): Problem {
  const { type, message, path } = asObject(value);
  return {
    type: asString(type) ?? '',
    message: asString(message) ?? '',
    path: Array.isArray(path) ? path : [],
  };
}

/** Whether the token may not read what the query is about; one of several repositories, which have names of their own, is a part of it. */
function isRefusal({ type, path }: Problem): boolean {
  const isOneOfSeveral = path.length === 1 && path[0] !== 'repository';
  if (type === 'NOT_FOUND') return path.length === 1 && !isOneOfSeveral;
  return type === 'INSUFFICIENT_SCOPES' || (type === 'FORBIDDEN' && !isOneOfSeveral);
}

function isSecondaryLimit(said: string): boolean {
  return /secondary rate limit|abuse detection/i.test(said);
}

/** What GitHub says when its own time was up, or it broke; its words are the only sign. */
function isBroken({ message }: Problem): boolean {
  return /^something went wrong while executing your query/i.test(message);
}

function permissionsBlock(permissions: readonly string[]): string {
  return `permissions:\n${permissions.map((permission) => `  ${permission}`).join('\n')}`;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,11}$/.test(text) ? Number(text) : undefined;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
