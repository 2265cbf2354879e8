import { QuayError } from '../errors.ts';

/** The proxy that the environment names for a registry. */
export interface ProxyServer {
  /** The variable that names it. */
  readonly variable: string;
  /** With the credentials that the variable holds: never to be shown. */
  readonly url: URL;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const HTTP = ['http_proxy', 'HTTP_PROXY'];
const HTTPS = ['https_proxy', 'HTTPS_PROXY', ...HTTP];
const PROTOCOLS = ['http:', 'https:', 'socks5:'];

/**
 * The proxy for an origin; undefined where it is reached directly. `HTTP_PROXY` stands in where `HTTPS_PROXY` is missing.
 *
 * @throws QuayError where the variable holds no address
 */
export function proxyFor(origin: URL, environment: Environment): ProxyServer | undefined {
  const variable = (origin.protocol === 'https:' ? HTTPS : HTTP).find((name) => environment[name]);
  if (variable === undefined || isExempt(origin, environment)) return undefined;
  const value = environment[variable] ?? '';
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  // The value is not shown: it may hold a password.
  if (!url || !PROTOCOLS.includes(url.protocol) || !isDecodable(url)) {
    throw new QuayError(
      `The environment variable ${variable} does not hold a valid proxy address, so no request was sent to ${origin.host}. Write it as http://host:port, or as http://user:password@host:port with special characters percent-encoded, or remove it.`,
    );
  }
  return { variable, url };
}

/** Names a proxy without its credentials. */
export function describeProxy({ variable, url }: ProxyServer): string {
  return `The proxy ${url.host}, named by the environment variable ${variable},`;
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
