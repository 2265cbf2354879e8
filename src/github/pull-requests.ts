import { ServiceError } from '../model/errors.ts';
import type { PullRequestState } from '../model/facts.ts';
import { asObject, asString, type JsonObject } from '../model/json.ts';
import { askFields, type Found, incomplete, oidOf, readPages, readWhole, type Subject } from './query.ts';

/** The largest number that a GraphQL query can hold; a single larger one would spoil its whole batch. */
const LARGEST_NUMBER = 2 ** 31 - 1;
const STATES: ReadonlyMap<unknown, PullRequestState> = new Map([
  ['OPEN', 'open'],
  ['CLOSED', 'closed'],
  ['MERGED', 'merged'],
]);

/**
 * The state of each pull request as GitHub says now; `unknown` where the repository has none of that number.
 *
 * @throws ServiceError when any answer is missing: a part of the states is not enough to delete on
 */
export async function lookUpStates(
  subject: Subject,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, PullRequestState>> {
  const isPossible = (number: number) => number > 0 && number <= LARGEST_NUMBER;
  const field = (number: number) => `pullRequest(number: ${number}) { number state }`;
  const found = await askFields(subject, numbers.filter(isPossible).map(field));
  const stateOf = (number: number) =>
    isPossible(number) ? readState(number, found(field(number))) : 'unknown';
  return new Map(numbers.map((number) => [number, stateOf(number)]));
}

function readState(asked: number, { value, problem }: Found): PullRequestState {
  if (problem?.type === 'NOT_FOUND' && (value === null || value === undefined)) return 'unknown';
  const { number, state: said } = asObject(value);
  const state = STATES.get(said);
  if (!problem && number === asked && state !== undefined) return state;
  const found = problem ? ` (${problem.message})` : '';
  throw new ServiceError(
    `GitHub's answer about pull request #${asked} is not clear${found}. Run again later.`,
  );
}

const OPEN = {
  what: 'open pull requests',
  // In this order a new one comes last, and does not move the others.
  connection: 'pullRequests(states: OPEN, orderBy: {field: CREATED_AT, direction: ASC}, $page)',
};

/**
 * The branches of all open pull requests, those of forks too, each with the number of one.
 *
 * @throws ServiceError where the list is not complete
 */
export async function listProposedBranches(subject: Subject): Promise<ReadonlyMap<string, number>> {
  const list = { ...OPEN, fields: 'number headRefName' };
  const open = await readWhole(subject, list, ({ number, headRefName }) => {
    const branch = asString(headRefName);
    return typeof number === 'number' && branch ? [`${number}`, [branch, number] as const] : undefined;
  });
  return new Map(open.values());
}

/** A pull request, its commits, and the heads that force pushes replaced. */
export interface PullRequest {
  readonly number: number;
  readonly isMerged: boolean;
  /** Unix seconds. */
  readonly updatedAt: number;
  readonly commits: ReadonlySet<string>;
  /** Whether GitHub shows all of them; if not, it may hold any commit. */
  readonly isWhole: boolean;
}

/**
 * All open pull requests.
 *
 * @throws ServiceError where one may be missing
 */
export async function listOpenPullRequests(subject: Subject): Promise<readonly PullRequest[]> {
  const list = { ...OPEN, fields: PULL_REQUEST };
  const open = await readWhole(subject, list, (node) => [`${node['number']}`, node]);
  return readEach(subject, [...open.values()]);
}

/**
 * The pull requests that are closed or merged, those that changed last first, page by page. One that changes meanwhile may be
 * missing: then its images stay until the next run.
 *
 * @throws ServiceError where a page cannot be read
 */
export async function* listClosedPullRequests(
  subject: Subject,
): AsyncGenerator<readonly PullRequest[], void> {
  const pages = readPages(subject, {
    what: 'closed pull requests',
    connection:
      'pullRequests(states: [CLOSED, MERGED], orderBy: {field: UPDATED_AT, direction: DESC}, $page)',
    fields: PULL_REQUEST,
    // 50 cost a point, 100 two: larger pages save nothing but requests, and take GitHub longer.
    size: 50,
  });
  for await (const { nodes } of pages) {
    if (nodes.some(({ state }) => state !== 'CLOSED' && state !== 'MERGED'))
      throw incomplete('closed pull requests', 'one is not closed');
    yield await readEach(subject, nodes);
  }
}

/** Lists of a pull request, by the names that a query gives them. */
const PARTS = {
  commits: { connection: 'commits($page)', fields: 'commit { oid }' },
  forcePushes: {
    connection: 'timelineItems(itemTypes: HEAD_REF_FORCE_PUSHED_EVENT, $page)',
    fields: '... on HeadRefForcePushedEvent { commit: beforeCommit { oid } }',
  },
};

/** With as much of its lists as most pull requests have. */
const PULL_REQUEST = `number state updatedAt ${firstOf('commits', 100)} ${firstOf('forcePushes', 20)}`;

function firstOf(part: keyof typeof PARTS, count: number): string {
  const { connection, fields } = PARTS[part];
  const page = connection.replace('$page', `first: ${count}`);
  return `${part}: ${page} { totalCount nodes { ${fields} } pageInfo { hasNextPage } }`;
}

async function readEach(subject: Subject, nodes: readonly JsonObject[]): Promise<readonly PullRequest[]> {
  const read: PullRequest[] = [];
  for (const node of nodes) read.push(await readPullRequest(subject, node));
  return read;
}

async function readPullRequest(subject: Subject, node: JsonObject): Promise<PullRequest> {
  const { number, state, updatedAt: changed, commits } = node;
  const updatedAt = Date.parse(asString(changed) ?? '') / 1000;
  if (typeof number !== 'number' || Number.isNaN(updatedAt))
    throw incomplete('pull requests', 'one cannot be read');
  const own = await readOids(subject, node, 'commits');
  const replaced = await readOids(subject, node, 'forcePushes');
  // The count of the other list is of the whole timeline, whatever is asked for.
  const isWhole = own.size === asObject(commits)['totalCount'];
  return {
    number,
    isMerged: state === 'MERGED',
    updatedAt,
    commits: new Set([...own, ...replaced]),
    isWhole,
  };
}

/** The commits in a list of a pull request, without those that Git has forgotten. */
async function readOids(
  subject: Subject,
  node: JsonObject,
  part: keyof typeof PARTS,
): Promise<ReadonlySet<string>> {
  const { nodes: shown, pageInfo } = asObject(node[part]);
  const what = `commits of pull request #${node['number']}`;
  const within = `pullRequest(number: ${node['number']})`;
  const oidsIn = (nodes: readonly unknown[]) => nodes.flatMap((one) => oidOf(asObject(one)['commit']) ?? []);
  const { hasNextPage } = asObject(pageInfo);
  if (!Array.isArray(shown)) throw incomplete(what, 'a page cannot be read');
  if (hasNextPage === false) return new Set(oidsIn(shown));
  const oids: string[] = [];
  for await (const { nodes } of readPages(subject, { ...PARTS[part], what, within }))
    oids.push(...oidsIn(nodes));
  return new Set(oids);
}
