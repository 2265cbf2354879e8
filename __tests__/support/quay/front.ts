import { setTimeout as sleep } from 'node:timers/promises';
import { html, type Incoming, json, type Reply, text } from './exchange.ts';
import { Faults, misbehave } from './faults.ts';
import { Processors, RateLimits } from './limits.ts';
import { headersOf, type Request, type Response, readBody, type Visitor, Wire } from './listener.ts';
import { answerRest } from './rest/answer.ts';
import type { Server } from './server.ts';
import { answerFederation } from './v2/access.ts';
import { answerRegistry } from './v2/answer.ts';

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
    this.#processors = new Processors(2);
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

/** Answers a request as Quay does, or as one does in which something is broken on purpose. */
function answerRequest(server: Server, request: Incoming): Reply {
  const isAnonymous = request.headers['authorization'] === undefined;
  if (server.mutation === 'hides-public-repositories' && isAnonymous && request.path.startsWith('/api/'))
    return json(401, { error: 'invalid_token' });
  const isLetIn =
    server.mutation === 'accepts-any-token' ||
    (server.mutation === 'shows-private-repositories' && isAnonymous);
  return isLetIn ? answer(server, withKnownToken(server, request)) : answer(server, request);
}

function answer(server: Server, incoming: Incoming): Reply {
  if (incoming.path.startsWith('/api/v1/')) {
    const reply = incoming.method === 'OPTIONS' ? text(200) : answerRest(server, incoming);
    return { ...reply, headers: { ...reply.headers, ...FOR_ANY_ORIGIN } };
  }
  if (incoming.path.startsWith('/v2/')) return answerRegistry(server, incoming);
  if (incoming.path === '/oauth2/federation/robot/token' && server.features.federation) {
    if (server.mutation === 'refuses-federation') return json(400, { message: 'Token does not match robot' });
    return answerFederation(server.state, incoming);
  }
  return html(404, '404 Not Found');
}

/** The request as if it came with a token that is known. */
function withKnownToken({ state }: Server, request: Incoming): Incoming {
  const [known] = state.oauthTokens.keys();
  if (known === undefined || !request.path.startsWith('/api/')) return request;
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${known}` } };
}

/** Pages of any origin may read (`CORS_ORIGIN`). */
const FOR_ANY_ORIGIN = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, POST, PUT',
  'access-control-allow-headers': 'AUTHORIZATION, CONTENT-TYPE, X-REQUESTED-WITH',
  'access-control-max-age': '21600',
};
