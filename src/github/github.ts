import { ServiceError } from '../model/errors.ts';
import type { Branches, CommitFacts, GitHubRepository, PullRequestState } from '../model/facts.ts';
import { asObject, asString } from '../model/json.ts';
import { type GitHubOptions, GraphqlClient } from './client.ts';
import { type CommitTag, lookUpCommits } from './commits.ts';
import { inBatches } from './lists.ts';
import { listProposedBranches, lookUpStates } from './pull-requests.ts';
import { listBranches } from './refs.ts';

/**
 * What a GitHub says now of repositories, `owner/name`. Every method throws a ServiceError where anything is missing: a part of
 * the facts is not enough to delete on. It is a CredentialRefusedError where the token may not read that.
 */
export interface GitHub {
  /** By name in lower case. A repository that was renamed is found by its old name as well. */
  repositories(names: readonly string[]): Promise<ReadonlyMap<string, GitHubRepository>>;
  pullRequests(
    repository: string,
    numbers: readonly number[],
  ): Promise<ReadonlyMap<number, PullRequestState>>;
  branches(repository: string): Promise<Branches>;
  /** By hash as it was given. `isKept` is asked of every branch: whether its commits are kept besides the default branch's. */
  commits(
    repository: string,
    lookup: { readonly tags: readonly CommitTag[]; readonly isKept: (branch: string) => boolean },
  ): Promise<ReadonlyMap<string, CommitFacts>>;
  close(): Promise<void>;
}

/** Prepares to ask GitHub; nothing is loaded or sent until something is asked. */
export function openGitHub(options: GitHubOptions): GitHub {
  const client = new GraphqlClient(options);
  return {
    repositories: (names) => findRepositories(client, names),
    pullRequests: (repository, numbers) => lookUpStates(client, repository, numbers),
    branches: (repository) => readBranches(client, repository),
    commits: (repository, lookup) => lookUpCommits({ ...lookup, client, repository }),
    close: () => client.close(),
  };
}

const BRANCHES = { what: 'branches', permissions: ['contents: read', 'pull-requests: read'] };

async function readBranches(client: GraphqlClient, repository: string): Promise<Branches> {
  const subject = { client, repository, lookup: BRANCHES };
  const [branches, proposed] = await Promise.all([listBranches(subject), listProposedBranches(subject)]);
  return { names: new Set(branches.keys()), proposed };
}

const REPOSITORIES = { what: 'repositories', permissions: ['contents: read'] };
const BATCH = 50;
const UNREADABLE = new Set(['NOT_FOUND', 'FORBIDDEN']);

async function findRepositories(
  client: GraphqlClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, GitHubRepository>> {
  const asked = [...new Set(names.map((name) => name.toLowerCase()))];
  const found = new Map<string, GitHubRepository>();
  await inBatches(asked, BATCH, async (batch) => {
    const fields = batch.map(
      (_, index) =>
        `r${index}: repository(owner: $o${index}, name: $n${index}) { databaseId nameWithOwner createdAt }`,
    );
    const variables = batch.flatMap((text, index) => {
      const [owner = '', name = ''] = text.split('/');
      return [[`o${index}`, ['String!', owner]] as const, [`n${index}`, ['String!', name]] as const];
    });
    const { data, errors } = await client.ask(REPOSITORIES, {
      text: fields.join('\n'),
      variables: Object.fromEntries(variables),
    });
    for (const [index, name] of batch.entries()) {
      const isMissing = errors.some(({ type, path }) => UNREADABLE.has(type) && path[0] === `r${index}`);
      found.set(name, isMissing ? { kind: 'unreadable' } : readRepository(name, data[`r${index}`]));
    }
  });
  return found;
}

function readRepository(asked: string, value: unknown): GitHubRepository {
  const { databaseId: id, nameWithOwner, createdAt: created } = asObject(value);
  const name = asString(nameWithOwner);
  const createdAt = Date.parse(asString(created) ?? '') / 1000;
  if (typeof id === 'number' && name && !Number.isNaN(createdAt))
    return { kind: 'found', id, name, createdAt };
  throw new ServiceError(`GitHub's answer about the repository ${asked} is not clear. Run again later.`);
}
