import { asObject } from '../model/json.ts';
import type { GitHub } from './client.ts';
import { COMMIT_LOOKUP } from './commit-objects.ts';

interface ContainmentLookup {
  readonly github: GitHub;
  readonly oids: ReadonlySet<string>;
  /** By name: the commit that the branch ends in. Of two that contain a commit, the first one is named. */
  readonly branches: ReadonlyMap<string, string>;
  /** So many comparisons at most are asked over REST, one in a request. */
  readonly mostComparisons: number;
}

/** The branch that contains a commit; false if none does. */
export type ContainedIn = { readonly name: string } | false | 'unknown';

type IsContained = boolean | 'unknown';

/** Comparisons in a query; so many cost one point. */
const BATCH = 50;

/** Which of the branches contains each commit. */
export async function findContained(lookup: ContainmentLookup): Promise<ReadonlyMap<string, ContainedIn>> {
  const { github, oids, branches } = lookup;
  const endsIn = new Map([...branches].toReversed().map(([name, head]) => [head, { name }] as const));
  const contained = new Map<string, ContainedIn>([...oids].map((oid) => [oid, endsIn.get(oid) ?? false]));
  let left = lookup.mostComparisons;
  for (const [name, head] of branches) {
    const open = [...contained].filter(([, found]) => typeof found !== 'object').map(([oid]) => oid);
    for (let from = 0; from < open.length; from += BATCH) {
      const batch = open.slice(from, from + BATCH);
      const compared = await compare(github, { name, oids: batch });
      for (const [oid, said] of compared) {
        const askAgain = said === undefined && left > 0;
        if (askAgain) left -= 1;
        const found = said ?? (askAgain ? await compareOverRest(github, { head, oid }) : 'unknown');
        if (found !== false) contained.set(oid, found === true ? { name } : 'unknown');
      }
    }
  }
  return contained;
}

/** Undefined where GitHub does not compare them, such as a commit that has nothing in common with the branch. */
async function compare(
  github: GitHub,
  { name, oids }: { readonly name: string; readonly oids: readonly string[] },
): Promise<readonly (readonly [string, IsContained | undefined])[]> {
  const declared = oids.map((_, index) => `$h${index}: String!`).join(', ');
  const fields = oids
    .map(
      (_, index) => `c${index}: compare(headRef: $h${index}) { status aheadBy behindBy headTarget { oid } }`,
    )
    .join('\n');
  const query = `query ($owner: String!, $name: String!, $branch: String!, ${declared}) {
  repository(owner: $owner, name: $name) { ref(qualifiedName: $branch) { ${fields} } }
}`;
  const hashes = Object.fromEntries(oids.map((oid, index) => [`h${index}`, oid]));
  const variables = { ...hashes, branch: `refs/heads/${name}` };
  const { data, errors } = await github.query(COMMIT_LOOKUP, query, variables);
  const ref = asObject(asObject(data['repository'])['ref']);
  // An error that names no comparison may be about each of them.
  const isUnclear = errors.some(({ path }) => path.length < 3);
  return oids.map((oid, index) => {
    const comparison = ref[`c${index}`];
    if (isUnclear) return [oid, 'unknown'];
    return [
      oid,
      comparison === null || comparison === undefined ? undefined : readComparison(comparison, oid),
    ];
  });
}

/** What a comparison says with `oid` as its head; `unknown` where its parts contradict each other. */
function readComparison(comparison: unknown, oid: string): IsContained {
  const { status, aheadBy, behindBy, headTarget } = asObject(comparison);
  if (asObject(headTarget)['oid'] !== oid) return 'unknown';
  return contains({ status, ahead: aheadBy, behind: behindBy });
}

/** One comparison, between two commits. */
async function compareOverRest(
  github: GitHub,
  { head, oid }: { readonly head: string; readonly oid: string },
): Promise<IsContained> {
  const answer = await github.get(COMMIT_LOOKUP, 'GET /repos/{owner}/{repo}/compare/{basehead}', {
    basehead: `${head}...${oid}`,
    per_page: 1,
  });
  if (answer.kind === 'not-found') return 'unknown';
  const { status, ahead_by, behind_by, base_commit, merge_base_commit } = asObject(answer.data);
  if (asObject(base_commit)['sha'] !== head || typeof status !== 'string') return 'unknown';
  const found = contains({ status: status.toUpperCase(), ahead: ahead_by, behind: behind_by });
  // What the branch contains is itself where the two meet.
  return found === (asObject(merge_base_commit)['sha'] === oid) ? found : 'unknown';
}

interface Comparison {
  readonly status: unknown;
  /** How many commits the compared one has that the branch has not. */
  readonly ahead: unknown;
  /** How many commits the branch has that the compared one has not. */
  readonly behind: unknown;
}

function contains({ status, ahead, behind }: Comparison): IsContained {
  if (typeof ahead !== 'number' || typeof behind !== 'number') return 'unknown';
  if (status === (behind > 0 ? 'BEHIND' : 'IDENTICAL') && ahead === 0) return true;
  return status === (behind > 0 ? 'DIVERGED' : 'AHEAD') && ahead > 0 ? false : 'unknown';
}
