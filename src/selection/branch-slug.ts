import { LONGEST_TAG } from '../model/tag.ts';

/** Where tools that write a branch into a DNS label or a tag cut it off. */
const COMMON_LIMITS = [63, LONGEST_TAG];

/** What tools take for characters that cannot stand, one by one or in runs. */
const FOREIGN = [/[^a-z0-9._-]+/gi, /[^a-z0-9._-]/gi, /[^a-z0-9]+/gi, /[^a-z0-9]/gi];

/**
 * How a branch may be written in a tag, each in its {@link plain} form.
 *
 * docker/metadata-action writes each run of characters that a tag cannot hold as one `-`, and does not shorten. Other tools
 * write a `-` for each character, take accents off letters, take hyphens off the ends, and cut the name off. A text before
 * the branch may run together with its first characters. A branch that may be written like the tag keeps it.
 *
 * Sources: `sanitizeTag` in https://github.com/docker/metadata-action/blob/906ecf0fc0a80f9110f79d9e6c04b1080f4a2621/src/meta.ts
 * and https://github.com/rlespinasse/github-slug-action
 */
function branchSlugs(branch: string): ReadonlySet<string> {
  const withoutAccents = branch.normalize('NFKD').replace(/\p{M}+/gu, '');
  // The Kelvin sign is a letter `k` once it is in lower case, and a foreign character before: tools differ in the order.
  const written = [branch, branch.toLowerCase(), withoutAccents].flatMap((name) =>
    FOREIGN.map((foreign) => name.replace(foreign, '-')),
  );
  const cut = written.flatMap((slug) =>
    COMMON_LIMITS.filter((limit) => slug.length > limit).map((limit) => slug.slice(0, limit)),
  );
  return new Set([...written, ...cut].map(plain));
}

/** The letters and digits of a text in lower case, with one hyphen for all that stands between them. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Branches by their slugs. */
export type BranchIndex = ReadonlyMap<string, string>;

/** The branches by the slugs under which tags may hold them; of two with one slug, the later. */
export function indexBranches(branches: Iterable<string>): BranchIndex {
  return new Map(
    [...branches].flatMap((branch) => [...branchSlugs(branch)].map((slug) => [slug, branch] as const)),
  );
}

const indexes = new WeakMap<ReadonlySet<string>, BranchIndex>();

/** The index of a set of branches, made once. */
export function branchIndexOf(branches: ReadonlySet<string>): BranchIndex {
  const index = indexes.get(branches) ?? indexBranches(branches);
  indexes.set(branches, index);
  return index;
}

/** A branch of the index that one of the readings of a tag may stand for. */
export function findBranch(
  index: BranchIndex,
  { name, readings }: { readonly name: string; readonly readings: Iterable<string> },
): string | undefined {
  for (const reading of readings) {
    const slug = plain(reading);
    const branch = index.get(slug) ?? (isCutOff(name, reading) ? longerThan(index, slug) : undefined);
    if (branch !== undefined) return branch;
  }
  return undefined;
}

/** A tag of the greatest length may hold only the beginning of a branch. */
function isCutOff(name: string, reading: string): boolean {
  return name.length === LONGEST_TAG && name.endsWith(reading);
}

function longerThan(index: BranchIndex, beginning: string): string | undefined {
  for (const [slug, branch] of index) if (slug.startsWith(beginning)) return branch;
  return undefined;
}
