import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeJwt, json, type Reply } from '../quay/exchange.ts';
import { type Fault, type FaultRule, Faults, meet, primaryLimit, type Refusal } from './faults.ts';
import { queryRoot } from './graphql-api.ts';
import { QueryError, readQuery, runQuery } from './schema.ts';
import { type PullRequestState, type RepositoryOptions, RepositoryState } from './state.ts';

export type { Fault, FaultRule, Refusal } from './faults.ts';
export type { PullRequestState } from './state.ts';

/** Points of a job's own token in an hour. */
const POINTS_AN_HOUR = 1000;

/** A GitHub that lives in this process: its GraphQL API, by GitHub's public schema, and its OIDC tokens. */
export class GitHubSimulator {
  readonly url: string;
  /** Its repository `acme/app`: commits, branches, git tags and pull requests. */
  readonly repository: RepositoryState;
  /** The bodies of the queries that came in. */
  readonly queries: string[] = [];
  /** Method and path of all requests that came in. */
  readonly requests: string[] = [];
  /** Claims of the OIDC tokens that it gives. */
  oidcClaims: Readonly<Record<string, string>> = {
    sub: 'repo:acme/app:pull_request',
    iss: 'https://token.actions.githubusercontent.com',
  };
  /** Points that the token has left for GraphQL. */
  pointsLeft = POINTS_AN_HOUR;
  /** Milliseconds before each answer. */
  delayMs = 0;
  /** Requests that it works on. */
  readonly stats = { inFlight: 0 };
  /** Called with each request as it comes in. */
  onRequest: ((body: string) => void) | undefined;
  /** All repositories, by the names that lead to them, in lower case. */
  readonly #repositories = new Map<string, RepositoryState>();
  readonly #options: RepositoryOptions;
  readonly #faults = new Faults();
  readonly #close: () => void;
  #refusal: Refusal | undefined;

  constructor(url: string, close: () => void, options: RepositoryOptions = {}) {
    this.url = url;
    this.#close = close;
    this.#options = options;
    this.repository = this.addRepository('acme/app');
  }

  /** The variables by which a runner leads an action to this GitHub. */
  get environment(): Readonly<Record<string, string>> {
    return {
      GITHUB_API_URL: this.url,
      GITHUB_GRAPHQL_URL: `${this.url}/graphql`,
      GITHUB_REPOSITORY: this.repository.name,
    };
  }

  /** The variables by which a job may ask for an OIDC token. */
  get oidcEnvironment(): Readonly<Record<string, string>> {
    return {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${this.url}/oidc?version=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    };
  }

  /** Points that all queries have cost. */
  get pointsUsed(): number {
    return POINTS_AN_HOUR - this.pointsLeft;
  }

  addRepository(name: string, options: RepositoryOptions = {}): RepositoryState {
    const repository = new RepositoryState(name, { ...this.#options, ...options });
    this.#repositories.set(name.toLowerCase(), repository);
    return repository;
  }

  /** The old name leads to it still. */
  renameRepository(repository: RepositoryState, name: string): void {
    repository.name = name;
    this.#repositories.set(name.toLowerCase(), repository);
  }

  /**
   * The subject of the OIDC tokens: by names, or by the numeric ids that newer repositories have.
   *
   * Source: github/docs#45221
   */
  setSubject(form: 'names' | 'ids', context = 'pull_request'): void {
    const repository = form === 'names' ? 'acme/app' : 'acme@1234/app@5678';
    this.oidcClaims = { ...this.oidcClaims, sub: `repo:${repository}:${context}` };
  }

  /** Pull requests of which nothing matters but their state. */
  setPullRequests(state: PullRequestState, ...numbers: readonly number[]): void {
    const { repository } = this;
    if (!repository.branches.has('main')) repository.push('main');
    for (const number of numbers) {
      const one = repository.pullRequests.get(number) ?? repository.openPullRequest(number, { fork: true });
      one.state = state;
    }
  }

  setBranches(...names: readonly string[]): void {
    this.repository.branches.clear();
    for (const name of names) this.repository.push(name);
  }

  refuse(refusal: Refusal): void {
    this.#refusal = refusal;
  }

  /** Requests meet a fault: all of them, or those that the rule names. */
  meet(fault: Fault, rule: FaultRule = {}): void {
    this.#faults.add(fault, rule);
  }

  stop(): void {
    this.#close();
  }

  /** Takes a request; undefined where nothing more is to be sent. */
  async receive(
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): Promise<Reply | undefined> {
    const path = request.url ?? '';
    this.requests.push(`${request.method} ${path}`);
    if (path.startsWith('/graphql')) this.queries.push(body);
    this.onRequest?.(body);
    const fault = this.#faults.next(path, body);
    return fault ? meet(fault, response) : this.#answer(path, body);
  }

  async #answer(path: string, body: string): Promise<Reply> {
    if (path.startsWith('/oidc')) {
      const audience = new URL(path, this.url).searchParams.get('audience') ?? '';
      return json(200, { value: encodeJwt({ ...this.oidcClaims, aud: audience }) });
    }
    if (this.#refusal === 'bad-credentials') return json(401, { message: 'Bad credentials' });
    if (this.#refusal === 'forbidden') return json(200, FORBIDDEN);
    return path.startsWith('/graphql') ? this.#answerQuery(body) : json(404, { message: 'Not Found' });
  }

  async #answerQuery(body: string): Promise<Reply> {
    try {
      const query = readQuery(JSON.parse(body).query);
      if (query.cost > this.pointsLeft) return primaryLimit(Date.now() / 1000 + 1800);
      this.pointsLeft -= query.cost;
      const root = queryRoot({
        repositoryOf: (name) =>
          this.#refusal === 'repository-not-found' ? undefined : this.#repositories.get(name.toLowerCase()),
        showsPullRequests: this.#refusal !== 'no-pull-requests',
      });
      return json(200, await runQuery(query, root), { 'x-ratelimit-remaining': String(this.pointsLeft) });
    } catch (error) {
      if (error instanceof QueryError) return json(200, { errors: [{ message: error.message }] });
      throw error;
    }
  }
}

const FORBIDDEN = {
  data: { repository: null },
  errors: [
    { type: 'FORBIDDEN', path: ['repository', 'p0'], message: 'Resource not accessible by integration' },
  ],
};

/** Starts a GitHub on a free port of this machine's loopback address, with the repository acme/app. */
export async function startGitHub(options: RepositoryOptions = {}): Promise<GitHubSimulator> {
  let simulator: GitHubSimulator | undefined;
  const server = createServer(async (request, response) => {
    if (!simulator) return;
    simulator.stats.inFlight += 1;
    const body = await text(request);
    if (simulator.delayMs > 0) await sleep(simulator.delayMs);
    const reply = await simulator.receive(request, body, response).catch((error: unknown) => {
      response.destroy();
      throw error;
    });
    if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
    simulator.stats.inFlight -= 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  simulator = new GitHubSimulator(`http://127.0.0.1:${port}`, close, options);
  return simulator;
}
