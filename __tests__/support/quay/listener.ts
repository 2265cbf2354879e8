import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Reply } from './exchange.ts';
import type { QuayOptions } from './server.ts';

export interface Visitor {
  /** Answers one request; `connection` is the client's port. */
  serve(request: Request, response: Response, connection: number): Promise<void>;
  connected(): void;
}

export interface Listener {
  readonly url: string;
  /** PEM of the authority that its certificate comes from; empty without TLS. */
  readonly ca: string;
  readonly close: () => Promise<void>;
}

/** Listens on this machine's loopback address and hands every request to the visitor, once there is one. */
export async function listen(options: QuayOptions, visitor: () => Visitor | undefined): Promise<Listener> {
  if (options.tls) certificate ??= makeCertificate();
  const tls = options.tls ? await certificate : undefined;
  const sockets = new Map<Socket, number>();
  const handle = (request: Request, response: Response) => {
    response.on('error', () => undefined);
    const socket = 'stream' in request ? (request.stream.session?.socket ?? request.socket) : request.socket;
    const connection = sockets.get(socket as Socket) ?? request.socket.remotePort ?? 0;
    visitor()
      ?.serve(request, response, connection)
      .catch(() => response.destroy());
  };
  const server = createListener(tls, options.http2 ?? true, handle);
  server.on('sessionError', () => undefined);
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, socket.remotePort ?? 0);
    visitor()?.connected();
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const name = tls ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const close = async () => {
    for (const socket of sockets.keys()) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `${tls ? 'https' : 'http'}://${name}:${port}`, ca: tls?.cert ?? '', close };
}

function createListener(
  tls: Certificate | undefined,
  http2: boolean,
  handle: (request: Request, response: Response) => void,
): Server {
  if (!tls) return createServer(handle);
  if (!http2) return createHttpsServer(tls, handle);
  return createSecureServer({ ...tls, allowHTTP1: true, settings: { maxConcurrentStreams: 128 } }, handle);
}

/** A key, and a certificate that is its own authority, as PEM. */
type Certificate = { readonly key: string; readonly cert: string };

let certificate: Promise<Certificate> | undefined;

/** For this machine's loopback names, once in a process. What makes it is loaded where it is needed: that takes longer than most tests. */
async function makeCertificate(): Promise<Certificate> {
  const { generate } = await import('selfsigned');
  const altNames = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
    { type: 7, ip: '::1' },
  ] as const;
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [...altNames] },
    ],
  });
  return { key, cert };
}

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;

/** By name in lower case. */
export function headersOf(request: Request): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

export async function readBody(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** What both kinds of response have in common, which their types do not say. */
type Sink = Pick<ServerResponse, 'statusCode' | 'setHeader' | 'end' | 'destroyed'> & {
  write(part: string | Buffer): void;
};

/** One request's connection, to answer over or to break, whatever the version of HTTP. */
export class Wire {
  readonly #request: Request;
  readonly #response: Sink;
  /** Of HTTP/2; undefined over HTTP/1.1. */
  readonly #stream: Http2ServerResponse['stream'] | undefined;
  /** Headers of every answer. */
  readonly #headers: Readonly<Record<string, string>>;

  constructor(request: Request, response: Response, headers: Readonly<Record<string, string>>) {
    this.#request = request;
    this.#response = response as Sink;
    this.#stream = 'stream' in response ? response.stream : undefined;
    this.#headers = headers;
  }

  /** Writes a whole answer, and says its status. */
  send(reply: Reply): string {
    this.writeHead(reply, reply.status === 204 ? undefined : Buffer.byteLength(reply.body));
    this.#response.end(this.#request.method === 'HEAD' ? '' : reply.body);
    return String(reply.status);
  }

  /** Writes the head of an answer; HTTP/2 has no `connection` header. */
  writeHead({ status, headers }: Reply, length: number | undefined): void {
    this.#response.statusCode = status;
    const sized = length === undefined ? {} : { 'content-length': String(length) };
    for (const [name, value] of Object.entries({ ...this.#headers, ...headers, ...sized }))
      if (name !== 'connection' || !this.#stream) this.#response.setHeader(name, value);
  }

  /** Writes a part of the body; an empty one sends the head. */
  write(part: string | Buffer): void {
    this.#response.write(part);
  }

  get isOpen(): boolean {
    return !(this.#stream ?? this.#response).destroyed;
  }

  /** Ends the connection, or over HTTP/2 the stream, in the middle. */
  breakOff(): void {
    if (this.#stream) this.#stream.close(2);
    else this.#request.socket.destroy();
  }

  end(): void {
    this.#response.end();
  }
}
