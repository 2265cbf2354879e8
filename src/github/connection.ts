import { asObject } from '../model/json.ts';
import { type Lookup, refusal } from './error-text.ts';
import { type Failure, failureOf, refusalIn } from './failure.ts';
import { type Limits, RetryBudget, waitFor } from './retry.ts';
import { type Answer, type Send, sendRequest } from './send-request.ts';

interface ConnectionOptions {
  readonly token: string;
  /** Such as `https://api.github.com`. */
  readonly apiUrl: string;
  /** Aborts when the run is over: no request is sent or waited for any more. */
  readonly signal: AbortSignal;
  readonly limits: Limits;
}

/** Octokit, as far as it is used here. */
export interface Octokit {
  graphql(query: string, parameters: object): Promise<unknown>;
  request(route: string, parameters: object): Promise<unknown>;
}

/** One question: how it is sent, and what its answer is. */
interface Question<T> {
  readonly lookup: Lookup;
  readonly send: (octokit: Octokit, request: object) => Promise<unknown>;
  /** What an answer says, or why it is none. */
  readonly read: (answer: Answer) => Read<T>;
  /** Whether a 404 is an answer. */
  readonly mayBeMissing?: boolean;
}

/** What an answer says, or why it is none. */
export type Read<T> = { readonly kind: 'answer'; readonly value: T } | Failure;

interface Loaded {
  readonly octokit: Octokit;
  readonly fetch: typeof globalThis.fetch;
}

/** Asks one GitHub, again where that can heal. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #retries: RetryBudget;
  #loaded: Loaded | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#retries = new RetryBudget(options.limits);
  }

  /** @throws GitHubError when no answer came */
  async ask<T>(question: Question<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const sentAt = performance.now();
      const outcome = await this.#attempt(question);
      if (outcome.kind === 'answer') return outcome.value;
      const took = performance.now() - sentAt;
      const wait = this.#retries.waitAfter(outcome, { attempt, took });
      if (wait === undefined) throw this.#refusal(outcome, question.lookup, attempt);
      await waitFor(wait, this.#options.signal);
    }
  }

  async #attempt<T>({ send, read, mayBeMissing }: Question<T>): Promise<Read<T>> {
    const { signal, limits } = this.#options;
    try {
      this.#loaded ??= await load(this.#options);
      const { octokit, fetch } = this.#loaded;
      const sendOnce: Send = (readWhole, ends) => send(octokit, { fetch: readWhole, signal: ends });
      const answer = await sendRequest(sendOnce, { fetch, signal, limit: limits.answer });
      if (mayBeMissing && answer.status === 404) return read(answer);
      return refusalIn(answer) ?? read(answer);
    } catch (error) {
      if (signal.aborted) return { kind: 'stopped' };
      return error instanceof BadProxyError ? { kind: 'bad-proxy' } : failureOf(error);
    }
  }

  #refusal(failure: Failure, lookup: Lookup, attempts: number): Error {
    const { token, apiUrl, limits } = this.#options;
    const shown = 'said' in failure ? { ...failure, said: readable(failure.said, token) } : failure;
    return refusal(shown, { lookup, attempts, host: new URL(apiUrl).host, limit: limits.answer });
  }
}

/** The proxy of the environment is not a URL; the toolkit says so as it is loaded. */
class BadProxyError extends Error {
  override readonly name = 'BadProxyError';
}

async function load({ token, apiUrl }: ConnectionOptions): Promise<Loaded> {
  // Octokit is most of the bundle, and most runs never ask GitHub.
  const { getOctokit } = await import('@actions/github').catch((cause: unknown) => {
    throw asObject(cause)['code'] === 'ERR_INVALID_URL' ? new BadProxyError() : cause;
  });
  const octokit = getOctokit(token, { baseUrl: apiUrl });
  return {
    octokit: {
      graphql: (query, parameters) => octokit.graphql(query, { ...parameters }),
      request: (route, parameters) => octokit.request(route, { ...parameters }),
    },
    // It goes through the proxy of the environment.
    fetch: octokit.request.endpoint.DEFAULTS.request?.fetch ?? fetch,
  };
}

/** One line without the token. */
function readable(said: string, token: string): string {
  const line = said.replaceAll(token, '***').replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
