import { Lane, Slots } from '../../src/http/lane.ts';
import { Attempts } from '../../src/http/retry.ts';
import { StandingClock } from '../support/clock.ts';

/** A server behind nginx's `limit_req`, in virtual time. */
export interface LimitedServer {
  /** Requests a second. */
  readonly rate: number;
  readonly burst: number;
  readonly roundTripMs: number;
  /** Requests a second that others send, who share the limit. */
  readonly others?: number;
  /** When the rate becomes another, in milliseconds. */
  readonly change?: { readonly at: number; readonly rate: number };
}

/** A server without limits that works on so many requests at once; the others queue. */
export interface BusyServer {
  readonly cpus: number;
  /** How long it works on a request; a function tells it for each one, by the time. */
  readonly workMs: number | ((now: number) => number);
  readonly roundTripMs: number;
  /** With more requests than these in its queue, it answers 503 at once. */
  readonly longestQueue?: number;
}

export type VirtualServer = LimitedServer | BusyServer;

/** Requests in flight at most, or a number that follows the round trip. */
export type Concurrency = number | 'follows the round trip';

export interface VirtualRun {
  /** Milliseconds of virtual time. */
  readonly took: number;
  /** How many answers were refusals. */
  readonly refused: number;
  /** Requests that used up their attempts. */
  readonly lost: number;
  /** Requests in flight at each answer, in their order. */
  readonly inFlight: readonly number[];
}

/** Takes a request, and calls back with the status when the answer leaves the server. */
type Serve = (answer: (status: number) => void) => void;

/** So many wait or are under way at once where their number in flight follows the round trip. */
const MOST = 100;

/** Sends requests by a lane until all are accepted; no more than `concurrency` wait or are under way at once. */
export function sendAll(requests: number, concurrency: Concurrency, server: VirtualServer): VirtualRun {
  const time = new StandingClock();
  const serve = 'cpus' in server ? busy(server, time) : limited(server, time);
  const count = typeof concurrency === 'number' ? concurrency : undefined;
  const slots = new Slots(count);
  // Timers are a millisecond coarse.
  const coarse = (ms: number, call: () => void) => time.after(Math.ceil(ms), call);
  const now = () => time.elapsed();
  const lane = new Lane(slots, { time: now, elapsed: now, after: coarse });
  const run = { begun: 0, accepted: 0, refused: 0, lost: 0 };
  const seen: number[] = [];

  const begin = () => {
    run.begun += 1;
    enter(new Attempts());
  };
  const enter = (attempts: Attempts) => {
    lane.enter((leave) => send(attempts, leave), attempts.goesFirst);
  };
  const send = (attempts: Attempts, leave: () => void) => {
    const sentAt = time.elapsed();
    const half = server.roundTripMs / 2;
    time.after(half, () =>
      serve((status) => time.after(half, () => end({ status, sentAt, attempts, leave }))),
    );
  };
  const end = ({ status, sentAt, attempts, leave }: Ended) => {
    const now = time.elapsed();
    seen.push(slots.inFlight);
    if (status === 200) {
      run.accepted += 1;
      lane.pace.accept();
      lane.answered({ sentAt, now });
      if (run.begun < requests) begin();
    } else {
      run.refused += 1;
      if (status === 429) {
        lane.pace.refuse({ now, sentAt, retryAfter: undefined });
        attempts.refused(lane.pace.accepted);
      } else {
        lane.roundTrip?.troubled({ sentAt, now });
        attempts.answered(status);
      }
      if (attempts.usedUp) run.lost += 1;
      enter(attempts.usedUp ? new Attempts() : attempts);
    }
    leave();
  };
  for (let waiting = 0; waiting < Math.min(requests, count ?? MOST); waiting += 1) begin();
  while (run.accepted < requests) time.jump();
  return { took: time.elapsed(), refused: run.refused, lost: run.lost, inFlight: seen };
}

interface Ended {
  readonly status: number;
  readonly sentAt: number;
  readonly attempts: Attempts;
  readonly leave: () => void;
}

/** The least time that server and concurrency allow, in milliseconds. */
export function boundOf(
  requests: number,
  concurrency: number,
  { rate, burst, roundTripMs }: LimitedServer,
): number {
  return Math.max(((requests - burst) / rate) * 1000, (requests / concurrency) * roundTripMs);
}

function limited({ rate: firstRate, burst, others, change }: LimitedServer, time: StandingClock): Serve {
  let rate = firstRate;
  const bucket = { excess: -1, at: 0 };
  const admits = () => {
    const excess = Math.max(0, bucket.excess - ((time.elapsed() - bucket.at) / 1000) * rate + 1);
    if (excess > burst) return false;
    Object.assign(bucket, { excess, at: time.elapsed() });
    return true;
  };
  const askForOthers = (everyMs: number) => {
    admits();
    time.after(everyMs, () => askForOthers(everyMs));
  };
  if (others) askForOthers(1000 / others);
  if (change)
    time.after(change.at, () => {
      rate = change.rate;
    });
  return (answer) => answer(admits() ? 200 : 429);
}

function busy(
  { cpus, workMs, longestQueue = Number.POSITIVE_INFINITY }: BusyServer,
  time: StandingClock,
): Serve {
  const queue: ((status: number) => void)[] = [];
  let working = 0;
  const work = () => {
    while (working < cpus) {
      const answer = queue.shift();
      if (!answer) return;
      working += 1;
      time.after(typeof workMs === 'number' ? workMs : workMs(time.elapsed()), () => {
        working -= 1;
        answer(200);
        work();
      });
    }
  };
  return (answer) => {
    if (queue.length >= longestQueue) return answer(503);
    queue.push(answer);
    work();
  };
}
