import { type AnswerTo, HttpClient, type HttpClientOptions, type Reading } from '../http/client.ts';
import { NetworkError } from '../http/failure.ts';
import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import { asObject, asString, isObject, type JsonObject, parseJson } from '../model/json.ts';

export interface GitHubOptions extends Pick<HttpClientOptions, 'environment' | 'clock' | 'onRequest'> {
  readonly token: string | undefined;
  /** Such as `https://api.github.com`, or `https://github.acme.example/api/v3`. */
  readonly apiUrl: string;
  /** Aborts when the run is over: no request is sent or waited for any more. */
  readonly signal: AbortSignal;
}

/** What is asked about, and the permissions that it needs. */
const PERMISSIONS = {
  repositories: ['contents: read'],
  'pull requests': ['pull-requests: read'],
  branches: ['contents: read', 'pull-requests: read'],
  commits: ['contents: read', 'pull-requests: read'],
} as const;

export type Topic = keyof typeof PERMISSIONS;

/** An answer to a query: what was found, and what could not be. */
interface GraphqlAnswer {
  readonly data: JsonObject;
  readonly errors: readonly Problem[];
}

export interface Problem {
  readonly type: string;
  readonly message: string;
  readonly path: readonly unknown[];
}

/**
 * A GitHub that never answers ends the run within two minutes: no attempt begins after 90 s, and none takes longer than 30 s.
 * A limit that lasts longer ends it at once. GitHub asks for few requests at a time.
 */
const PATIENCE = {
  limits: { answer: 30_000 },
  retries: { attempts: 4, wait: 1000, lost: 90_000 },
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
   * Sends one query, by its fields.
   *
   * @throws CredentialRefusedError where the token may not read that; ServiceError when the query was not answered at all
   */
  async ask(topic: Topic, fields: string): Promise<GraphqlAnswer> {
    const { token, apiUrl, signal } = this.#options;
    if (!token) {
      throw new ServiceError(
        `Looking up ${topic} needs \`github-token\`, which is empty. Leave the input out to use the job's own token, and grant it the permission, beside those that it has:\n\n${permissionsFor(topic)}`,
      );
    }
    const url = URL.parse(`${apiUrl.replace(/\/(v3\/?)?$/, '')}/graphql`);
    if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      // The value is not shown: it may hold a password.
      throw new ServiceError(
        `Looking up ${topic} needs the address of GitHub's API, and the environment variable GITHUB_API_URL holds none that can be used. Write it as https://host/path, without a user name and a password, or leave it to the runner.`,
      );
    }
    this.#http ??= new HttpClient({
      ...this.#options,
      ...PATIENCE,
      origin: url,
      service: { name: 'GitHub', setting: '`GITHUB_API_URL`' },
      stop: signal,
      kill: signal,
    });
    try {
      return await this.#http.send({
        method: 'POST',
        url,
        lane: 'graphql',
        headers: { authorization: `Bearer ${token}` },
        changes: false,
        json: { query: `{ ${fields} }` },
        read: (answer) => readAnswer(answer, { topic, host: url.host }),
      });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw new ServiceError(`GitHub did not answer about ${topic}. ${error.message}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#http?.close();
  }
}

/** What an answer is: what was asked for, or else what failed, what was found and what to do. */
function readAnswer(
  { status, headers, text, attempts }: AnswerTo,
  { topic, host }: { readonly topic: Topic; readonly host: string },
): Reading<GraphqlAnswer> {
  const body = parseJson(text);
  const { data, errors, message } = asObject(body);
  const problems = Array.isArray(errors) ? errors.map(readProblem) : [];
  const words = [asString(message), ...problems.map((problem) => problem.message)].join(' ');
  const said = words.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  const tried = attempts > 1 ? `${status}, tried ${attempts} times` : `${status}`;
  const found = said === '' ? tried : `${tried}: ${said.length > 200 ? `${said.slice(0, 200)}…` : said}`;
  const failed = (sentences: string, again: boolean | number): Reading<GraphqlAnswer> => ({
    refusal: new ServiceError(sentences),
    again,
  });

  if (problems.some(({ type }) => type === 'RATE_LIMITED') || isLimit(status, headers, said)) {
    const wait = waitAsked(headers);
    return failed(
      `GitHub accepts no more requests with this token for now: its rate limit is reached (${found}). Run again in ${duration(wait)}, and not at the same time as other jobs that send many requests to GitHub.`,
      wait,
    );
  }
  const isDown = status >= 500 || status === 408;
  if (body === undefined && !isDown) {
    // An answer that broke off may be whole the next time; a gateway's refusal stays.
    return failed(
      `The answer from ${host} about ${topic} is not from GitHub's API (${found}). Check \`GITHUB_API_URL\` and what is between the runner and ${host}, such as a proxy.`,
      status < 300,
    );
  }
  if (status === 401) {
    return failed(
      `GitHub did not answer about ${topic}, because it does not accept the token (${found}). It may have expired: leave \`github-token\` out to use the job's own.`,
      false,
    );
  }
  if (!isDown && (status !== 200 || problems.some(isRefusal))) {
    const refusal = new CredentialRefusedError(
      `GitHub did not answer about ${topic} (${found}). The token may not read that. For another repository than the workflow's own, set \`github-token\` to a token that may, such as a GitHub App's. For its own, add to the job, beside the permissions that it has:\n\n${permissionsFor(topic)}`,
    );
    return { refusal, again: false };
  }
  const broke = problems.some((problem) => BROKE.test(problem.message));
  if (status === 200 && isObject(data) && !broke) return { value: { data, errors: problems } };
  // GitHub's page is about github.com only, not about a GitHub Enterprise Server.
  const page = '; https://www.githubstatus.com says whether GitHub has a problem';
  const later = `Run again later${host === 'api.github.com' ? page : ''}.`;
  return failed(`GitHub did not answer about ${topic} (${found}). ${later}`, true);
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

/** What GitHub says when its own time was up, or it broke; its words are the only sign. */
const BROKE = /^something went wrong while executing your query/i;

/** Whether an answer speaks of a rate limit; of a secondary one, the words may be the only sign. */
function isLimit(status: number, headers: AnswerTo['headers'], said: string): boolean {
  const isSaid = /rate limit|abuse detection/i.test(said);
  const isShown = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
  return status === 429 || (status === 403 && (isSaid || isShown)) || (status === 200 && isSaid);
}

/**
 * How long to wait after a rate limit, in milliseconds, as GitHub asks whichever limit it was. Its own clock says when a limit
 * ends, since the runner's may be wrong.
 *
 * Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
function waitAsked(headers: AnswerTo['headers']): number {
  const asked = Number(headers['retry-after']) * 1000;
  if (asked >= 0) return asked;
  const left = Number(headers['x-ratelimit-reset']) * 1000 - Date.parse(headers['date'] ?? '');
  return headers['x-ratelimit-remaining'] === '0' && !Number.isNaN(left) ? Math.max(0, left) : 60_000;
}

function permissionsFor(topic: Topic): string {
  return `permissions:\n${PERMISSIONS[topic].map((permission) => `  ${permission}`).join('\n')}`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds <= 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
