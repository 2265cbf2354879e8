import { InvalidInputError, quote } from '../model/errors.ts';
import type { ReasonToKeep } from '../model/reason.ts';
import type { Tag } from '../model/tag.ts';
import {
  hasImageKey,
  type PlacedReference,
  placedReferences,
  plainValues,
  type RenderingTool,
} from './image-place.ts';
import { findDigests, plainTexts } from './image-references.ts';

/** A text that may name images in use. */
interface NamingFile {
  readonly path: string;
  readonly text: string;
  /** The line of `in-use` that named the file, or a glob that found it. */
  readonly line: string;
}

/** Where a repository is named as an image, and the tag cannot be told. */
export interface UnreadableImage {
  readonly file: string;
  /** Counted from one. */
  readonly line: number;
  /** What writes the file as one that can be read; absent where nobody can tell. */
  readonly tool?: RenderingTool;
}

/** The images that files name, each with the first file that does. */
export interface InUse {
  /** By repository (`namespace/name`) and tag. */
  readonly names: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By digest, `sha256:<hex>`. */
  readonly digests: ReadonlyMap<string, string>;
  /** Whether a digest is written with `sha256:`, and not only its hexadecimal digits, which stand for other things too. */
  readonly namesDigests: boolean;
  /** By repository, or by `namespace/` for all of that: why every tag is kept. Ask {@link unreadableIn}. */
  readonly unreadable: ReadonlyMap<string, UnreadableImage>;
  /** By repository: the files that name it, each with what stands in it as a plain value, and may be a tag. */
  readonly values: ReadonlyMap<string, readonly FileValues[]>;
  /** By line of `in-use`, where its files name images for sure: all that they name. */
  readonly lines: ReadonlyMap<string, NamedByLine>;
}

interface FileValues {
  readonly file: string;
  readonly values: ReadonlySet<string>;
}

interface NamedByLine {
  readonly repositories: ReadonlySet<string>;
  readonly digests: ReadonlySet<string>;
}

/** What is being gathered. */
interface Gathered {
  readonly names: Map<string, Map<string, string>>;
  readonly digests: Map<string, string>;
  namesDigests: boolean;
  readonly unreadable: Map<string, UnreadableImage>;
  readonly values: Map<string, FileValues[]>;
  readonly lines: Map<string, { readonly repositories: Set<string>; readonly digests: Set<string> }>;
  /** The repositories that are named somewhere with a tag or digest. */
  readonly exact: Set<string>;
  /** Those that a key for images names without. */
  readonly untagged: Map<string, UnreadableImage>;
}

/**
 * Reads which images the files name. One too many does no harm, one that is missed does: whatever may be a reference is one.
 * Where a tag cannot be told, every tag of that repository is in use.
 *
 * @throws InvalidInputError where they name no image for sure, as after a command that failed
 */
export function readInUse(files: readonly NamingFile[]): InUse {
  const gathered: Gathered = {
    names: new Map(),
    digests: new Map(),
    namesDigests: false,
    unreadable: new Map(),
    values: new Map(),
    lines: new Map(),
    exact: new Set(),
    untagged: new Map(),
  };
  for (const file of files) readFile(file, gathered);
  const { exact, untagged, ...inUse } = gathered;
  if (inUse.lines.size === 0) throw namesNone(files);
  for (const [repository, where] of untagged)
    if (!exact.has(repository)) addOnce(inUse.unreadable, repository, where);
  return inUse;
}

function readFile({ path, text, line }: NamingFile, gathered: Gathered): void {
  const repositories = new Set<string>();
  const digests = new Set<string>();
  let namesImage = hasImageKey(text);
  for (const plain of plainTexts(text)) {
    for (const reference of placedReferences(plain, gathered.exact)) {
      const doubt = doubtOn(reference);
      noteReference(reference, doubt, { path, plain, gathered });
      for (const repository of reference.repositories) repositories.add(repository);
      namesImage ||= reference.isImage || doubt === 'unreadable' || doubt === 'untagged';
    }
    for (const { digest, isNamed } of findDigests(plain)) {
      digests.add(digest);
      addOnce(gathered.digests, digest, path);
      gathered.namesDigests ||= isNamed;
      namesImage ||= isNamed;
    }
  }
  const values = repositories.size === 0 ? new Set<string>() : plainValues(text);
  if (values.size > 0)
    for (const repository of repositories)
      gathered.values.set(repository, [...(gathered.values.get(repository) ?? []), { file: path, values }]);
  if (!namesImage || isWebPage(text)) return;
  const ofLine = gathered.lines.get(line) ?? { repositories: new Set(), digests: new Set() };
  gathered.lines.set(line, ofLine);
  for (const repository of repositories) ofLine.repositories.add(repository);
  for (const digest of digests) ofLine.digests.add(digest);
}

