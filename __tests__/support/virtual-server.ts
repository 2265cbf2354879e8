import { Pace } from '../../src/quay/http/pace.ts';
import { Attempts } from '../../src/quay/http/retry.ts';

/** A server behind nginx's `limit_req`, in virtual time. */
export interface VirtualServer {
  /** Requests a second. */
  readonly rate: number;
  readonly burst: number;
  readonly roundTripMs: number;
  /** Requests a second that others send, who share the limit. */
  readonly others?: number;
  /** When the rate becomes another, in milliseconds. */
  readonly change?: { readonly at: number; readonly rate: number };
}

export interface VirtualRun {
  /** Milliseconds of virtual time. */
  readonly took: number;
  /** How many answers were refusals. */
  readonly refused: number;
  /** Requests that used up their attempts. */
  readonly lost: number;
}

interface Event {
  readonly at: number;
  readonly happen: () => void;
}

/** Sends requests at the pace's word until all are accepted; no more than `concurrency` wait or are under way at once. */
export function sendAll(
  requests: number,
  concurrency: number,
  { rate: firstRate, burst, roundTripMs, others, change }: VirtualServer,
): VirtualRun {
  let rate = firstRate;
  const pace = new Pace();
  const events: Event[] = [];
  const queue = Array.from({ length: Math.min(requests, concurrency) }, () => new Attempts());
  const bucket = { excess: -1, at: 0 };
  const run = { now: 0, inFlight: 0, accepted: 0, refused: 0, lost: 0 };

  const after = (ms: number, happen: () => void) => {
    const at = run.now + ms;
    const place = events.findLastIndex((event) => event.at <= at);
    events.splice(place + 1, 0, { at, happen });
  };
  const admits = () => {
    const excess = Math.max(0, bucket.excess - ((run.now - bucket.at) / 1000) * rate + 1);
    if (excess > burst) return false;
    Object.assign(bucket, { excess, at: run.now });
    return true;
  };
  let timer = false;
  const letOut = () => {
    while (queue.length > 0 && !timer && run.inFlight < Math.min(concurrency, pace.window)) {
      const at = pace.next(run.now);
      if (at > run.now) {
        timer = true;
        // Timers are a millisecond coarse.
        after(Math.ceil(at - run.now), () => {
          timer = false;
          letOut();
        });
        return;
      }
      pace.take(run.now);
      run.inFlight += 1;
      const attempts = queue.shift();
      if (attempts) send(attempts);
    }
  };
  const send = (attempts: Attempts) => {
    const sentAt = run.now;
    after(roundTripMs / 2, () => {
      const isAccepted = admits();
      after(roundTripMs / 2, () => {
        run.inFlight -= 1;
        if (isAccepted) {
          run.accepted += 1;
          if (run.accepted + run.inFlight + queue.length < requests) queue.push(new Attempts());
          pace.accept();
        } else {
          run.refused += 1;
          pace.refuse({ now: run.now, sentAt, retryAfter: undefined });
          attempts.countRefusal({ now: run.now, acceptedInLane: pace.accepted, saidHowLong: false });
          if (attempts.usedUp) run.lost += 1;
          if (attempts.usedUp) queue.push(new Attempts());
          else if (attempts.goesFirst) queue.unshift(attempts);
          else queue.push(attempts);
        }
        letOut();
      });
    });
  };
  const askForOthers = (everyMs: number) => {
    admits();
    after(everyMs, () => askForOthers(everyMs));
  };
  if (others) askForOthers(1000 / others);
  if (change)
    after(change.at, () => {
      rate = change.rate;
    });
  letOut();
  while (run.accepted < requests) {
    const event = events.shift();
    if (!event) throw new Error('The pace lets nothing out any more.');
    run.now = event.at;
    event.happen();
  }
  return { took: run.now, refused: run.refused, lost: run.lost };
}

/** The least time that server and concurrency allow, in milliseconds. */
export function boundOf(
  requests: number,
  concurrency: number,
  { rate, burst, roundTripMs }: VirtualServer,
): number {
  return Math.max(((requests - burst) / rate) * 1000, (requests / concurrency) * roundTripMs);
}
