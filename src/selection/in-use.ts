import { InvalidInputError, quote } from '../model/errors.ts';
import { present } from '../model/json.ts';
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
  /** Of each file that names images for sure: all that it names. */
  readonly byFile: readonly NamedByFile[];
}

interface FileValues {
  readonly file: string;
  readonly values: ReadonlySet<string>;
}

interface NamedByFile extends Pick<NamingFile, 'line'> {
  readonly repositories: ReadonlySet<string>;
  readonly digests: ReadonlySet<string>;
}

/**
 * Reads which images the files name. One too many does no harm, one that is missed does: whatever may be a reference is one.
 * Where a tag cannot be told, every tag of that repository is in use.
 *
 * @throws InvalidInputError where they name no image for sure, as after a command that failed
 */
export function readInUse(files: readonly NamingFile[]): InUse {
  const names = new Map<string, Map<string, string>>();
  const digests = new Map<string, string>();
  let namesDigests = false;
  const values = new Map<string, FileValues[]>();
  const byFile: NamedByFile[] = [];
  /** The repositories that are named somewhere with a tag or digest. */
  const exact = new Set<string>();
  /** Where the tag cannot be told, and where a key for images names none: `latest`, if the repository is named exactly as well. */
  const doubts = {
    unreadable: new Map<string, UnreadableImage>(),
    untagged: new Map<string, UnreadableImage>(),
  };

  for (const { path: file, text, line } of files) {
    const its = { line, repositories: new Set<string>(), digests: new Set<string>() };
    let namesImage = hasImageKey(text);
    for (const plain of plainTexts(text)) {
      for (const reference of placedReferences(plain, exact)) {
        const { repositories, tags, start, tool, isImage } = reference;
        const doubt = doubtOn(reference);
        for (const repository of repositories) {
          its.repositories.add(repository);
          const ofRepository = entry(names, repository, () => new Map());
          for (const tag of tags) addOnce(ofRepository, tag, file);
          if (doubt === 'none') exact.add(repository);
        }
        namesImage ||= isImage;
        if (doubt === undefined || doubt === 'none') continue;
        namesImage = true;
        if (repositories.every((repository) => doubts[doubt].has(repository))) continue;
        const where = present({ file, line: lineAt(plain, start), tool });
        for (const repository of repositories) addOnce(doubts[doubt], repository, where);
      }
      for (const { digest, isNamed } of findDigests(plain)) {
        its.digests.add(digest);
        addOnce(digests, digest, file);
        namesDigests ||= isNamed;
        namesImage ||= isNamed;
      }
    }
    if (its.repositories.size > 0) {
      const ofFile = { file, values: plainValues(text) };
      for (const repository of its.repositories) entry(values, repository, () => []).push(ofFile);
    }
    if (namesImage && !isWebPage(text)) byFile.push(its);
  }
  if (byFile.length === 0) throw namesNone(files);
  const { unreadable, untagged } = doubts;
  for (const [repository, where] of untagged)
    if (!exact.has(repository)) addOnce(unreadable, repository, where);
  return { names, digests, namesDigests, unreadable, values, byFile };
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

/** The value of a key, made where there is none yet. */
function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
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

/**
 * What the files say that keeps the tag: they name it or its digest, or what they name cannot be told.
 *
 * @param subject - the digest of the image that a cosign tag belongs to: the signature of what runs is in use too
 */
export function usedIn(
  tag: Tag,
  subject: string | undefined,
  { repository, inUse }: { readonly repository: string; readonly inUse: InUse },
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
  { byFile }: InUse,
  listed: { readonly repositories: ReadonlySet<string>; readonly digests: ReadonlySet<string | undefined> },
): readonly string[] {
  const own = byFile.filter(
    ({ repositories, digests }) =>
      !repositories.isDisjointFrom(listed.repositories) || !digests.isDisjointFrom(listed.digests),
  );
  const lines = (some: readonly NamedByFile[]) => new Set(some.map(({ line }) => line));
  return [...lines(byFile).difference(lines(own))];
}
