import { type Clock, wait } from '../model/clock.ts';
import { ServiceError, StoppedError, UnknownOutcomeError } from '../model/errors.ts';
import { limitedError, type NetworkFailure, type Service, silentError, unansweredError } from './failure.ts';
import { Lane, Slots } from './lane.ts';
import { Attempts, backoff, mayHeal, RETRIES, type Retries, retryAfter, Silence } from './retry.ts';
import { type Answer, type Environment, LIMITS, type Limits, type Message, Transport } from './transport.ts';

export interface HttpClientOptions {
  /** No request leaves for another. */
  readonly origin: URL;
  /** Who answers there, for messages. */
  readonly service: Service;
  readonly userAgent: string;
  /** Names the proxy, by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly environment: Environment;
  readonly clock: Clock;
  /** Requests in flight at most; where it is not given, their number follows the round trip, up to 100. */
  readonly concurrency?: number | undefined;
  /** Aborts when nothing more may be sent, and nothing more is to be read. */
  readonly stop?: AbortSignal | undefined;
  /** Aborts when no answers may be waited for any longer. */
  readonly kill?: AbortSignal | undefined;
  readonly limits?: Partial<Limits>;
  readonly retries?: Partial<Retries>;
  /** Called with each attempt at a request. */
  readonly onRequest?: ((log: RequestLog) => void) | undefined;
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

/** A request, and what its answer must be. */
export interface HttpRequest<T> extends Pick<Message, 'method' | 'url'> {
  /** Requests of one lane share a rate limit of the server: they are paced together. */
  readonly lane: string;
  /** A function is called when the request leaves. */
  readonly headers?: Headers | (() => Headers);
  /**
   * Makes the request ready to leave, such as by renewing the token of its headers. Undefined where it is ready; else its turn
   * is given up until the promise is fulfilled, and it is asked again.
   */
  readonly ready?: () => Promise<unknown> | undefined;
  /** The body. */
  readonly json?: unknown;
  /** Whether it changes something at the server; by default, all do but `GET`. */
  readonly changes?: boolean;
  /** What a whole answer, of any status, is to this request. */
  readonly read: (answer: AnswerTo) => Reading<T>;
  /** Whether it goes before all that wait in its lane. */
  readonly next?: boolean | undefined;
  /** Aborts while the request waits for its turn: then it is not sent. */
  readonly stop?: AbortSignal | undefined;
  /** Whether it is sent although the run was told to stop, while answers are still waited for. */
  readonly evenWhenStopped?: boolean | undefined;
}

export type Headers = Readonly<Record<string, string>>;

export interface AnswerTo extends Answer {
  /** How often the request was sent. */
  readonly attempts: number;
  /** Whether an earlier attempt got no clear answer: the server may have acted on it. */
  readonly mayHaveActedBefore: boolean;
}

/** What an answer is. */
export type Reading<T> =
  | { readonly value: T }
  /** Not what was asked for, with the error if it stays so. */
  | {
      readonly refusal: Error;
      /**
       * Whether the request is sent again, or after how many milliseconds. By default it is where the status can heal (408, 429,
       * 500, 502, 503, 504, 520), as soon as the server's `Retry-After` or the rate limit allows.
       */
      readonly again?: boolean | number;
    };

/** A request on its way, through all its attempts. */
interface Pending<T> {
  readonly request: HttpRequest<T>;
  readonly changes: boolean;
  readonly attempts: Attempts;
  readonly lane: Lane;
  readonly silence: Silence;
  /** Aborts when it may not be sent any more. */
  readonly stop: AbortSignal;
  /** Aborts when its answer is not waited for any longer. */
  readonly end: AbortSignal;
}

/** Why an attempt failed, and after how many milliseconds another may do better. */
interface Failed {
  readonly error: Error;
  readonly again?: number | undefined;
}

const NEVER = new AbortController().signal;

/** Sends requests to one origin: paced, retried where that can heal, and answered whole or with an error. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #retries: Retries;
  readonly #limits: Limits;
  readonly #transport: Transport;
  readonly #slots: Slots;
  readonly #lanes = new Map<string, Lane>();
  /** Two, since a server that carries out nothing any more may still list: what it did is then found out. */
  readonly #silence: { readonly reads: Silence; readonly writes: Silence };
  readonly #closed = new AbortController();
  #lost = 0;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#retries = { ...RETRIES, ...options.retries };
    this.#limits = { ...LIMITS, ...options.limits };
    this.#slots = new Slots(options.concurrency);
    this.#transport = new Transport({ ...options, limits: this.#limits, connections: this.#slots.count });
    const { silence } = this.#limits;
    this.#silence = { reads: new Silence(silence), writes: new Silence(silence) };
  }

  /**
   * What was asked for, after as many attempts as that takes.
   *
   * @throws the refusal that `read` gave to the last answer; NetworkError where none came; StoppedError where the run was
   * stopped before the request was carried out; UnknownOutcomeError where something was to be changed, and may have been
   */
  async send<T>(request: HttpRequest<T>): Promise<T> {
    const pending = this.#pend(request);
    for (;;) {
      const result = await this.#attempt(pending);
      if ('value' in result) return result.value;
      if (result.again === undefined) throw result.error;
      this.#lost += result.again;
      await wait(this.#options.clock, result.again, pending.stop).catch((cause: unknown) => {
        throw this.#stopped(pending, cause);
      });
    }
  }

  /** Ends what is in flight or waits, so that nothing is tried again on a closed connection. */
  close(): Promise<void> {
    this.#closed.abort();
    return this.#transport.close();
  }

  #pend<T>(request: HttpRequest<T>): Pending<T> {
    const { stop = NEVER, kill = NEVER, origin, service, clock } = this.#options;
    if (request.url.origin !== origin.origin) {
      throw new ServiceError(
        `${origin.host} leads to ${request.url.origin}, another origin, where credentials are never sent. Set ${service.setting} to the name that ${service.name} uses for itself.`,
      );
    }
    const lane = this.#lanes.get(request.lane) ?? new Lane(this.#slots, clock);
    this.#lanes.set(request.lane, lane);
    const changes = request.changes ?? request.method !== 'GET';
    const end = changes || request.evenWhenStopped ? kill : AbortSignal.any([stop, kill]);
    return {
      request,
      changes,
      attempts: new Attempts(this.#retries.attempts),
      lane,
      silence: changes ? this.#silence.writes : this.#silence.reads,
      stop: AbortSignal.any([
        ...(request.evenWhenStopped ? [] : [stop]),
        kill,
        this.#closed.signal,
        request.stop ?? NEVER,
      ]),
      end,
    };
  }

  async #attempt<T>(pending: Pending<T>): Promise<{ readonly value: T } | Failed> {
    const leave = await this.#enter(pending);
    try {
      const sentAt = this.#options.clock.elapsed();
      const result = await this.#exchange(pending, sentAt);
      return 'failure' in result
        ? this.#judgeFailure(pending, sentAt, result.failure)
        : this.#judge(pending, sentAt, result);
    } finally {
      // Whoever has the answer may send its next request before another that waits.
      setImmediate(leave);
    }
  }

  /** Waits for the request's turn, until it is ready to leave. */
  async #enter<T>(pending: Pending<T>): Promise<() => void> {
    const { request, changes, lane, stop, attempts, silence } = pending;
    const isLimited = () => changes && lane.isHopeless;
    const isRefused = () => silence.isTooLong || isLimited();
    for (let first = request.next === true || attempts.goesFirst; ; first = true) {
      await request.ready?.();
      const leave = await lane.enter(stop, { first, isRefused }).catch((cause: unknown) => {
        throw this.#stopped(pending, cause);
      });
      if (leave === 'refused') {
        const { origin, service } = this.#options;
        const circumstances = { host: origin.host, service, changes };
        throw this.#orUnknown(
          pending,
          silence.isTooLong
            ? silentError({ ...circumstances, lasted: silence.lasted })
            : limitedError(circumstances),
        );
      }
      if (!request.ready?.()) return leave;
      leave();
    }
  }

  async #exchange<T>(
    { request, changes, silence, attempts, end }: Pending<T>,
    sentAt: number,
  ): Promise<Answer | { readonly failure: NetworkFailure }> {
    const { method, url, headers, json } = request;
    const { clock, onRequest } = this.#options;
    const log = (status: string) => {
      const [path, ms] = [url.pathname + url.search, clock.elapsed() - sentAt];
      onRequest?.({ method, path, status, ms, attempt: attempts.made + 1 });
    };
    silence.send(sentAt);
    try {
      const made = typeof headers === 'function' ? headers() : headers;
      const answer = await this.#transport.send({ method, url, headers: made ?? {}, json, changes, end });
      silence.answer(sentAt, clock.elapsed());
      log(String(answer.status));
      return answer;
    } catch (error) {
      if (end.aborted) silence.giveUp(sentAt);
      else if (error instanceof ServiceError) silence.answer(sentAt, clock.elapsed());
      else silence.miss(sentAt, clock.elapsed());
      log((Error.isError(error) && error.message) || 'no whole answer');
      if (error instanceof ServiceError) throw error;
      return { failure: this.#transport.explain(error, clock.elapsed() - sentAt) };
    }
  }

  #judge<T>(pending: Pending<T>, sentAt: number, answer: Answer): { readonly value: T } | Failed {
    const { request, attempts, lane } = pending;
    const [made, mayHaveActedBefore] = [attempts.made + 1, attempts.mayHaveActed];
    const now = this.#options.clock.elapsed();
    const reading = request.read({ ...answer, attempts: made, mayHaveActedBefore });
    const asked = retryAfter(answer.headers['retry-after'], this.#options.clock.time());
    const heals = mayHeal(answer.status);
    const again = 'value' in reading ? false : (reading.again ?? heals);
    const isLimit = answer.status === 429 && 'refusal' in reading && reading.again === undefined;
    if (isLimit) {
      lane.refuse({ now, sentAt, retryAfter: asked });
      attempts.countRefusal({ now, acceptedInLane: lane.accepted, saidHowLong: asked !== undefined });
    } else {
      lane.accept({ now, sentAt, isTrouble: heals && again !== false });
      attempts.countAnswer(answer.status);
    }
    if ('value' in reading) return reading;
    if (again === false) return { error: reading.refusal };
    const error = heals ? this.#orUnknown(pending, reading.refusal) : reading.refusal;
    if (isLimit) return attempts.usedUp || lane.isHopeless ? { error } : { error, again: 0 };
    return { error, again: this.#again(pending, typeof again === 'number' ? again : asked, now - sentAt) };
  }

  #judgeFailure<T>(pending: Pending<T>, sentAt: number, failure: NetworkFailure): Failed {
    const { attempts, lane, stop, end } = pending;
    const now = this.#options.clock.elapsed();
    if (failure.kind === 'timeout') lane.troubled({ sentAt, now });
    attempts.countFailure(failure);
    if (end.aborted) throw this.#stopped(pending, failure.cause);
    const error = this.#orUnknown(pending, unansweredError(failure, attempts.made));
    const { reads, writes } = this.#silence;
    // Where one kind of request meets silence, the other kind is tried once, and not again.
    const isLast = !failure.heals || stop.aborted || reads.isTooLong || writes.isTooLong;
    return isLast ? { error } : { error, again: this.#again(pending, undefined, now - sentAt) };
  }

  /** How long to wait before the next attempt, after one that took so long; undefined where none is worth it. */
  #again<T>({ attempts }: Pending<T>, asked: number | undefined, took: number): number | undefined {
    this.#lost += took;
    const ms = asked ?? backoff(attempts.made, this.#retries);
    return attempts.usedUp || this.#lost + ms >= this.#retries.lost ? undefined : ms;
  }

  /** The error of a request that the stop of the run ends. */
  #stopped<T>(pending: Pending<T>, cause: unknown): Error {
    return isUnclear(pending)
      ? new UnknownOutcomeError(
          `The run was stopped before ${this.#options.origin.host} gave a clear answer.`,
          {
            cause,
          },
        )
      : new StoppedError({ cause });
  }

  #orUnknown<T>(pending: Pending<T>, error: Error): Error {
    return isUnclear(pending) ? new UnknownOutcomeError(error.message, { cause: error }) : error;
  }
}

/** Whether nobody knows what became of it. What only reads has no outcome that could be unknown. */
function isUnclear<T>({ changes, attempts }: Pending<T>): boolean {
  return changes && attempts.isUnclear;
}
