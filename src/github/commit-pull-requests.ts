import { asObject } from '../model/json.ts';
import type { GitHub } from './client.ts';
import { findContained } from './commit-containment.ts';
import { COMMIT_LOOKUP, type CommitAlone } from './commit-objects.ts';
import type { CommitRefs } from './commit-refs.ts';

interface HeadLookup {
  readonly github: GitHub;
  readonly refs: CommitRefs;
  readonly mostComparisons: number;
}

/**
 * The temporary merge commits, by hash, whose pull requests GitHub does not all tell; of those the head's become unknown.
 *
 * For a commit of the default branch GitHub names the pull request that brought it there, and no open ones. Where a branch was
 * merged and has another pull request open, into a release branch, the temporary merge commit of that one has such a head.
 * Only pull requests into other branches can hold a commit of the default branch.
 *
 * Source: `associatedPullRequests` in https://docs.github.com/en/graphql/reference/objects#commit
 */
export async function hideUnclearHeads(
  commits: readonly CommitAlone[],
  { github, refs, mostComparisons }: HeadLookup,
): Promise<ReadonlyMap<string, CommitAlone>> {
  const { heads, defaultBranch } = refs;
  const merges = new Map(
    commits.flatMap((commit) => {
      const head = headToCheck(commit);
      return head === undefined ? [] : [[commit, head] as const];
    }),
  );
  if (merges.size === 0 || (await haveAllOneBase(github, defaultBranch))) return new Map();
  const oids = new Set(merges.values());
  const branches = new Map([...heads].filter(([name]) => name === defaultBranch));
  const contained = await findContained({ github, oids, branches, mostComparisons });
  const unclear = [...merges].filter(([, head]) => contained.get(head) !== false);
  return new Map(unclear.map(([commit, head]) => [commit.oid, withoutPullRequests(commit, head)]));
}

/** The head of the pull request that a temporary merge commit tries, where none is known to be open. */
function headToCheck({ isTemporaryMerge, parents }: CommitAlone): string | undefined {
  const head = isTemporaryMerge && parents !== 'unknown' ? parents[1] : undefined;
  if (!head || head.pullRequests === 'unknown') return undefined;
  return head.pullRequests.some(({ state }) => state === 'open') ? undefined : head.oid;
}

/** Whether all open pull requests are for this branch. */
async function haveAllOneBase(github: GitHub, base: string): Promise<boolean> {
  const query = `query ($owner: String!, $name: String!, $base: String!) {
  repository(owner: $owner, name: $name) {
    all: pullRequests(states: OPEN, first: 1) { totalCount }
    forBase: pullRequests(states: OPEN, baseRefName: $base, first: 1) { totalCount }
  }
}`;
  const { data, errors } = await github.query(COMMIT_LOOKUP, query, { base });
  const { all, forBase } = asObject(data['repository']);
  const total = asObject(all)['totalCount'];
  return errors.length === 0 && typeof total === 'number' && total === asObject(forBase)['totalCount'];
}

function withoutPullRequests(commit: CommitAlone, head: string): CommitAlone {
  if (commit.parents === 'unknown') return commit;
  const parents = commit.parents.map((parent) =>
    parent.oid === head ? { ...parent, pullRequests: 'unknown' as const } : parent,
  );
  return { ...commit, parents };
}
