import type { WorkflowEvent } from '../runner/event.ts';
import { GitHubError } from './errors.ts';

/** What is asked of GitHub, and the permission that it needs. */
export interface Lookup {
  /** Such as `pull requests`. */
  readonly what: string;
  /** Such as `pull-requests: read`. */
  readonly permission: string;
}

/** A GraphQL answer: what was found, and what could not be. */
export interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphqlProblem[];
}

export interface GraphqlProblem {
  readonly type: string;
  readonly message: string;
  readonly path: readonly unknown[];
}

/** Asks GitHub's GraphQL API about the workflow's own repository. */
export interface GitHub {
  /**
   * Sends one query; `$owner` and `$name` are the repository's.
   *
   * @throws GitHubError when the query was not answered at all
   */
  query(lookup: Lookup, query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer>;
}

const MOST_ATTEMPTS = 4;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

interface GitHubOptions {
  readonly token: string | undefined;
  readonly event: WorkflowEvent;
  /** The runner's variables: GITHUB_API_URL leads to a GitHub Enterprise Server. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Prepares to ask GitHub; nothing is loaded or sent until something is asked. */
export function openGitHub({ token, event, environment }: GitHubOptions): GitHub {
  type Graphql = (query: string, variables: object) => Promise<unknown>;
  let graphql: Promise<Graphql> | undefined;
  const load = async (usedToken: string): Promise<Graphql> => {
    // Octokit is most of the bundle, and most runs never ask GitHub.
    const { getOctokit } = await import('@actions/github');
    const octokit = getOctokit(usedToken, {
      baseUrl: environment['GITHUB_API_URL'] || 'https://api.github.com',
    });
    return (query, variables) => octokit.graphql(query, { ...variables });
  };
  return {
    async query(lookup, query, variables) {
      const { repository } = event;
      if (!repository)
        throw new GitHubError(
          `Looking up ${lookup.what} needs the repository that the workflow runs in, and GITHUB_REPOSITORY is not set. Run the action in a workflow.`,
        );
      if (!token)
        throw new GitHubError(
          `Looking up ${lookup.what} needs \`github-token\`, which is empty. Leave the input out to use the job's own token, and grant it \`permissions: ${lookup.permission}\`.`,
        );
      graphql ??= load(token);
      return ask(await graphql, { query, variables: { ...variables, ...repository }, lookup });
    },
  };
}

interface Question {
  readonly query: string;
  readonly variables: object;
  readonly lookup: Lookup;
}

async function ask(
  graphql: (query: string, variables: object) => Promise<unknown>,
  { query, variables, lookup }: Question,
): Promise<GraphqlAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { data: asObject(await graphql(query, variables)), errors: [] };
    } catch (error) {
      const failure = asObject(error);
      const problems = Array.isArray(failure['errors']) ? failure['errors'].map(readProblem) : undefined;
      if (problems && !problems.some(isRefusal)) return { data: asObject(failure['data']), errors: problems };
      const wait = waitBeforeRetry(failure, attempt);
      if (wait === undefined) throw refusal(error, lookup);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** Milliseconds until another attempt may succeed; undefined if none can. */
function waitBeforeRetry(failure: Readonly<Record<string, unknown>>, attempt: number): number | undefined {
  const status = failure['status'];
  const heals = status === 429 || (typeof status === 'number' && status >= 500);
  if (!heals || attempt === MOST_ATTEMPTS) return undefined;
  const asked = Number(asObject(asObject(failure['response'])['headers'])['retry-after']) * 1000;
  return Number.isNaN(asked)
    ? FIRST_WAIT_MS * 2 ** (attempt - 1) * Math.random()
    : Math.min(asked, LONGEST_WAIT_MS);
}

function isRefusal({ type, path }: GraphqlProblem): boolean {
  return (
    type === 'FORBIDDEN' ||
    type === 'RATE_LIMITED' ||
    type === 'INSUFFICIENT_SCOPES' ||
    (type === 'NOT_FOUND' && path.length === 1)
  );
}

function refusal(error: unknown, { what, permission }: Lookup): GitHubError {
  const found = error instanceof Error ? error.message : String(error);
  const { status } = asObject(error);
  const remedy = /rate limit/i.test(found)
    ? 'Run again later: the limit is lifted within the hour.'
    : status === 401
      ? "The token is not valid: leave `github-token` out to use the job's own."
      : `Grant the job's token the permission:\n\npermissions:\n  ${permission}`;
  return new GitHubError(
    `GitHub did not answer about ${what} (${found.replaceAll(/\s+/g, ' ').trim()}). Nothing was deleted. ${remedy}`,
    { cause: error },
  );
}

function readProblem(value: unknown): GraphqlProblem {
  const { type, message, path } = asObject(value);
  return { type: String(type ?? ''), message: String(message ?? ''), path: Array.isArray(path) ? path : [] };
}

/** The value as an object whose properties may be asked for; empty for anything else. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
