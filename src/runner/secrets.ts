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
  /** All secrets and their encodings, in lower case. */
  readonly #forms = new Set<string>();
  /** How they begin, for a regular expression. */
  readonly #beginnings = new Set<string>();
  #beginning = /(?!)/g;

  /** @param mask - keeps a secret out of the log */
  constructor(mask: (secret: string) => void) {
    this.#mask = mask;
  }

  keep(secret: string): void {
    if (secret === '' || this.#kept.has(secret)) return;
    this.#kept.add(secret);
    this.#mask(secret);
    const encodings = encodingsOf(secret).filter(({ length }) => length >= SHORTEST_ENCODING);
    for (const form of [secret, ...encodings].map(lowered)) {
      this.#forms.add(form);
      this.#beginnings.add(RegExp.escape(form.slice(0, CUT_AT)));
    }
    this.#beginning = new RegExp([...this.#beginnings].join('|'), 'g');
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
    const lower = lowered(text);
    const beginning = this.#beginning;
    let redacted = '';
    let copied = 0;
    beginning.lastIndex = 0;
    for (let found = beginning.exec(lower); found; found = beginning.exec(lower)) {
      const { index } = found;
      redacted += `${text.slice(copied, index)}***`;
      for (const form of this.#forms) copied = Math.max(copied, index + commonLength(form, lower, index));
      beginning.lastIndex = copied;
    }
    return redacted + text.slice(copied);
  }
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
