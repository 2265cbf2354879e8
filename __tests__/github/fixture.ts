import { afterEach } from '@jest/globals';
import type { GitHubOptions } from '../../src/github/client.ts';
import { type GitHub, openGitHub } from '../../src/github/github.ts';
import { JumpingClock } from '../support/clock.ts';
import { type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import type { RepositoryOptions, RepositoryState } from '../support/github/state.ts';

export const TOKEN = 'github-token-of-the-tests';
export const APP = 'acme/app';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const resource of open.splice(0)) await resource.stop();
});

/** Ends with the test, whatever becomes of it. */
export function endsWithTest<T extends { stop(): unknown }>(resource: T): T {
  open.unshift(resource);
  return resource;
}

export interface Scene {
  readonly simulator: GitHubSimulator;
  readonly repository: RepositoryState;
  readonly github: GitHub;
  readonly stop: AbortController;
}

/** A simulated GitHub, with a branch main, and what asks it, on a clock that lets no test wait. */
export async function scene(options: Partial<GitHubOptions> & RepositoryOptions = {}): Promise<Scene> {
  const simulator = endsWithTest(await startGitHub(options));
  simulator.repository.push('main');
  const stop = new AbortController();
  const github = openGitHub({
    token: TOKEN,
    apiUrl: simulator.url,
    environment: {},
    clock: new JumpingClock(simulator),
    signal: stop.signal,
    ...options,
  });
  endsWithTest({ stop: () => github.close() });
  return { simulator, repository: simulator.repository, github, stop };
}

/** What a promise was rejected with, as a person reads it. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'It was not rejected.',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );
}
