import type { CommitParent, CommitPullRequest, CommitPullRequests, KnownCommit } from '../model/facts.ts';
import { asObject } from '../model/json.ts';
import type { GitHub, GraphqlAnswer } from './client.ts';

/** What looking up commits needs, wherever it is asked. */
export const COMMIT_LOOKUP = {
  what: 'commits',
  permissions: ['contents: read', 'pull-requests: read'],
};

/** What a hash stands for, by itself. */
export type CommitObject = { readonly kind: 'unknown' } | { readonly kind: 'ambiguous' } | CommitAlone;

/** A commit as it is, wherever branches stand. */
export type CommitAlone = Pick<KnownCommit, 'kind' | 'oid' | 'parents' | 'pullRequests' | 'isTemporaryMerge'>;

/** Commits in a query. */
const BATCH = 50;
const LISTED_PULL_REQUESTS = 20;
const LISTED_PARENTS = 2;
const HASH = /^[0-9a-f]{7,40}$/;
const OID = /^[0-9a-f]{40}$/;
const STATES: ReadonlyMap<unknown, CommitPullRequest['state']> = new Map([
  ['OPEN', 'open'],
  ['CLOSED', 'closed'],
  ['MERGED', 'merged'],
]);

const FRAGMENTS = `
fragment found on GitObject {
  __typename
  oid
  ... on Commit { message ...pullRequests parents(first: ${LISTED_PARENTS}) { totalCount nodes { oid ...pullRequests } } }
}
fragment pullRequests on Commit {
  associatedPullRequests(first: ${LISTED_PULL_REQUESTS}) { totalCount nodes { number state repository { nameWithOwner } } }
}`;

interface FoundObjects {
  /** By the hash as it was given. */
  readonly objects: ReadonlyMap<string, CommitObject>;
  /** The default branch, as each query named it. */
  readonly defaultBranches: ReadonlySet<unknown>;
}

/** What each hash stands for; nothing is asked of what cannot be a hash. */
export async function lookUpObjects(github: GitHub, hashes: readonly string[]): Promise<FoundObjects> {
  const objects = new Map<string, CommitObject>(hashes.map((hash) => [hash, { kind: 'unknown' }]));
  const possible = [...new Set(hashes.map(normalize))].filter((hash) => HASH.test(hash));
  const found = new Map<string, CommitObject>();
  const defaultBranches = new Set<unknown>();
  for (let from = 0; from < possible.length; from += BATCH) {
    const batch = possible.slice(from, from + BATCH);
    const answer = await ask(github, batch);
    const repository = asObject(answer.data['repository']);
    defaultBranches.add(asObject(repository['defaultBranchRef'])['name']);
    for (const [index, hash] of batch.entries()) found.set(hash, readObject(hash, `c${index}`, answer));
  }
  for (const hash of objects.keys()) objects.set(hash, found.get(normalize(hash)) ?? { kind: 'unknown' });
  return { objects, defaultBranches };
}

function normalize(hash: string): string {
  return hash.toLowerCase();
}

function ask(github: GitHub, hashes: readonly string[]): Promise<GraphqlAnswer> {
  const declared = hashes.map((_, index) => `$h${index}: String!`).join(', ');
  const fields = hashes
    .map((_, index) => `c${index}: object(expression: $h${index}) { ...found }`)
    .join('\n');
  const query = `query ($owner: String!, $name: String!, ${declared}) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    defaultBranchRef { name }
    ${fields}
  }
}${FRAGMENTS}`;
  const variables = Object.fromEntries(hashes.map((hash, index) => [`h${index}`, hash]));
  return github.query(COMMIT_LOOKUP, query, variables);
}

function readObject(hash: string, alias: string, { data, errors }: GraphqlAnswer): CommitObject {
  // An error that names no commit may be about each of them.
  if (errors.some(({ path }) => path.length < 2 || path[1] === alias)) return { kind: 'unknown' };
  const repository = asObject(data['repository']);
  const { __typename: type, oid, ...rest } = asObject(repository[alias]);
  if (typeof oid !== 'string' || !OID.test(oid)) return { kind: 'unknown' };
  // A branch or a git tag with the name of a hash comes first.
  if (!oid.startsWith(hash)) return { kind: 'ambiguous' };
  if (type !== 'Commit') return { kind: 'unknown' };
  const readPullRequests = pullRequestsOf(repository['nameWithOwner']);
  const parents = readParents(rest['parents'], readPullRequests);
  return {
    kind: 'commit',
    oid,
    parents,
    isTemporaryMerge: parents !== 'unknown' && isTemporaryMerge(rest['message'], parents),
    pullRequests: readPullRequests(rest['associatedPullRequests']),
  };
}

/**
 * Whether GitHub made the commit to try out a merge; its message says so: `Merge <head> into <base>`, each a hash.
 *
 * Sources: https://github.com/actions/checkout/issues/237 and https://github.com/actions/checkout/issues/261
 */
function isTemporaryMerge(message: unknown, parents: readonly CommitParent[]): boolean {
  const said = typeof message === 'string' ? message.trim() : '';
  const [, head, into] = /^Merge ([0-9a-f]{7,40}) into ([0-9a-f]{7,40})$/.exec(said) ?? [];
  if (head === undefined || into === undefined || parents.length !== 2) return false;
  return parents[0]?.oid.startsWith(into) === true && parents[1]?.oid.startsWith(head) === true;
}

function readParents(
  connection: unknown,
  readPullRequests: (connection: unknown) => CommitPullRequests,
): readonly CommitParent[] | 'unknown' {
  const nodes = allNodes(connection, LISTED_PARENTS);
  const parents = nodes?.map((node): CommitParent | undefined => {
    const { oid, associatedPullRequests } = asObject(node);
    if (typeof oid !== 'string' || !OID.test(oid)) return undefined;
    return { oid, pullRequests: readPullRequests(associatedPullRequests) };
  });
  return allKnown(parents);
}

/** Reads the pull requests of this repository: a commit may be in those of a fork too, where the same number is another pull request. */
function pullRequestsOf(here: unknown): (connection: unknown) => CommitPullRequests {
  return (connection) => {
    const nodes = allNodes(connection, LISTED_PULL_REQUESTS);
    const pullRequests = nodes?.map((node): CommitPullRequest | undefined => {
      const { number, state: said, repository } = asObject(node);
      const state = STATES.get(said);
      const isHere = typeof here === 'string' && asObject(repository)['nameWithOwner'] === here;
      return typeof number === 'number' && state && isHere ? { number, state } : undefined;
    });
    return allKnown(pullRequests);
  };
}

/** All nodes of a connection; undefined where it has more than it was asked for, or not those that it counts. */
function allNodes(connection: unknown, asked: number): readonly unknown[] | undefined {
  const { totalCount, nodes } = asObject(connection);
  return Array.isArray(nodes) && nodes.length === totalCount && nodes.length <= asked ? nodes : undefined;
}

function allKnown<T>(values: readonly (T | undefined)[] | undefined): readonly T[] | 'unknown' {
  const known = values?.filter((value) => value !== undefined);
  return known && known.length === values?.length ? known : 'unknown';
}
