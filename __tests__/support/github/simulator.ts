import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeJwt } from '../quay/jwt.ts';

export type PullRequestState = 'OPEN' | 'CLOSED' | 'MERGED';

/** How GitHub refuses everything. */
export type Refusal = 'forbidden' | 'repository-not-found' | 'bad-credentials';

interface Reply {
  readonly status: number;
  readonly body: object;
}

/** A GitHub that lives in this process: its GraphQL API, as far as the action asks it, and its OIDC tokens. */
export class GitHubSimulator {
  readonly url: string;
  /** The bodies of the queries that came in. */
  readonly queries: string[] = [];
  /** Claims of the OIDC tokens that it gives. */
  oidcClaims: Readonly<Record<string, string>> = {
    sub: 'repo:acme/app:pull_request',
    iss: 'https://token.actions.githubusercontent.com',
  };
  readonly #pullRequests = new Map<number, PullRequestState>();
  readonly #close: () => void;
  #branches: readonly string[] = [];
  #refusal: Refusal | undefined;
  #failures = 0;

  constructor(url: string, close: () => void) {
    this.url = url;
    this.#close = close;
  }

  /** The variables by which a runner leads an action to this GitHub. */
  get environment(): Readonly<Record<string, string>> {
    return {
      GITHUB_API_URL: this.url,
      GITHUB_GRAPHQL_URL: `${this.url}/graphql`,
      GITHUB_REPOSITORY: 'acme/app',
    };
  }

  /** The variables by which a job may ask for an OIDC token. */
  get oidcEnvironment(): Readonly<Record<string, string>> {
    return {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${this.url}/oidc?version=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    };
  }

  setPullRequests(state: PullRequestState, ...numbers: readonly number[]): void {
    for (const number of numbers) this.#pullRequests.set(number, state);
  }

  setBranches(...names: readonly string[]): void {
    this.#branches = names;
  }

  refuse(refusal: Refusal): void {
    this.#refusal = refusal;
  }

  /** The next requests meet a busy GitHub. */
  failNext(times: number): void {
    this.#failures = times;
  }

  stop(): void {
    this.#close();
  }

  answer(path: string, body: string): Reply {
    if (path.startsWith('/oidc')) {
      const audience = new URL(path, this.url).searchParams.get('audience') ?? '';
      return { status: 200, body: { value: encodeJwt({ ...this.oidcClaims, aud: audience }) } };
    }
    this.queries.push(body);
    if (this.#failures > 0) {
      this.#failures -= 1;
      return { status: 502, body: { message: 'Server Error' } };
    }
    return this.#refused() ?? { status: 200, body: this.#answerQuery(JSON.parse(body)) };
  }

  #refused(): Reply | undefined {
    switch (this.#refusal) {
      case undefined:
        return undefined;
      case 'bad-credentials':
        return { status: 401, body: { message: 'Bad credentials' } };
      case 'forbidden':
        return {
          status: 200,
          body: {
            data: { repository: null },
            errors: [
              {
                type: 'FORBIDDEN',
                path: ['repository', 'p0'],
                message: 'Resource not accessible by integration',
              },
            ],
          },
        };
      case 'repository-not-found':
        return {
          status: 200,
          body: {
            data: { repository: null },
            errors: [
              {
                type: 'NOT_FOUND',
                path: ['repository'],
                message: "Could not resolve to a Repository with the name 'acme/app'.",
              },
            ],
          },
        };
      default:
        return this.#refusal satisfies never;
    }
  }

  #answerQuery({
    query,
    variables,
  }: {
    readonly query: string;
    readonly variables: Readonly<Record<string, unknown>>;
  }): object {
    return query.includes('refs(')
      ? this.#listBranches(String(variables['after'] ?? '0'))
      : this.#readPullRequests(query, variables);
  }

  #listBranches(after: string): object {
    const from = Number(after);
    const nodes = this.#branches.slice(from, from + 100).map((name) => ({ name }));
    const hasNextPage = this.#branches.length > from + 100;
    return {
      data: { repository: { refs: { nodes, pageInfo: { hasNextPage, endCursor: String(from + 100) } } } },
    };
  }

  #readPullRequests(query: string, variables: Readonly<Record<string, unknown>>): object {
    const repository: Record<string, unknown> = {};
    const errors: object[] = [];
    for (const [, alias = '', variable = ''] of query.matchAll(/(\w+): pullRequest\(number: \$(\w+)\)/g)) {
      const number = Number(variables[variable]);
      const state = this.#pullRequests.get(number);
      repository[alias] = state ? { state } : null;
      if (!state)
        errors.push({
          type: 'NOT_FOUND',
          path: ['repository', alias],
          message: `Could not resolve to a PullRequest with the number of ${number}.`,
        });
    }
    return { data: { repository }, ...(errors.length > 0 ? { errors } : {}) };
  }
}

/** Starts a GitHub on a free port of this machine's loopback address, with the repository acme/app. */
export async function startGitHub(): Promise<GitHubSimulator> {
  let simulator: GitHubSimulator | undefined;
  const server = createServer(async (request, response) => {
    const reply = simulator?.answer(request.url ?? '', await readBody(request)) ?? { status: 500, body: {} };
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  simulator = new GitHubSimulator(`http://127.0.0.1:${port}`, () => {
    server.closeAllConnections();
    server.close();
  });
  return simulator;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
