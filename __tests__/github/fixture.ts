import type { GitHubOptions } from '../../src/github/client.ts';
import { type GitHub, openGitHub } from '../../src/github/github.ts';
import type { Clock } from '../../src/model/clock.ts';
import { JumpingClock } from '../support/clock.ts';
import { type FaultRule, type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import type { RepositoryOptions, RepositoryState } from '../support/github/state.ts';
import { endsWithTest } from '../support/resources.ts';

export const APP = 'acme/app';

export interface Scene {
  readonly simulator: GitHubSimulator;
  readonly repository: RepositoryState;
  readonly github: GitHub;
  readonly stop: AbortController;
  readonly clock: Clock;
}

/** A simulated GitHub, with a branch main, and what asks it, on a clock that lets no test wait. */
export async function scene(options: Partial<GitHubOptions> & RepositoryOptions = {}): Promise<Scene> {
  const simulator = endsWithTest(await startGitHub(options));
  simulator.repository.push('main');
  const stop = new AbortController();
  const clock = new JumpingClock(simulator);
  const github = openGitHub({
    token: 'github-token-of-the-tests',
    apiUrl: simulator.url,
    environment: {},
    clock,
    signal: stop.signal,
    ...options,
  });
  endsWithTest({ stop: () => github.close() });
  return { simulator, repository: simulator.repository, github, stop, clock };
}

/** Lets GitHub answer so about a repository, in the place of what it holds, to the queries that the rule names. */
export function answer(
  { simulator }: Pick<Scene, 'simulator'>,
  repository: object | null,
  { errors = [], ...rule }: FaultRule & { readonly errors?: readonly object[] } = {},
): void {
  simulator.meet({ kind: 'answer', status: 200, body: { data: { repository }, errors } }, rule);
}
