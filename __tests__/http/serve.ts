import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AnswerTo,
  HttpClient,
  type HttpClientOptions,
  type HttpRequest,
  type Reading,
} from '../../src/http/client.ts';
import { JumpingClock } from '../support/clock.ts';
import { endsWithTest } from '../support/resources.ts';

export type Reply = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export interface Served {
  readonly client: HttpClient;
  /** Sends a request that reads. */
  get(path?: string): Promise<AnswerTo>;
  /** Sends a request that changes something. */
  remove(): Promise<AnswerTo>;
  readonly origin: URL;
  readonly server: Server;
  /** How many requests came in. */
  count(): number;
  /** Fulfilled when so many came in. */
  came(count: number): Promise<void>;
}

/** Answers with one status after another, the last of them from then on. */
export function answering(statuses: number | readonly number[], headers = {}): Reply {
  const all = [statuses].flat();
  return (_, response, count) => void response.writeHead(all[count - 1] ?? all.at(-1) ?? 200, headers).end();
}

/** Answers nothing. */
export const SWALLOW: Reply = () => undefined;

/** Breaks the connection. */
export const BREAK: Reply = (request) => void request.socket.destroy();

export const REGISTRY = { name: 'the registry', setting: '`registry`' };

/** A server that answers as the test says, and a client whose clock lets nobody wait. */
export async function serve(reply: Reply, options: Partial<HttpClientOptions> = {}): Promise<Served> {
  let count = 0;
  const waiting = new Map<number, () => void>();
  const server = createServer((request, response) => {
    count += 1;
    reply(request, response, count);
    waiting.get(count)?.();
  });
  const origin = await listen(server);
  const client = clientOf(origin, options);
  return {
    client,
    get: (path) => client.send(get(origin, path)),
    remove: () => client.send(remove(origin)),
    origin,
    server,
    count: () => count,
    came: (wanted) =>
      count >= wanted ? Promise.resolve() : new Promise((resolve) => waiting.set(wanted, resolve)),
  };
}

/** A client whose clock lets nobody wait, and that knows no proxy but the test's. */
export function clientOf(origin: URL, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = new HttpClient({
    origin,
    service: REGISTRY,
    environment: {},
    clock: new JumpingClock(),
    concurrency: 4,
    ...options,
  });
  endsWithTest({ stop: () => client.close() });
  return client;
}

/** The address of a server that ends with the test. */
export async function listen(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endsWithTest({
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** The answer itself, whose status is one of success; any other is refused by its number. */
export function whole(answer: AnswerTo): Reading<AnswerTo> {
  return answer.status < 300 ? { value: answer } : { refusal: new Refused(answer) };
}

/** An answer that was none. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly answer: AnswerTo;

  constructor(answer: AnswerTo) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

/** A request that reads. */
export function get(origin: URL, path = '/x'): HttpRequest<AnswerTo> {
  return { method: 'GET', url: new URL(path, origin), lane: 'api', read: whole };
}

/** A request that changes something. */
export function remove(origin: URL): HttpRequest<AnswerTo> {
  return { ...get(origin), method: 'DELETE' };
}

/** What a promise is rejected with, as a person reads it. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  return String(await errorOf(promise));
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
