import { ServiceError } from '../model/errors.ts';
import type { PullRequestState } from '../model/facts.ts';
import { asObject, asString, type JsonObject } from '../model/json.ts';
import { askOf, type GraphqlClient, type Lookup, type Subject } from './client.ts';
import { inBatches, incomplete, oidOf, readWhole } from './lists.ts';

const BATCH = 100;
/** The largest number that a GraphQL query can hold; a single larger one would spoil its whole batch. */
const LARGEST_NUMBER = 2 ** 31 - 1;
const PULL_REQUESTS: Lookup = { what: 'pull requests', permissions: ['pull-requests: read'] };
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
  client: GraphqlClient,
  repository: string,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, PullRequestState>> {
  const states = new Map<number, PullRequestState>(numbers.map((number) => [number, 'unknown']));
  const subject = { client, repository, lookup: PULL_REQUESTS };
  const possible = [...states.keys()].filter((number) => number > 0 && number <= LARGEST_NUMBER);
  await inBatches(possible, BATCH, async (batch) => {
    const answer = await askOf(subject, {
      text: batch.map((_, index) => `p${index}: pullRequest(number: $n${index}) { number state }`).join('\n'),
      variables: Object.fromEntries(batch.map((number, index) => [`n${index}`, ['Int!', number]])),
    });
    const unexpected = answer.errors.find(({ type }) => type !== 'NOT_FOUND');
    if (unexpected) {
      throw new ServiceError(
        `GitHub could not look up every pull request (${unexpected.message}). Run again later.`,
      );
    }
    const missing = new Set(answer.errors.map(({ path }) => path[1]));
    for (const [index, number] of batch.entries()) {
      const found = answer.found[`p${index}`];
      states.set(number, stateOf(found, { number, isMissing: missing.has(`p${index}`) }));
    }
  });
  return states;
}

function stateOf(
  value: unknown,
  { number, isMissing }: { readonly number: number; readonly isMissing: boolean },
): PullRequestState {
  if (isMissing && (value === null || value === undefined)) return 'unknown';
  const found = asObject(value);
  const state = STATES.get(found['state']);
  if (!isMissing && found['number'] === number && state !== undefined) return state;
  throw new ServiceError(`GitHub's answer about pull request #${number} is not clear. Run again later.`);
}

/** In this order a new one comes last, and does not move the others. */
const OPEN = 'pullRequests(states: OPEN, orderBy: {field: CREATED_AT, direction: ASC}, $page)';

/**
 * The branches of all open pull requests, those of forks too, each with the number of one.
 *
 * @throws ServiceError where the list is not complete
 */
export async function listProposedBranches(subject: Subject): Promise<ReadonlyMap<string, number>> {
  const open = await readWhole({
    ...subject,
    what: 'open pull requests',
    connection: OPEN,
    fields: 'number headRefName',
    read: ({ number, headRefName }) => {
      const branch = asString(headRefName);
      return typeof number === 'number' && branch ? [`${number}`, { number, branch }] : undefined;
    },
  });
  return new Map([...open.values()].map(({ number, branch }) => [branch, number]));
}

/** A pull request, its commits, and the heads that force pushes replaced. */
export interface ReadPullRequest {
  readonly number: number;
  readonly isMerged: boolean;
  /** Unix seconds. */
  readonly updatedAt: number;
  readonly commits: ReadonlySet<string>;
  /** Whether all of them could be read; if not, it may hold any commit. */
  readonly isWhole: boolean;
}

/**
 * All open pull requests.
 *
 * @throws ServiceError where one may be missing
 */
export async function listOpenPullRequests(subject: Subject): Promise<readonly ReadPullRequest[]> {
  const open = await readWhole({
    ...subject,
    what: 'open pull requests',
    connection: OPEN,
    fields: fieldsFrom(),
    read: (node) => {
      const part = readPart(node, { isOpen: true });
      return part && [`${part.number}`, part];
    },
  });
  return readRests(subject, [...open.values()]);
}

/** 50 pull requests cost a point, 100 two: larger pages save nothing but requests, and take GitHub longer. */
const PAGE = 50;

/**
 * The pull requests that are closed or merged, those that changed last first, page by page.
 *
 * One that changes meanwhile may be missing: then its images stay until the next run.
 *
 * @throws ServiceError where a page cannot be read
 */
