import * as core from '@actions/core';

const secrets = new Set<string>();

/**
 * Keeps a secret out of everything that the run writes: the runner masks the log, {@link redact} the files.
 *
 * A registry may send a credential back in an error text, and neither the summary nor the report passes the runner's mask.
 */
export function keepSecret(secret: string): void {
  if (secret === '') return;
  core.setSecret(secret);
  secrets.add(secret);
}

/** The text with every known secret replaced by `***`. */
export function redact(text: string): string {
  // The longest first: one secret may hold another.
  const known = [...secrets].sort((a, b) => b.length - a.length);
  return known.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text);
}
