import { setTimeout as sleep } from 'node:timers/promises';
import { html, type Incoming, type Reply } from './exchange.ts';
import { Faults } from './faults.ts';
import { RateLimits } from './limits.ts';
import type { Visitor } from './listener.ts';
import { misbehave } from './misbehave.ts';
import type { QuayOptions } from './options.ts';
import { headersOf, type Request, type Response, readBody, sendReply } from './wire.ts';

/** A request as it came in, and what was answered. */
export interface RecordedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly protocol: 'http/1.1' | 'h2';
  readonly connection: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The status, or what was done to the connection. */
  answer: string;
}

/** What stands before Quay: it records each request, limits their rate, and lets some meet a fault. */
export class Front implements Visitor {
  readonly requests: RecordedRequest[] = [];
  readonly stats = { rejected: 0, inFlight: 0, maxInFlight: 0, connections: 0 };
  readonly faults = new Faults();
  readonly listeners: ((request: RecordedRequest) => void)[] = [];
  readonly #limits: RateLimits | undefined;
  readonly #delayMs: number;
  readonly #answer: (incoming: Incoming) => Reply;

  constructor(options: QuayOptions, answer: (incoming: Incoming) => Reply) {
    this.#delayMs = options.delayMs ?? 0;
    this.#answer = answer;
    if (options.limits === 'quay.io') this.#limits = new RateLimits(() => performance.now());
  }

  connected(): void {
    this.stats.connections += 1;
  }

  async serve(request: Request, response: Response, connection: number): Promise<void> {
    const recorded: RecordedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      protocol: request.httpVersionMajor === 2 ? 'h2' : 'http/1.1',
      connection,
      headers: headersOf(request),
      body: await readBody(request),
      answer: '',
    };
    this.requests.push(recorded);
    this.stats.inFlight += 1;
    this.stats.maxInFlight = Math.max(this.stats.maxInFlight, this.stats.inFlight);
    for (const listener of this.listeners) listener(recorded);
    try {
      if (this.#delayMs > 0) await sleep(this.#delayMs);
      recorded.answer = await this.#respond(request, response, recorded);
    } finally {
      this.stats.inFlight -= 1;
    }
  }

  /** Forgets what was recorded. */
  reset(): void {
    this.requests.length = 0;
    Object.assign(this.stats, { rejected: 0, maxInFlight: 0, connections: 0 });
  }

  async #respond(request: Request, response: Response, recorded: RecordedRequest): Promise<string> {
    const incoming = incomingOf(recorded);
    const send = (reply: Reply) => sendReply(response, this.#closing(reply, recorded));
    if (this.#exceeds(recorded, incoming.path)) {
      this.stats.rejected += 1;
      return send(html(429, '429 Too Many Requests'));
    }
    const answer = () => this.#answer(incoming);
    const fault = this.faults.next(recorded.method, recorded.path);
    return fault ? misbehave(fault, { request, response, answer, send }) : send(answer());
  }

  #exceeds({ protocol, connection, headers }: RecordedRequest, path: string): boolean {
    const authorization = headers['authorization'] ?? '';
    return this.#limits?.admit({ path, protocol, connection, authorization }) === false;
  }

  /** Quay's front keeps no HTTP/1.1 connection open on `/api/`. */
  #closing(reply: Reply, { protocol, path }: RecordedRequest): Reply {
    const closes = this.#limits && protocol === 'http/1.1' && path.startsWith('/api/');
    return closes ? { ...reply, headers: { ...reply.headers, connection: 'close' } } : reply;
  }
}

function incomingOf({ method, path, headers, body }: RecordedRequest): Incoming {
  const url = new URL(path, 'http://localhost');
  return { method, path: url.pathname, query: url.searchParams, headers, body };
}
