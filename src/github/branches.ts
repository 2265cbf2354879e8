import { asObject, type GitHub } from './client.ts';
import { GitHubError } from './errors.ts';

const LOOKUP = { what: 'branches', permission: 'contents: read' };

const QUERY = `query ($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    refs(refPrefix: "refs/heads/", first: 100, after: $after) {
      nodes { name }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/**
 * The names of all branches.
 *
 * @throws GitHubError when any page is missing: a part of the branches is not enough to delete on
 */
export async function listBranches({ github }: { readonly github: GitHub }): Promise<ReadonlySet<string>> {
  const branches = new Set<string>();
  let after: string | null = null;
  do {
    const { data, errors } = await github.query(LOOKUP, QUERY, { after });
    const { nodes, pageInfo } = asObject(asObject(data['repository'])['refs']);
    const { hasNextPage, endCursor } = asObject(pageInfo);
    if (errors.length > 0 || !Array.isArray(nodes) || typeof hasNextPage !== 'boolean')
      throw incomplete(errors[0]?.message);
    for (const node of nodes) branches.add(nameOf(node));
    if (hasNextPage && (typeof endCursor !== 'string' || endCursor === after))
      throw incomplete('a page has no successor');
    after = hasNextPage && typeof endCursor === 'string' ? endCursor : null;
  } while (after !== null);
  // A repository without any branch runs no workflow: then the answer is not to be trusted.
  if (branches.size === 0) throw incomplete('it has none');
  return branches;
}

function nameOf(node: unknown): string {
  const { name } = asObject(node);
  if (typeof name !== 'string') throw incomplete('a branch has no name');
  return name;
}

function incomplete(found: string | undefined): GitHubError {
  return new GitHubError(
    `GitHub's list of branches is not complete${found ? ` (${found})` : ''}. Nothing was deleted. Run again later.`,
  );
}