interface InText {
  readonly path: string;
  readonly plain: string;
  readonly gathered: Gathered;
}

function noteReference(
  { repositories, tags, start, tool }: PlacedReference,
  doubt: Doubt | undefined,
  { path, plain, gathered }: InText,
): void {
  for (const repository of repositories) {
    const named = gathered.names.get(repository) ?? new Map<string, string>();
    gathered.names.set(repository, named);
    for (const tag of tags) addOnce(named, tag, path);
    if (doubt === 'none') gathered.exact.add(repository);
  }
  if (doubt === undefined || doubt === 'none') return;
  const doubts = gathered[doubt];
  if (repositories.every((repository) => doubts.has(repository))) return;
  const where = { file: path, line: lineAt(plain, start), ...(tool && { tool }) };
  for (const repository of repositories) addOnce(doubts, repository, where);
}

type Doubt = 'none' | 'unreadable' | 'untagged';

/** What is not known of the tag that is meant; undefined where it is not sure that an image is meant. */
function doubtOn({ isElsewhere, isBare, isImage, place }: PlacedReference): Doubt | undefined {
  if (isElsewhere || place === 'elsewhere') return undefined;
  if (place === 'variable') return 'unreadable';
  if (!isBare) return 'none';
  if (place === 'apart-from-tag') return 'unreadable';
  return place === 'image' || isImage ? 'untagged' : undefined;
}

function addOnce<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value);
}

/** Counted from one. */
function lineAt(text: string, place: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < place; end = text.indexOf('\n', end + 1)) line += 1;
  return line;
}

/** A proxy's or a sign-in page, which comes where the answer of a cluster is expected. */
function isWebPage(text: string): boolean {
  return /^\s*[^\n]{0,300}<(?:!doctype html|html)[\s>]/i.test(text.slice(0, 2000));
}

const MOST_NAMED = 5;

function namesNone(files: readonly NamingFile[]): InvalidInputError {
  const named = files.slice(0, MOST_NAMED).map(({ path }) => quote(path));
  const others = files.length - named.length;
  const list = [...named, ...(others > 0 ? [`${others} more`] : [])].join(', ');
  const what = files.length === 1 ? `is ${list}, which names` : `is ${list}, which together name`;
  return new InvalidInputError(
    `\`in-use\` ${what} no image. An empty list is taken for a command that failed, such as \`kubectl\` without access: check the step that writes it.`,
    { namesInput: true },
  );
}

/** Where a tag is looked for. */
interface UsedIn {
  /** `namespace/name`. */
  readonly repository: string;
  readonly inUse: InUse;
}

/**
 * What the files say that keeps the tag: they name it or its digest, or what they name cannot be told.
 *
 * @param subject - the digest of the image that a cosign tag belongs to: the signature of what runs is in use too
 */
export function usedIn(
  tag: Tag,
  subject: string | undefined,
  { repository, inUse }: UsedIn,
): Extract<ReasonToKeep, { readonly kind: 'in-use' | 'in-use-unreadable' }> | undefined {
  const file =
    inUse.names.get(repository)?.get(tag.name) ??
    inUse.digests.get(tag.digest ?? '') ??
    inUse.digests.get(subject ?? '') ??
    inUse.values.get(repository)?.find(({ values }) => values.has(tag.name))?.file;
  if (file !== undefined) return { kind: 'in-use', file };
  const unreadable = unreadableIn(inUse, repository);
  return unreadable && { kind: 'in-use-unreadable', file: unreadable.file, line: unreadable.line };
}

/** Why every tag of the repository is kept; undefined where the tags that are named can be told. */
export function unreadableIn({ unreadable }: InUse, repository: string): UnreadableImage | undefined {
  return unreadable.get(repository) ?? unreadable.get(repository.slice(0, repository.lastIndexOf('/') + 1));
}

/** The lines of `in-use` whose files name images, and none of those that are listed. */
export function linesOfOthers(
  { lines }: InUse,
  listed: { readonly repositories: readonly string[]; readonly digests: ReadonlySet<string> },
): readonly string[] {
  return [...lines]
    .filter(([, named]) => !listed.repositories.some((repository) => named.repositories.has(repository)))
    .filter(([, named]) => [...named.digests].every((digest) => !listed.digests.has(digest)))
    .map(([line]) => line);
}
