import type { PullRequestState } from '../model/facts.ts';
import { asObject, type GitHub } from './client.ts';
import { GitHubError } from './errors.ts';

const BATCH = 100;
const LOOKUP = { what: 'pull requests', permission: 'pull-requests: read' };

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
  const states = new Map<number, PullRequestState>();
  for (let from = 0; from < numbers.length; from += BATCH) {
    for (const [number, state] of await lookUpBatch(github, numbers.slice(from, from + BATCH)))
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
  const fields = numbers.map((_, index) => `p${index}: pullRequest(number: $n${index}) { state }`).join('\n');
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
  switch (asObject(value)['state']) {
    case 'OPEN':
      return 'open';
    case 'CLOSED':
      return 'closed';
    case 'MERGED':
      return 'merged';
    default:
      if (isMissing) return 'unknown';
      throw new GitHubError(
        `GitHub's answer about pull request #${number} has no state that is known. Nothing was deleted. Run again later.`,
      );
  }
}
