import { ServiceError } from '../model/errors.ts';
import type { CommitFacts, CommitPullRequests, KnownCommit } from '../model/facts.ts';
import { asObject, asString, present } from '../model/json.ts';
import { listClosedPullRequests, listOpenPullRequests, type PullRequest } from './pull-requests.ts';
import { askFields, type Found, oidOf, type Subject } from './query.ts';
import { findContained, listBranches, listGitTags } from './refs.ts';

/** A tag that names a commit. */
export interface CommitTag {
  /** 7 to 40 hex digits. */
  readonly hash: string;
  /** When the tag was pushed, in Unix seconds; absent where that is not known. */
  readonly pushedAt?: number;
}

export interface CommitLookup {
  readonly tags: readonly CommitTag[];
  /** Whether the commits of this branch are kept; those of the default branch always are. */
  readonly isKept: (branch: string) => boolean;
}

const HASH = /^[0-9a-f]{7,40}$/i;

/**
 * What GitHub says now of each commit, by the hash as it was given. Whatever is missing or contradicts itself is unknown.
 *
 * A commit comes from the pull requests that list it, or that had it as a head which a force push replaced. Closed and merged
 * ones are read for the commits that nothing else keeps. GitHub counts points, of which a job's token has 1,000 an hour: one
 * for each 100 hashes, one for each 50 comparisons with a branch, one for each 99 branches or git tags, one for each 49 pull
 * requests.
 *
 * @throws CredentialRefusedError where the token may not read that; ServiceError when GitHub did not answer, or listed
 * branches, git tags or pull requests in part only
 *
 * Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export async function lookUpCommits(
  subject: Subject,
  { tags, isKept }: CommitLookup,
): Promise<ReadonlyMap<string, CommitFacts>> {
  const field = ({ hash }: CommitTag) => `object(expression: "${hash.toLowerCase()}") { ${OBJECT_FIELDS} }`;
  // The default branch is asked for in the same query.
  const found = await askFields(subject, [
    DEFAULT_BRANCH,
    ...tags.filter(({ hash }) => HASH.test(hash)).map(field),
  ]);
  const objectOf = (tag: CommitTag) => readObject(tag.hash.toLowerCase(), found(field(tag)));

  const commits = new Map<string, Commit>();
  for (const tag of tags) {
    const object = objectOf(tag);
    if (typeof object === 'string') continue;
    const before = commits.get(object.oid)?.pushedAt ?? Number.POSITIVE_INFINITY;
    const pushedAt = Math.min(before, tag.pushedAt ?? Number.NEGATIVE_INFINITY);
    commits.set(object.oid, { ...object, pushedAt });
  }
  const name = asString(asObject(found(DEFAULT_BRANCH).value)['name']) ?? '';
  const facts = await learn(subject, [...commits.values()], { name, isKept });
  const factsOf = (object: ReturnType<typeof objectOf>): CommitFacts =>
    typeof object === 'string' ? { kind: object } : (facts.get(object.oid) ?? { kind: 'unknown' });
  return new Map(tags.map((tag) => [tag.hash, factsOf(objectOf(tag))]));
}

interface Commit {
  readonly oid: string;
  /** The commit, and of a temporary merge commit also the head that it merges: what pull requests list. */
  readonly listedAs: readonly string[];
  /** When the oldest tag that names it was pushed, in Unix seconds. */
  readonly pushedAt: number;
}

const DEFAULT_BRANCH = 'defaultBranchRef { name }';
const OBJECT_FIELDS =
  '__typename oid ... on Commit { message parents(first: 2) { totalCount nodes { oid } } }';

function readObject(
  hash: string,
  { value, problem }: Found,
): 'unknown' | 'ambiguous' | Omit<Commit, 'pushedAt'> {
  const { __typename: type, message, parents, ...object } = asObject(value);
  const oid = oidOf(object);
  if (problem || oid === undefined) return 'unknown';
  // A branch or a git tag with the name of a hash comes first.
  if (!oid.startsWith(hash)) return 'ambiguous';
  return type === 'Commit' ? { oid, listedAs: [oid, ...mergedHead(message, parents)] } : 'unknown';
}

/**
 * The head that a commit merges which GitHub made to try out a pull request; none for any other commit. Its message says
 * `Merge <head> into <base>`, each a hash, and docker/metadata-action names it by default.
 *
 * Sources: https://github.com/actions/checkout/issues/237 and https://github.com/docker/metadata-action/issues/206
 */
