import { describe, expect, test } from '@jest/globals';
import { cleanUp, gitHubWith, quayWithTags, type Run } from '../support/fixture.ts';
import type { GitHubSimulator } from '../support/github/simulator.ts';
import type { RepositoryState } from '../support/github/state.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

// Which tags go is shown by the scenarios of the selection, and what GitHub answers by the tests of the client.

interface Scene {
  readonly quay: QuaySimulator;
  readonly github: GitHubSimulator;
}

function cleanUpOn(
  name: string,
  { quay, github }: Scene,
  tags: string,
  { event = {}, inputs = {}, fails = false }: Pick<Run, 'event' | 'inputs' | 'fails'> = {},
): Promise<FinishedRun> {
  const environment = { GITHUB_EVENT_NAME: name };
  return cleanUp(quay, { tags, ...inputs }, { github, event, environment, fails });
}

test('a deleted branch takes its own tags alone, and those of a Git tag that is deleted stay', async () => {
  const names = ['feature-x', 'feature-z', 'main'].map((branch) => `preview-${branch}`);
  const here = { quay: await quayWithTags(names), github: await gitHubWith() };
  here.github.setBranches('main');
  const deleted = (type: string) => ({ event: { ref: 'feature/x', ref_type: type } });
  for (const type of ['tag', 'branch']) await cleanUpOn('delete', here, 'preview-{branch}', deleted(type));
  expect(here.quay.deletesSent()).toEqual(['acme/web:preview-feature-x']);
  expect(here.github.queries.length).toBeLessThanOrEqual(4);
});

test('GitHub is asked nothing where no tag is in question', async () => {
  const here = { quay: await quayWithTags(['latest']), github: await gitHubWith() };
  await cleanUpOn('schedule', here, 'pr-{pr}');
  expect(here.github.requests).toEqual([]);
});

/** A tag as `type=sha` of docker/metadata-action writes it. */
const tagOf = (oid: string | undefined) => `sha-${oid?.slice(0, 7)}`;

/** A Quay with the tags of commits of a GitHub, that a function makes. */
async function commitScene(make: (repository: RepositoryState) => readonly string[]): Promise<Scene> {
  const github = await gitHubWith();
  github.repository.push('main');
  return { github, quay: await quayWithTags(make(github.repository)) };
}

describe('{commit}', () => {
  test('keeps what a branch of `keep-commits-of` holds, and tells of those that name none', async () => {
    const here = await commitScene((repository) => {
      const onRelease = repository.openPullRequest(1);
      repository.mergePullRequest(1, 'squash');
      repository.push('release/1.x', onRelease.commits[0]);
      const leftOver = repository.openPullRequest(2);
      repository.closePullRequest(2);
      for (const branch of ['topic-1', 'topic-2']) repository.branches.delete(branch);
      return ['sha-1234567', ...[onRelease, leftOver].map(({ commits }) => tagOf(commits[0]))];
    });
    const inputs = { 'keep-commits-of': 'release/*\nmain\nrelaese/*' };
    const run = await cleanUpOn('schedule', here, 'sha-{commit}', { inputs });
    expect(run.list('deleted')).toHaveLength(1);
    expect(run.report).toMatch(/commit [0-9a-f]{7} is on release\/1\.x/);
    expect(run.report).toContain('and pull request #2 is closed');
    expect(run.summary).toContain('commit is on a branch whose commits are kept');
    expect(run.log.match(/^::warning.*`keep-commits-of`.*$/gm)).toEqual([
      '::warning::`relaese/*` of `keep-commits-of` matches no branch. If it should protect commits, check its spelling.',
    ]);
  });

  const closed = (repository: RepositoryState): readonly string[] =>
    Array.from({ length: 60 }, (_, index) => {
      const { commits } = repository.openPullRequest(index + 1);
      repository.closePullRequest(index + 1);
      repository.branches.delete(`topic-${index + 1}`);
      return tagOf(commits[0]);
    });

  test.each([0, 1, 3, 5])('deletes nothing when the rate limit is met after %d requests', async (skip) => {
    const here = await commitScene(closed);
    here.github.meet({ kind: 'primary-limit', endsIn: 1800 }, { skip });
    const run = await cleanUpOn('schedule', here, 'sha-{commit}', { fails: true });
    expect(run.log).toContain('its rate limit');
    expect(here.quay.deletesSent()).toEqual([]);
  });
});

describe('where GitHub refuses, the run ends before anything is deleted, and names what is missing:', () => {
  const BOTH = 'permissions:\n  contents: read\n  pull-requests: read';

  test.each<[string, Parameters<GitHubSimulator['refuse']>[0] | 'no token', string]>([
    ['pr-{pr}\npr-1', 'forbidden', 'pull-requests: read'],
    ['pr-{pr}\npr-1', 'repository-not-found', 'pull-requests: read'],
    ['pr-{pr}', 'no token', '`github-token`, which is empty'],
    ['pr-{branch}', 'bad-credentials', 'leave `github-token` out'],
    ['pr-{commit}\npr-*', 'forbidden', BOTH],
    ['pr-{commit}\npr-*', 'repository-not-found', BOTH],
  ])('%j, %s', async (tags, refusal, says) => {
    const here = {
      quay: await quayWithTags(['pr-1', 'pr-0a1b2c3']),
      github: await gitHubWith({ CLOSED: [1] }),
    };
    if (refusal !== 'no token') here.github.refuse(refusal);
    const inputs = refusal === 'no token' ? { 'github-token': '' } : {};
    const run = await cleanUpOn('schedule', here, tags, { inputs, fails: true });
    expect(run.log.replaceAll('%0A', '\n')).toContain(says);
    expect(here.quay.deletesSent()).toEqual([]);
    expect(run.list('selected')).toEqual([]);
    expect(run.list('remaining')).toHaveLength(2);
  });
});
