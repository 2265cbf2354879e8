/** Statuses that a busy server answers, and that heal. 520 is Cloudflare's word for an empty answer. */
const HEALING = new Set([408, 429, 500, 502, 503, 504, 520]);

/** How often a request is sent at most. */
export const MOST_ATTEMPTS = 5;
const LONGEST_RETRY_AFTER_MS = 60_000;

/** How long to wait between attempts, in milliseconds. */
export interface Backoff {
  /** The longest wait after the first attempt; it doubles with each further one. */
  readonly base: number;
  readonly cap: number;
}

export const BACKOFF: Backoff = { base: 500, cap: 8000 };

export function mayHeal(status: number): boolean {
  return HEALING.has(status);
}

/** A random wait that grows with the attempts, in milliseconds, so that many requests do not come back together. */
export function backoff(attempt: number, { base, cap }: Backoff): number {
  return Math.random() * Math.min(cap, base * 2 ** (attempt - 1));
}

/** What `Retry-After` asks to wait, in milliseconds and no longer than a minute; undefined without a readable one. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER_MS);
}
