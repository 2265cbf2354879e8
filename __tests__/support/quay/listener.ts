import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import type { QuayOptions } from './options.ts';
import type { Request, Response } from './wire.ts';

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
  const certificate = options.tls ? await makeCertificate() : undefined;
  const sockets = new Map<Socket, number>();
  const handle = (request: Request, response: Response) => {
    response.on('error', () => undefined);
    const socket = 'stream' in request ? (request.stream.session?.socket ?? request.socket) : request.socket;
    const connection = sockets.get(socket as Socket) ?? request.socket.remotePort ?? 0;
    visitor()
      ?.serve(request, response, connection)
      .catch(() => response.destroy());
  };
  const server = createListener(certificate, options.http2 ?? true, handle);
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
  const name = certificate ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const close = async () => {
    for (const socket of sockets.keys()) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `${certificate ? 'https' : 'http'}://${name}:${port}`, ca: certificate?.cert ?? '', close };
}

/** What makes certificates is loaded where one is needed: it takes longer than most tests. */
async function makeCertificate(): Promise<Certificate> {
  const { loopbackCertificate } = await import('./certificate.ts');
  return loopbackCertificate();
}

function createListener(
  certificate: Certificate | undefined,
  http2: boolean,
  handle: (request: Request, response: Response) => void,
): Server {
  if (!certificate) return createServer(handle);
  if (!http2) return createHttpsServer(certificate, handle);
  return createSecureServer(
    { ...certificate, allowHTTP1: true, settings: { maxConcurrentStreams: 128 } },
    handle,
  );
}
