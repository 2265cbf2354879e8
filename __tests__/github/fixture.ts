import { type GitHub, type GitHubOptions, openGitHub } from '../../src/github/client.ts';
import type { Limits } from '../../src/github/retry.ts';
import { endsWithTest } from '../support/fixture.ts';
import { type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import type { RepositoryState } from '../support/github/state.ts';

export const TOKEN = 'github-token-of-the-tests';

/** Milliseconds instead of seconds; a wait that GitHub asks for, or that is not said, would still be too long. */
export const QUICK: Limits = { answer: 300, lost: 5000, wait: 900, unsaidWait: 60_000, backoff: 2 };

export interface Scene {
  readonly simulator: GitHubSimulator;
  readonly repository: RepositoryState;
  readonly github: GitHub;
  readonly stop: AbortController;
}

/** A simulated GitHub, with a branch main, and a client that asks it. */
export async function scene(options: Partial<GitHubOptions> = {}): Promise<Scene> {
  const simulator = endsWithTest(await startGitHub());
  simulator.repository.push('main');
  const stop = new AbortController();
  const github = openGitHub({
    token: TOKEN,
    repository: { owner: 'acme', name: 'app' },
    apiUrl: simulator.url,
    signal: stop.signal,
    limits: QUICK,
    ...options,
  });
  return { simulator, repository: simulator.repository, github, stop };
}

/** What a promise was rejected with, as a person reads it. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'It was not rejected.',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );
}
