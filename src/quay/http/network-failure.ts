import { codeOf, codesOf } from '../../model/error-code.ts';
import { describeProxy, type ProxyServer } from './proxy.ts';
import { TimeLimitError } from './time-limit.ts';

/** What is known of a request that got no answer. */
export interface Failure {
  /** What failed, what was found and what to do. */
  readonly text: string;
  /** Whether another attempt may get through. */
  readonly mayHeal: boolean;
  /** Whether the server may have got the request. */
  readonly mayHaveArrived: boolean;
  readonly isTimeout: boolean;
  readonly cause: unknown;
}

/** The way that the request took. */
interface Route {
  readonly host: string;
  readonly proxy: ProxyServer | undefined;
  /** Milliseconds from sending to failing. */
  readonly waited: number;
}

/** Failures that another attempt cannot heal. */
const FINAL = /^(ENOTFOUND|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_INVALID)/;
/** Failures to connect, after which nothing was sent. */
const NOT_SENT = /^(EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_)/;
/** Of those, the ones that a proxy causes where there is one: the registry's address is the proxy's business. */
const BY_PROXY =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_)/;
const TIMEOUT = /TIMEOUT|ETIMEDOUT/;

/** Reads an error of the network: what it means for the request, and how it is worded. */
export function describeFailure(error: unknown, { host, proxy, waited }: Route): Failure {
  const code = error instanceof TimeLimitError ? 'ETIMEDOUT' : codeIn(error);
  const isTimeout = TIMEOUT.test(code);
  const status = proxy && refusedTunnel(error);
  const common = { isTimeout, cause: error };
  if (proxy && status !== undefined) {
    const text = tunnelText({ proxy, host, status });
    return { ...common, text, mayHeal: status >= 500, mayHaveArrived: false };
  }
  const text = proxy && BY_PROXY.test(code) ? proxyText(proxy, code, host) : registryText(code, host, waited);
  const route = proxy && !BY_PROXY.test(code) ? ` The request went through ${nameOf(proxy)}.` : '';
  return {
    ...common,
    text: text + route,
    mayHeal: !FINAL.test(code),
    mayHaveArrived: !FINAL.test(code) && !NOT_SENT.test(code),
  };
}

/** A time as it is read: whole seconds, or milliseconds below one. */
export function timeText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
}

function nameOf(proxy: ProxyServer): string {
  return describeProxy(proxy).replace(/^T/, 't').replace(/,$/, '');
}

/** The status with which a proxy refused to open a tunnel to the registry. undici gives it only in its message. */
function refusedTunnel(error: unknown): number | undefined {
  const [, status] =
    /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(
      error instanceof Error ? error.message : '',
    ) ?? [];
  return status === undefined ? undefined : Number(status);
}

function tunnelText(what: {
  readonly proxy: ProxyServer;
  readonly host: string;
  readonly status: number;
}): string {
  const { proxy, host, status } = what;
  const remedy =
    status === 407
      ? `Check the user name and the password in ${proxy.variable}.`
      : `Check whether the proxy may connect to ${host}, or add ${host} to NO_PROXY.`;
  return `${describeProxy(proxy)} did not connect to ${host}: it answered ${status}. ${remedy}`;
}

function proxyText(proxy: ProxyServer, code: string, host: string): string {
  return `${describeProxy(proxy)} could not be reached (${code}), so no request was sent to ${host}. Check that variable and the proxy, or add ${host} to NO_PROXY.`;
}

function registryText(code: string, host: string, waited: number): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `The name of the registry ${host} cannot be resolved (${code}). Check \`registry\`; a self-hosted Quay may only be reachable from a self-hosted runner.`;
  }
  if (code === 'ECONNREFUSED') {
    return `${host} refused the connection (${code}). Check the host and the port in \`registry\`, and that the registry is up.`;
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return `The certificate of ${host} has expired (${code}). It must be renewed on the registry.`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `The certificate of ${host} is for another name (${code}). Write the name that the certificate holds in \`registry\`.`;
  }
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) {
    return `The certificate of ${host} is not trusted (${code}). If the registry has its own certificate authority, set NODE_EXTRA_CA_CERTS to its PEM file in the job's \`env\`.`;
  }
  if (/^(ERR_SSL_|EPROTO)/.test(code)) {
    return `${host} does not use TLS on that port (${code}). Check the port in \`registry\`.`;
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return `${host} did not accept a connection within ${timeText(waited)} (${code}). Check \`registry\` and the network between the runner and it.`;
  }
  if (TIMEOUT.test(code)) {
    return `${host} did not answer in time: there was no complete answer within ${timeText(waited)} (${code}). Check \`registry\` and the network between the runner and it.`;
  }
  return `The connection to ${host} broke (${code}). Check the network between the runner and the registry, and run again.`;
}

/** The code of the innermost error that has one; that of a proxy's failure, whatever its cause. */
function codeIn(error: unknown): string {
  return codesOf(error).find((code) => code.startsWith('UND_ERR_PRX_')) ?? codeOf(error);
}
