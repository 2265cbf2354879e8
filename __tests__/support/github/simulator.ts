import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeJwt } from '../quay/jwt.ts';
import { type Fault, type FaultRule, Faults, meet, primaryLimit, secondaryLimit } from './faults.ts';
import { answerQuery } from './graphql-api.ts';
import { costOf, parseQuery, QueryError } from './graphql-query.ts';
import { type Refusal, refuse } from './refusals.ts';
import { json, type Reply } from './reply.ts';
import { answerRest } from './rest-api.ts';
import { type PullRequestState, RepositoryState } from './state.ts';

export type { Fault, FaultRule } from './faults.ts';
export type { Refusal } from './refusals.ts';
export type { PullRequestState } from './state.ts';

/** Points of a job's own token in an hour. */
const POINTS_AN_HOUR = 1000;

/**
 * The secondary limit: a query that changes nothing counts as one point of it.
 *
 * Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
const POINTS_A_MINUTE = 2000;

/** A GitHub that lives in this process: its APIs, as far as the action asks them, and its OIDC tokens. */
export class GitHubSimulator {
  readonly url: string;
  /** Its commits, branches, git tags and pull requests. */
  readonly repository = new RepositoryState();
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
  /** When each query came in, in milliseconds. */
  readonly #cameIn: number[] = [];
  readonly #faults = new Faults();
  readonly #close: () => void;
  #refusal: Refusal | undefined;

  constructor(url: string, close: () => void) {
    this.url = url;
    this.#close = close;
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

  /**
   * The subject of the OIDC tokens: by names, or by the numeric ids that newer repositories have.
   *
   * Source: github/docs#45221
   */
  setSubject(form: 'names' | 'ids', context = 'pull_request'): void {
    const repository = form === 'names' ? 'acme/app' : 'acme@1234/app@5678';
    this.oidcClaims = { ...this.oidcClaims, sub: `repo:${repository}:${context}` };
  }

  setPullRequests(state: PullRequestState, ...numbers: readonly number[]): void {
    const { name: repository, defaultBranch: base, pullRequests } = this.repository;
    for (const number of numbers)
      pullRequests.set(number, { number, state, repository, base, commits: [], merged: [] });
  }

  setBranches(...names: readonly string[]): void {
    this.repository.branches.clear();
    for (const name of names) this.repository.push(name);
  }

  refuse(refusal: Refusal): void {
    this.#refusal = refusal;
  }

  /** The next requests meet a busy GitHub. */
  failNext(times: number): void {
    this.meet({ kind: 'answer', status: 502, body: { message: 'Server Error' } }, { path: /graphql/, times });
  }

  /** Requests meet a fault: all of them, or those that the rule names. */
  meet(fault: Fault, rule: FaultRule = {}): void {
    this.#faults.add(fault, rule);
  }

  stop(): void {
    this.#close();
  }

  /** Takes a request; undefined where nothing more is to be sent. */
  receive(request: IncomingMessage, body: string, response: ServerResponse): Reply | undefined {
    const path = request.url ?? '';
    this.requests.push(`${request.method} ${path}`);
    if (path.startsWith('/graphql')) this.queries.push(body);
    const fault = this.#faults.next(path);
    return fault ? meet(fault, response) : this.#answer(path, body);
  }

  #answer(path: string, body: string): Reply {
    if (path.startsWith('/oidc')) {
      const audience = new URL(path, this.url).searchParams.get('audience') ?? '';
      return json(200, { value: encodeJwt({ ...this.oidcClaims, aud: audience }) });
    }
    if (this.#refusal) return refuse(this.#refusal);
    return path.startsWith('/graphql') ? this.#answerQuery(body) : answerRest(this.repository, path);
  }

  #answerQuery(body: string): Reply {
    const { query, variables = {} } = JSON.parse(body);
    try {
      const selection = parseQuery(query, variables);
      const now = performance.now();
      this.#cameIn.push(now);
      if (this.#cameIn.filter((at) => at > now - 60_000).length > POINTS_A_MINUTE) return secondaryLimit(60);
      const cost = costOf(selection);
      if (cost > this.pointsLeft) return primaryLimit(Date.now() / 1000 + 1800);
      this.pointsLeft -= cost;
      const remaining = { 'x-ratelimit-remaining': String(this.pointsLeft) };
      return json(200, answerQuery(this.repository, selection), remaining);
    } catch (error) {
      if (error instanceof QueryError) return json(200, { errors: [{ message: error.message }] });
      throw error;
    }
  }
}

/** Starts a GitHub on a free port of this machine's loopback address, with the repository acme/app. */
export async function startGitHub(): Promise<GitHubSimulator> {
  let simulator: GitHubSimulator | undefined;
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    if (simulator && simulator.delayMs > 0) await sleep(simulator.delayMs);
    const reply = simulator?.receive(request, body, response);
    if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
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
