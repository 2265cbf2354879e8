import type { GitHub } from './client.ts';
import { GitHubError } from './errors.ts';
import { listRefs } from './refs.ts';

const LOOKUP = { what: 'branches', permissions: ['contents: read'] };

/**
 * The names of all branches.
 *
 * @throws GitHubError when any page is missing: a part of the branches is not enough to delete on
 */
export async function listBranches({ github }: { readonly github: GitHub }): Promise<ReadonlySet<string>> {
  const refs = await listRefs({ github, lookup: LOOKUP, prefix: 'refs/heads/', fields: '' });
  // A repository without any branch runs no workflow: then the answer is not to be trusted.
  if (refs.size === 0)
    throw new GitHubError(
      "GitHub's list of branches is not complete (it is empty). Nothing was deleted. Run again later.",
    );
  return new Set(refs.keys());
}