export async function* listClosedPullRequests(
  subject: Subject,
): AsyncGenerator<readonly ReadPullRequest[], void> {
  for (let after: string | undefined; ; ) {
    const { found, errors } = await askOf(subject, {
      text: `pullRequests(states: [CLOSED, MERGED], orderBy: {field: UPDATED_AT, direction: DESC}, first: ${PAGE}, after: $after) {
        nodes { ${fieldsFrom()} } pageInfo { hasNextPage endCursor }
      }`,
      variables: { after: ['String', after ?? null] },
    });
    const { nodes, pageInfo } = asObject(found['pullRequests']);
    const parts = Array.isArray(nodes)
      ? nodes.map((node) => readPart(asObject(node), { isOpen: false }))
      : [undefined];
    const known = parts.filter((part) => part !== undefined);
    if (errors.length > 0 || known.length < parts.length)
      throw incomplete('closed pull requests', errors[0]?.message ?? 'a page cannot be read');
    yield await readRests(subject, known);
    const next = asString(asObject(pageInfo)['endCursor']);
    if (asObject(pageInfo)['hasNextPage'] !== true || next === undefined || next === after) return;
    after = next;
  }
}

/** With 100 commits and 20 force pushes each; `after` stands behind the ones that are known. */
function fieldsFrom({ commits = '', events = '' } = {}): string {
  return `number state updatedAt
    commits(first: 100${commits}) { totalCount nodes { commit { oid } } pageInfo { hasNextPage endCursor } }
    timelineItems(itemTypes: HEAD_REF_FORCE_PUSHED_EVENT, first: 20${events}) {
      nodes { ... on HeadRefForcePushedEvent { beforeCommit { oid } } } pageInfo { hasNextPage endCursor }
    }`;
}

/** What one answer shows of a pull request. */
interface Part extends Omit<ReadPullRequest, 'commits' | 'isWhole'> {
  readonly isOpen: boolean;
  /** How many commits it has, and those that are shown. */
  readonly count: number;
  readonly commits: readonly string[];
  readonly replaced: readonly string[];
  readonly hasMore: boolean;
  /** Behind what is shown; null behind nothing. */
  readonly ends: { readonly commits: string | null; readonly events: string | null };
}

/** Undefined where it cannot be read, or is not what was asked for: one that is opened or closed meanwhile. */
function readPart(node: JsonObject, { isOpen }: Pick<Part, 'isOpen'>): Part | undefined {
  const { number, state, updatedAt } = node;
  const changed = Date.parse(asString(updatedAt) ?? '') / 1000;
  const isWanted = STATES.has(state) && (state === 'OPEN') === isOpen;
  if (typeof number !== 'number' || !isWanted || Number.isNaN(changed)) return undefined;
  const commits = asObject(node['commits']);
  // Its `totalCount` is of the whole timeline, whatever is asked for.
  const events = asObject(node['timelineItems']);
  const pages = [commits, events].map(({ pageInfo }) => asObject(pageInfo));
  const [commitsEnd, eventsEnd] = pages.map(({ endCursor }) => asString(endCursor) ?? null);
  const isReadable =
    Array.isArray(events['nodes']) && pages.every(({ hasNextPage }) => hasNextPage !== undefined);
  return {
    number,
    isOpen,
    isMerged: state === 'MERGED',
    updatedAt: changed,
    count: isReadable ? Number(commits['totalCount']) : Number.NaN,
    commits: oidsIn(commits, 'commit'),
    replaced: oidsIn(events, 'beforeCommit'),
    hasMore: pages.some(({ hasNextPage }) => hasNextPage === true),
    ends: { commits: commitsEnd ?? null, events: eventsEnd ?? null },
  };
}

function oidsIn({ nodes }: JsonObject, field: string): readonly string[] {
  const oids = Array.isArray(nodes) ? nodes.map((node) => oidOf(asObject(node)[field])) : [];
  return oids.filter((oid) => oid !== undefined);
}

/** Pages of one pull request, of 100 commits and 20 force pushes each. */
const MOST_PARTS = 100;

async function readRests(subject: Subject, parts: readonly Part[]): Promise<readonly ReadPullRequest[]> {
  const whole: ReadPullRequest[] = [];
  for (const part of parts) whole.push(await readRest(subject, part));
  return whole;
}

async function readRest(subject: Subject, first: Part): Promise<ReadPullRequest> {
  const { number, isMerged, updatedAt } = first;
  const own = new Set(first.commits);
  const replaced = new Set(first.replaced);
  let part: Part | undefined = first;
  let { ends } = first;
  for (let read = 1; part?.hasMore && read < MOST_PARTS; read += 1) {
    const answer = await askOf(subject, {
      text: `pullRequest(number: $number) { ${fieldsFrom({ commits: ', after: $commits', events: ', after: $events' })} }`,
      variables: {
        number: ['Int!', number],
        commits: ['String', ends.commits],
        events: ['String', ends.events],
      },
    });
    part = answer.errors.length > 0 ? undefined : readPart(asObject(answer.found['pullRequest']), first);
    for (const oid of part?.commits ?? []) own.add(oid);
    for (const oid of part?.replaced ?? []) replaced.add(oid);
    ends = { commits: part?.ends.commits ?? ends.commits, events: part?.ends.events ?? ends.events };
  }
  const isWhole = part !== undefined && !part.hasMore && own.size === part.count;
  return { number, isMerged, updatedAt, commits: new Set([...own, ...replaced]), isWhole };
}
