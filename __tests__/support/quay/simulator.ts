import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Certificate, loopbackCertificate } from './certificate.ts';
import { html, type Incoming, json, type Reply } from './exchange.ts';
import { type Fault, type FaultRule, Faults, type Storm } from './faults.ts';
import { answerFederation } from './federation.ts';
import { RateLimits } from './limits.ts';
import { answerRegistry } from './registry-api.ts';
import { answerRest, rowJson } from './rest-api.ts';
import {
  type Federation,
  QuayState,
  Repository,
  type RepositorySeed,
  type Robot,
  type TagSeed,
} from './state.ts';

export interface QuayOptions {
  /** HTTPS, with HTTP/2 unless `http2` is false. Without it, plain HTTP/1.1. */
  readonly tls?: boolean;
  readonly http2?: boolean;
  /** The address to listen on; 127.0.0.1 if not given. */
  readonly host?: string;
  /** A free one if not given. */
  readonly port?: number;
  /** The origin that it calls itself, behind a proxy; its own address if not given. */
  readonly publicUrl?: string;
  /** The rate limits at Quay's front; none if not given. */
  readonly limits?: 'quay.io' | 'none';
  /** How long every answer takes, in milliseconds: the round trip of a far server. */
  readonly delayMs?: number;
  /** 3.16 if not given. Older ones lack what came later. */
  readonly version?: string;
  readonly pullStatistics?: boolean;
  /** The registry API lists deleted tags for a while. */
  readonly staleRegistryList?: boolean;
  readonly absoluteLinks?: boolean;
  readonly deletesSignatures?: boolean;
  /** How long a registry token is valid, in seconds. */
  readonly registryTokenSeconds?: number;
  /** Unix seconds. */
  readonly now?: () => number;
}

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

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** A Quay that lives in this process: real HTTP, a real state, and faults as a test writes them. */
export class QuaySimulator {
  readonly url: string;
  readonly host: string;
  /** PEM of the authority that its certificate comes from; empty without TLS. */
  readonly ca: string;
  readonly requests: RecordedRequest[] = [];
  readonly stats = { rejected: 0, inFlight: 0, maxInFlight: 0, connections: 0 };
  readonly #state: QuayState;
  readonly #options: QuayOptions;
  readonly #faults = new Faults();
  readonly #limits: RateLimits | undefined;
  readonly #listeners: ((request: RecordedRequest) => void)[] = [];
  readonly #close: () => Promise<void>;

  constructor(parts: {
    readonly options: QuayOptions;
    readonly url: string;
    readonly ca: string;
    readonly close: () => Promise<void>;
  }) {
    this.#options = parts.options;
    this.url = parts.url;
    this.host = new URL(parts.url).host;
    this.ca = parts.ca;
    this.#close = parts.close;
    this.#state = new QuayState(parts.options.now ?? (() => Math.floor(Date.now() / 1000)));
    if (parts.options.limits === 'quay.io') this.#limits = new RateLimits(() => performance.now());
  }

  addRepository(name: string, seed: RepositorySeed = {}): void {
    this.#state.repositories.set(name, new Repository(name, seed, this.#state.now));
  }

  addTag(repository: string, seed: TagSeed): void {
    this.#repository(repository).add(seed);
  }

  addTags(repository: string, seeds: readonly TagSeed[]): void {
    for (const seed of seeds) this.addTag(repository, seed);
  }

  /** Fills a repository with rows of the shape of Quay's list, history included. */
  loadList(repository: string, list: { readonly tags: readonly DocumentedRow[] }): void {
    for (const row of list.tags) {
      const dead = row.end_ts !== undefined && row.end_ts <= this.#state.now();
      this.addTag(repository, {
        name: row.name,
        digest: row.manifest_digest,
        size: row.size,
        lastModified: row.start_ts,
        manifestList: row.is_manifest_list,
        ...(row.end_ts === undefined ? {} : dead ? { deletedAt: row.end_ts } : { expiration: row.end_ts }),
      });
    }
  }

