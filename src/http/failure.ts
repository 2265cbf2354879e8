import { ServiceError } from '../model/errors.ts';
import { asObject } from '../model/json.ts';

/** Who answers at an origin, as messages call it. */
export interface Service {
  /** Within a sentence, such as `the registry`. */
  readonly name: string;
  /** What holds its address, such as `` `registry` ``. */
  readonly setting: string;
}

/** What a request met instead of a whole answer. */
export type FailureKind =
  | 'name'
  | 'connection-refused'
  | 'certificate'
  | 'no-tls'
  | 'timeout'
  | 'proxy-unreachable'
  | 'proxy-refused'
  | 'silence'
  | 'rate-limit'
  | 'broken';

/** No whole answer came. */
export class NetworkError extends ServiceError {
  override readonly name = 'NetworkError';
  readonly kind: FailureKind;
  /** Node's or undici's code, such as `ECONNREFUSED`; absent where nothing was sent. */
  readonly code: string | undefined;

  constructor(
    text: string,
    { kind, code, cause }: Pick<NetworkFailure, 'kind'> & Partial<Pick<NetworkFailure, 'code' | 'cause'>>,
  ) {
    super(text, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.code = code;
  }
}

/** What is known of an attempt that got no whole answer. */
export interface NetworkFailure {
  readonly kind: FailureKind;
  readonly code: string;
  /** What failed, what was found and what to do. */
  readonly text: string;
  /** Whether another attempt may get through. */
  readonly heals: boolean;
  /** Whether the server may have got the request. */
  readonly mayHaveArrived: boolean;
  readonly cause: unknown;
}

/** The time for an answer was over. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
  readonly code = 'ETIMEDOUT';
}

/** The proxy that the environment names for an origin. */
export interface ProxyServer {
  /** The variable that names it. */
  readonly variable: string;
  /** With the credentials that the variable holds: never to be shown. */
  readonly url: URL;
}

/** The way that the request took. */
interface Route {
  readonly host: string;
  readonly service: Service;
  readonly proxy: ProxyServer | undefined;
  /** Milliseconds from sending to failing. */
  readonly waited: number;
}

/** By a code's beginning; the first that fits. */
const KINDS: readonly (readonly [RegExp, FailureKind])[] = [
  [/^UND_ERR_PRX_/, 'proxy-unreachable'],
  [/^(ENOTFOUND|EAI_AGAIN)/, 'name'],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)/, 'connection-refused'],
  [/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_)/, 'certificate'],
  [/^(ERR_SSL_|EPROTO)/, 'no-tls'],
  [/TIMEOUT|ETIMEDOUT/, 'timeout'],
];
/** Failures that another attempt cannot heal. */
const FINAL = /^(ENOTFOUND|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_INVALID)/;
/** Failures to connect, after which nothing was sent. Where there is a proxy, it is the one that could not be reached. */
const UNCONNECTED =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_)/;

/** Reads an error of the network: what it means for the request, and how it is worded. */
export function explainFailure(cause: unknown, route: Route): NetworkFailure {
  // A proxy's failure has a cause of its own, which is not the server's.
  const code = codesOf(cause).find((known) => known.startsWith('UND_ERR_PRX_')) ?? codeOf(cause);
  const { proxy } = route;
  const status = proxy && refusedTunnel(cause);
  if (proxy && status !== undefined) {
    const text = tunnelText(proxy, route.host, status);
    return { kind: 'proxy-refused', code, text, heals: status >= 500, mayHaveArrived: false, cause };
  }
  const isProxy = proxy !== undefined && UNCONNECTED.test(code);
  const kind = isProxy ? 'proxy-unreachable' : (KINDS.find(([codes]) => codes.test(code))?.[1] ?? 'broken');
  const through = proxy && !isProxy ? ` The request went through the ${nameOf(proxy)}.` : '';
  return {
    kind,
    code,
    text: (isProxy ? proxyText(proxy, code, route.host) : textOf(kind, code, route)) + through,
    heals: !FINAL.test(code),
    mayHaveArrived: !FINAL.test(code) && !UNCONNECTED.test(code),
    cause,
  };
}

/** The error of a request that failed for good. */
export function unansweredError(failure: NetworkFailure, attempts: number): NetworkError {
  return new NetworkError(
    `${failure.text}${attempts > 1 ? ` This was tried ${attempts} times.` : ''}`,
    failure,
  );
}

interface Circumstances {
  readonly host: string;
  readonly service: Service;
  /** Whether the requests would have changed something. */
  readonly changes: boolean;
  /** What the last of them met. */
  readonly kind: 'rate-limit' | 'silence';
  /** How long no request was taken, in milliseconds. */
  readonly lasted: number;
}

