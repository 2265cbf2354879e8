import { setTimeout as sleep } from 'node:timers/promises';

/** A rate limit: requests a second, and how many may come at once. */
type Limit = readonly [rate: number, burst: number];

/** The limits of quay.io, by path; the first that matches counts. */
const ZONES: readonly (readonly [path: RegExp, http1: Limit, http2: Limit])[] = [
  [/^\/api\//, [5, 25], [50, 100]],
  [/^\/v2\/auth/, [120, 2], [120, 2]],
  [/^\/v2\/.*\/manifests\//, [50, 10], [500, 50]],
  [/^\/v2\/.*\/tags\//, [5, 2], [50, 2]],
  [/^\/v2/, [60, 20], [600, 80]],
];

interface Request {
  readonly path: string;
  readonly protocol: 'http/1.1' | 'h2';
  /** The connection that the request came over. */
  readonly connection: number;
  readonly authorization: string;
}

/** nginx's `limit_req` with `nodelay`: a leaky bucket for each client; a refused request costs nothing. */
export class RateLimits {
  readonly #buckets = new Map<string, { excess: number; at: number }>();
  readonly #now: () => number;

  /** @param now - milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the request may pass. Sign-ins are counted by their credentials, all else by the client. */
  admit({ path, protocol, connection, authorization }: Request): boolean {
    const zone = ZONES.find(([pattern]) => pattern.test(path));
    if (!zone) return true;
    const [pattern, http1, http2] = zone;
    const [rate, burst] = protocol === 'h2' ? http2 : http1;
    const client = protocol === 'h2' ? String(connection) : 'address';
    const key = `${pattern} ${protocol} ${path.startsWith('/v2/auth') ? authorization : client}`;
    const now = this.#now();
    const bucket = this.#buckets.get(key);
    const excess = bucket ? Math.max(0, bucket.excess - ((now - bucket.at) / 1000) * rate + 1) : 0;
    if (excess > burst) return false;
    this.#buckets.set(key, { excess, at: now });
    return true;
  }
}

/** The processors of a server: no more pieces of work at once than there are, and the rest wait their turn. */
export class Processors {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a processor for some milliseconds. */
  async work(ms: number): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    // Who is not waited for any more keeps no process alive.
    await sleep(ms, undefined, { ref: false });
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
