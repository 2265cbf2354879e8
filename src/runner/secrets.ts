/** A secret that is cut off behind so many characters is as secret as all of it. */
const CUT_AT = 12;

/** Encodings of a secret that are shorter say nothing: they stand in any text by chance. */
const SHORTEST_ENCODING = 6;

/**
 * The secrets of a run, kept out of everything that people read: the runner masks the log, {@link redact} the rest.
 *
 * A registry may send a credential back in an error text or a name, and the summary does not pass the runner's mask.
 */
export class Secrets {
  readonly #mask: (secret: string) => void;
  readonly #kept = new Set<string>();
  /** All secrets and their encodings in lower case, by how they begin. */
  readonly #byBeginning = new Map<string, Set<string>>();

  /** @param mask - keeps a secret out of the log */
  constructor(mask: (secret: string) => void) {
    this.#mask = mask;
  }

  keep(secret: string): void {
    if (secret === '' || this.#kept.has(secret)) return;
    this.#kept.add(secret);
    this.#mask(secret);
    this.#add(secret);
    for (const encoded of encodingsOf(secret)) if (encoded.length >= SHORTEST_ENCODING) this.#add(encoded);
  }

  /** Keeps the passwords of the proxies that the environment names: a proxy may send them back, too. */
  keepProxies(environment: Readonly<Record<string, string | undefined>>): void {
    for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
      const { username = '', password = '' } = URL.parse(environment[name] ?? '') ?? {};
      if (password === '') continue;
      const secret = decoded(password);
      this.keep(secret);
      this.keep(Buffer.from(`${decoded(username)}:${secret}`).toString('base64'));
    }
  }

  /** The text with every secret replaced by `***`, in whatever case and encoding, and where it is cut off. */
  redact(text: string): string {
    let redacted = text;
    // Of a text as long as a summary, a copy for each secret would be the most that a run holds.
    let lower = lowered(text);
    for (const beginning of this.#byBeginning.keys()) {
      if (!lower.includes(beginning)) continue;
      redacted = withoutSecrets(redacted, lower, beginning, this.#byBeginning.get(beginning) ?? []);
      lower = lowered(redacted);
    }
    return redacted;
  }

  #add(text: string): void {
    const secret = lowered(text);
    const beginning = secret.slice(0, CUT_AT);
    const others = this.#byBeginning.get(beginning);
    if (others) others.add(secret);
    else this.#byBeginning.set(beginning, new Set([secret]));
  }
}

function withoutSecrets(text: string, lower: string, beginning: string, secrets: Iterable<string>): string {
  let result = '';
  let copied = 0;
  for (let at = lower.indexOf(beginning); at >= 0; at = lower.indexOf(beginning, copied)) {
    let end = at + beginning.length;
    for (const secret of secrets) end = Math.max(end, at + commonLength(secret, lower, at));
    result += `${text.slice(copied, at)}***`;
    copied = end;
  }
  return result + text.slice(copied);
}

/** How much of the secret's beginning stands in the text there. */
function commonLength(secret: string, text: string, at: number): number {
  let length = 0;
  while (length < secret.length && secret[length] === text[at + length]) length += 1;
  return length;
}

/** In lower case, with the same length: some letters have another one in theirs. */
function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // What is not percent-encoded stands for itself.
    return text;
  }
}

/** The ways in which a server may write a secret besides as it is: in a URL, in JSON, and in base64 behind any other text. */
function encodingsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((before) => {
    const padded = Buffer.from(`${' '.repeat(before)}${secret}`).toString('base64');
    // Characters that also hold bits of what stands before or behind differ with it.
    return padded.slice(before === 0 ? 0 : before + 1).replace(/.?=*$/, '');
  });
  return [
    encodeURIComponent(secret.toWellFormed()),
    [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    JSON.stringify(secret).slice(1, -1),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}
