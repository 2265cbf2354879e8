import { describe, expect, test } from '@jest/globals';
import { cleanUp, gitHubWith, quayWithTags } from '../support/fixture.ts';
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
  {
    event = {},
    inputs = {},
  }: { readonly event?: object; readonly inputs?: Readonly<Record<string, string>> } = {},
): Promise<FinishedRun> {
  return cleanUp(quay, { tags, ...inputs }, { github, event, environment: { GITHUB_EVENT_NAME: name } });
}

describe('{pr}', () => {
  test.each<[string, object, readonly string[]]>([
    ['pull_request', { number: 12, action: 'closed' }, ['latest', 'pr-1', 'pr-123', 'pr-13', 'pr-7']],
    ['pull_request_target', { number: 12 }, ['latest', 'pr-1', 'pr-123', 'pr-13', 'pr-7']],
    // Reopened since.
    ['pull_request', { number: 7 }, ['latest', 'pr-1', 'pr-12', 'pr-12-arm64', 'pr-123', 'pr-13', 'pr-7']],
    // Nobody can tell which one it is about.
    ['pull_request', {}, ['latest', 'pr-1', 'pr-12', 'pr-12-arm64', 'pr-123', 'pr-13', 'pr-7']],
    ['schedule', {}, ['latest', 'pr-123', 'pr-7']],
  ])('on %s (%j) takes its tags, if GitHub says so now', async (name, event, alive) => {
    const quay = await quayWithTags(['pr-1', 'pr-12', 'pr-12-arm64', 'pr-123', 'pr-13', 'pr-7', 'latest']);
    const github = await gitHubWith({ CLOSED: [1], MERGED: [12, 13], OPEN: [7] });
    const run = await cleanUpOn(name, { quay, github }, 'pr-{pr}*', { event });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(alive);
    if (name !== 'schedule') return;
    expect(run.report).toContain('pull request #7 is open');
    expect(run.report).toContain('pull request #123');
  });

  test('asks GitHub nothing where no tag is in question', async () => {
    const here = { quay: await quayWithTags(['latest']), github: await gitHubWith() };
    expect((await cleanUpOn('schedule', here, 'pr-{pr}')).exitCode).toBe(0);
    expect(here.github.requests).toEqual([]);
  });
});

describe('{branch}', () => {
  test.each<[string, object, readonly string[]]>([
    ['schedule', {}, ['latest', 'preview-feature-y', 'preview-main']],
    [
      'delete',
      { ref: 'feature/x', ref_type: 'branch' },
      ['latest', 'preview-feature-y', 'preview-feature-z', 'preview-main'],
    ],
    // A Git tag was deleted.
    [
      'delete',
      { ref: 'feature/x', ref_type: 'tag' },
      ['latest', 'preview-feature-x', 'preview-feature-y', 'preview-feature-z', 'preview-main'],
    ],
  ])('on %s (%j) takes the tags of branches that are gone', async (name, event, alive) => {
    const names = ['feature-x', 'feature-y', 'feature-z', 'main'].map((branch) => `preview-${branch}`);
    const here = { quay: await quayWithTags([...names, 'latest']), github: await gitHubWith() };
    const others = Array.from({ length: 250 }, (_, index) => `topic/${index}`);
    here.github.setBranches('main', 'feature/y', ...others);
    const run = await cleanUpOn(name, here, 'preview-{branch}', { event });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(alive);
    expect(here.github.queries.length).toBeLessThanOrEqual(4);
  });
});

/** A tag as `type=sha` of docker/metadata-action writes it. */
const tagOf = (oid: string | undefined) => `sha-${oid?.slice(0, 7)}`;

/** A Quay with the tags of commits of a GitHub, that a function makes. */
async function commitScene(make: (repository: RepositoryState) => readonly string[]): Promise<Scene> {
  const github = await gitHubWith();
  github.repository.push('main');
  return { github, quay: await quayWithTags(make(github.repository)) };
}

/** The reasons of the report, each once. */
function reasonsOf({ report = '' }: FinishedRun): readonly string[] {
  const { repositories } = JSON.parse(report);
  const tags: readonly { readonly reason: string }[] = repositories[0].tags;
  return [...new Set(tags.map(({ reason }) => reason.replaceAll(/\b[0-9a-f]{7}\b/g, 'HASH')))].toSorted();
}

describe('{commit}', () => {
  test('keeps what a branch, a git tag or a kept branch holds, and what nobody knows, and says why', async () => {
    const here = await commitScene((repository) => {
      const onRelease = repository.openPullRequest(1);
      repository.mergePullRequest(1, 'squash');
      repository.branches.delete('topic-1');
      repository.push('release/1.x', onRelease.commits[0]);
      repository.push('release/1.x');
      const [tagged = ''] = repository.openPullRequest(2).commits;
      repository.closePullRequest(2);
      repository.branches.delete('topic-2');
      repository.gitTags.set('v1', { commit: tagged, depth: 1 });
      const { temporaryMerge } = repository.openPullRequest(3);
      const [pushed] = [repository.push('dev', repository.headOf('main'))];
      repository.push('dev');
      const { commits } = repository.openPullRequest(4);
      repository.closePullRequest(4);
      repository.branches.delete('topic-4');
      const shown = [
        onRelease.commits[0],
        tagged,
        temporaryMerge,
        pushed,
        repository.headOf('dev'),
        commits[0],
      ];
      return ['sha-1234567', tagOf(repository.headOf('main')), ...shown.map(tagOf)];
    });
    const inputs = { 'keep-commits-of': 'release/*\nmain\nrelaese/*' };
    const run = await cleanUpOn('schedule', here, 'sha-{commit}', { inputs });
    expect(reasonsOf(run)).toEqual([
      'commit HASH has the git tag v1',
      'commit HASH is in no known branch or pull request',
      'commit HASH is in pull request #3, which is open',
      'commit HASH is on no branch that is kept, and pull request #4 is closed',
      'commit HASH is on release/1.x',
      'commit HASH is the head of branch dev',
      'commit HASH is the head of branch main',
      'commit HASH was not found, or is ambiguous',
    ]);
    expect(run.outputs['deleted-count']).toBe('1');
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

  test.each([0, 1, 3, 5])(
    'deletes nothing when the rate limit is reached after %d requests',
    async (skip) => {
      const here = await commitScene(closed);
      here.github.meet({ kind: 'primary-limit', endsIn: 1800 }, { skip });
      const run = await cleanUpOn('schedule', here, 'sha-{commit}');
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('its rate limit');
      expect(here.quay.deletesSent()).toEqual([]);
    },
  );
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
    const run = await cleanUpOn('schedule', here, tags, { inputs });
    expect(run.exitCode).toBe(1);
    expect(run.log.replaceAll('%0A', '\n')).toContain(says);
    expect(here.quay.deletesSent()).toEqual([]);
    expect(run.list('selected')).toEqual([]);
    expect(run.list('remaining')).toHaveLength(2);
  });
});
