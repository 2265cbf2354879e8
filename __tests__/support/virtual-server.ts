import { Pace } from '../../src/quay/http/pace.ts';

/** A server behind nginx's `limit_req`, in virtual time. */
export interface VirtualServer {
  /** Requests a second. */
  readonly rate: number;
  readonly burst: number;
  readonly roundTripMs: number;
}

export interface VirtualRun {
  /** Milliseconds of virtual time. */
  readonly took: number;
  /** How many answers were refusals. */
  readonly refused: number;
  /** How often the unluckiest request was refused. */
  readonly mostRefusals: number;
}

interface Event {
  readonly at: number;
  readonly happen: () => void;
}

/** Sends requests at the pace's word, as many at once as `concurrency` allows, until all are accepted. */
export function sendAll(
  requests: number,
  concurrency: number,
  { rate, burst, roundTripMs }: VirtualServer,
): VirtualRun {
  const pace = new Pace();
  const events: Event[] = [];
  const queue = Array.from({ length: requests }, () => 0);
  const bucket = { excess: -1, at: 0 };
  const run = { now: 0, inFlight: 0, accepted: 0, refused: 0, mostRefusals: 0 };

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
      send(queue.shift() ?? 0);
    }
  };
  const send = (refusals: number) => {
    const sentAt = run.now;
    after(roundTripMs / 2, () => {
      const isAccepted = admits();
      after(roundTripMs / 2, () => {
        run.inFlight -= 1;
        if (isAccepted) {
          run.accepted += 1;
          pace.accept(run.now);
        } else {
          run.refused += 1;
          run.mostRefusals = Math.max(run.mostRefusals, refusals + 1);
          pace.refuse({ now: run.now, sentAt, retryAfter: undefined });
          queue.push(refusals + 1);
        }
        letOut();
      });
    });
  };
  letOut();
  while (run.accepted < requests) {
    const event = events.shift();
    if (!event) throw new Error('The pace lets nothing out any more.');
    run.now = event.at;
    event.happen();
  }
  return { took: run.now, refused: run.refused, mostRefusals: run.mostRefusals };
}

/** The least time that server and concurrency allow, in milliseconds. */
export function boundOf(
  requests: number,
  concurrency: number,
  { rate, burst, roundTripMs }: VirtualServer,
): number {
  return Math.max(((requests - burst) / rate) * 1000, (requests / concurrency) * roundTripMs);
}
