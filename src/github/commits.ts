import { ServiceError } from '../model/errors.ts';
import type { CommitFacts, CommitPullRequests, KnownCommit } from '../model/facts.ts';
import { asObject, asString, type JsonObject } from '../model/json.ts';
import { askOf, type Lookup, type Problem, type Subject } from './client.ts';
import { findContained } from './containment.ts';
import { inBatches, oidOf } from './lists.ts';
import { listClosedPullRequests, listOpenPullRequests, type ReadPullRequest } from './pull-requests.ts';
import { listBranches, listGitTags } from './refs.ts';

/** A tag that names a commit. */
export interface CommitTag {
  /** 7 to 40 hex digits. */
  readonly hash: string;
  /** When the tag was pushed, in Unix seconds; absent where that is not known. */
  readonly pushedAt?: number;
}

interface CommitLookup extends Omit<Subject, 'lookup'> {
  readonly tags: readonly CommitTag[];
  /** Whether the commits of this branch are kept; those of the default branch always are. */
  readonly isKept: (branch: string) => boolean;
}

const COMMITS: Lookup = { what: 'commits', permissions: ['contents: read', 'pull-requests: read'] };

/**
 * What GitHub says now of each commit, by the hash as it was given. Whatever is missing or contradicts itself is unknown.
 *
 * A commit comes from the pull requests that list it, or that had it as a head which a force push replaced. Closed and merged
 * ones are read for the commits that nothing else keeps. GitHub counts points, of which a job's token has 1,000 an hour: one
 * for each 100 hashes, one for each 50 comparisons with a branch, one for each 99 branches, git tags or 50 pull requests.
 *
 * @throws CredentialRefusedError where the token may not read that; ServiceError when GitHub did not answer, or listed
 * branches, git tags or pull requests in part only
 *
 * Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export async function lookUpCommits(lookup: CommitLookup): Promise<ReadonlyMap<string, CommitFacts>> {
  const { objects, defaultBranch } = await findObjects(lookup);
  const commits = new Map(
    [...objects.values()].flatMap((object) => (object.kind === 'commit' ? [[object.oid, object]] : [])),
  );
  const facts = commits.size === 0 ? new Map() : await learn(lookup, { commits, defaultBranch });
  return new Map(
    lookup.tags.map(({ hash }) => {
      const object = objects.get(normal(hash)) ?? { kind: 'unknown' };
      return [hash, object.kind === 'commit' ? (facts.get(object.oid) ?? { kind: 'unknown' }) : object];
    }),
  );
}

/** What a hash stands for. */
type FoundObject = Extract<CommitFacts, { readonly kind: 'unknown' | 'ambiguous' }> | CommitObject;

interface CommitObject {
  readonly kind: 'commit';
  readonly oid: string;
  /** The commit, and of a temporary merge commit also the head that it merges: what pull requests list. */
  readonly listedAs: readonly string[];
  /** When the oldest tag that names it was pushed, in Unix seconds. */
  readonly pushedAt: number;
}

/** Hashes in a query; so many cost one point. */
const BATCH = 100;
const HASH = /^[0-9a-f]{7,40}$/;

interface FoundObjects {
  /** By hash in lower case. */
  readonly objects: ReadonlyMap<string, FoundObject>;
  /** As each query named it. */
  readonly defaultBranch: ReadonlySet<unknown>;
}

/** What each hash stands for; nothing is asked of what cannot be one. */
async function findObjects(lookup: CommitLookup): Promise<FoundObjects> {
  const pushes = Map.groupBy(lookup.tags, ({ hash }) => normal(hash));
  const hashes = [...pushes.keys()].filter((hash) => HASH.test(hash));
  const objects = new Map<string, FoundObject>();
  const defaultBranch = new Set<unknown>();
  const ask = async (batch: readonly string[]) => {
    const answer = await askOf(
      { ...lookup, lookup: COMMITS },
      {
        text: `defaultBranchRef { name }
        ${batch.map((_, index) => `c${index}: object(expression: $h${index}) { ${OBJECT_FIELDS} }`).join('\n')}`,
        variables: Object.fromEntries(batch.map((hash, index) => [`h${index}`, ['String!', hash]])),
      },
    );
    defaultBranch.add(asObject(answer.found['defaultBranchRef'])['name']);
    for (const [index, hash] of batch.entries()) {
      const times = pushes.get(hash)?.map(({ pushedAt }) => pushedAt ?? Number.NEGATIVE_INFINITY) ?? [];
      objects.set(hash, readObject(answer, `c${index}`, { hash, pushedAt: Math.min(...times) }));
    }
  };
  await inBatches(hashes, BATCH, ask);
  return { objects, defaultBranch };
}

const OBJECT_FIELDS =
  '__typename oid ... on Commit { message parents(first: 2) { totalCount nodes { oid } } }';

function normal(hash: string): string {
  return hash.toLowerCase();
}

function readObject(
  { found, errors }: { readonly found: JsonObject; readonly errors: readonly Problem[] },
  alias: string,
  { hash, pushedAt }: { readonly hash: string; readonly pushedAt: number },
): FoundObject {
  // An error that names no commit may be about each of them.
  if (errors.some(({ path }) => path.length < 2 || path[1] === alias)) return { kind: 'unknown' };
  const { __typename: type, message, parents, ...object } = asObject(found[alias]);
  const oid = oidOf(object);
  if (oid === undefined) return { kind: 'unknown' };
  // A branch or a git tag with the name of a hash comes first.
  if (!oid.startsWith(hash)) return { kind: 'ambiguous' };
  if (type !== 'Commit') return { kind: 'unknown' };
  const head = mergedHead(message, parents);
  return { kind: 'commit', oid, listedAs: head === undefined ? [oid] : [oid, head], pushedAt };
}