  addOAuthToken(
    token: string,
    seed: {
      readonly scope?: 'repo:write' | 'repo:read';
      readonly namespaces?: readonly string[];
      readonly expired?: boolean;
    } = {},
  ): void {
    this.#state.oauthTokens.set(token, {
      scope: seed.scope ?? 'repo:write',
      namespaces: seed.namespaces,
      expired: seed.expired ?? false,
    });
  }

  addRobot(name: string, password: string, permissions: Robot['permissions']): void {
    this.#state.robots.set(name, { password, permissions });
  }

  addFederation(robot: string, federation: Federation): void {
    this.#state.federations.set(robot, [...(this.#state.federations.get(robot) ?? []), federation]);
  }

  /** The names of the living tags, sorted. */
  alive(repository: string): readonly string[] {
    return this.#repository(repository)
      .living.map(({ name }) => name)
      .sort();
  }

  digestOf(repository: string, tag: string): string | undefined {
    return this.#repository(repository).find(tag)?.digest;
  }

  /** A living tag as the REST API lists it. */
  row(repository: string, tag: string): Readonly<Record<string, unknown>> | undefined {
    const row = this.#repository(repository).find(tag);
    return row && rowJson(row);
  }

  /** What `docker push` does: creates the tag, or moves it. */
  push(repository: string, tag: string, digest: string): void {
    this.#repository(repository).point(tag, digest);
  }

  /** What somebody else does while a run is going on. */
  remove(repository: string, tag: string): void {
    const row = this.#repository(repository).find(tag);
    if (row) this.#repository(repository).remove(row);
  }

  fault(rule: FaultRule): void {
    this.#faults.add(rule);
  }

  storm(storm: Storm): void {
    this.#faults.start(storm);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Calls back with every request before it is answered. */
  onRequest(listener: (request: RecordedRequest) => void): void {
    this.#listeners.push(listener);
  }

  /** Forgets what was recorded. */
  reset(): void {
    this.requests.length = 0;
    Object.assign(this.stats, { rejected: 0, maxInFlight: 0, connections: 0 });
  }

  /** `namespace/name:tag` of every DELETE by name that came in, over whichever API, in their order. */
  deletesSent(): readonly string[] {
    return this.requests
      .filter(({ method }) => method === 'DELETE')
      .map(({ path }) =>
        path
          .replace(/^\/api\/v1\/repository\/(.*)\/tag\/([^/]*)$/, '$1:$2')
          .replace(/^\/v2\/(.*)\/manifests\/([^/]*)$/, '$1:$2'),
      );
  }

  stop(): Promise<void> {
    return this.#close();
  }

  /** Answers one request. */
  async serve(request: Request, response: Response, connection: number): Promise<void> {
    const body = await readBody(request);
    const protocol = request.httpVersionMajor === 2 ? 'h2' : 'http/1.1';
    const recorded: RecordedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      protocol,
      connection,
      headers: headersOf(request),
      body,
      answer: '',
    };
    this.requests.push(recorded);
    this.stats.inFlight += 1;
    this.stats.maxInFlight = Math.max(this.stats.maxInFlight, this.stats.inFlight);
    for (const listener of this.#listeners) listener(recorded);
    try {
      if (this.#options.delayMs) await sleep(this.#options.delayMs);
      recorded.answer = await this.#respond(request, response, recorded);
    } finally {
      this.stats.inFlight -= 1;
    }
  }

  async #respond(request: Request, response: Response, recorded: RecordedRequest): Promise<string> {
    const url = new URL(recorded.path, this.url);
    const authorization = recorded.headers['authorization'] ?? '';
    if (
      this.#limits?.admit({
        path: url.pathname,
        protocol: recorded.protocol,
        connection: recorded.connection,
        authorization,
      }) === false
    ) {
      this.stats.rejected += 1;
      return this.#send(response, html(429, '429 Too Many Requests'), recorded);
    }
    const answer = () =>
      this.#answer({
        method: recorded.method,
        path: url.pathname,
        query: url.searchParams,
        headers: recorded.headers,
        body: recorded.body,
      });
    const fault = this.#faults.next(recorded.method, recorded.path);
    if (!fault) return this.#send(response, answer(), recorded);
    return this.#misbehave(fault, { request, response, recorded, answer });
  }

  #answer(incoming: Incoming): Reply {
    const { version = '3.16' } = this.#options;
    const since = (minor: number) => Number(version.split('.')[1]) >= minor;
    const origin = () => this.#options.publicUrl ?? this.url;
    const deletesSignatures = this.#options.deletesSignatures ?? false;
    if (incoming.path.startsWith('/api/v1/')) {
      return answerRest(this.#state, incoming, {
        origin,
        filters: since(10),
        pullStatistics: this.#options.pullStatistics ?? since(16),
        deletesSignatures,
      });
    }
    if (incoming.path.startsWith('/v2/')) {
      return answerRegistry(this.#state, incoming, {
        origin,
        host: () => new URL(origin()).host,
        deletesByTag: since(13),
        staleList: this.#options.staleRegistryList ?? false,
        absoluteLinks: this.#options.absoluteLinks ?? false,
        tokenSeconds: this.#options.registryTokenSeconds ?? 3600,
        deletesSignatures,
      });
    }
    if (incoming.path === '/oauth2/federation/robot/token' && since(13))
      return answerFederation(this.#state, incoming);
    return html(404, '404 Not Found');
  }

  #send(response: Response, reply: Reply, recorded: RecordedRequest): string {
    const closes = this.#limits && recorded.protocol === 'http/1.1' && recorded.path.startsWith('/api/');
    const headers = {
      ...reply.headers,
      ...(reply.status === 204 ? {} : { 'content-length': String(Buffer.byteLength(reply.body)) }),
      ...(closes ? { connection: 'close' } : {}),
    };
    writeHead(response, reply.status, headers);
    end(response, reply.body);
    return String(reply.status);
  }

  async #misbehave(
    fault: Fault,
    parts: {
      readonly request: Request;
      readonly response: Response;
      readonly recorded: RecordedRequest;
      readonly answer: () => Reply;
    },
  ): Promise<string> {
    const { request, response, recorded, answer } = parts;
    switch (fault.kind) {
      case 'status':
        return this.#send(
          response,
          {
            status: fault.status,
            headers: { 'content-type': 'text/html', ...fault.headers },
            body: fault.body ?? '',
          },
          recorded,
        );
      case 'html':
        return this.#send(response, html(fault.status ?? 200, 'Service Unavailable'), recorded);
      case 'json':
        return this.#send(response, json(200, { hello: 'world' }), recorded);
      case 'redirect':
        return this.#send(
          response,
          { status: fault.status ?? 302, headers: { location: fault.location }, body: '' },
          recorded,
        );
      case 'slow':
        await sleep(fault.ms);
        return this.#send(response, answer(), recorded);
      case 'hang':
        return 'hang';
      case 'garbled': {
        const reply = answer();
        return this.#send(response, { ...reply, body: reply.body.slice(0, reply.body.length / 2) }, recorded);
      }
      case 'truncated': {
        const reply = answer();
        writeHead(response, reply.status, {
          ...reply.headers,
          'content-length': String(reply.body.length + 100),
        });
        writePart(response, `${reply.body.slice(0, 20)} `);
        await sleep(5);
        breakOff(request, response);
        return 'truncated';
      }
      case 'reset-after':
        answer();
        breakOff(request, response);
        return 'reset-after';
      case 'goaway':
        if ('stream' in response && response.stream && 'session' in response.stream) {
          (response.stream.session as Http2Session | undefined)?.goaway(0);
          return this.#send(response, answer(), recorded);
        }
        breakOff(request, response);
        return 'goaway';
      case 'reset-before':
        breakOff(request, response);
        return 'reset-before';
      default:
        return fault satisfies never;
    }
  }

  #repository(name: string): Repository {
    const repository = this.#state.repositories.get(name);
    if (!repository) throw new Error(`The simulated Quay has no repository ${name}.`);
    return repository;
  }
}

