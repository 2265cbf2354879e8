import { type Clock, wait } from '../model/clock.ts';
import { ServiceError, StoppedError, UnknownOutcomeError } from '../model/errors.ts';
import { type NetworkFailure, patienceError, type Service, unansweredError } from './failure.ts';
import { Lane, Slots } from './lane.ts';
import type { Times } from './pace.ts';
import { Attempts, backoff, mayHeal, Patience, RETRIES, type Retries, retryAfter } from './retry.ts';
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
       * Whether the request is sent again, after how many milliseconds, or after what is to be done before. By default it is where
       * the status can heal (408, 429, 500, 502, 503, 504, 520), as soon as the server's `Retry-After` or the rate limit allows.
       */
      readonly again?: boolean | number | (() => Promise<unknown>);
    };

/** A request on its way, through all its attempts. */
interface Pending<T> {
  readonly request: HttpRequest<T>;
  readonly changes: boolean;
  readonly attempts: Attempts;
  readonly lane: Lane;
  readonly patience: Patience;
  /** Aborts when it may not be sent any more. */
  readonly stop: AbortSignal;
  /** Aborts when its answer is not waited for any longer. */
  readonly end: AbortSignal;
}

/** Why an attempt failed, and after how many milliseconds, or after what, another may do better. */
interface Failed {
  readonly error: Error;
  readonly again?: number | (() => Promise<unknown>) | undefined;
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
  readonly #patience: { readonly reads: Patience; readonly writes: Patience };
  readonly #closed = new AbortController();
  #lost = 0;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#retries = { ...RETRIES, ...options.retries };
    this.#limits = { ...LIMITS, ...options.limits };
    this.#slots = new Slots(options.concurrency);
    this.#transport = new Transport({ ...options, limits: this.#limits, connections: this.#slots.count });
    const patience = () => new Patience(this.#limits.silence, this.#retries.attempts);
    this.#patience = { reads: patience(), writes: patience() };
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
      const { error, again } = result;
      if (again === undefined) throw error;
      if (typeof again === 'number') this.#lost += again;
      const before = typeof again === 'number' ? wait(this.#options.clock, again, pending.stop) : again();
      await before.catch((cause: unknown) => {
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
    const patience = changes ? this.#patience.writes : this.#patience.reads;
    const stops = [kill, this.#closed.signal, request.stop ?? NEVER, patience.end];
    return {
      request,
      changes,
      attempts: new Attempts(this.#retries.attempts),
      lane,
      patience,
      stop: AbortSignal.any(request.evenWhenStopped ? stops : [stop, ...stops]),
      end: changes || request.evenWhenStopped ? kill : AbortSignal.any([stop, kill]),
    };
  }

  async #attempt<T>(pending: Pending<T>): Promise<{ readonly value: T } | Failed> {
    const { clock } = this.#options;
    const leave = await this.#turn(pending);
    try {
      const sentAt = clock.elapsed();
      const result = await this.#exchange(pending, sentAt);
      const times = { sentAt, now: clock.elapsed() };
      return 'failure' in result
        ? this.#judgeFailure(pending, times, result.failure)
        : this.#judge(pending, times, result);
    } finally {
      // Whoever has the answer may send its next request before another that waits.
      setImmediate(leave);
    }
  }

  /** Waits for the request's turn; the function that is fulfilled with ends it. */
  #turn<T>(pending: Pending<T>): Promise<() => void> {
    const { request, lane, stop, attempts } = pending;
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    if (stop.aborted) reject(this.#stopped(pending, stop.reason));
    else {
      const giveUp = () => {
        takeBack();
        reject(this.#stopped(pending, stop.reason));
      };
      stop.addEventListener('abort', giveUp, { once: true });
      const takeBack = lane.enter(
        (leave) => {
          stop.removeEventListener('abort', giveUp);
          resolve(leave);
        },
        request.next === true || attempts.goesFirst,
      );
    }
    return promise;
  }

  async #exchange<T>(
    { request, changes, attempts, end }: Pending<T>,
    sentAt: number,
  ): Promise<Answer | { readonly failure: NetworkFailure }> {
    const { method, url, json, headers = {} } = request;
    const { clock, onRequest } = this.#options;
    const log = (status: string) => {
      const [path, ms] = [url.pathname + url.search, clock.elapsed() - sentAt];
      onRequest?.({ method, path, status, ms, attempt: attempts.made + 1 });
    };
    try {
      const made = typeof headers === 'function' ? headers() : headers;
      const answer = await this.#transport.send({ method, url, headers: made, json, changes, end });
      log(String(answer.status));
      return answer;
    } catch (error) {
      log((Error.isError(error) && error.message) || 'no whole answer');
      if (error instanceof ServiceError) throw error;
      return { failure: this.#transport.explain(error, clock.elapsed() - sentAt) };
    }
  }

  #judge<T>(pending: Pending<T>, times: Times, answer: Answer): { readonly value: T } | Failed {
    const { request, attempts, lane, patience } = pending;
    const [made, mayHaveActedBefore] = [attempts.made + 1, attempts.mayHaveActed];
    const reading = request.read({ ...answer, attempts: made, mayHaveActedBefore });
    const asked = retryAfter(answer.headers['retry-after'], this.#options.clock.time());
    const heals = mayHeal(answer.status);
    if (answer.status === 429 && 'refusal' in reading && reading.again === undefined) {
      lane.refuse({ ...times, retryAfter: asked });
      attempts.refused({ acceptedInLane: lane.accepted });
      const isOver = this.#miss(pending, times, 'rate-limit') || attempts.usedUp;
      return { error: this.#orUnknown(pending, reading.refusal), again: isOver ? undefined : 0 };
    }
    const again = 'value' in reading ? false : (reading.again ?? heals);
    lane.accept({ ...times, isTrouble: heals && again !== false });
    attempts.answered(answer.status);
    patience.take(times.now);
    if ('value' in reading) return reading;
    if (again === false) return { error: reading.refusal };
    const error = heals ? this.#orUnknown(pending, reading.refusal) : reading.refusal;
    if (typeof again === 'function') return { error, again: attempts.usedUp ? undefined : again };
    return { error, again: this.#again(pending, typeof again === 'number' ? again : asked, times) };
  }

  #judgeFailure<T>(pending: Pending<T>, times: Times, failure: NetworkFailure): Failed {
    const { attempts, lane, stop, end } = pending;
    attempts.unanswered(failure);
    // What this side gives up says nothing of the server.
    if (end.aborted) throw this.#stopped(pending, failure.cause);
    if (failure.kind === 'timeout') lane.troubled(times);
    const isOver = this.#miss(pending, times, 'silence') || !failure.heals || stop.aborted;
    const error = this.#orUnknown(pending, unansweredError(failure, attempts.made));
    return { error, again: isOver ? undefined : this.#again(pending, undefined, times) };
  }

  /** Notes that the server did not take a request, and says whether no such request is worth another attempt. */
  #miss<T>({ changes, patience }: Pending<T>, times: Times, kind: 'rate-limit' | 'silence'): boolean {
    const { origin, service } = this.#options;
    const error = (lasted: number) => patienceError({ host: origin.host, service, changes, kind, lasted });
    patience.miss({ ...times, error });
    // Where one kind of request is not taken any more, the other kind is tried once, and not again.
    const { reads, writes } = this.#patience;
    return reads.end.aborted || writes.end.aborted;
  }

  /** How long to wait before the next attempt; undefined where none is worth it. */
  #again<T>({ attempts }: Pending<T>, asked: number | undefined, { sentAt, now }: Times): number | undefined {
    this.#lost += now - sentAt;
    const ms = asked ?? backoff(attempts.made, this.#retries);
    return attempts.usedUp || this.#lost + ms >= this.#retries.lost ? undefined : ms;
  }

  /** The error of a request that is not sent, or waited for, any more. */
  #stopped<T>(pending: Pending<T>, cause: unknown): Error {
    if (cause instanceof ServiceError) return this.#orUnknown(pending, cause);
    const text = `The run was stopped before ${this.#options.origin.host} gave a clear answer.`;
    return isUnclear(pending) ? new UnknownOutcomeError(text, { cause }) : new StoppedError({ cause });
  }

  #orUnknown<T>(pending: Pending<T>, error: Error): Error {
    return isUnclear(pending) ? new UnknownOutcomeError(error.message, { cause: error }) : error;
  }
}

/** Whether nobody knows what became of it. What only reads has no outcome that could be unknown. */
function isUnclear<T>({ changes, attempts }: Pending<T>): boolean {
  return changes && attempts.isUnclear;
}