/**
 * The head that a commit merges which GitHub made to try out a pull request; undefined for any other commit. Its message says
 * `Merge <head> into <base>`, each a hash, and docker/metadata-action names it by default.
 *
 * Sources: https://github.com/actions/checkout/issues/237 and https://github.com/docker/metadata-action/issues/206
 */
function mergedHead(message: unknown, parents: unknown): string | undefined {
  const [, head, into] =
    /^Merge ([0-9a-f]{7,40}) into ([0-9a-f]{7,40})$/.exec((asString(message) ?? '').trim()) ?? [];
  const { totalCount, nodes } = asObject(parents);
  if (head === undefined || into === undefined || totalCount !== 2 || !Array.isArray(nodes)) return undefined;
  const [first, second] = nodes.map(oidOf);
  return first?.startsWith(into) && second?.startsWith(head) ? second : undefined;
}

interface Found {
  /** By hash, whole. */
  readonly commits: ReadonlyMap<string, CommitObject>;
  readonly defaultBranch: ReadonlySet<unknown>;
}

/** What branches, git tags and pull requests say of each commit. */
async function learn(
  lookup: CommitLookup,
  { commits, defaultBranch }: Found,
): Promise<ReadonlyMap<string, KnownCommit>> {
  const subject = { ...lookup, lookup: COMMITS };
  // Read after the commits, so that a branch that was pushed meanwhile is seen.
  const [branches, gitTags, open] = await Promise.all([
    listBranches(subject),
    listGitTags(subject),
    listOpenPullRequests(subject),
  ]);
  const contained = await findContained({
    ...subject,
    oids: new Set(commits.keys()),
    branches: keptBranches(branches, { defaultBranch, isKept: lookup.isKept }),
  });
  const [headOf, tagOf] = [swap(branches), swap(gitTags)];
  const openOf = new Map(open.flatMap(({ number, commits: own }) => [...own].map((oid) => [oid, number])));
  const areWhole = open.every(({ isWhole }) => isWhole);
  const facts = new Map<string, KnownCommit>();
  for (const { oid, listedAs } of commits.values()) {
    const [branch, gitTag] = [headOf.get(oid), tagOf.get(oid)];
    const number = listedAs.map((listed) => openOf.get(listed)).find((one) => one !== undefined);
    const inOpen = number === undefined ? {} : { open: number };
    facts.set(oid, {
      kind: 'commit',
      oid,
      onKeptBranch: contained.get(oid) ?? 'unknown',
      ...(branch === undefined ? {} : { headOfBranch: branch }),
      ...(gitTag === undefined ? {} : { gitTag }),
      pullRequests: areWhole ? inOpen : 'unknown',
    });
  }
  const unkept = [...facts.values()].filter((known) => !isKeptAnyway(known));
  const closed = await findClosed(
    subject,
    unkept.flatMap(({ oid }) => commits.get(oid) ?? []),
  );
  for (const known of unkept) facts.set(known.oid, { ...known, pullRequests: closed.get(known.oid) ?? {} });
  return facts;
}

/** Whether the commit is kept, whatever pull requests were closed. */
function isKeptAnyway({ onKeptBranch, headOfBranch, gitTag, pullRequests }: KnownCommit): boolean {
  const isInOpen = pullRequests === 'unknown' || pullRequests.open !== undefined;
  return onKeptBranch !== false || headOfBranch !== undefined || gitTag !== undefined || isInOpen;
}

/** By name: where they end. The default branch comes first, since most commits are on it. */
function keptBranches(
  branches: ReadonlyMap<string, string>,
  { defaultBranch, isKept }: Pick<Found, 'defaultBranch'> & Pick<CommitLookup, 'isKept'>,
): ReadonlyMap<string, string> {
  const [name, ...others] = defaultBranch;
  const head = typeof name === 'string' ? branches.get(name) : undefined;
  if (typeof name !== 'string' || head === undefined || others.length > 0) {
    throw new ServiceError('GitHub does not say clearly which branch is the default one. Run again later.');
  }
  return new Map([[name, head], ...[...branches].filter(([branch]) => isKept(branch))]);
}

function swap(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
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
  commits: readonly CommitObject[],
): Promise<ReadonlyMap<string, CommitPullRequests | 'unknown'>> {
  const found = new Map<string, CommitPullRequests | 'unknown'>();
  const left = new Map(commits.map((commit) => [commit.oid, commit]));
  const listed = Map.groupBy(
    commits.flatMap(({ oid, listedAs }) => listedAs.map((name) => ({ oid, name }))),
    ({ name }) => name,
  );
  const take = ({ number, isMerged: merged, commits: own }: ReadPullRequest) => {
    for (const { oid } of [...own].flatMap((name) => listed.get(name) ?? []))
      if (left.delete(oid)) found.set(oid, { closed: { number, merged } });
  };
  let isWhole = true;
  let pages = 0;
  for await (const page of left.size === 0 ? [] : listClosedPullRequests(subject)) {
    for (const pullRequest of page) take(pullRequest);
    pages += 1;
    isWhole &&= page.every((pullRequest) => pullRequest.isWhole) && pages < MOST_PAGES;
    const oldest = [...left.values()].reduce(
      (time, { pushedAt }) => Math.min(time, pushedAt),
      Number.POSITIVE_INFINITY,
    );
    const changed = page.at(-1)?.updatedAt ?? Number.POSITIVE_INFINITY;
    if (left.size === 0 || changed < oldest - LATE_BUILD_SECONDS || pages === MOST_PAGES) break;
  }
  if (!isWhole) for (const oid of left.keys()) found.set(oid, 'unknown');
  return found;
}
