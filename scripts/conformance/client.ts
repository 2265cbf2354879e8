import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const ATTEMPTS = 9;
const HEALS = [429, 502, 503, 504, 520];

/** Sends requests to one origin, and again where an answer heals: beside the action, with HTTP of its own. */
export class Client {
  readonly origin: string;
  /** Requests that met a rate limit. */
  rateLimited = 0;
  readonly #firstWaitMs: number;

  constructor(origin: string, firstWaitMs: number) {
    this.origin = origin;
    this.#firstWaitMs = firstWaitMs;
  }

  async send(asked: Asked): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#try(asked, attempt === ATTEMPTS);
      if (answer?.status === 429) this.rateLimited += 1;
      if (answer && (attempt === ATTEMPTS || !HEALS.includes(answer.status))) return answer;
      await sleep(Math.min(this.#firstWaitMs * 2 ** (attempt - 1), 5000));
    }
  }

  /** Undefined where the connection broke and another attempt follows. */
  async #try({ method, path, headers = {}, body }: Asked, isLast: boolean): Promise<Answer | undefined> {
    try {
      const response = await fetch(`${this.origin}${path}`, {
        method,
        headers: { 'user-agent': 'quay-tag-cleanup-conformance', ...headers },
        redirect: 'error',
        signal: AbortSignal.timeout(60_000),
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (cause) {
      if (!isLast) return undefined;
      throw new Error(`${method} ${this.origin}${path} had no answer (${reason(cause)}).`, { cause });
    }
  }
}

/** Why a request had no answer: `fetch` tells it one cause further down. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause ? String(cause.code) : cause.message;
}

/** What was expected of an answer, and what came. */
export function demand(answer: Answer, what: string, ...statuses: readonly number[]): Answer {
  if (statuses.includes(answer.status)) return answer;
  throw new Error(
    `${what}: the server answered ${answer.status}, not ${statuses.join(' or ')}: ${answer.text.slice(0, 300)}`,
  );
}
