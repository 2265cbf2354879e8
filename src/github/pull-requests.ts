import type { PullRequestState } from '../model/facts.ts';
import { asObject } from '../model/json.ts';
import type { GitHub } from './client.ts';
import { GitHubError } from './errors.ts';

const BATCH = 100;
/** The largest number that a GraphQL query can hold; a single larger one would spoil its whole batch. */
const LARGEST_NUMBER = 2 ** 31 - 1;
const LOOKUP = { what: 'pull requests', permissions: ['pull-requests: read'] };
const STATES: ReadonlyMap<unknown, PullRequestState> = new Map([
  ['OPEN', 'open'],
  ['CLOSED', 'closed'],
  ['MERGED', 'merged'],
]);

/**
 * The state of each pull request as GitHub says now; `unknown` where the repository has none of that number.
 *
 * @throws GitHubError when any answer is missing: a part of the states is not enough to delete on
 */
export async function lookUpPullRequests({
  github,
  numbers,
}: {
  readonly github: GitHub;
  readonly numbers: readonly number[];
}): Promise<ReadonlyMap<number, PullRequestState>> {
  const states = new Map<number, PullRequestState>(numbers.map((number) => [number, 'unknown']));
  const possible = [...states.keys()].filter((number) => number > 0 && number <= LARGEST_NUMBER);
  for (let from = 0; from < possible.length; from += BATCH) {
    for (const [number, state] of await lookUpBatch(github, possible.slice(from, from + BATCH)))
      states.set(number, state);
  }
  return states;
}

async function lookUpBatch(
  github: GitHub,
  numbers: readonly number[],
): Promise<readonly (readonly [number, PullRequestState])[]> {
  const variables = Object.fromEntries(numbers.map((number, index) => [`n${index}`, number]));
  const declared = numbers.map((_, index) => `$n${index}: Int!`).join(', ');
  const fields = numbers
    .map((_, index) => `p${index}: pullRequest(number: $n${index}) { number state }`)
    .join('\n');
  const query = `query ($owner: String!, $name: String!, ${declared}) { repository(owner: $owner, name: $name) { ${fields} } }`;
  const { data, errors } = await github.query(LOOKUP, query, variables);
  const repository = asObject(data['repository']);
  const missing = new Set(errors.filter(({ type }) => type === 'NOT_FOUND').map(({ path }) => path[1]));
  const unexpected = errors.find(({ type }) => type !== 'NOT_FOUND');
  if (unexpected)
    throw new GitHubError(
      `GitHub could not look up every pull request (${unexpected.message}). Nothing was deleted. Run again later.`,
    );
  return numbers.map((number, index) => [
    number,
    stateOf(repository[`p${index}`], { number, isMissing: missing.has(`p${index}`) }),
  ]);
}

function stateOf(
  value: unknown,
  { number, isMissing }: { readonly number: number; readonly isMissing: boolean },
): PullRequestState {
  if (isMissing && (value === null || value === undefined)) return 'unknown';
  const found = asObject(value);
  const state = STATES.get(found['state']);
  if (isMissing || found['number'] !== number || state === undefined)
    throw new GitHubError(
      `GitHub's answer about pull request #${number} is not clear. Nothing was deleted. Run again later.`,
    );
  return state;
}