/** The error of requests that are not sent because the server takes none any more. */
export function patienceError({ host, service, changes, kind, lasted }: Circumstances): NetworkError {
  const which = `${changes ? 'any request to change something' : 'any request'} for ${timeText(lasted)}`;
  const text =
    kind === 'rate-limit'
      ? `${host} has not taken ${which} because of its rate limit (429), so this one was not sent. Run again later, or lower \`concurrency\`.`
      : `${host} has not answered ${which}, so this one was not sent. Check that ${service.name} is up, and run again.`;
  return new NetworkError(text, { kind });
}

/** The error of a proxy's variable that holds no address. Its value is not shown: it may hold a password. */
export function noProxyError(variable: string, host: string): NetworkError {
  return new NetworkError(
    `The environment variable ${variable} does not hold a valid proxy address, so no request was sent to ${host}. Write it as http://host:port, or as http://user:password@host:port with special characters percent-encoded, or remove it.`,
    { kind: 'proxy-unreachable' },
  );
}

/** A time as it is read: whole seconds, or milliseconds below one. */
function timeText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
}

/** Names a proxy without its credentials. */
function nameOf({ variable, url }: ProxyServer): string {
  return `proxy ${url.host}, named by the environment variable ${variable}`;
}

/** The status with which a proxy refused to open a tunnel. undici gives it in its message alone. */
function refusedTunnel(error: unknown): number | undefined {
  const message = Error.isError(error) ? error.message : '';
  const [, status] = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(message) ?? [];
  return status === undefined ? undefined : Number(status);
}

function tunnelText(proxy: ProxyServer, host: string, status: number): string {
  const remedy =
    status === 407
      ? `Check the user name and the password in ${proxy.variable}.`
      : `Check whether the proxy may connect to ${host}, or add ${host} to NO_PROXY.`;
  return `The ${nameOf(proxy)}, did not connect to ${host}: it answered ${status}. ${remedy}`;
}

function proxyText(proxy: ProxyServer, code: string, host: string): string {
  return `The ${nameOf(proxy)}, could not be reached (${code}), so no request was sent to ${host}. Check that variable and the proxy, or add ${host} to NO_PROXY.`;
}

function textOf(kind: FailureKind, code: string, { host, service, waited }: Route): string {
  const { name, setting } = service;
  switch (kind) {
    case 'name':
      return `The name of ${name} ${host} cannot be resolved (${code}). Check ${setting}; a self-hosted server may only be reachable from a self-hosted runner.`;
    case 'connection-refused':
      return `${host} refused the connection (${code}). Check the host and the port in ${setting}, and that ${name} is up.`;
    case 'certificate':
      return certificateText(code, host, service);
    case 'no-tls':
      return `${host} does not use TLS on that port (${code}). Check the port in ${setting}.`;
    case 'timeout':
      return code === 'UND_ERR_CONNECT_TIMEOUT'
        ? `${host} did not accept a connection within ${timeText(waited)} (${code}). Check ${setting} and the network between the runner and it.`
        : `${host} did not answer in time: there was no complete answer within ${timeText(waited)} (${code}). Check ${setting} and the network between the runner and it.`;
    default:
      return `The connection to ${host} broke (${code}). Check the network between the runner and ${name}, and run again.`;
  }
}

function certificateText(code: string, host: string, { name, setting }: Service): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${host} has expired (${code}). It must be renewed on ${name}.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of ${host} is for another name (${code}). Write the name that the certificate holds in ${setting}.`;
    default:
      return `The certificate of ${host} is not trusted (${code}). If ${name} has its own certificate authority, set NODE_EXTRA_CA_CERTS to its PEM file in the job's \`env\`.`;
  }
}

/** So many errors are looked through. */
const MOST_ERRORS = 10;

/** The codes of an error and of what caused it, such as `ECONNREFUSED`, outermost first. */
function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  const errors: unknown[] = [error];
  for (let looked = 0; looked < MOST_ERRORS && errors.length > 0; looked += 1) {
    const { code, cause, errors: several } = asObject(errors.shift());
    if (typeof code === 'string') codes.push(code);
    errors.push(cause);
    // Several addresses were tried, each with an error of its own.
    if (Array.isArray(several)) errors.push(...several);
  }
  return codes;
}

/** The code of the innermost error that has one. */
function codeOf(error: unknown): string {
  return codesOf(error).at(-1) ?? 'unknown error';
}
