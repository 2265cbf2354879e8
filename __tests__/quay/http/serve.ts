import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '../../../src/quay/http/client.ts';
import type { HttpClientOptions } from '../../../src/quay/http/options.ts';

export type Reply = (request: IncomingMessage, response: ServerResponse, count: number) => void;

interface Served {
  readonly client: HttpClient;
  readonly origin: URL;
  readonly server: Server;
  /** How many requests came in. */
  count(): number;
}

const open: { close(): unknown }[] = [];

/** Closes what the test before opened. */
export async function closeServers(): Promise<void> {
  for (const resource of open.splice(0)) await resource.close();
}

/** A server that answers as the test says, and a client that retries without waiting long. */
export async function serve(reply: Reply, options: Partial<HttpClientOptions> = {}): Promise<Served> {
  let count = 0;
  const server = createServer((request, response) => reply(request, response, ++count));
  const origin = await listen(server);
  return { client: clientOf(origin, options), origin, server, count: () => count };
}

/** A client that retries without waiting long, and knows no proxy but the test's. */
export function clientOf(origin: URL, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = new HttpClient({
    origin,
    concurrency: 4,
    userAgent: 'test',
    backoff: { base: 1, cap: 4 },
    environment: {},
    ...options,
  });
  open.push(client);
  return client;
}

/** The address of a server that is closed after the test. */
export async function listen(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** A request that reads. */
export function get(origin: URL) {
  return { method: 'GET', url: new URL('/x', origin), lane: 'api' } as const;
}

/** A request that changes something. */
export function remove(origin: URL) {
  return { method: 'DELETE', url: new URL('/x', origin), lane: 'api' } as const;
}

/** What a promise is rejected with. */
export function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Nothing failed: ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
