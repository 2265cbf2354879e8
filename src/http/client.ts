import { wait } from '../model/clock.ts';
import { ServiceError, StoppedError, UnknownOutcomeError } from '../model/errors.ts';
import { NetworkError, type NetworkFailure } from './failure.ts';
import { Lane, Slots } from './lane.ts';
import type { Times } from './pace.ts';
import { Attempts, backoff, mayHeal, Patience, RETRIES, type Retries, retryAfter } from './retry.ts';
import {
  type Answer,
  LIMITS,
  type Limits,
  type Message,
  Transport,
  type TransportOptions,
} from './transport.ts';

export interface HttpClientOptions
  extends Pick<TransportOptions, 'origin' | 'service' | 'environment' | 'clock'> {
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
export interface HttpRequest<T> extends Pick<Message, 'method' | 'url' | 'json'> {
  /** Requests of one lane share a rate limit of the server: they are paced together. */
  readonly lane: string;
  /** A function is called when the request leaves. */
  readonly headers?: Message['headers'] | (() => Message['headers']);
  /** Whether it changes something at the server; by default, all do but `GET`. */
  readonly changes?: boolean;
  /** What a whole answer, of any status, is to this request. */
  readonly read: (answer: AnswerTo) => Reading<T>;
  /** Whether it goes before all that wait in its lane. */
  readonly next?: boolean | undefined;
  /** Whether another request that got no clear answer may have done the same. */
  readonly mayBeDone?: boolean | undefined;
  /** Aborts while the request waits for its turn: then it is not sent. */
  readonly stop?: AbortSignal | undefined;
  /** Whether it is sent although the run was told to stop, while answers are still waited for. */
  readonly evenWhenStopped?: boolean | undefined;
}

export interface AnswerTo extends Answer {
  /** Whether the request was to change something. */
  readonly changes: boolean;
  /** How often it was sent. */
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

/** What came of an attempt: what was asked for, or why it failed, and what is waited for before the next one, if another is worth it. */
type Attempted<T> =
  | { readonly value: T }
  | { readonly error: Error; readonly again?: (() => Promise<unknown>) | undefined };

const NEVER = new AbortController().signal;

/** Sends requests to one origin: paced, retried where that can heal, and answered whole or with an error. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #retries: Retries;
  readonly #transport: Transport;
  readonly #slots: Slots;
  readonly #lanes = new Map<string, Lane>();
  /** Two, since a server that carries out nothing any more may still list: what it did is then found out. */
  readonly #patience: { readonly reads: Patience; readonly writes: Patience };
  readonly #closed = new AbortController();
  #lost = 0;

  constructor(options: HttpClientOptions) {
    const { service, origin } = options;
    const limits = { ...LIMITS, ...options.limits };
    this.#options = options;
    this.#retries = { ...RETRIES, ...options.retries };
    this.#slots = new Slots(options.concurrency);
    this.#transport = new Transport({ ...options, limits, connections: this.#slots.count });
    const bounds = { longest: limits.silence, fewest: this.#retries.attempts };
    const patience = { host: origin.host, service, ...bounds };
    this.#patience = {
      reads: new Patience({ ...patience, requests: 'any request' }),
      writes: new Patience({ ...patience, requests: 'any request to change something' }),
    };
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
      const leave = await this.#turn(pending);
      // Whoever has the answer may send its next request before another that waits.
      const result = await this.#attempt(pending).finally(() => setImmediate(leave));
      if ('value' in result) return result.value;
      if (!result.again) throw result.error;
      await result.again().catch((cause: unknown) => {
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
      attempts: new Attempts(this.#retries.attempts, request.mayBeDone),
      lane,
      patience,
      stop: AbortSignal.any(request.evenWhenStopped ? stops : [stop, ...stops]),
      end: changes || request.evenWhenStopped ? kill : AbortSignal.any([stop, kill]),
    };
  }

  /** Waits for the request's turn; the function that is fulfilled with ends it. */
  #turn<T>(pending: Pending<T>): Promise<() => void> {
    const { request, lane, stop, attempts } = pending;
    return new Promise((resolve, reject) => {
      if (stop.aborted) return reject(this.#stopped(pending, stop.reason));
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
    });
  }

  async #attempt<T>(pending: Pending<T>): Promise<Attempted<T>> {
    const sentAt = this.#options.clock.elapsed();
    const result = await this.#exchange(pending, sentAt);
    const times = { sentAt, now: this.#options.clock.elapsed() };
    return 'heals' in result
      ? this.#judgeFailure(pending, times, result)
      : this.#judge(pending, times, result);
  }

  async #exchange<T>(pending: Pending<T>, sentAt: number): Promise<Answer | NetworkFailure> {
    const { request, changes, attempts, end } = pending;
    const { method, url, json, headers = {} } = request;
    const { clock, onRequest } = this.#options;
    const log = (status: string) => {
      const path = url.pathname + url.search;
      onRequest?.({ method, path, status, ms: clock.elapsed() - sentAt, attempt: attempts.made + 1 });
    };
    try {
      const made = typeof headers === 'function' ? headers() : headers;
      const answer = await this.#transport.send({ method, url, headers: made, json, changes, end });
      log(String(answer.status));
      return answer;
    } catch (error) {
      log((Error.isError(error) && error.message) || 'no whole answer');
      if (error instanceof ServiceError) throw this.#orUnknown(pending, error);
      return this.#transport.explain(error, clock.elapsed() - sentAt);
    }
  }

  #judge<T>(pending: Pending<T>, times: Times, answer: Answer): Attempted<T> {
    const { request, changes, attempts, lane, patience } = pending;
    const reading = request.read({
      ...answer,
      changes,
      attempts: attempts.made + 1,
      mayHaveActedBefore: attempts.mayHaveActed,
    });
    const asked = retryAfter(answer.headers['retry-after'], this.#options.clock.time());
    const heals = mayHeal(answer.status);
    if (answer.status === 429 && 'refusal' in reading && reading.again === undefined) {
      lane.pace.refuse({ ...times, retryAfter: asked });
      attempts.refused(lane.pace.accepted);
      const isOver = this.#miss(pending, times, 'rate-limit') || attempts.usedUp;
      return { error: this.#orUnknown(pending, reading.refusal), again: isOver ? undefined : async () => {} };
    }
    const again = 'value' in reading ? false : (reading.again ?? heals);
    lane.pace.accept();
    // Its answer shows that the server has too much to do.
    if (heals && again !== false) lane.roundTrip?.troubled(times);
    else lane.answered(times);
    attempts.answered(answer.status);
    patience.take(times.now);
    if ('value' in reading) return reading;
    const error = this.#orUnknown(pending, reading.refusal);
    if (again === false) return { error };
    if (typeof again === 'function') return { error, again: attempts.usedUp ? undefined : again };
    return { error, again: this.#later(pending, typeof again === 'number' ? again : asked, times) };
  }

  #judgeFailure<T>(pending: Pending<T>, times: Times, failure: NetworkFailure): Attempted<T> {
    const { attempts, lane, stop, end } = pending;
    const { text, isTimeout, heals, mayHaveArrived, cause } = failure;
    attempts.unanswered(mayHaveArrived);
    // What this side gives up says nothing of the server.
    if (end.aborted) throw this.#stopped(pending, cause);
    if (isTimeout) lane.roundTrip?.troubled(times);
    const isOver = this.#miss(pending, times, 'silence') || !heals || stop.aborted;
    const tried = attempts.made > 1 ? ` This was tried ${attempts.made} times.` : '';
    const error = this.#orUnknown(pending, new NetworkError(`${text}${tried}`, { cause }));
    return { error, again: isOver ? undefined : this.#later(pending, undefined, times) };
  }

  /** Notes that the server did not take a request, and says whether no such request is worth another attempt. */
  #miss<T>({ patience }: Pending<T>, times: Times, why: 'rate-limit' | 'silence'): boolean {
    patience.miss(times, why);
    // Where one kind of request is not taken any more, the other kind is tried once, and not again.
    const { reads, writes } = this.#patience;
    return reads.end.aborted || writes.end.aborted;
  }

  /** Waits as long as was asked, or by itself; undefined where another attempt is not worth it. */
  #later<T>(
    { attempts, stop }: Pending<T>,
    asked: number | undefined,
    { sentAt, now }: Times,
  ): (() => Promise<void>) | undefined {
    this.#lost += now - sentAt;
    const ms = asked ?? backoff(attempts.made, this.#retries);
    if (attempts.usedUp || this.#lost + ms >= this.#retries.lost) return undefined;
    this.#lost += ms;
    return () => wait(this.#options.clock, ms, stop);
  }

  /** The error of a request that is not sent, or waited for, any more. */
  #stopped<T>(pending: Pending<T>, cause: unknown): Error {
    if (cause instanceof ServiceError) return this.#orUnknown(pending, cause);
    const text = `The run was stopped before ${this.#options.origin.host} gave a clear answer.`;
    return isUnclear(pending) ? new UnknownOutcomeError(text, { cause }) : new StoppedError({ cause });
  }

  #orUnknown<T>(pending: Pending<T>, error: Error): Error {
    if (!isUnclear(pending) || error instanceof UnknownOutcomeError) return error;
    return new UnknownOutcomeError(error.message, { cause: error });
  }
}

/** Whether nobody knows what became of it. What only reads has no outcome that could be unknown. */
function isUnclear<T>({ changes, attempts }: Pending<T>): boolean {
  return changes && attempts.isUnclear;
}
