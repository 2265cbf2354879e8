import { ServiceError } from '../model/errors.ts';
import { isObject } from '../model/json.ts';

/** Who answers at an origin, as messages call it. */
export interface Service {
  /** Within a sentence, such as `the registry`. */
  readonly name: string;
  /** What holds its address, such as `` `registry` ``. */
  readonly setting: string;
}

/** No whole answer came. */
export class NetworkError extends ServiceError {
  override readonly name = 'NetworkError';
}

/** What is known of an attempt that got no whole answer. */
export interface NetworkFailure {
  /** What failed, what was found and what to do. */
  readonly text: string;
  readonly isTimeout: boolean;
  /** Whether another attempt may get through. */
  readonly heals: boolean;
  /** Whether the server may have got the request. */
  readonly mayHaveArrived: boolean;
  readonly cause: unknown;
}

/** The proxy that the environment names for an origin. */
export interface ProxyServer {
  /** The variable that names it. */
  readonly variable: string;
  /** With the credentials that the variable holds: never to be shown. */
  readonly url: URL;
}

/** The way that a request took. */
interface Route {
  readonly host: string;
  readonly service: Service;
  readonly proxy: ProxyServer | undefined;
  /** Milliseconds from sending to failing. */
  readonly waited: number;
}

const TIMEOUT = /TIMEOUT|ETIMEDOUT/;
/** Failures that another attempt cannot heal. */
const FINAL = /^(ENOTFOUND|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_INVALID)/;
/** Failures to connect, after which nothing was sent. Where there is a proxy, it is the one that could not be reached. */
const UNCONNECTED =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_)/;

/** Reads an error of the network: what it means for the request, and how it is worded. */
export function explainFailure(cause: unknown, route: Route): NetworkFailure {
  const { proxy, host } = route;
  const status = proxy && refusedTunnel(cause);
  if (proxy && status !== undefined) {
    const text = tunnelText(proxy, host, status);
    return { text, isTimeout: false, heals: status >= 500, mayHaveArrived: false, cause };
  }
  const codes = codesOf(cause);
  // A proxy's failure has a cause of its own, which is not the server's.
  const code = codes.find((known) => known.startsWith('UND_ERR_PRX_')) ?? codes.at(-1) ?? 'unknown error';
  const heals = !FINAL.test(code);
  const isUnconnected = UNCONNECTED.test(code);
  const through = proxy ? ` The request went through the ${nameOf(proxy)}.` : '';
  return {
    text:
      proxy && isUnconnected
        ? `The ${nameOf(proxy)}, could not be reached (${code}), so no request was sent to ${host}. Check that variable and the proxy, or add ${host} to NO_PROXY.`
        : textOf(code, route) + through,
    isTimeout: TIMEOUT.test(code),
    heals,
    mayHaveArrived: heals && !isUnconnected,
    cause,
  };
}

/** The error of a proxy's variable that holds no address. Its value is not shown: it may hold a password. */
export function noProxyError(variable: string, host: string): NetworkError {
  return new NetworkError(
    `The environment variable ${variable} does not hold a valid proxy address, so no request was sent to ${host}. Write it as http://host:port, or as http://user:password@host:port with special characters percent-encoded, or remove it.`,
  );
}

/** A time as it is read: whole seconds, or milliseconds below one. */
export function timeText(ms: number): string {
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

function textOf(code: string, { host, service: { name, setting }, waited }: Route): string {
  if (/^(ENOTFOUND|EAI_AGAIN)/.test(code))
    return `The name of ${name} ${host} cannot be resolved (${code}). Check ${setting}; a self-hosted server may only be reachable from a self-hosted runner.`;
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)/.test(code))
    return `${host} refused the connection (${code}). Check the host and the port in ${setting}, and that ${name} is up.`;
  if (code === 'CERT_HAS_EXPIRED')
    return `The certificate of ${host} has expired (${code}). It must be renewed on ${name}.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The certificate of ${host} is for another name (${code}). Write the name that the certificate holds in ${setting}.`;
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_)/.test(code))
    return `The certificate of ${host} is not trusted (${code}). If ${name} has its own certificate authority, set NODE_EXTRA_CA_CERTS to its PEM file in the job's \`env\`.`;
  if (/^(ERR_SSL_|EPROTO)/.test(code))
    return `${host} does not use TLS on that port (${code}). Check the port in ${setting}.`;
  const time = timeText(waited);
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return `${host} did not accept a connection within ${time} (${code}). Check ${setting} and the network between the runner and it.`;
  if (TIMEOUT.test(code))
    return `${host} did not answer in time: there was no complete answer within ${time} (${code}). Check ${setting} and the network between the runner and it.`;
  return `The connection to ${host} broke (${code}). Check the network between the runner and ${name}, and run again.`;
}

/** The codes of an error and of what caused it, such as `ECONNREFUSED`, outermost first. */
function codesOf(error: unknown): readonly string[] {
  if (!isObject(error)) return [];
  const { code, cause, errors } = error;
  // Where several addresses were tried, each has an error of its own.
  const causes = [cause, ...(Array.isArray(errors) ? errors : [])];
  return [...(typeof code === 'string' ? [code] : []), ...causes.flatMap(codesOf)];
}
