/** The end of a text, read as the path of an image: `quay.io/acme/web`. */
export interface ImagePath {
  /**
   * Every repository that may be meant, whatever stands before it: `acme/web`, and `quay.io/acme/web`, since only a registry
   * knows what is its host, what a mirror's, and what a namespace.
   */
  readonly repositories: readonly string[];
  /** Whether a part that looks like a host has two parts or more behind it. */
  readonly isBelowHost: boolean;
  /** Whether it looks like something else: the path of a file, the address of a web page, a time. */
  readonly isElsewhere: boolean;
}

/** A namespace, a slash and a name of 255 characters each. */
const LONGEST_PATH = 511;
const FOREIGN = /[^a-z0-9._-]/;
const HOST = /(?:[a-z0-9-]\.[a-z][a-z0-9-]*|\d\.\d+\.\d+\.\d+|:\d+|\blocalhost)$/i;
/** No namespace has capitals, but the time in a log does: 26/Nov/2026:10:48. */
const CAPITAL = /[A-Z][a-z0-9._-]*$/;

/** Reads the path that ends where the text ends; undefined where no repository can be meant. */
export function readImagePath(text: string): ImagePath | undefined {
  const end = text.slice(-LONGEST_PATH);
  let start = end.lastIndexOf('/') + 1;
  const name = end.slice(start);
  if (start === 0 || name === '' || FOREIGN.test(name)) return undefined;
  const repositories: string[] = [];
  let path = name;
  let nearest = '';
  let isBelowHost = false;
  while (start > 0) {
    const slash = start - 1;
    const partStart = slash === 0 ? 0 : end.lastIndexOf('/', slash - 1) + 1;
    const part = end.slice(partStart, slash);
    const beginning = beginningOfPath(part);
    if (beginning === '') break;
    start = partStart;
    const isHost = HOST.test(part);
    // Quay takes an image without a namespace for one of the namespace `library`.
    if (isHost && repositories.length === 0) repositories.push(`library/${name}`);
    else if (isHost) isBelowHost = true;
    if (repositories.length === 0) nearest = part;
    repositories.push(`${beginning}/${path}`);
    if (FOREIGN.test(part)) break;
    path = `${part}/${path}`;
  }
  if (repositories.length === 0) return undefined;
  const isElsewhere = isFileOrAddress(end.slice(0, start)) || CAPITAL.test(nearest);
  return { repositories, isBelowHost, isElsewhere };
}

/** Whether what stands before a path makes it one of a file or of a web page. */
function isFileOrAddress(before: string): boolean {
  if (before.endsWith('://')) return /\b(?:https?|wss?|file):\/\/$/i.test(before);
  return /(?:^|\/)\.{0,2}\/$/.test(before);
}

/** What of a part can be the beginning of a path: of `image:acme` the namespace `acme`. */
function beginningOfPath(part: string): string {
  const start = FOREIGN.test(part) ? (part.split(FOREIGN).at(-1) ?? '') : part;
  return start.replace(/^[._-]+/, '');
}
