import { setTimeout as sleep } from 'node:timers/promises';
import { QuayError } from '../errors.ts';
import { type Answer, Exchange, type ExchangeOptions, type Message } from './exchange.ts';
import { Lane, Slots } from './lane.ts';
import { mayHealByRetry, networkError } from './network-error.ts';
import { Attempts, BACKOFF, type Backoff, backoff, mayHeal, retryAfter } from './retry.ts';
import { StoppedError } from './stopped-error.ts';

/** Requests that share one rate limit at Quay's front: they are paced together. */
export type LaneName = 'api' | 'manifests' | 'tags' | 'auth' | 'other';

export interface HttpRequest extends Message {
  readonly lane: LaneName;
  /** Whether an answer stands although its status could heal, such as Quay's 503 for a mirrored repository. */
  readonly final?: (response: HttpResponse) => boolean;
  /** Whether an answer holds what it must; one that does not is asked again like a broken one, and at last returned as it is. */
  readonly valid?: (response: HttpResponse) => boolean;
  /** Aborts while the request waits for its turn: then it is not sent. */
  readonly stop?: AbortSignal;
}

export interface HttpResponse extends Answer {
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

export interface HttpClientOptions extends ExchangeOptions {
  /** Requests in flight at most. */
  readonly concurrency: number;
  /** Aborts when nothing more may be sent. */
  readonly stop?: AbortSignal;
  readonly onRequest?: (log: RequestLog) => void;
  readonly backoff?: Backoff;
}

/** What came of one attempt: an answer, or what broke. */
type Outcome = Answer | { readonly error: unknown };

const NEVER = new AbortController().signal;

/** Sends requests to one registry: paced, and retried where that can heal. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #exchange: Exchange;
  readonly #lanes: Readonly<Record<LaneName, Lane>>;
  readonly #backoff: Backoff;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#exchange = new Exchange(options);
    this.#backoff = options.backoff ?? BACKOFF;
    const slots = new Slots(options.concurrency);
    const lane = () => new Lane(slots);
    this.#lanes = { api: lane(), manifests: lane(), tags: lane(), auth: lane(), other: lane() };
  }

  /**
   * The answer, whatever its status, after at most five attempts that count.
   *
   * @throws QuayError when no answer came; StoppedError when the run was stopped before the request was sent
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const stop = AbortSignal.any([this.#options.stop ?? NEVER, request.stop ?? NEVER]);
    const { pace } = this.#lanes[request.lane];
    const attempts = new Attempts();
    for (;;) {
      const outcome = await this.#attempt(request, attempts, stop);
      if ('error' in outcome) {
        attempts.count();
        if (attempts.usedUp || stop.aborted || !mayHealByRetry(outcome.error))
          throw networkError(outcome.error, this.#options.origin.host, attempts.made);
      } else {
        const mayHaveActedBefore = attempts.mayHaveActed;
        if (outcome.status === 429)
          attempts.countRefusal({
            now: performance.now(),
            acceptedInLane: pace.accepted,
            saidHowLong: waitAskedBy(outcome) !== undefined,
          });
        else attempts.count();
        const response = { ...outcome, attempts: attempts.made, mayHaveActedBefore };
        if (attempts.usedUp || this.#stands(request, response)) return response;
      }
      await this.#waitBeforeRetry(outcome, attempts, stop);
    }
  }

  close(): Promise<void> {
    return this.#exchange.close();
  }

  #stands(request: HttpRequest, response: HttpResponse): boolean {
    if (request.final?.(response)) return true;
    if (response.status === 429) return this.#lanes[request.lane].pace.isHopeless(performance.now());
    return !mayHeal(response.status) && request.valid?.(response) !== false;
  }

  async #attempt(request: HttpRequest, attempts: Attempts, stop: AbortSignal): Promise<Outcome> {
    const lane = this.#lanes[request.lane];
    const leave = await lane
      .enter(stop, { first: attempts.goesFirst, isWrite: request.method !== 'GET' })
      .catch((cause: unknown) => {
        throw this.#stopped(attempts, cause);
      });
    if (leave === 'closed') throw this.#closed();
    const sentAt = performance.now();
    const log = (status: string) =>
      this.#log(request, { status, ms: performance.now() - sentAt, attempt: attempts.made + 1 });
    try {
      const answer = await this.#exchange.send(request);
      const now = performance.now();
      if (answer.status === 429) lane.pace.refuse({ now, sentAt, retryAfter: waitAskedBy(answer) });
      else lane.pace.accept();
      log(String(answer.status));
      return answer;
    } catch (error) {
      log(error instanceof Error ? error.message : 'broke');
      if (error instanceof QuayError) throw error;
      return { error };
    } finally {
      leave();
    }
  }

  #closed(): QuayError {
    const { host } = this.#options.origin;
    return new QuayError(
      `${host} has refused every request for a minute because of its rate limit (429), so this one was not sent any more. Run again later, or lower \`concurrency\`.`,
    );
  }

  /** A limit holds the whole lane back; anything else only this request. */
  async #waitBeforeRetry(outcome: Outcome, attempts: Attempts, stop: AbortSignal): Promise<void> {
    if ('status' in outcome && outcome.status === 429) return;
    const asked = 'status' in outcome ? waitAskedBy(outcome) : undefined;
    await sleep(asked ?? backoff(attempts.made, this.#backoff), undefined, { signal: stop }).catch(
      (cause: unknown) => {
        throw this.#stopped(attempts, cause);
      },
    );
  }

  /** What a stop means for a request that waits: it was not sent, or nobody knows what became of it. */
  #stopped({ mayHaveActed }: Attempts, cause: unknown): Error {
    if (!mayHaveActed) return new StoppedError({ cause });
    return new QuayError(
      `The run was stopped before a request that ${this.#options.origin.host} did not answer could be sent again: whether it was carried out is unknown.`,
    );
  }

  #log({ method, url }: HttpRequest, log: Pick<RequestLog, 'status' | 'ms' | 'attempt'>): void {
    this.#options.onRequest?.({ method, path: url.pathname + url.search, ...log });
  }
}

/** Milliseconds; undefined where the server did not ask to wait. */
function waitAskedBy({ headers }: Answer): number | undefined {
  return retryAfter(headers['retry-after'], Date.now());
}
