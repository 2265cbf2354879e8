import type { CommitFacts } from '../model/facts.ts';
import type { GitHub } from './client.ts';
import { findContained } from './commit-containment.ts';
import { type CommitObject, lookUpObjects } from './commit-objects.ts';
import { hideUnclearHeads } from './commit-pull-requests.ts';
import { type CommitRefs, listCommitRefs } from './commit-refs.ts';

export interface CommitLookup {
  readonly github: GitHub;
  /** As they stand in tags: 7 to 40 hex digits. */
  readonly hashes: readonly string[];
  /** Whether the commits of this branch are kept; those of the default branch always are. */
  readonly isKept: (branch: string) => boolean;
  /** So many comparisons at most are asked one by one over REST, where GraphQL does not tell. */
  readonly mostComparisons?: number;
}

/** A request each, of the 1,000 that a job's token may send over REST in an hour. */
const MOST_COMPARISONS = 100;

/**
 * What GitHub says now of each commit, by the hash as it was given. Whatever is missing or contradicts itself is unknown.
 *
 * 500 commits take 10 requests to look them up, 10 for the default branch and as many for each other kept one, less those
 * that a branch before contains, and one for each 99 branches and git tags. Temporary merge commits take one more, and up to
 * 10 where pull requests into other branches are open. GitHub counts GraphQL in points, of which a job's token has 1,000 an
 * hour: the requests that each connection in a query would take, divided by 100, and 1 at least. That makes 2 for each 50
 * commits looked up, and 1 for every other query.
 *
 * @throws GitHubError when GitHub did not answer, or listed its branches or git tags in part only
 *
 * Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export async function lookUpCommits(lookup: CommitLookup): Promise<ReadonlyMap<string, CommitFacts>> {
  const { github, hashes } = lookup;
  const { objects, defaultBranches } = await lookUpObjects(github, hashes);
  const commits = [...objects.values()].filter((object) => object.kind === 'commit');
  if (commits.length === 0) return unknownCommits(objects);
  const mostComparisons = lookup.mostComparisons ?? MOST_COMPARISONS;
  // Read after the commits, so that a branch that was pushed meanwhile is seen.
  const refs = await listCommitRefs(github, defaultBranches);
  const contained = await findContained({
    github,
    oids: new Set(commits.map(({ oid }) => oid)),
    branches: keptBranches(refs, lookup),
    mostComparisons,
  });
  const clear = await hideUnclearHeads(commits, { github, refs, mostComparisons });
  return mapValues(objects, (found) => {
    if (found.kind !== 'commit') return found;
    const object = clear.get(found.oid) ?? found;
    const headOfBranch = refs.branchOf.get(object.oid);
    const gitTag = refs.gitTagOf.get(object.oid);
    return {
      ...object,
      onKeptBranch: contained.get(object.oid) ?? 'unknown',
      ...(headOfBranch === undefined ? {} : { headOfBranch }),
      ...(gitTag === undefined ? {} : { gitTag }),
    };
  });
}

/** By name: where they end. The default branch comes first, since most commits are on it. */
function keptBranches(
  { heads, defaultBranch }: CommitRefs,
  { isKept }: CommitLookup,
): ReadonlyMap<string, string> {
  const ofDefault = [...heads].filter(([name]) => name === defaultBranch);
  return new Map([...ofDefault, ...[...heads].filter(([name]) => isKept(name))]);
}

function unknownCommits(objects: ReadonlyMap<string, CommitObject>): ReadonlyMap<string, CommitFacts> {
  return mapValues(objects, (object) => (object.kind === 'ambiguous' ? object : { kind: 'unknown' }));
}

function mapValues<K, V, W>(map: ReadonlyMap<K, V>, change: (value: V) => W): ReadonlyMap<K, W> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
