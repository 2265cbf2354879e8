import { setTimeout as sleep } from 'node:timers/promises';

/** One of the rate limits at Quay's front: requests a second, and how many may come at once. */
interface Limit {
  readonly rate: number;
  readonly burst: number;
}

interface Zone {
  readonly name: string;
  readonly path: RegExp;
  readonly http1: Limit;
  readonly http2: Limit;
  readonly by: 'client' | 'authorization';
}

const AUTH = { rate: 120, burst: 2 };

/** The limits of quay.io, by path; the first that matches counts. */
const ZONES: readonly Zone[] = [
  {
    name: 'api',
    path: /^\/api\//,
    http1: { rate: 5, burst: 25 },
    http2: { rate: 50, burst: 100 },
    by: 'client',
  },
  { name: 'auth', path: /^\/v2\/auth/, http1: AUTH, http2: AUTH, by: 'authorization' },
  {
    name: 'manifests',
    path: /^\/v2\/.*\/manifests\//,
    http1: { rate: 50, burst: 10 },
    http2: { rate: 500, burst: 50 },
    by: 'client',
  },
  {
    name: 'tags',
    path: /^\/v2\/.*\/tags\//,
    http1: { rate: 5, burst: 2 },
    http2: { rate: 50, burst: 2 },
    by: 'client',
  },
  {
    name: 'v2',
    path: /^\/v2/,
    http1: { rate: 60, burst: 20 },
    http2: { rate: 600, burst: 80 },
    by: 'client',
  },
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

  /** Whether the request may pass. */
  admit({ path, protocol, connection, authorization }: Request): boolean {
    const zone = ZONES.find((candidate) => candidate.path.test(path));
    if (!zone) return true;
    const { rate, burst } = protocol === 'h2' ? zone.http2 : zone.http1;
    const client =
      zone.by === 'authorization' ? authorization : protocol === 'h2' ? String(connection) : 'address';
    const key = `${zone.name} ${protocol} ${client}`;
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
  readonly #count: number;
  #free: number;
  /** How many worked at once at most. */
  mostAtOnce = 0;

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  /** Takes a processor for some milliseconds. */
  async work(ms: number): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#count - this.#free);
    // Who is not waited for any more keeps no process alive.
    await sleep(ms, undefined, { ref: false });
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
