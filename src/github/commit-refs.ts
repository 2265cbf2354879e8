import { asObject } from '../model/json.ts';
import type { GitHub } from './client.ts';
import { COMMIT_LOOKUP } from './commit-objects.ts';
import { GitHubError } from './errors.ts';
import { listRefs } from './refs.ts';

/** Where branches and git tags stand. */
export interface CommitRefs {
  /** The commit that each branch ends in. */
  readonly heads: ReadonlyMap<string, string>;
  readonly defaultBranch: string;
  /** By commit: a branch that ends in it. */
  readonly branchOf: ReadonlyMap<string, string>;
  /** By commit: a git tag that names it. */
  readonly gitTagOf: ReadonlyMap<string, string>;
}

/** An annotated git tag is an object that names a commit, or another tag. So many are looked through. */
const DEEPEST_TAG = 4;

/**
 * The heads of all branches and the commits of all git tags.
 *
 * @param defaultBranches what GitHub named as the default branch, which must be one of them
 * @throws GitHubError where a list is not complete
 */
export async function listCommitRefs(
  github: GitHub,
  defaultBranches: ReadonlySet<unknown>,
): Promise<CommitRefs> {
  const listing = { github, lookup: COMMIT_LOOKUP };
  const branches = await listRefs({ ...listing, prefix: 'refs/heads/', fields: 'target { oid }' });
  const gitTags = await listRefs({ ...listing, prefix: 'refs/tags/', fields: tagFields(DEEPEST_TAG) });
  const heads = new Map([...branches].map(([name, { target }]) => [name, headOf(name, target)]));
  const [defaultBranch, ...others] = defaultBranches;
  if (typeof defaultBranch !== 'string' || others.length > 0 || !heads.has(defaultBranch))
    throw new GitHubError(
      'GitHub does not say clearly which branch is the default one. Nothing was deleted. Run again later.',
    );
  const tagged = [...gitTags].flatMap(([name, { target }]) => {
    const oid = commitOf(name, target);
    return oid === undefined ? [] : [[oid, name] as const];
  });
  const ends = [...heads].map(([name, oid]) => [oid, name] as const);
  return { heads, defaultBranch, branchOf: new Map(ends), gitTagOf: new Map(tagged) };
}

function tagFields(depth: number): string {
  return depth === 0
    ? 'target { __typename oid }'
    : `target { __typename oid ... on Tag { ${tagFields(depth - 1)} } }`;
}

function headOf(name: string, target: unknown): string {
  const { oid } = asObject(target);
  if (typeof oid === 'string' && oid !== '') return oid;
  throw new GitHubError(
    `GitHub does not say which commit the branch ${name} points to. Nothing was deleted. Run again later.`,
  );
}

/** The commit that a git tag names at last; undefined where it names a file or a folder. */
function commitOf(name: string, target: unknown): string | undefined {
  let at = asObject(target);
  while (at['__typename'] === 'Tag') at = asObject(at['target']);
  const { __typename: type, oid } = at;
  if (type === 'Tree' || type === 'Blob') return undefined;
  if (type === 'Commit' && typeof oid === 'string' && oid !== '') return oid;
  throw new GitHubError(
    `GitHub does not say which commit the git tag ${name} points to. Nothing was deleted. Run again later; if the tag points to another tag, and that to another, and so on, make it point to the commit.`,
  );
}
