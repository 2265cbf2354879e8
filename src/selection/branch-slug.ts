import { LONGEST_TAG } from '../model/tag.ts';

/** Where tools that write a branch into a DNS label or a tag cut it off. */
const COMMON_LIMITS = [63, LONGEST_TAG];

/** What tools take for characters that cannot stand, one by one or in runs. */
const FOREIGN = [/[^a-z0-9._-]+/gi, /[^a-z0-9._-]/gi, /[^a-z0-9]+/gi, /[^a-z0-9]/gi];

/**
 * How a branch may stand in a tag, in lower case.
 *
 * docker/metadata-action writes each run of characters that a tag cannot hold as one `-`, and does not shorten. Other tools
 * write a `-` for each character, `.` and `_` among them, take hyphens off the ends, and cut the name off. A branch that
 * any of these writes keeps its tag.
 *
 * Sources: `sanitizeTag` in https://github.com/docker/metadata-action/blob/906ecf0fc0a80f9110f79d9e6c04b1080f4a2621/src/meta.ts
 * and https://github.com/rlespinasse/github-slug-action
 */
function branchSlugs(branch: string): ReadonlySet<string> {
  // The Kelvin sign is a letter `k` once it is in lower case, and a foreign character before: tools differ in the order.
  const written = [branch, branch.toLowerCase()].flatMap((name) =>
    FOREIGN.map((foreign) => name.replace(foreign, '-').toLowerCase()),
  );
  const whole = written.flatMap((slug) => [slug, withoutOuterHyphens(slug)]);
  const cut = whole.flatMap((slug) =>
    COMMON_LIMITS.filter((limit) => slug.length > limit).map((limit) => slug.slice(0, limit)),
  );
  return new Set([...whole, ...cut, ...cut.map(withoutOuterHyphens)]);
}

function withoutOuterHyphens(slug: string): string {
  return slug.replace(/^-+/, '').replace(/(?<!-)-+$/, '');
}

/** Branches by their slugs. */
export type BranchIndex = ReadonlyMap<string, string>;

/** The branches by the slugs under which tags may hold them; of two with one slug, the later. */
export function indexBranches(branches: Iterable<string>): BranchIndex {
  return new Map(
    [...branches].flatMap((branch) => [...branchSlugs(branch)].map((slug) => [slug, branch] as const)),
  );
}

/** A branch of the index that one of the readings of a tag may stand for. */
export function findBranch(
  index: BranchIndex,
  { name, readings }: { readonly name: string; readonly readings: Iterable<string> },
): string | undefined {
  for (const reading of readings) {
    const slug = reading.toLowerCase();
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
