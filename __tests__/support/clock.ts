import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll } from '@jest/globals';
import type { Clock } from '../../src/model/clock.ts';

/** What happened to requests of this process so far. */
let activity = 0;
const count = () => {
  activity += 1;
};
const EVENTS = ['create', 'bodySent', 'headers', 'bodyChunkReceived', 'trailers', 'error'];
for (const event of EVENTS) subscribe(`undici:request:${event}`, count);
// The channels outlive the file of tests, and would hold all that it loaded.
afterAll(() => {
  for (const event of EVENTS) unsubscribe(`undici:request:${event}`, count);
});

/** So many looks find nothing going on before the clock jumps, with so many turns of the event loop between two of them. */
const LOOKS = 4;
const TURNS = 20;

/** A server that may be at work on a request. */
interface Busy {
  readonly stats: { readonly inFlight: number };
}

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/**
 * A clock that does not let a test wait: while nothing goes on between the run and the servers of the test, it jumps to the next
 * timer. A request that a server swallows, or answers without end, counts for nothing.
 */
export class JumpingClock implements Clock {
  readonly #servers: Busy[];
  readonly #timers = new Set<Timer>();
  #ahead = 0;
  #isLooking = false;

  /** @param servers - while one of them works on a request, there is no jump */
  constructor(...servers: readonly Busy[]) {
    this.#servers = [...servers];
  }

  watch(server: Busy): void {
    this.#servers.push(server);
  }

  time(): number {
    return Date.now() + this.#ahead;
  }

  elapsed(): number {
    return performance.now() + this.#ahead;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.elapsed() + Math.max(ms, 0), call };
    this.#timers.add(timer);
    if (!this.#isLooking) this.#look(activity, 0);
    return () => this.#timers.delete(timer);
  }

  /** Lets so many milliseconds pass at once. */
  advance(ms: number): void {
    this.#ahead += ms;
  }

  #look(seen: number, quiet: number): void {
    this.#isLooking = this.#timers.size > 0;
    if (!this.#isLooking) return;
    this.#afterTurns(TURNS, () => {
      const isQuiet = seen === activity && this.#servers.every(({ stats }) => stats.inFlight === 0);
      const looks = isQuiet ? quiet + 1 : 0;
      const [next] = [...this.#timers].sort((one, other) => one.at - other.at);
      if (next && looks >= LOOKS) this.#ahead += Math.max(next.at - this.elapsed(), 0);
      const isDue = next !== undefined && next.at <= this.elapsed();
      if (isDue) this.#timers.delete(next);
      if (isDue) next.call();
      this.#look(activity, isDue ? 0 : looks);
    });
  }

  /** Turns find all that has come in by then, on a busy machine too; the millisecond keeps them from taking all its time. */
  #afterTurns(turns: number, call: () => void): void {
    if (turns === 0) setTimeout(call, 1);
    else setImmediate(() => this.#afterTurns(turns - 1, call));
  }
}

/** A clock that stands until a test moves it. */
export class StandingClock implements Clock {
  #now = 0;
  /** The next one first. */
  readonly #timers: Timer[] = [];

  time(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call };
    this.#timers.splice(this.#timers.findLastIndex(({ at }) => at <= timer.at) + 1, 0, timer);
    return () => {
      const place = this.#timers.indexOf(timer);
      if (place >= 0) this.#timers.splice(place, 1);
    };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Goes on to the next timer. */
  jump(): void {
    const next = this.#timers.shift();
    if (!next) throw new Error('Nothing waits any more.');
    this.#now = next.at;
    next.call();
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    while ((this.#timers[0]?.at ?? Number.POSITIVE_INFINITY) <= end) this.jump();
    this.#now = end;
  }
}
