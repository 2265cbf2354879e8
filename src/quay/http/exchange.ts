import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { QuayError } from '../errors.ts';

export interface Message {
  readonly method: 'GET' | 'DELETE' | 'PUT' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Milliseconds to connect, and between two signs of life. */
export interface Timeouts {
  readonly connect: number;
  readonly silence: number;
}

export interface ExchangeOptions {
  readonly origin: URL;
  /** Connections at most, where the server speaks no HTTP/2. */
  readonly concurrency: number;
  readonly userAgent: string;
  /** Aborts when the answers may not be waited for any longer. */
  readonly kill?: AbortSignal;
  readonly timeouts?: Timeouts;
}

/** A listing page of a slow Quay may take 30 s. */
const TIMEOUTS: Timeouts = { connect: 10_000, silence: 60_000 };
const LARGEST_ANSWER = 32 * 1024 * 1024;
const MOST_HOPS = 3;
const FOLLOWED = [301, 302, 307, 308];

/**
 * Sends messages to one registry and reads the answers: over one HTTP/2 connection where the server speaks it, and through
 * the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name.
 */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #dispatcher: Dispatcher;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const { connect, silence } = options.timeouts ?? TIMEOUTS;
    this.#dispatcher = new EnvHttpProxyAgent({
      connect: { timeout: connect },
      headersTimeout: silence,
      bodyTimeout: silence,
      allowH2: true,
      connections: options.concurrency,
    });
  }

  /**
   * The answer, after redirects within the registry. One that leads away never carries the credentials.
   *
   * @throws QuayError for an answer that no Quay gives; undici's error when the connection broke
   */
  async send(message: Message, hops = 0): Promise<Answer> {
    const { method, url, headers, body } = message;
    const { userAgent, kill } = this.#options;
    const response = await this.#dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { 'user-agent': userAgent, ...headers },
      ...(body === undefined ? {} : { body }),
      ...(kill ? { signal: kill } : {}),
    });
    const answer = {
      status: response.statusCode,
      headers: flatten(response.headers),
      text: await readText(response.body, this.#options.origin.host),
    };
    if (answer.status < 300 || answer.status > 399) return answer;
    const target = URL.parse(answer.headers['location'] ?? '', url.href);
    const mayFollow = method === 'GET' && FOLLOWED.includes(answer.status) && hops < MOST_HOPS;
    if (mayFollow && target?.origin === url.origin) return this.send({ ...message, url: target }, hops + 1);
    throw this.#leadsAway(answer, target);
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  #leadsAway({ status }: Answer, target: URL | null): QuayError {
    const { origin } = this.#options;
    const where =
      target && target.origin !== origin.origin ? target.origin : 'an address that cannot be followed';
    return new QuayError(
      `${origin.host} redirects to ${where} (${status}), where credentials are never sent. Set \`registry\` to the host that answers itself.`,
    );
  }
}

function flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]],
    ),
  );
}

async function readText(body: AsyncIterable<Uint8Array>, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER)
      throw new QuayError(
        `${host} sent an answer of more than 32 MiB, which no Quay does. Check \`registry\`.`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