/** A row of the list that Quay's documentation prints. */
export interface DocumentedRow {
  readonly name: string;
  readonly start_ts: number;
  readonly end_ts?: number;
  readonly manifest_digest: string;
  readonly is_manifest_list: boolean;
  readonly size: number | null;
}

/** Starts a Quay on this machine's loopback address. */
export async function startQuay(options: QuayOptions = {}): Promise<QuaySimulator> {
  const certificate = options.tls ? await loopbackCertificate() : undefined;
  const sockets = new Map<Socket, number>();
  let simulator: QuaySimulator | undefined;
  const handle = (request: Request, response: Response) => {
    response.on('error', () => undefined);
    const socket = 'stream' in request ? (request.stream.session?.socket ?? request.socket) : request.socket;
    const connection = sockets.get(socket as Socket) ?? request.socket.remotePort ?? 0;
    simulator?.serve(request, response, connection).catch(() => response.destroy());
  };
  const server = createListener({ certificate, http2: options.http2 ?? true, handle });
  server.on('sessionError', () => undefined);
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, socket.remotePort ?? 0);
    if (simulator) simulator.stats.connections += 1;
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const name = certificate ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const close = async () => {
    for (const socket of sockets.keys()) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  simulator = new QuaySimulator({
    options,
    url: `${certificate ? 'https' : 'http'}://${name}:${port}`,
    ca: certificate?.cert ?? '',
    close,
  });
  return simulator;
}

interface Listener {
  readonly certificate: Certificate | undefined;
  readonly http2: boolean;
  readonly handle: (request: Request, response: Response) => void;
}

function createListener({ certificate, http2, handle }: Listener): Server {
  if (!certificate) return createServer(handle);
  if (!http2) return createHttpsServer(certificate, handle);
  return createSecureServer(
    { ...certificate, allowHTTP1: true, settings: { maxConcurrentStreams: 128 } },
    handle,
  );
}

function headersOf(request: Request): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

async function readBody(request: Request): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes the head of an answer; HTTP/2 has no `connection` header. */
function writeHead(response: Response, status: number, headers: Readonly<Record<string, string>>): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) {
    if (name !== 'connection' || !('stream' in response)) response.setHeader(name, value);
  }
}

function isHttp1(response: Response): response is ServerResponse {
  return !('stream' in response);
}

/** Writes a part of the body. */
function writePart(response: Response, text: string): void {
  if (isHttp1(response)) response.write(text);
  else response.write(text);
}

function end(response: Response, text: string): void {
  if (isHttp1(response)) response.end(text);
  else response.end(text);
}

/** Ends the connection, or over HTTP/2 the stream, in the middle. */
function breakOff(request: Request, response: Response): void {
  if ('stream' in response && response.stream && 'close' in response.stream) response.stream.close(2);
  else request.socket.destroy();
}
