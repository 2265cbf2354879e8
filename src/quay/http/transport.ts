import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { QuayError, UnknownOutcomeError } from '../errors.ts';
import { type Environment, type ProxyServer, proxyFor } from './proxy.ts';
import { withinTimeLimit } from './time-limit.ts';

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

interface TransportOptions {
  readonly origin: URL;
  readonly userAgent: string;
  /** Connections at most, where the server speaks no HTTP/2. */
  readonly connections: number;
  /** Milliseconds to connect. */
  readonly connectWithin: number;
  /** Milliseconds for a whole answer, redirects and body included. */
  readonly answerWithin: number;
  /** Aborts when the answers may not be waited for any longer. */
  readonly kill: AbortSignal | undefined;
  readonly environment: Environment;
}

/** In MiB: for what reads a list, and for what changes something, of which a hundred are in flight. */
const LARGEST_ANSWER = { read: 32, write: 1 };
const MOST_HOPS = 3;
const FOLLOWED = [301, 302, 307, 308];
/**
 * A silent stream ends a little before its answer's time is over: undici looks then whether the HTTP/2 connection still
 * lives, and opens another where it does not.
 */
const SILENT_SHARE = 0.9;

/**
 * Sends messages to one registry and reads the answers: over one HTTP/2 connection where the server speaks it, and through
 * the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name.
 */
export class Transport {
  readonly #options: TransportOptions;
  #way: { readonly dispatcher: Dispatcher; readonly proxy: ProxyServer | undefined } | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** The proxy that the messages go through; undefined before the first one. */
  get proxy(): ProxyServer | undefined {
    return this.#way?.proxy;
  }

  /**
   * The answer, after redirects within the registry. One that leads away never carries the credentials.
   *
   * @throws QuayError for an answer that no Quay gives, and for a proxy's address that is none; TimeLimitError or undici's
   * error when no whole answer came
   */
  async send(message: Message): Promise<Answer> {
    const { answerWithin: ms, kill } = this.#options;
    this.#way ??= openWay(this.#options);
    const { dispatcher } = this.#way;
    return withinTimeLimit({ ms, kill }, async (signal) => {
      let url = message.url;
      for (let hops = 0; ; hops += 1) {
        const answer = await this.#sendOnce(dispatcher, { ...message, url }, signal);
        if (answer.status < 300 || answer.status > 399) return answer;
        url = this.#followed(answer, { ...message, url }, hops);
      }
    });
  }

  async close(): Promise<void> {
    await this.#way?.dispatcher.destroy();
  }

  async #sendOnce(dispatcher: Dispatcher, message: Message, signal: AbortSignal): Promise<Answer> {
    const { method, url, headers, body } = message;
    const { userAgent, origin } = this.#options;
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { 'user-agent': userAgent, ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
    });
    return {
      status: response.statusCode,
      headers: flatten(response.headers),
      text: await readText(response.body, { host: origin.host, isWrite: method !== 'GET' }),
    };
  }

  /** Where a redirect leads that may be followed. */
  #followed({ status, headers }: Answer, { method, url }: Message, hops: number): URL {
    const target = URL.parse(headers['location'] ?? '', url.href);
    const isInside = target?.origin === url.origin;
    if (target && isInside && method === 'GET' && FOLLOWED.includes(status) && hops < MOST_HOPS)
      return target;
    const { host } = this.#options.origin;
    const where = isInside ? target.pathname : (target?.origin ?? 'an address that cannot be read');
    const remedy = 'Set `registry` to the host that answers without a redirect.';
    throw new QuayError(
      method !== 'GET'
        ? `${host} redirects a ${method} to ${where} (${status}). This is not followed: changes and credentials are sent to no other address. ${remedy}`
        : isInside
          ? `${host} redirects again and again, last to ${where} (${status}). Check \`registry\`, and any proxy in front of it.`
          : `${host} redirects to ${where} (${status}), where credentials are never sent. ${remedy}`,
    );
  }
}

function openWay(options: TransportOptions): {
  readonly dispatcher: Dispatcher;
  readonly proxy: ProxyServer | undefined;
} {
  const { origin, environment, connections, connectWithin, answerWithin } = options;
  const proxy = proxyFor(origin, environment);
  const common = {
    connectTimeout: connectWithin,
    headersTimeout: answerWithin * SILENT_SHARE,
    bodyTimeout: answerWithin * SILENT_SHARE,
    allowH2: true,
    connections,
  };
  const dispatcher = proxy ? new ProxyAgent({ ...common, uri: proxy.url.href }) : new Agent(common);
  return { dispatcher, proxy };
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

async function readText(
  body: AsyncIterable<Uint8Array>,
  { host, isWrite }: { readonly host: string; readonly isWrite: boolean },
): Promise<string> {
  const most = isWrite ? LARGEST_ANSWER.write : LARGEST_ANSWER.read;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > most * 1024 * 1024) {
      const text = `${host} sent an answer of more than ${most} MiB, which Quay never does. Check \`registry\`.`;
      throw isWrite ? new UnknownOutcomeError(text) : new QuayError(text);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
