import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { QuayError } from '../errors.ts';
import { Lane, Slots } from './lane.ts';
import { mayHealByRetry, networkError } from './network-error.ts';
import { BACKOFF, type Backoff, backoff, MOST_ATTEMPTS, mayHeal, retryAfter } from './retry.ts';
import { StoppedError } from './stopped-error.ts';

export { StoppedError };

/** Requests that share one rate limit at Quay's front: they are paced together. */
export type LaneName = 'api' | 'manifests' | 'tags' | 'auth' | 'other';

export interface HttpRequest {
  readonly method: 'GET' | 'DELETE' | 'PUT' | 'POST';
  readonly url: URL;
  readonly lane: LaneName;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether an answer stands although its status could heal, such as Quay's 503 for a mirrored repository. */
  readonly final?: (response: HttpResponse) => boolean;
  /** Whether an answer holds what it must; one that does not is asked again like a broken one, and at last returned as it is. */
  readonly valid?: (response: HttpResponse) => boolean;
  /** Aborts while the request waits for its turn: then it is not sent. */
  readonly stop?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** How often the request was sent. */
  readonly attempts: number;
  /** Whether an earlier attempt got no clear answer: the server may have acted on it. */
  readonly mayHaveActedBefore: boolean;
}

/** One attempt at a request, for a log. */
export interface RequestLog {
  readonly method: string;
  readonly path: string;
  /** The status, or what broke. */
  readonly status: string;
  readonly ms: number;
  readonly attempt: number;
}

export interface HttpClientOptions {
  readonly origin: URL;
  /** Requests in flight at most. */
  readonly concurrency: number;
  readonly userAgent: string;
  /** Aborts when nothing more may be sent. */
  readonly stop?: AbortSignal;
  /** Aborts when the requests in flight may not be waited for any longer. */
  readonly kill?: AbortSignal;
  readonly onRequest?: (log: RequestLog) => void;
  /** Milliseconds to connect, and between two signs of life: a listing page of a slow Quay may take 30 s. */
  readonly timeouts?: { readonly connect: number; readonly silence: number };
  readonly backoff?: Backoff;
}

