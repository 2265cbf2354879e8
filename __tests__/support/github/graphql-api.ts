import { GraphQLError } from 'graphql';
import type { PullRequest, RepositoryState } from './state.ts';

/** What the answers are made of: GitHub, as far as a token sees it. */
export interface Seen {
  readonly repositoryOf: (name: string) => RepositoryState | undefined;
  /** Whether the token may read pull requests. */
  readonly showsPullRequests: boolean;
}

interface Page {
  readonly first?: number;
  readonly after?: string | null;
}

/** A part of the query that is not found: null, with an error beside the data. */
function notFound(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type: 'NOT_FOUND' } });
}

function forbidden(): GraphQLError {
  return new GraphQLError('Resource not accessible by integration', { extensions: { type: 'FORBIDDEN' } });
}

/** The object that a query begins at; fields with arguments are methods. */
export function queryRoot(seen: Seen): object {
  return {
    repository: ({ owner, name }: { readonly owner: string; readonly name: string }) => {
      const found = seen.repositoryOf(`${owner}/${name}`);
      return found
        ? repository(found, seen)
        : notFound(`Could not resolve to a Repository with the name '${owner}/${name}'.`);
    },
  };
}

function repository(state: RepositoryState, { showsPullRequests }: Seen): object {
  return {
    nameWithOwner: state.name,
    createdAt: timeOf(state.createdAt),
    defaultBranchRef: () =>
      state.branches.has(state.defaultBranch) ? branch(state, state.defaultBranch) : null,
    pullRequest: ({ number }: { readonly number: number }) => {
      if (!showsPullRequests) return forbidden();
      const found = state.pullRequests.get(number);
      return found
        ? pullRequest(state, found)
        : notFound(`Could not resolve to a PullRequest with the number of ${number}.`);
    },
    pullRequests: (asked: Page & ListedPullRequests) =>
      showsPullRequests
        ? connection(listed(state, asked), (one) => pullRequest(state, one), asked)
        : forbidden(),
    object: ({ expression }: { readonly expression: string }) => {
      const found = state.history.find(expression);
      return found === undefined ? null : gitObject(state, found);
    },
    ref: ({ qualifiedName }: { readonly qualifiedName: string }) => {
      const name = qualifiedName.replace(/^refs\/heads\//, '');
      return state.branches.has(name) ? branch(state, name) : null;
    },
    refs: (asked: Page & { readonly refPrefix: string }) =>
      asked.refPrefix === 'refs/heads/'
        ? connection([...state.branches.keys()], (name) => branch(state, name), asked)
        : connection([...state.gitTags.keys()], (name) => gitTag(state, name), asked),
  };
}

interface ListedPullRequests {
  readonly states?: readonly string[];
  readonly orderBy?: {
    readonly field: 'CREATED_AT' | 'UPDATED_AT' | 'COMMENTS';
    readonly direction: 'ASC' | 'DESC';
  };
}

function listed(state: RepositoryState, { states, orderBy }: ListedPullRequests): readonly PullRequest[] {
  const all = [...state.pullRequests.values()].filter((one) => states?.includes(one.state) !== false);
  const key = (one: PullRequest) => (orderBy?.field === 'UPDATED_AT' ? one.updatedAt : one.number);
  const sign = orderBy?.direction === 'DESC' ? -1 : 1;
  return all.toSorted((a, b) => sign * (key(a) - key(b) || a.number - b.number));
}

function branch(state: RepositoryState, name: string): object {
  const head = state.headOf(name);
  return {
    name,
    target: () => gitObject(state, head),
    compare: ({ headRef }: { readonly headRef: string }) => {
      const isHash = /^[0-9a-f]{40}$/.test(headRef);
      const oid = isHash && !state.comparesHashes ? undefined : state.history.find(headRef);
      const found = oid === undefined ? undefined : state.history.compare(head, oid);
      if (oid === undefined || !found) return notFound(`Could not resolve head ref ${headRef}`);
      const { aheadBy, behindBy } = found;
      const status =
        aheadBy > 0 ? (behindBy > 0 ? 'DIVERGED' : 'AHEAD') : behindBy > 0 ? 'BEHIND' : 'IDENTICAL';
      return { status, aheadBy, behindBy, headTarget: () => gitObject(state, oid) };
    },
  };
}

function gitTag(state: RepositoryState, name: string): object {
  return { name, target: () => gitObject(state, state.objectOfTag(name)) };
}

function gitObject(state: RepositoryState, oid: string): object {
  const target = state.history.targetOf(oid);
  if (target !== undefined) return { __typename: 'Tag', oid, target: () => gitObject(state, target) };
  const commit = (parent: string) => gitObject(state, parent);
  return {
    __typename: 'Commit',
    oid,
    message: state.history.commitOf(oid)?.message ?? '',
    parents: (asked: Page) => connection(state.history.commitOf(oid)?.parents ?? [], commit, asked),
  };
}

function pullRequest(state: RepositoryState, one: PullRequest): object {
  return {
    number: one.number,
    state: one.state,
    updatedAt: timeOf(one.updatedAt),
    headRefName: one.branch,
    commits: (asked: Page) => connection(one.commits, (oid) => ({ commit: gitObject(state, oid) }), asked),
    // Its count is of the whole timeline, whatever types are asked for: strands-labs/robots#2146
    timelineItems: (asked: Page & { readonly itemTypes?: readonly string[] }) => ({
      ...connection(
        asked.itemTypes?.includes('HEAD_REF_FORCE_PUSHED_EVENT') === false ? [] : one.forcePushes,
        ({ before }) => ({
          __typename: 'HeadRefForcePushedEvent',
          beforeCommit: before === null ? null : gitObject(state, before),
        }),
        asked,
      ),
      totalCount: one.forcePushes.length + one.commits.length + one.comments,
    }),
  };
}

/** A page of a list; its cursors are places in the list, as GitHub's are. */
function connection<T>(all: readonly T[], show: (item: T) => object, { first, after }: Page): object {
  if (first === undefined) throw new GraphQLError('You must provide a `first` or `last` value');
  const from = Number(after ?? 0);
  const shown = all.slice(from, from + first);
  return {
    totalCount: all.length,
    nodes: () => shown.map(show),
    edges: () => shown.map((item, index) => ({ cursor: String(from + index + 1), node: show(item) })),
    pageInfo: {
      hasNextPage: all.length > from + first,
      endCursor: shown.length === 0 ? null : String(from + shown.length),
    },
  };
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
