import { QuayError } from '../errors.ts';
import type { Lane } from './lane.ts';
import { describeFailure, type Failure } from './network-failure.ts';
import type { HttpClientOptions } from './options.ts';
import { retryAfter } from './retry.ts';
import { Silence } from './silence.ts';
import type { Answer, Message, Transport } from './transport.ts';
import { limitedError, type Pending, silenceError, stoppedError } from './unanswered.ts';

/** A request on its way, through all its attempts. */
export interface PendingRequest extends Pending {
  readonly message: Message;
  readonly lane: Lane;
  /** Aborts when it may not be sent any more. */
  readonly stop: AbortSignal;
  /** Whether an answer shows that the server has too much to do. */
  readonly isTrouble: (answer: Answer) => boolean;
}

/** What came of one attempt. */
export type AttemptResult = Answer | { readonly failure: Failure };

/** Makes single attempts at requests, each in its turn, and learns from what comes of them. */
export class Attempter {
  readonly #transport: Transport;
  readonly #options: Pick<HttpClientOptions, 'kill' | 'onRequest'>;
  /** Two, since a server that carries out nothing any more may still list: what it did is then found out. */
  readonly #silence: { readonly reads: Silence; readonly writes: Silence };

  /** @param options.longestSilence - milliseconds */
  constructor(
    transport: Transport,
    options: Pick<HttpClientOptions, 'kill' | 'onRequest'> & { readonly longestSilence: number },
  ) {
    this.#transport = transport;
    this.#options = options;
    const { longestSilence } = options;
    this.#silence = { reads: new Silence(longestSilence), writes: new Silence(longestSilence) };
  }

  /** Whether the server answers nothing of one kind any more: then the other kind is tried once, and not again. */
  get meetsSilence(): boolean {
    return this.#silence.reads.isTooLong || this.#silence.writes.isTooLong;
  }

  /** @throws where the request is not sent, or the answer is none that a Quay gives */
  async attempt(pending: PendingRequest): Promise<AttemptResult> {
    const leave = await this.#enter(pending);
    const sentAt = performance.now();
    this.#silenceOf(pending).send(sentAt);
    try {
      const answer = await this.#transport.send(pending.message);
      this.#log(pending, sentAt, String(answer.status));
      this.#learn(pending, sentAt, answer);
      return answer;
    } catch (error) {
      this.#log(pending, sentAt, (error instanceof Error && error.message) || 'no whole answer');
      return { failure: this.#learnFailure(pending, sentAt, error) };
    } finally {
      leave();
    }
  }

  /** Waits for the request's turn. */
  async #enter(pending: PendingRequest): Promise<() => void> {
    const { lane, stop, attempts, isWrite } = pending;
    const silence = this.#silenceOf(pending);
    const isLimited = () => isWrite && lane.pace.isHopeless(performance.now());
    const isRefused = () => silence.isTooLong || isLimited();
    const leave = await lane.enter(stop, { first: attempts.goesFirst, isRefused }).catch((cause: unknown) => {
      throw stoppedError(pending, cause);
    });
    if (leave !== 'refused') return leave;
    throw silence.isTooLong ? silenceError(pending, silence.lasted) : limitedError(pending);
  }

  #learn(pending: PendingRequest, sentAt: number, answer: Answer): void {
    const { pace, roundTrip, inFlight } = pending.lane;
    const now = performance.now();
    this.#silenceOf(pending).answer(sentAt, now);
    if (answer.status === 429) {
      pace.refuse({ now, sentAt, retryAfter: waitAskedBy(answer) });
      roundTrip?.limited({ sentAt, now });
      return;
    }
    pace.accept();
    if (pending.isTrouble(answer)) roundTrip?.troubled({ sentAt, now });
    else roundTrip?.answered({ sentAt, now, inFlight });
  }

  #learnFailure(pending: PendingRequest, sentAt: number, error: unknown): Failure {
    const now = performance.now();
    const silence = this.#silenceOf(pending);
    if (this.#options.kill?.aborted) silence.giveUp(sentAt);
    else if (error instanceof QuayError) silence.answer(sentAt, now);
    else silence.miss(sentAt, now);
    if (error instanceof QuayError) throw error;
    const { proxy } = this.#transport;
    const failure = describeFailure(error, { host: pending.host, proxy, waited: now - sentAt });
    if (failure.isTimeout) pending.lane.roundTrip?.troubled({ sentAt, now });
    return failure;
  }

  #silenceOf({ isWrite }: Pending): Silence {
    return isWrite ? this.#silence.writes : this.#silence.reads;
  }

  #log({ message: { method, url }, attempts }: PendingRequest, sentAt: number, status: string): void {
    const [path, ms, attempt] = [url.pathname + url.search, performance.now() - sentAt, attempts.made + 1];
    this.#options.onRequest?.({ method, path, status, ms, attempt });
  }
}

/** Milliseconds; undefined where the server did not ask to wait. */
export function waitAskedBy({ headers }: Answer): number | undefined {
  return retryAfter(headers['retry-after'], Date.now());
}
