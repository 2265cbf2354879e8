import { InvalidInputError } from './errors.ts';

/** Where a Quay answers. */
export interface Registry {
  /** `quay.io`, `quay.example:8443` or `[::1]:8443`. */
  readonly host: string;
  readonly origin: URL;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads `host`, `host:port` or `https://host`; `http://` only for loopback addresses, since a token must not be sent unencrypted.
 *
 * @throws InvalidInputError
 */
export function parseRegistry(text: string): Registry {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = URL.parse(hasScheme ? text : `https://${text}`);
  // Text with an @ is never shown: it may hold a password that could not be read as one.
  if (url?.username || url?.password || /@|%40/.test(text))
    throw invalid(
      'contains a user name or a password. Write the host alone, and the credentials in their own inputs.',
    );
  // Behind these a token may stand that was pasted along.
  if (/[?#]/.test(text))
    throw invalid('holds a `?` or a `#`. Write the host alone, such as `quay.io` or `quay.example:8443`.');
  const found = `is ${JSON.stringify(text)}`;
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname || /[\s\\%]/.test(text))
    throw invalid(
      `${found}, which is not a valid host. Write for example \`quay.io\` or \`quay.example:8443\`.`,
    );
  if (url.pathname !== '/')
    throw invalid(`${found}. Write the host alone (\`${url.host}\`); repositories belong in \`repository\`.`);
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw invalid(`${found}: over http:// a token would be sent unencrypted. Write \`https://${url.host}\`.`);
  return { host: url.host, origin: new URL(url.origin) };
}

function invalid(problem: string): InvalidInputError {
  return new InvalidInputError(`\`registry\` ${problem}`, { namesInput: true });
}
