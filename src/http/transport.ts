import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { Clock } from '../model/clock.ts';
import { ServiceError, UnknownOutcomeError } from '../model/errors.ts';
import {
  explainFailure,
  type NetworkFailure,
  noProxyError,
  type ProxyServer,
  type Service,
} from './failure.ts';

export interface Message {
  readonly method: 'GET' | 'DELETE' | 'PUT' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The body; absent without one. */
  readonly json?: unknown;
  /** Whether it changes something at the server. */
  readonly changes: boolean;
  /** Aborts when its answer is not waited for any longer. */
  readonly end: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds, and MiB. */
export interface Limits {
  readonly connect: number;
  /** For the whole answer to one attempt, redirects and body included. */
  readonly answer: number;
  /** A server that answers nothing for so long is asked nothing more. */
  readonly silence: number;
  /** The largest answer to what reads, such as a list. */
  readonly readSize: number;
  /** The largest answer to what changes something, of which a hundred are in flight. */
  readonly writeSize: number;
}

/**
 * A listing page of a slow Quay may take 30 s. The silence is a little shorter than an answer may take, so that the first
 * requests that run out of time together show it.
 */
export const LIMITS: Limits = {
  connect: 10_000,
  answer: 60_000,
  silence: 50_000,
  readSize: 32,
  writeSize: 1,
};

export interface TransportOptions {
  /** No request leaves for another. */
  readonly origin: URL;
  /** Who answers there, for messages. */
  readonly service: Service;
  readonly clock: Clock;
  /** Connections at most, where the server speaks no HTTP/2. */
  readonly connections: number;
  readonly limits: Limits;
  /** Names the proxy, by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly environment: Environment;
}

const MOST_HOPS = 3;
const FOLLOWED = [301, 302, 307, 308];
/**
 * A silent stream ends a little before its answer's time is over: undici looks then whether the HTTP/2 connection still
 * lives, and opens another where it does not.
 */
const SILENT_SHARE = 0.9;

/**
 * Sends messages to one server and reads the answers: over one HTTP/2 connection where it speaks that, and through the proxy
 * that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name.
 */
export class Transport {
  readonly #options: TransportOptions;
  #dispatcher: Dispatcher | undefined;
  #proxy: ProxyServer | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /**
   * The answer, after redirects within the origin. One that leads away is an error: it carries no credentials, and is not
   * believed.
   *
   * @throws ServiceError for a redirect that is not followed, for an answer that is too large, and for a proxy's address that
   * is none; an error of Node's or undici's, by its code, when no whole answer came
   */
  async send(message: Message): Promise<Answer> {
    const dispatcher = this.#open();
    return this.#withinTimeLimit(message.end, async (signal) => {
      let url = message.url;
      for (let hops = 0; ; hops += 1) {
        const answer = await this.#sendOnce(dispatcher, { ...message, url }, signal);
        if (answer.status < 300 || answer.status > 399 || answer.status === 304) return answer;
        url = this.#followed(answer, { ...message, url }, hops);
      }
    });
  }

