import { ServiceError } from '../model/errors.ts';
import type { Branches, CommitFacts, GitHubRepository, PullRequestState } from '../model/facts.ts';
import { asObject, asString } from '../model/json.ts';
import { type GitHubOptions, GraphqlClient } from './client.ts';
import { type CommitLookup, lookUpCommits } from './commits.ts';
import { listProposedBranches, lookUpStates } from './pull-requests.ts';
import { askFields, type Found, repositoryField, type Subject } from './query.ts';
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
  commits(repository: string, lookup: CommitLookup): Promise<ReadonlyMap<string, CommitFacts>>;
  close(): Promise<void>;
}

/** Prepares to ask GitHub; nothing is loaded or sent until something is asked. */
export function openGitHub(options: GitHubOptions): GitHub {
  const client = new GraphqlClient(options);
  return {
    repositories: (names) => findRepositories(client, names),
    pullRequests: (repository, numbers) =>
      lookUpStates({ client, repository, topic: 'pull requests' }, numbers),
    branches: (repository) => readBranches({ client, repository, topic: 'branches' }),
    commits: (repository, lookup) => lookUpCommits({ client, repository, topic: 'commits' }, lookup),
    close: () => client.close(),
  };
}

async function readBranches(subject: Subject): Promise<Branches> {
  const [branches, proposed] = await Promise.all([listBranches(subject), listProposedBranches(subject)]);
  return { names: new Set(branches.keys()), proposed };
}

async function findRepositories(
  client: GraphqlClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, GitHubRepository>> {
  const asked = names.map((name) => name.toLowerCase());
  const field = (name: string) => `${repositoryField(name)} { nameWithOwner createdAt }`;
  const found = await askFields({ client, topic: 'repositories' }, asked.map(field));
  return new Map(asked.map((name) => [name, readRepository(name, found(field(name)))]));
}

function readRepository(asked: string, { value, problem }: Found): GitHubRepository {
  if (problem?.type === 'NOT_FOUND' || problem?.type === 'FORBIDDEN') return { kind: 'unreadable' };
  const { nameWithOwner, createdAt: created } = asObject(value);
  const name = asString(nameWithOwner);
  const createdAt = Date.parse(asString(created) ?? '') / 1000;
  if (name && !Number.isNaN(createdAt)) return { kind: 'found', name, createdAt };
  throw new ServiceError(`GitHub's answer about the repository ${asked} is not clear. Run again later.`);
}