function mergedHead(message: unknown, parents: unknown): readonly string[] {
  const [, head, into] =
    /^Merge ([0-9a-f]{7,40}) into ([0-9a-f]{7,40})$/.exec((asString(message) ?? '').trim()) ?? [];
  const { totalCount, nodes } = asObject(parents);
  if (head === undefined || into === undefined || totalCount !== 2 || !Array.isArray(nodes)) return [];
  const [first, second] = nodes.map(oidOf);
  return first?.startsWith(into) && second?.startsWith(head) ? [second] : [];
}

/** What branches, git tags and pull requests say of each commit, by its hash. */
async function learn(
  subject: Subject,
  commits: readonly Commit[],
  { name, isKept }: Pick<CommitLookup, 'isKept'> & { readonly name: string },
): Promise<ReadonlyMap<string, KnownCommit>> {
  if (commits.length === 0) return new Map();
  // Read after the commits, so that a branch that was pushed meanwhile is seen.
  const [branches, gitTags, open] = await Promise.all([
    listBranches(subject),
    listGitTags(subject),
    listOpenPullRequests(subject),
  ]);
  const head = branches.get(name);
  if (head === undefined)
    throw new ServiceError('GitHub does not say clearly which branch is the default one. Run again later.');
  // Most commits are on the default branch: it comes first.
  const kept = new Map([[name, head], ...[...branches].filter(([branch]) => isKept(branch))]);
  const oids = commits.map(({ oid }) => oid);
  const contained = await findContained(subject, oids, kept);
  const headOf = byCommit(branches);
  const tagOf = byCommit(gitTags);
  const openOf = new Map(open.flatMap(({ number, commits: own }) => [...own].map((oid) => [oid, number])));
  const areWhole = open.every(({ isWhole }) => isWhole);
  const known = commits.map(({ oid, listedAs }): KnownCommit => {
    const number = listedAs.map((listed) => openOf.get(listed)).find((one) => one !== undefined);
    return present({
      kind: 'commit' as const,
      oid,
      onKeptBranch: contained.get(oid) ?? 'unknown',
      headOfBranch: headOf.get(oid),
      gitTag: tagOf.get(oid),
      pullRequests: areWhole ? present({ open: number }) : ('unknown' as const),
    });
  });
  const unkept = commits.filter((_, index) => !isKeptAnyway(known[index]));
  const closed = await findClosed(subject, unkept);
  return new Map(
    known.map((one) => [one.oid, { ...one, pullRequests: closed.get(one.oid) ?? one.pullRequests }]),
  );
}

/** Whether the commit is kept, whatever pull requests were closed. */
function isKeptAnyway({ onKeptBranch, headOfBranch, gitTag, pullRequests }: Partial<KnownCommit> = {}) {
  const isInOpen = typeof pullRequests !== 'object' || pullRequests.open !== undefined;
  return onKeptBranch !== false || headOfBranch !== undefined || gitTag !== undefined || isInOpen;
}

function byCommit(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...names].map(([name, oid]) => [oid, name]));
}

/** An image may be pushed so long after its pull request was closed: by a build that waited, or ran again. */
const LATE_BUILD_SECONDS = 7 * 86_400;
/** Pages of closed pull requests that are read in one lookup. */
const MOST_PAGES = 200;

/**
 * A closed or merged pull request of each commit: the one that changed last. An image is older than the closing of its pull
 * request, so that reading ends where they changed before the oldest tag was pushed that has none yet.
 *
 * @returns by hash; `unknown` where a pull request may hold the commit of which not everything could be read
 */
async function findClosed(
  subject: Subject,
  commits: readonly Commit[],
): Promise<ReadonlyMap<string, CommitPullRequests | 'unknown'>> {
  const found = new Map<string, CommitPullRequests | 'unknown'>();
  let left = commits;
  let isWhole = true;
  let pages = 0;
  for await (const page of left.length === 0 ? [] : listClosedPullRequests(subject)) {
    const listing = new Map<string, PullRequest>();
    for (const one of page.toReversed()) for (const oid of one.commits) listing.set(oid, one);
    for (const { oid, listedAs } of left) {
      const closed = listedAs.map((listed) => listing.get(listed)).find((one) => one !== undefined);
      if (closed) found.set(oid, { closed: { number: closed.number, merged: closed.isMerged } });
    }
    left = left.filter(({ oid }) => !found.has(oid));
    pages += 1;
    isWhole &&= page.every((one) => one.isWhole) && pages < MOST_PAGES;
    const oldest = Math.min(...left.map(({ pushedAt }) => pushedAt));
    const changed = page.at(-1)?.updatedAt ?? Number.POSITIVE_INFINITY;
    if (changed < oldest - LATE_BUILD_SECONDS || pages === MOST_PAGES) break;
  }
  for (const { oid } of left) found.set(oid, isWhole ? {} : 'unknown');
  return found;
}
