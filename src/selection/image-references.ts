import { LONGEST_TAG } from '../model/tag.ts';

/** An image as a text names it. */
export interface ImageReference {
  /**
   * Every repository that may be meant, whatever stands before it: `acme/web`, and `quay.io/acme/web`, since only a registry
   * knows what is its host, what a mirror's, and what a namespace. `acme/` where the name is a variable: all of that namespace.
   */
  readonly repositories: readonly string[];
  /** More than one where punctuation behind the tag may belong to it; `latest` where neither tag nor digest is written. */
  readonly tags: readonly string[];
  /** Whether neither tag nor digest is written. */
  readonly isBare: boolean;
  /** Whether it can be nothing else than an image. */
  readonly isImage: boolean;
  /** Whether it looks like something else: the path of a file, the address of a web page, a time. */
  readonly isElsewhere: boolean;
  /** Whether it ends where the word ends, so that a variable behind that belongs to it. */
  readonly endsWord: boolean;
}

/** The references at one place of a text. */
export interface ReferencesAt {
  /** Where the word begins that holds them, and where it ends, exclusive. */
  readonly start: number;
  readonly end: number;
  readonly references: readonly ImageReference[];
}

/** All that a reference to an image is made of, up to an `@` before a digest: what stands between white space, quotes and brackets. */
const WORD = /[\w./:-]+/g;
const DIGEST_BEHIND = /@[a-z0-9]+:[0-9a-f]{64}/iy;

/**
 * Finds every reference to an image in any text: between quotes, in YAML, in JSON, in JSON within JSON, in command lines.
 * What only may be one is among them.
 *
 * @param plain - one of the {@link plainTexts}
 */
export function* findReferences(plain: string): Generator<ReferencesAt> {
  const read = new Map<string, readonly ImageReference[]>();
  for (const { 0: text, index: start } of plain.matchAll(WORD)) {
    if (!text.includes('/')) continue;
    const end = start + text.length;
    DIGEST_BEHIND.lastIndex = end;
    const hasDigest = plain[end] === '@' && DIGEST_BEHIND.test(plain);
    const spellings = spellingsOf(text, plain[start - 1]);
    const key = `${hasDigest} ${spellings.join(' ')}`;
    const references = read.get(key) ?? spellings.flatMap((spelling) => [...readWord(spelling, hasDigest)]);
    read.set(key, references);
    if (references.length > 0) yield { start, end, references };
  }
}

/**
 * The text with plain separators: JSON may write `\/` or `\u002f` for a slash, YAML `\x2f`, HTML `&#47;`, an address %2F. Where
 * colours, invisible characters or a folded line may stand within a reference, a second text has none of them. Neither has
 * fewer lines.
 */
export function plainTexts(text: string): readonly string[] {
  const marked = withoutEscapes(text);
  const plain = marked.replace(COLOURS, ' ');
  const joined = marked.replace(COLOURS, '').replace(INVISIBLE, '').replace(FOLD, '$1\n');
  return joined === plain ? [plain] : [plain, joined];
}

function withoutEscapes(text: string): string {
  return text
    .replace(/%(2f|3a|40|5c)/gi, (_, code: string) => characterOf(code))
    .replace(ENTITY, characterOfEntity)
    .replace(ESCAPE, (_, code = '2f') => characterOf(code));
}

