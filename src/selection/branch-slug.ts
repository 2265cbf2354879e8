/**
 * How a branch may stand in a tag, in lower case.
 *
 * docker/metadata-action writes each run of characters that a tag cannot hold as one `-`, and does not shorten. Other tools
 * write a `-` for each character, or cut at 128 characters. A branch that any of these writes keeps its tag.
 *
 * Source: `sanitizeTag` in https://github.com/docker/metadata-action/blob/906ecf0fc0a80f9110f79d9e6c04b1080f4a2621/src/meta.ts
 */
export function branchSlugs(branch: string): readonly string[] {
  const slugs = [branch.replace(/[^a-zA-Z0-9._-]+/g, '-'), branch.replace(/[^a-zA-Z0-9._-]/g, '-')];
  return [
    ...new Set(slugs.flatMap((slug) => [slug, slug.slice(0, LONGEST_TAG)]).map((slug) => slug.toLowerCase())),
  ];
}

const LONGEST_TAG = 128;

/** The branches by how they may stand in a tag. */
export function slugIndex(branches: Iterable<string>): ReadonlyMap<string, string> {
  return new Map(
    [...branches].flatMap((branch) => branchSlugs(branch).map((slug) => [slug, branch] as const)),
  );
}
