import * as core from '@actions/core';

/** A part of a secret of this length, in characters, is as secret as all of it. */
const SHORTEST_PART = 12;

/** Encodings of a secret that are shorter say nothing: they stand in any text by chance. */
const SHORTEST_ENCODING = 6;

/** Secrets that are shorter than a part, and their encodings, in lower case, which are looked for whole. */
const short = new Set<string>();
/** All parts of all secrets and of their encodings, in lower case. */
const parts = new Set<string>();
/** Which beginnings a part may have: a quick look before the set is asked. */
const beginnings = new Uint8Array(2 ** 16);

/**
 * Keeps a secret out of everything that the run writes: the runner masks the log, {@link redact} the files.
 *
 * A registry may send a credential back in an error text or a name, and neither the summary nor the report passes the
 * runner's mask.
 */
export function keepSecret(secret: string): void {
  if (secret === '') return;
  core.setSecret(secret);
  if (secret.length < SHORTEST_PART) short.add(secret.toLowerCase());
  for (const encoded of encodingsOf(secret)) {
    const text = encoded.toLowerCase();
    if (text.length < SHORTEST_PART && text.length >= SHORTEST_ENCODING) short.add(text);
    for (let start = 0; start + SHORTEST_PART <= text.length; start += 1) {
      parts.add(text.slice(start, start + SHORTEST_PART));
      beginnings[beginningAt(text, start)] = 1;
    }
  }
}

const PROXIES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/** Keeps the passwords of the proxies that the environment names: a proxy may send them back, too. */
export function keepProxySecrets(environment: Readonly<Record<string, string | undefined>>): void {
  for (const name of PROXIES) {
    const { username = '', password = '' } = URL.parse(environment[name] ?? '') ?? {};
    if (password === '') continue;
    const [user, secret] = [username, password].map(decoded);
    keepSecret(secret ?? '');
    keepSecret(Buffer.from(`${user}:${secret}`).toString('base64'));
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // What is not percent-encoded stands for itself.
    return text;
  }
}

/** The ways in which a server may write a secret: as it is, in a URL, in JSON, and in base64 behind any other text. */
function encodingsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((before) => {
    const padded = Buffer.from(`${' '.repeat(before)}${secret}`).toString('base64');
    // Characters that also hold bits of what stands before or behind differ with it.
    return padded.slice(before === 0 ? 0 : before + 1).replace(/.?=*$/, '');
  });
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    JSON.stringify(secret).slice(1, -1),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

function beginningAt(text: string, start: number): number {
  return (
    (text.charCodeAt(start) * 961 + text.charCodeAt(start + 1) * 31 + text.charCodeAt(start + 2)) & 0xffff
  );
}

/** The text with every known secret, and every part of one, replaced by `***`. */
export function redact(text: string): string {
  let redacted = text;
  for (const secret of short) redacted = without(secret, redacted);
  return parts.size === 0 ? redacted : withoutParts(redacted);
}

/** @param secret - in lower case */
function without(secret: string, text: string): string {
  const lower = text.toLowerCase();
  if (!lower.includes(secret)) return text;
  // Some letters have another length in lower case: then positions do not tell.
  if (lower.length !== text.length) return lower.replaceAll(secret, '***');
  let result = '';
  let copied = 0;
  for (let at = lower.indexOf(secret); at >= 0; at = lower.indexOf(secret, copied)) {
    result += `${text.slice(copied, at)}***`;
    copied = at + secret.length;
  }
  return result + text.slice(copied);
}

function withoutParts(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return withoutParts(lower);
  let result = '';
  let copied = 0;
  for (let start = 0; start + SHORTEST_PART <= lower.length; start += 1) {
    if (!isPart(lower, start)) continue;
    let end = start + SHORTEST_PART;
    while (end < lower.length && isPart(lower, end - SHORTEST_PART + 1)) end += 1;
    result += `${text.slice(copied, start)}***`;
    copied = end;
    start = end - 1;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function isPart(text: string, start: number): boolean {
  return beginnings[beginningAt(text, start)] === 1 && parts.has(text.slice(start, start + SHORTEST_PART));
}
