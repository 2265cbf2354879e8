import { setTimeout as sleep } from 'node:timers/promises';
import { Attempter, type AttemptResult, type PendingRequest, waitAskedBy } from './attempt.ts';
import { Lane } from './lane.ts';
import { type HttpClientOptions, TIMEOUTS } from './options.ts';
import { Attempts, BACKOFF, backoff, mayHeal } from './retry.ts';
import { Slots } from './slots.ts';
import { type Answer, type Message, Transport } from './transport.ts';
import { failedError, stoppedError } from './unanswered.ts';

/** Requests that share one rate limit at Quay's front end: they are paced together. */
export type LaneName = 'api' | 'manifests' | 'tags' | 'auth' | 'other';

interface HttpRequest extends Message {
  readonly lane: LaneName;
  /** Whether an answer stands although its status could heal, such as Quay's 503 for a mirrored repository. */
  readonly final?: (response: HttpResponse) => boolean;
  /** Whether an answer holds what it must; one that does not is asked again like a broken one, and at last returned as it is. */
  readonly valid?: (response: HttpResponse) => boolean;
  /** Aborts while the request waits for its turn: then it is not sent. */
  readonly stop?: AbortSignal;
  /** Whether it is sent although the run was told to stop, while answers are still waited for. */
  readonly evenWhenStopped?: boolean;
}

export interface HttpResponse extends Answer {
  /** How often the request was sent. */
  readonly attempts: number;
  /** Whether an earlier attempt got no clear answer: the server may have acted on it. */
  readonly mayHaveActedBefore: boolean;
  /** Whether it is one of trouble, after which nobody knows if a change was carried out. */
  readonly isUnclear: boolean;
}

const NEVER = new AbortController().signal;

/** Sends requests to one registry: paced, and retried where that can heal. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #transport: Transport;
  readonly #attempter: Attempter;
  readonly #lanes: Readonly<Record<LaneName, Lane>>;
  readonly #closed = new AbortController();

  constructor(options: HttpClientOptions) {
    this.#options = options;
    const { connect, answer, silence } = options.timeouts ?? TIMEOUTS;
    const slots = new Slots(options.concurrency);
    this.#transport = new Transport({
      origin: options.origin,
      userAgent: options.userAgent,
      connections: slots.count,
      connectWithin: connect,
      answerWithin: answer,
      kill: options.kill,
      environment: options.environment ?? process.env,
    });
    this.#attempter = new Attempter(this.#transport, { ...options, longestSilence: silence });
    const lane = () => new Lane(slots);
    this.#lanes = { api: lane(), manifests: lane(), tags: lane(), auth: lane(), other: lane() };
  }

  /**
   * The answer, whatever its status, after at most five attempts that count.
   *
   * @throws StoppedError when the run was stopped before the request was carried out; UnknownOutcomeError when something was
   * to be changed, and may have been; QuayError when it failed otherwise
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const pending = this.#pend(request);
    const { attempts, stop } = pending;
    for (;;) {
      const result = await this.#attempter.attempt(pending);
      if ('failure' in result) {
        const { failure } = result;
        attempts.countFailure(failure);
        if (this.#options.kill?.aborted) throw stoppedError(pending, failure.cause);
        const isLast = attempts.usedUp || stop.aborted || !failure.mayHeal || this.#attempter.meetsSilence;
        if (isLast) throw failedError(pending, failure);
      } else {
        const mayHaveActedBefore = attempts.mayHaveActed;
        count(result, pending);
        const isUnclear = pending.isTrouble(result) && attempts.isUnclear;
        const response = { ...result, attempts: attempts.made, mayHaveActedBefore, isUnclear };
        if (attempts.usedUp || this.#stands(request, response)) return response;
      }
      await this.#waitBeforeRetry(result, pending);
    }
  }

  /** Ends what is in flight or waits, so that nothing is tried again on a closed connection. */
  close(): Promise<void> {
    this.#closed.abort();
    return this.#transport.close();
  }

  #pend(request: HttpRequest): PendingRequest {
    const { stop = NEVER, kill = NEVER, origin } = this.#options;
    const attempts = new Attempts();
    const isFinal = (answer: Answer) =>
      request.final?.({
        ...answer,
        attempts: attempts.made + 1,
        mayHaveActedBefore: attempts.mayHaveActed,
        isUnclear: attempts.isUnclear,
      }) === true;
    return {
      message: request,
      attempts,
      lane: this.#lanes[request.lane],
      stop: AbortSignal.any([
        ...(request.evenWhenStopped ? [] : [stop]),
        kill,
        this.#closed.signal,
        request.stop ?? NEVER,
      ]),
      host: origin.host,
      isWrite: request.method !== 'GET',
      isTrouble: (answer) => mayHeal(answer.status) && !isFinal(answer),
    };
  }

  #stands(request: HttpRequest, response: HttpResponse): boolean {
    if (request.final?.(response)) return true;
    if (response.status === 429) return this.#lanes[request.lane].pace.isHopeless(performance.now());
    return !mayHeal(response.status) && request.valid?.(response) !== false;
  }

  /** A limit holds the whole lane back; anything else only this request. */
  async #waitBeforeRetry(result: AttemptResult, pending: PendingRequest): Promise<void> {
    if ('status' in result && result.status === 429) return;
    const asked = 'status' in result ? waitAskedBy(result) : undefined;
    const ms = asked ?? backoff(pending.attempts.made, this.#options.backoff ?? BACKOFF);
    await sleep(ms, undefined, { signal: pending.stop }).catch((cause: unknown) => {
      throw stoppedError(pending, cause);
    });
  }
}

function count(answer: Answer, { attempts, lane }: PendingRequest): void {
  if (answer.status === 429) {
    attempts.countRefusal({
      now: performance.now(),
      acceptedInLane: lane.pace.accepted,
      saidHowLong: waitAskedBy(answer) !== undefined,
    });
  } else attempts.countAnswer(answer.status);
}