const TIMEOUTS = { connect: 10_000, silence: 60_000 };
const LARGEST_ANSWER = 32 * 1024 * 1024;
const NEVER = new AbortController().signal;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Sends requests to one registry: paced, retried where that can heal, over one HTTP/2 connection where the server speaks it,
 * and through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #dispatcher: Dispatcher;
  readonly #lanes: Readonly<Record<LaneName, Lane>>;
  readonly #backoff: Backoff;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? BACKOFF;
    const { connect, silence } = options.timeouts ?? TIMEOUTS;
    this.#dispatcher = new EnvHttpProxyAgent({
      connect: { timeout: connect },
      headersTimeout: silence,
      bodyTimeout: silence,
      allowH2: true,
      connections: options.concurrency,
    });
    const slots = new Slots(options.concurrency);
    const lane = () => new Lane(slots);
    this.#lanes = { api: lane(), manifests: lane(), tags: lane(), auth: lane(), other: lane() };
  }

  /**
   * The answer, whatever its status, after at most five attempts.
   *
   * @throws QuayError when no answer came; StoppedError when the run was stopped before the request was sent
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const stop = AbortSignal.any([this.#options.stop ?? NEVER, request.stop ?? NEVER]);
    const { host } = this.#options.origin;
    let mayHaveActed = false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(request, attempt, stop);
      if ('error' in outcome) {
        if (attempt === MOST_ATTEMPTS || stop.aborted || !mayHealByRetry(outcome.error))
          throw networkError(outcome.error, host, attempt);
        mayHaveActed = true;
      } else {
        const response: HttpResponse = { ...outcome, attempts: attempt, mayHaveActedBefore: mayHaveActed };
        if (attempt === MOST_ATTEMPTS || this.#stands(request, response)) return this.#checked(response);
        mayHaveActed ||= response.status !== 429;
      }
      await this.#waitBeforeRetry(attempt, outcome, { stop, mayHaveActed });
    }
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  #stands(request: HttpRequest, response: HttpResponse): boolean {
    if (request.final?.(response)) return true;
    if (response.status === 429) return this.#lanes[request.lane].pace.isHopeless(performance.now());
    return !mayHeal(response.status) && request.valid?.(response) !== false;
  }

  /** A redirect within the registry was followed already; one that leads away never carries the credentials. */
  #checked(response: HttpResponse): HttpResponse {
    if (response.status < 300 || response.status > 399) return response;
    const { origin } = this.#options;
    const target = URL.parse(response.headers['location'] ?? '', origin.href);
    throw new QuayError(
      `${origin.host} redirects to ${target && target.origin !== origin.origin ? target.origin : 'an address that cannot be followed'} (${response.status}), where credentials are never sent. Set \`registry\` to the host that answers itself.`,
    );
  }

  async #attempt(
    request: HttpRequest,
    attempt: number,
    stop: AbortSignal,
  ): Promise<Answer | { readonly error: unknown }> {
    const { pace } = this.#lanes[request.lane];
    const leave = await this.#lanes[request.lane].enter(stop);
    const sentAt = performance.now();
    try {
      const answer = await this.#exchange(request, request.url);
      const now = performance.now();
      if (answer.status === 429)
        pace.refuse({ now, sentAt, retryAfter: retryAfter(answer.headers['retry-after'], Date.now()) });
      else pace.accept(now);
      this.#log(request, { status: String(answer.status), ms: now - sentAt, attempt });
      return answer;
    } catch (error) {
      if (error instanceof QuayError) throw error;
      this.#log(request, {
        status: error instanceof Error ? error.message : 'broke',
        ms: performance.now() - sentAt,
        attempt,
      });
      return { error };
    } finally {
      leave();
    }
  }

  async #exchange(request: HttpRequest, url: URL, hops = 0): Promise<Answer> {
    const { method, headers, body } = request;
    const response = await this.#dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { 'user-agent': this.#options.userAgent, ...headers },
      ...(body === undefined ? {} : { body }),
      ...(this.#options.kill ? { signal: this.#options.kill } : {}),
    });
    const answer = {
      status: response.statusCode,
      headers: flatten(response.headers),
      text: await readText(response.body, this.#options.origin.host),
    };
    const target =
      method === 'GET' && [301, 302, 307, 308].includes(answer.status)
        ? URL.parse(answer.headers['location'] ?? '', url.href)
        : null;
    return target?.origin === url.origin && hops < 3 ? this.#exchange(request, target, hops + 1) : answer;
  }

  /** A limit holds the whole lane back; anything else only this request. */
  async #waitBeforeRetry(
    attempt: number,
    outcome: Answer | { readonly error: unknown },
    { stop, mayHaveActed }: { readonly stop: AbortSignal; readonly mayHaveActed: boolean },
  ): Promise<void> {
    if ('status' in outcome && outcome.status === 429) return;
    const asked = 'status' in outcome ? retryAfter(outcome.headers['retry-after'], Date.now()) : undefined;
    try {
      await sleep(asked ?? backoff(attempt, this.#backoff), undefined, { signal: stop });
    } catch (cause) {
      if (!mayHaveActed) throw new StoppedError({ cause });
      const { host } = this.#options.origin;
      throw new QuayError(
        `The run was stopped before a request that ${host} did not answer could be sent again: whether it was carried out is unknown.`,
      );
    }
  }

  #log({ method, url }: HttpRequest, log: Pick<RequestLog, 'status' | 'ms' | 'attempt'>): void {
    this.#options.onRequest?.({ method, path: url.pathname + url.search, ...log });
  }
}

function flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]],
    ),
  );
}

async function readText(body: AsyncIterable<Uint8Array>, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER)
      throw new QuayError(
        `${host} sent an answer of more than 32 MiB, which no Quay does. Check \`registry\`.`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