  /** What an error of `send` means; `waited` is how long was waited for an answer, in milliseconds. */
  explain(error: unknown, waited: number): NetworkFailure {
    const { origin, service } = this.#options;
    return explainFailure(error, { host: origin.host, service, proxy: this.#proxy, waited });
  }

  async close(): Promise<void> {
    await this.#dispatcher?.destroy();
  }

  #open(): Dispatcher {
    if (this.#dispatcher) return this.#dispatcher;
    const { origin, environment, connections, limits } = this.#options;
    const options = {
      connectTimeout: limits.connect,
      headersTimeout: limits.answer * SILENT_SHARE,
      bodyTimeout: limits.answer * SILENT_SHARE,
      allowH2: true,
      connections,
    };
    this.#proxy = proxyFor(origin, environment);
    this.#dispatcher = this.#proxy
      ? new ProxyAgent({ ...options, uri: this.#proxy.url.href })
      : new Agent(options);
    return this.#dispatcher;
  }

  /**
   * Does what may take as long as an answer and no longer. Timer and listener are gone when this returns.
   *
   * The work is stopped by its signal, but not waited for: a request that still waits for its connection would not notice.
   *
   * @throws an error with the code `ETIMEDOUT` when the time is over; the reason of `ended` when that aborts
   */
  async #withinTimeLimit<T>(ended: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, limits } = this.#options;
    const { promise: over, reject } = Promise.withResolvers<never>();
    const time = new AbortController();
    const signal = AbortSignal.any([ended, time.signal]);
    const end = () => reject(signal.reason);
    const timeOut = () =>
      time.abort(Object.assign(new Error('no whole answer in time'), { code: 'ETIMEDOUT' }));
    const cancel = clock.after(limits.answer, timeOut);
    signal.addEventListener('abort', end);
    try {
      signal.throwIfAborted();
      return await Promise.race([work(signal), over]);
    } finally {
      cancel();
      signal.removeEventListener('abort', end);
    }
  }

  async #sendOnce(
    dispatcher: Dispatcher,
    { method, url, headers, json, changes }: Message,
    signal: AbortSignal,
  ): Promise<Answer> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: {
        'user-agent': 'quay-tag-cleanup',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal,
    });
    const flat = Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]],
    );
    const text = await this.#readText(response.body, changes);
    return { status: response.statusCode, headers: Object.fromEntries(flat), text };
  }

  async #readText(body: AsyncIterable<Uint8Array>, changes: boolean): Promise<string> {
    const { origin, service, limits } = this.#options;
    const most = changes ? limits.writeSize : limits.readSize;
    // A part at a time: outside the heap, bytes are given back late.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    let text = '';
    let size = 0;
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > most * 1024 * 1024) {
        const tooLarge = `${origin.host} sent an answer of more than ${most} MiB, larger than any that is expected. Check ${service.setting}.`;
        throw changes ? new UnknownOutcomeError(tooLarge) : new ServiceError(tooLarge);
      }
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }

  /** Where a redirect leads that may be followed. */
  #followed({ status, headers }: Answer, { method, url }: Message, hops: number): URL {
    const target = URL.parse(headers['location'] ?? '', url.href);
    const isInside = target?.origin === url.origin;
    const isRead = method === 'GET';
    if (target && isInside && isRead && FOLLOWED.includes(status) && hops < MOST_HOPS) return target;
    const { origin, service } = this.#options;
    const where = isInside ? target.pathname : (target?.origin ?? 'an address that cannot be read');
    const remedy = `Set ${service.setting} to the host that answers without a redirect.`;
    throw new ServiceError(
      !isRead
        ? `${origin.host} redirects a ${method} to ${where} (${status}). This is not followed: changes and credentials are sent to no other address. ${remedy}`
        : isInside
          ? `${origin.host} redirects again and again, last to ${where} (${status}). Check ${service.setting}, and any proxy in front of it.`
          : `${origin.host} redirects to ${where} (${status}), where credentials are never sent. ${remedy}`,
    );
  }
}

const HTTP = ['http_proxy', 'HTTP_PROXY'];
const HTTPS = ['https_proxy', 'HTTPS_PROXY', ...HTTP];
const PROTOCOLS = ['http:', 'https:', 'socks5:'];

/**
 * The proxy for an origin; undefined where it is reached directly. `HTTP_PROXY` stands in where `HTTPS_PROXY` is missing.
 *
 * undici's own agent for the environment does not tell which way a request took, and so not whom to blame for a failure.
 *
 * @throws NetworkError where the variable holds no address
 */
export function proxyFor(origin: URL, environment: Environment): ProxyServer | undefined {
  const variable = (origin.protocol === 'https:' ? HTTPS : HTTP).find((name) => environment[name]);
  if (variable === undefined || isExempt(origin, environment)) return undefined;
  const value = environment[variable] ?? '';
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (!url || !PROTOCOLS.includes(url.protocol) || !isDecodable(url))
    throw noProxyError(variable, origin.host);
  return { variable, url };
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Whether `NO_PROXY` names the host: by itself, by a domain that it ends in, or by `*`, each with or without a port. */
function isExempt(origin: URL, environment: Environment): boolean {
  const list = environment['no_proxy'] || environment['NO_PROXY'] || '';
  const host = bare(origin.hostname);
  const port = origin.port || (origin.protocol === 'https:' ? '443' : '80');
  return list.split(/[,\s]+/).some((entry) => {
    const [, name = '', onlyPort = port] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (name === '' || onlyPort !== port) return false;
    if (name === '*') return true;
    const domain = bare(name).replace(/^\*?\./, '');
    return host.endsWith(`.${domain}`) || (host === domain && !name.startsWith('*'));
  });
}

/** A host name as it is compared: in lower case, without brackets and without a dot at its end. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
