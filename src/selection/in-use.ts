import { InvalidInputError } from '../model/errors.ts';
import { quote } from '../model/quote.ts';
import type { Tag } from '../model/tag.ts';
import { findDigests, findReferences, hasImageKey, withoutEscapes } from './image-references.ts';

/** A text that names images in use. */
interface NamingFile {
  readonly path: string;
  readonly text: string;
}

/** The images that files name, each with the first file that does. */
export interface InUse {
  /** By repository (`namespace/name`) and tag. */
  readonly names: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By digest, `sha256:<hex>`. */
  readonly digests: ReadonlyMap<string, string>;
  /** Whether a digest is written with `sha256:`, and not only its hexadecimal digits, which stand for other things too. */
  readonly namesDigests: boolean;
  /** The repositories that are named somewhere without tag and digest. */
  readonly bare: ReadonlySet<string>;
}

/**
 * Reads which images the files name. One too many does no harm, one that is missed does: whatever may be a reference is one.
 *
 * @throws InvalidInputError where they name no image for sure, as after a command that failed
 */
export function readInUse(files: readonly NamingFile[]): InUse {
  const names = new Map<string, Map<string, string>>();
  const digests = new Map<string, string>();
  const bare = new Set<string>();
  let namesDigests = false;
  let namesImage = false;
  for (const { path, text } of files) {
    const isPage = isWebPage(text);
    const plain = withoutEscapes(text);
    for (const { repositories, tags, isBare, isImage } of findReferences(plain)) {
      if (isImage && !isPage) namesImage = true;
      for (const repository of repositories) {
        if (isBare) bare.add(repository);
        const named = names.get(repository) ?? new Map<string, string>();
        names.set(repository, named);
        for (const tag of tags) if (!named.has(tag)) named.set(tag, path);
      }
    }
    for (const { digest, isNamed } of findDigests(plain)) {
      if (!digests.has(digest)) digests.set(digest, path);
      if (isNamed) namesDigests = true;
      if (isNamed && !isPage) namesImage = true;
    }
    if (!namesImage && !isPage && hasImageKey(text)) namesImage = true;
  }
  if (!namesImage) throw namesNone(files);
  return { names, digests, namesDigests, bare };
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
  );
}

/** Where a tag is looked for. */
interface UsedIn {
  /** `namespace/name`. */
  readonly repository: string;
  readonly inUse: InUse;
}

/**
 * The file that names the tag, or its digest; undefined where none does.
 *
 * @param subject - the digest of the image that a cosign tag belongs to: the signature of what runs is in use too
 */
export function usedIn(
  tag: Tag,
  subject: string | undefined,
  { repository, inUse }: UsedIn,
): string | undefined {
  return (
    inUse.names.get(repository)?.get(tag.name) ??
    inUse.digests.get(tag.digest ?? '') ??
    inUse.digests.get(subject ?? '')
  );
}

/** Whether the files name any of the repositories, with or without a tag. */
export function namesAnyOf({ names }: InUse, repositories: readonly string[]): boolean {
  return repositories.some((repository) => names.has(repository));
}
