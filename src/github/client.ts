import { asObject, parseJson } from '../model/json.ts';
import { Connection, type Read } from './connection.ts';
import { type Lookup, permissionsBlock } from './error-text.ts';
import { GitHubError } from './errors.ts';
import { type Failure, limitIn } from './failure.ts';
import { LIMITS, type Limits } from './retry.ts';
import type { Answer } from './send-request.ts';

/** A GraphQL answer: what was found, and what could not be. */
export interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphqlProblem[];
}

interface GraphqlProblem {
  readonly type: string;
  readonly message: string;
  readonly path: readonly unknown[];
}

/** A REST answer, as JSON. */
type RestAnswer = { readonly kind: 'found'; readonly data: unknown } | { readonly kind: 'not-found' };

/** Asks GitHub's APIs about the workflow's own repository. */
export interface GitHub {
  /**
   * Sends one GraphQL query; `$owner` and `$name` are the repository's.
   *
   * @throws GitHubError when the query was not answered at all
   */
  query(lookup: Lookup, query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer>;
  /**
   * Asks a route of the REST API, such as `GET /repos/{owner}/{repo}/compare/{basehead}`; `owner` and `repo` are the
   * repository's.
   *
   * @throws GitHubError when it was not answered
   */
  get(lookup: Lookup, route: string, parameters: Readonly<Record<string, unknown>>): Promise<RestAnswer>;
}

export interface GitHubOptions {
  readonly token: string | undefined;
  /** The repository that the workflow runs in; undefined outside a workflow. */
  readonly repository: { readonly owner: string; readonly name: string } | undefined;
  /** Such as `https://api.github.com`. */
  readonly apiUrl: string;
  /** Aborts when the run is over: no request is sent or waited for any more. */
  readonly signal: AbortSignal;
  readonly limits?: Limits;
}

/** Prepares to ask GitHub; nothing is loaded or sent until something is asked. */
export function openGitHub({ token, repository, apiUrl, signal, limits = LIMITS }: GitHubOptions): GitHub {
  const connection = new Connection({ token: token ?? '', apiUrl, signal, limits });
  const prepare = (lookup: Lookup) => {
    if (!repository) throw withoutRepository(lookup);
    if (!token) throw withoutToken(lookup);
    if (!isAddress(apiUrl)) throw withoutAddress(lookup);
    return repository;
  };
  return {
    async query(lookup, query, variables) {
      const { owner, name } = prepare(lookup);
      return connection.ask({
        lookup,
        send: (octokit, request) => octokit.graphql(query, { ...variables, owner, name, request }),
        read: readGraphql,
      });
    },
    async get(lookup, route, parameters) {
      const { owner, name } = prepare(lookup);
      return connection.ask({
        lookup,
        send: (octokit, request) => octokit.request(route, { ...parameters, owner, repo: name, request }),
        read: readRest,
        mayBeMissing: true,
      });
    },
  };
}

function readGraphql(answer: Answer): Read<GraphqlAnswer> {
  const { data, errors } = asObject(parseJson(answer.text));
  const problems = Array.isArray(errors) ? errors.map(readProblem) : [];
  const failure = problems.map((problem) => failureIn(problem, answer)).find((found) => found !== undefined);
  if (failure) return failure;
  if (typeof data !== 'object' || data === null) {
    const said = problems.map(({ message }) => message).join(' ');
    return said ? { kind: 'unanswerable', said } : { kind: 'foreign', status: answer.status };
  }
  return { kind: 'answer', value: { data: asObject(data), errors: problems } };
}

function readRest(answer: Answer): Read<RestAnswer> {
  if (answer.status === 404) return { kind: 'answer', value: { kind: 'not-found' } };
  const data = parseJson(answer.text);
  return data === undefined
    ? { kind: 'foreign', status: answer.status }
    : { kind: 'answer', value: { kind: 'found', data } };
}

/** Why a query was not answered, by one of its errors; undefined where the error is about a part of it. */
function failureIn({ type, message, path }: GraphqlProblem, answer: Answer): Failure | undefined {
  const { status } = answer;
  if (type === 'RATE_LIMITED') return limitIn(answer, message) ?? { kind: 'secondary-limit', status };
  if (/secondary rate limit/i.test(message)) return limitIn(answer, message);
  // What GitHub says when its own time was up, or it broke; its words are the only sign.
  if (/^something went wrong while executing your query/i.test(message)) return { kind: 'busy', status };
  const isRefused =
    type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES' || (type === 'NOT_FOUND' && path.length === 1);
  return isRefused ? { kind: 'refused', status, said: message } : undefined;
}

function readProblem(value: unknown): GraphqlProblem {
  const { type, message, path } = asObject(value);
  return { type: String(type ?? ''), message: String(message ?? ''), path: Array.isArray(path) ? path : [] };
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** The value is not shown: it may hold a password. */
function withoutAddress({ what }: Lookup): GitHubError {
  return new GitHubError(
    `Looking up ${what} needs the address of GitHub's API, and the environment variable GITHUB_API_URL holds none that can be used. Nothing was deleted. Write it as https://host/path, without a user name and a password, or leave it to the runner.`,
  );
}

function withoutRepository({ what }: Lookup): GitHubError {
  return new GitHubError(
    `Looking up ${what} needs the repository that the workflow runs in, and GITHUB_REPOSITORY is not set. Run the action in a workflow.`,
  );
}

function withoutToken(lookup: Lookup): GitHubError {
  return new GitHubError(
    `Looking up ${lookup.what} needs \`github-token\`, which is empty. Leave the input out to use the job's own token, and grant it the permission:\n\n${permissionsBlock(lookup)}`,
  );
}
