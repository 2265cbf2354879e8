import { QuayError } from '../errors.ts';

/** Failures that another attempt cannot heal. */
const FINAL = /^(ENOTFOUND|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_INVALID)/;

/** So many errors are looked through for a code. */
const DEEPEST = 10;

/** Whether another attempt may get through. */
export function mayHealByRetry(error: unknown): boolean {
  return !FINAL.test(codeOf(error));
}

/** Words a connection that failed, with the remedy. */
export function networkError(error: unknown, host: string, attempts: number): QuayError {
  const code = codeOf(error);
  return new QuayError(`${wording(code, host)}${attempts > 1 ? ` This was tried ${attempts} times.` : ''}`, {
    cause: error,
  });
}

function wording(code: string, host: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `The name of the registry ${host} does not resolve (${code}). Check \`registry\`; a self-hosted Quay may only be reachable from a self-hosted runner.`;
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
    return `${host} does not speak TLS there (${code}). Check the port in \`registry\`.`;
  }
  if (/TIMEOUT|ETIMEDOUT/.test(code)) {
    return `${host} did not answer in time (${code}). Check \`registry\` and the network between the runner and it.`;
  }
  return `The connection to ${host} broke (${code}). Check the network between the runner and the registry, and run again.`;
}

/** The code of the innermost error that has one. */
function codeOf(error: unknown): string {
  let code = 'unknown error';
  const errors: unknown[] = [error];
  for (let depth = 0; depth < DEEPEST && errors.length > 0; depth += 1) {
    const current = errors.shift();
    if (typeof current !== 'object' || current === null) continue;
    if ('code' in current && typeof current.code === 'string') code = current.code;
    if ('cause' in current) errors.push(current.cause);
    // Several addresses were tried, each with an error of its own.
    if ('errors' in current && Array.isArray(current.errors)) errors.push(...current.errors);
  }
  return code;
}
