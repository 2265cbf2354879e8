import { LONGEST_TAG, parseTagName } from '../model/tag.ts';
import { readImagePath } from './image-path.ts';
import { hexRuns, wordsWithSlash } from './scan-text.ts';

/** An image as a text names it. */
export interface ImageReference {
  /** Every repository that may be meant, as `namespace/name`. */
  readonly repositories: readonly string[];
  /** More than one where punctuation behind the tag may belong to it. */
  readonly tags: readonly string[];
  /** Whether neither tag nor digest is written: `latest` is meant. */
  readonly isBare: boolean;
  /** Whether it can be nothing else than an image. */
  readonly isImage: boolean;
}

const DIGEST_BEHIND = /@[a-z0-9]+:[0-9a-f]{64}/iy;

/**
 * Finds every reference to an image in any text: between quotes, in YAML, in JSON, in JSON within JSON, in command lines.
 * What only may be one is among them.
 *
 * @param plain - a text without escapes
 */
export function* findReferences(plain: string): Generator<ImageReference> {
  const seen = new Set<string>();
  for (const { text, start, end } of wordsWithSlash(plain)) {
    DIGEST_BEHIND.lastIndex = end;
    const hasDigest = plain[end] === '@' && DIGEST_BEHIND.test(plain);
    const spellings = spellingsOf(text, plain[start - 1]);
    const key = `${hasDigest} ${spellings.join(' ')}`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const spelling of spellings) yield* readWord(spelling, hasDigest);
  }
}

/** JSON within JSON within JSON has up to seven. */
const MOST_BACKSLASHES = 8;

/** The text with plain separators: JSON may write `\/` or `\u002f` for a slash, YAML `\x2f`, an address %2F. */
export function withoutEscapes(text: string): string {
  let plain = text;
  for (const [written, character] of ESCAPES) plain = plain.replaceAll(written, character);
  if (plain.includes('\\')) plain = plain.replace(CODE, (_, code: string) => characterOf(code));
  for (let round = 0; round < MOST_BACKSLASHES && plain.includes('\\/'); round += 1) {
    plain = plain.replaceAll('\\/', '/');
  }
  return plain;
}

const ESCAPES = [
  ['%5C', '\\'],
  ['%5c', '\\'],
  ['%2F', '/'],
  ['%2f', '/'],
  ['%3A', ':'],
  ['%3a', ':'],
  ['%40', '@'],
] as const;

/** The code of a slash, a colon or an at sign. */
const CODE = /\\{1,8}(?:u00|x)(2f|3a|40)/gi;

function characterOf(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}

/**
 * A word behind a backslash or a percent sign, as written, and without what may belong to that: `\nacme`, `\u0022acme`. The
 * slash in `${REGISTRY}/acme/web` begins no path of a file.
 */
function spellingsOf(word: string, before = ''): readonly string[] {
  if (word.startsWith('/') && ['}', ']', ')', '>'].includes(before)) return [word.slice(1)];
  if (before === '%') return [word, word.slice(2)];
  if (before !== '\\') return [word];
  const longEscape = /^(?:u[0-9a-f]{4}|x[0-9a-f]{2})/i.exec(word)?.[0];
  return [word, word.slice(1), ...(longEscape ? [word.slice(longEscape.length)] : [])];
}

function* readWord(word: string, hasDigest: boolean): Generator<ImageReference> {
  for (let colon = colonOfTag(word, 0); colon !== -1; colon = colonOfTag(word, colon)) {
    const path = readImagePath(word.slice(0, colon));
    if (!path) continue;
    const tags = tagsIn(word.slice(colon + 1, colon + 1 + LONGEST_TAG));
    if (tags.length === 0) yield* readBare(word.slice(0, colon), false);
    else yield { repositories: path.repositories, tags, isBare: false, isImage: !path.isElsewhere };
  }
  yield* readBare(word, hasDigest);
  const trimmed = withoutPunctuation(word);
  if (trimmed !== word) yield* readBare(trimmed, false);
}

/** A tag's colon is the first behind a slash: one before may be that of a port. */
function colonOfTag(word: string, from: number): number {
  const slash = word.indexOf('/', from);
  return slash === -1 ? -1 : word.indexOf(':', slash);
}

function* readBare(word: string, hasDigest: boolean): Generator<ImageReference> {
  const path = readImagePath(word);
  if (!path) return;
  const { repositories, isElsewhere, isBelowHost } = path;
  yield {
    repositories,
    tags: hasDigest ? [] : ['latest'],
    isBare: !hasDigest && !isElsewhere,
    isImage: isBelowHost && !isElsewhere,
  };
}

/** A tag at the beginning of the text: `pr-12.` at the end of a sentence may be `pr-12` as well. */
function tagsIn(text: string): readonly string[] {
  const tags: string[] = [];
  let written = /^[\w.-]*/.exec(text)?.[0] ?? '';
  for (let tag = parseTagName(written); tag !== undefined; tag = parseTagName(written)) {
    tags.push(tag);
    if (!isPunctuation(written.at(-1))) break;
    written = written.slice(0, -1);
  }
  return tags;
}

function withoutPunctuation(word: string): string {
  let end = word.length;
  while (isPunctuation(word[end - 1])) end -= 1;
  return word.slice(0, end);
}

function isPunctuation(character: string | undefined): boolean {
  return character !== undefined && './:_-'.includes(character);
}

/** A digest as a text names it. */
export interface WrittenDigest {
  /** `sha256:<hex>`. */
  readonly digest: string;
  /** Whether it is written so, and not the hexadecimal digits alone. */
  readonly isNamed: boolean;
}

/**
 * Finds every run of 64 hexadecimal digits; of a longer one, the first and the last 64.
 *
 * @param plain - a text without escapes
 */
export function* findDigests(plain: string): Generator<WrittenDigest> {
  for (const { text, start } of hexRuns(plain)) {
    const isNamed = plain.slice(Math.max(0, start - 7), start).toLowerCase() === 'sha256:';
    yield { digest: `sha256:${text.slice(0, 64).toLowerCase()}`, isNamed };
    if (text.length > 64) yield { digest: `sha256:${text.slice(-64).toLowerCase()}`, isNamed };
  }
}

/** Whether the text has a key `image`, in YAML or JSON, with a value. */
export function hasImageKey(text: string): boolean {
  return /(?:^[ \t]*(?:-[ \t]+){0,9}|[{,][ \t]*|["'])image(?:\\{0,8}["'])?[ \t]*:[ \t]*(?:\\{0,8}["'])?(?!null\b)[a-z0-9]/im.test(
    text,
  );
}
