import { setTimeout as sleep } from 'node:timers/promises';
import { answerRequest } from './answers.ts';
import { html, type Incoming, type Reply } from './exchange.ts';
import { Faults } from './faults.ts';
import { RateLimits } from './limits.ts';
import type { Visitor } from './listener.ts';
import { misbehave } from './misbehave.ts';
import { Processors } from './processors.ts';
import type { Server } from './server.ts';
import { headersOf, type Request, type Response, readBody, Wire } from './wire.ts';

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
  readonly #processors: Processors;
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    this.#processors = new Processors(server.options.cpus ?? 2);
    if (server.options.limits === 'quay.io') this.#limits = new RateLimits(() => performance.now());
  }

  connected(): void {
    this.stats.connections += 1;
  }

  async serve(request: Request, response: Response, connection: number): Promise<void> {
    const bytes = await readBody(request);
    const recorded: RecordedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      protocol: request.httpVersionMajor === 2 ? 'h2' : 'http/1.1',
      connection,
      headers: headersOf(request),
      body: bytes.toString('utf8'),
      answer: '',
    };
    this.requests.push(recorded);
    this.stats.inFlight += 1;
    this.stats.maxInFlight = Math.max(this.stats.maxInFlight, this.stats.inFlight);
    for (const listener of this.listeners) listener(recorded);
    try {
      const { delayMs = 0 } = this.#server.options;
      if (delayMs > 0) await sleep(delayMs);
      const date = new Date(this.#server.state.now() * 1000).toUTCString();
      recorded.answer = await this.#respond(new Wire(request, response, { date }), recorded, bytes);
    } finally {
      this.stats.inFlight -= 1;
    }
  }

  /** Forgets what was recorded. */
  reset(): void {
    this.requests.length = 0;
    Object.assign(this.stats, { rejected: 0, maxInFlight: 0, connections: 0 });
  }

  async #respond(wire: Wire, recorded: RecordedRequest, bytes: Buffer): Promise<string> {
    const incoming = incomingOf(recorded, bytes);
    const send = (reply: Reply) => wire.send(this.#closing(reply, recorded));
    if (this.#exceeds(recorded, incoming.path)) {
      this.stats.rejected += 1;
      return send(html(429, '429 Too Many Requests'));
    }
    await this.#checkPassword(incoming);
    const answer = () => answerRequest(this.#server, incoming);
    const fault = this.faults.next(recorded.method, recorded.path);
    return fault ? misbehave(fault, { wire, answer, send }) : send(answer());
  }

  /** Quay keeps OAuth tokens and passwords as bcrypt hashes; checking a registry token costs it nothing. */
  async #checkPassword({ path, headers }: Incoming): Promise<void> {
    const { bcryptMs = 0 } = this.#server.options;
    const isBearer = /^Bearer /.test(headers['authorization'] ?? '');
    const isHashed = path === '/v2/auth' || (path.startsWith('/api/') && isBearer);
    if (bcryptMs > 0 && isHashed) await this.#processors.work(bcryptMs);
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

function incomingOf({ method, path, headers, body }: RecordedRequest, bytes: Buffer): Incoming {
  const url = new URL(path, 'http://localhost');
  return { method, path: url.pathname, query: url.searchParams, headers, body, bytes };
}