/** A slash, or the code of a slash, a colon, an at sign or the beginning of a colour. JSON within JSON within JSON has up to seven backslashes. */
const ESCAPE = /\\{1,8}(?:\/|(?:u00|x)(2f|3a|40|1b))/gi;
const ENTITY = /&(?:amp;)?(?:#(\d{2,3})|#x([0-9a-f]{2})|(sol|colon|commat|period|lowbar|quot|apos));/gi;
const NAMED: Readonly<Record<string, string>> = {
  sol: '/',
  colon: ':',
  commat: '@',
  period: '.',
  lowbar: '_',
  quot: '"',
  apos: "'",
};
const COLOURS = new RegExp(String.raw`${String.fromCharCode(27)}\[[\d;?]*[a-z]`, 'gi');
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;
/** The end of a line in double quotes that goes on in the next. */
const FOLD = /\\\r?\n[ \t]*([^\s\\]*)/g;

function characterOfEntity(entity: string, decimal?: string, hexadecimal?: string, name = ''): string {
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  // The end of a line would move what stands behind it.
  return code < 32 ? entity : (NAMED[name.toLowerCase()] ?? String.fromCharCode(code));
}

function characterOf(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}

/**
 * A word behind a backslash or a percent sign, as written, and without what may belong to that: `\nacme`, `\u0022acme`. The
 * slash in `${REGISTRY}/acme/web` begins no path of a file. Of slashes side by side one counts.
 */
function spellingsOf(word: string, before = ''): readonly string[] {
  const double = word.replace(/(?<!:)\/{2,}/g, '/');
  if (double !== word) return [word, ...spellingsOf(double, before)];
  if (word.startsWith('/') && ['}', ']', ')', '>'].includes(before)) return [word.slice(1)];
  if (before === '%') return [word, word.slice(2)];
  if (before !== '\\') return [word];
  const longEscape = /^(?:u[0-9a-f]{4}|x[0-9a-f]{2})/i.exec(word)?.[0];
  return [word, word.slice(1), ...(longEscape ? [word.slice(longEscape.length)] : [])];
}

function* readWord(word: string, hasDigest: boolean): Generator<ImageReference> {
  for (let colon = colonOfTag(word, 0); colon !== -1; colon = colonOfTag(word, colon)) {
    const path = readPath(word.slice(0, colon));
    if (!path) continue;
    const tags = tagsIn(word.slice(colon + 1, colon + 1 + LONGEST_TAG));
    const endsWord = colon + 1 + (tags[0]?.length ?? 0) === word.length;
    if (tags.length === 0) yield withoutTag(path, { hasDigest: false, endsWord });
    else yield { ...path, tags, isBare: false, isImage: !path.isElsewhere, endsWord };
  }
  const path = readPath(word);
  if (path) yield withoutTag(path, { hasDigest, endsWord: true });
  const trimmed = word.replace(PUNCTUATION, '');
  const shorter = trimmed === word ? undefined : readPath(trimmed);
  if (shorter) yield withoutTag(shorter, { hasDigest: false, endsWord: false });
  // `quay.io/acme/` before a variable.
  const namespace = word.endsWith('/') ? readPath(`${word}_`) : undefined;
  if (!namespace?.isBelowHost) return;
  const repositories = namespace.repositories.map((repository) => repository.slice(0, -1));
  yield { ...namespace, repositories, tags: [], isBare: false, isImage: false, endsWord: true };
}

function withoutTag(
  path: ImagePath,
  { hasDigest, endsWord }: { readonly hasDigest: boolean; readonly endsWord: boolean },
): ImageReference {
  const { isElsewhere, isBelowHost } = path;
  return {
    ...path,
    tags: hasDigest ? [] : ['latest'],
    isBare: !hasDigest && !isElsewhere,
    isImage: isBelowHost && !isElsewhere,
    endsWord,
  };
}

/** A tag's colon is the first behind a slash: one before may be that of a port. */
function colonOfTag(word: string, from: number): number {
  const slash = word.indexOf('/', from);
  return slash === -1 ? -1 : word.indexOf(':', slash);
}

/** What may belong to a sentence where it stands at the end of a word. */
const PUNCTUATION = /(?<![./:_-])[./:_-]+$/;

/** A tag at the beginning of the text: `pr-12.` at the end of a sentence may be `pr-12` as well. */
function tagsIn(text: string): readonly string[] {
  const [written = ''] = /^\w[\w.-]*/.exec(text) ?? [];
  const shortest = Math.max(1, written.replace(PUNCTUATION, '').length);
  const count = written.length - shortest + 1;
  return Array.from({ length: count }, (_, cut) => written.slice(0, written.length - cut));
}

interface ImagePath extends Pick<ImageReference, 'repositories' | 'isElsewhere'> {
  /** Whether a part that looks like a host has two parts or more behind it. */
  readonly isBelowHost: boolean;
}

/** A namespace, a slash and a name of 255 characters each. */
const LONGEST_PATH = 511;
const FOREIGN = /[^a-z0-9._-]/;
const HOST = /(?:[a-z0-9-]\.[a-z][a-z0-9-]*|\d\.\d+\.\d+\.\d+|:\d+|\blocalhost)$/i;
/** Where Git repositories live, and no images. */
const GIT_HOST =
  /(?:^|[^a-z0-9.-])(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)(?::.*)?$/i;
/** No namespace has capitals, but the time in a log does: 26/Nov/2026:10:48. */
const CAPITAL = /[A-Z][a-z0-9._-]*$/;

/** Reads the path that ends where the text ends; undefined where no repository can be meant. */
function readPath(text: string): ImagePath | undefined {
  const end = text.slice(-LONGEST_PATH);
  let start = end.lastIndexOf('/') + 1;
  const name = end.slice(start);
  if (start === 0 || name === '' || FOREIGN.test(name)) return undefined;
  const repositories: string[] = [];
  let path = name;
  let nearest = '';
  let isBelowHost = false;
  let isElsewhere = false;
  while (start > 0) {
    const slash = start - 1;
    const partStart = slash === 0 ? 0 : end.lastIndexOf('/', slash - 1) + 1;
    const part = end.slice(partStart, slash);
    const beginning = beginningOfPath(part);
    if (beginning === '') break;
    start = partStart;
    if (GIT_HOST.test(part)) isElsewhere = true;
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
  isElsewhere ||= isFileOrAddress(end.slice(0, start)) || CAPITAL.test(nearest);
  return { repositories, isBelowHost, isElsewhere };
}

/** Whether what stands before a path makes it one of a file, of a web page or of Git. */
function isFileOrAddress(before: string): boolean {
  if (before.endsWith('://')) return /\b(?:https?|wss?|file|git|ssh|s3|ftp)\w*:\/\/$/i.test(before);
  return /(?:^|\/)\.{0,2}\/$/.test(before);
}

/** What of a part can be the beginning of a path: of `image:acme` the namespace `acme`. */
function beginningOfPath(part: string): string {
  const start = FOREIGN.test(part) ? (part.split(FOREIGN).at(-1) ?? '') : part;
  return start.replace(/^[._-]+/, '');
}

/** A digest as a text names it. */
interface WrittenDigest {
  /** `sha256:<hex>`. */
  readonly digest: string;
  /** Whether it is written so, and not the hexadecimal digits alone. */
  readonly isNamed: boolean;
}

const HEX_RUN = /(sha256:)?(?<![0-9a-f])([0-9a-f]{64}[0-9a-f]*)/gi;

/**
 * Finds every run of 64 hexadecimal digits; of a longer one, the first and the last 64.
 *
 * @param plain - one of the {@link plainTexts}
 */
export function* findDigests(plain: string): Generator<WrittenDigest> {
  for (const [, sign, run = ''] of plain.matchAll(HEX_RUN))
    for (const hex of new Set([run.slice(0, 64), run.slice(-64)]))
      yield { digest: `sha256:${hex.toLowerCase()}`, isNamed: sign !== undefined };
}
