import { describe, expect, test } from '@jest/globals';
import { cleanUp, GITHUB_TOKEN, quayWithTags } from '../support/fixture.ts';
import { type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import type { RepositoryState } from '../support/github/state.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { endsWithTest } from '../support/resources.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

interface Scene {
  readonly quay: QuaySimulator;
  readonly github: GitHubSimulator;
}

async function scene(tags: readonly string[]): Promise<Scene> {
  return { quay: await quayWithTags(tags), github: endsWithTest(await startGitHub()) };
}

interface Trigger {
  readonly name: string;
  readonly payload?: object;
  readonly token?: string;
}

function cleanUpOn(
  { name, payload = {}, token = GITHUB_TOKEN }: Trigger,
  { quay, github }: Scene,
  inputs: Readonly<Record<string, string>>,
): Promise<FinishedRun> {
  return cleanUp(
    quay,
    { 'github-token': token, ...inputs },
    { environment: { ...github.environment, GITHUB_EVENT_NAME: name }, event: payload },
  );
}

describe('{pr}', () => {
  test.each(['pull_request', 'pull_request_target'])(
    'on %s takes only the tags of that pull request',
    async (name) => {
      const here = await scene(['pr-1', 'pr-12', 'pr-12-arm64', 'pr-123', 'pr-13', 'latest']);
      here.github.setPullRequests('MERGED', 1, 12, 13, 123);
      const run = await cleanUpOn(
        { name, payload: { number: 12, pull_request: { state: 'closed' } } },
        here,
        { tags: 'pr-{pr}*' },
      );
      expect(run.exitCode).toBe(0);
      expect(here.quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-123', 'pr-13']);
    },
  );

  test('on a schedule takes all that are closed or merged, and says why the others stay', async () => {
    const here = await scene(['pr-1', 'pr-2', 'pr-3', 'pr-4', 'pr-01', 'pr-x', 'latest']);
    here.github.setPullRequests('CLOSED', 1);
    here.github.setPullRequests('MERGED', 2);
    here.github.setPullRequests('OPEN', 3);
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}*' });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['latest', 'pr-01', 'pr-3', 'pr-4', 'pr-x']);
    expect(run.report).toContain('pull request #3 is open');
    expect(run.report).toContain('pull request #4');
  });

  test('asks for the state as it is now: a pull request that was reopened keeps its tags', async () => {
    const here = await scene(['pr-7']);
    here.github.setPullRequests('OPEN', 7);
    const run = await cleanUpOn(
      {
        name: 'pull_request',
        payload: { number: 7, action: 'closed', pull_request: { state: 'closed', merged: true } },
      },
      here,
      { tags: 'pr-{pr}' },
    );
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['pr-7']);
  });

  test('asks for 600 pull requests in at most twelve requests', async () => {
    const numbers = Array.from({ length: 600 }, (_, index) => index + 1);
    const here = await scene(numbers.map((number) => `pr-${number}`));
    here.github.setPullRequests('CLOSED', ...numbers);
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}' });
    expect(run.outputs['deleted-count']).toBe('600');
    expect(here.github.queries.length).toBeLessThanOrEqual(12);
  });

  test('goes on after a busy GitHub', async () => {
    const here = await scene(['pr-1']);
    here.github.setPullRequests('CLOSED', 1);
    here.github.failNext(1);
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}' });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual([]);
  });

  test.each(['forbidden', 'repository-not-found'] as const)(
    'ends before anything is deleted when GitHub says %s',
    async (refusal) => {
      const here = await scene(['pr-1']);
      here.github.setPullRequests('CLOSED', 1);
      here.github.refuse(refusal);
      const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}\npr-1' });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('pull-requests: read');
      expect(here.quay.deletesSent()).toEqual([]);
    },
  );

  test('ends before anything is deleted without a GitHub token', async () => {
    const here = await scene(['pr-1']);
    const run = await cleanUpOn({ name: 'schedule', token: '' }, here, { tags: 'pr-{pr}' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('`github-token`, which is empty');
    expect(here.quay.deletesSent()).toEqual([]);
  });

  test('asks GitHub nothing when no tag is in question', async () => {
    const here = await scene(['latest']);
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}' });
    expect(run.exitCode).toBe(0);
    expect(here.github.queries).toEqual([]);
  });
});

describe('{branch}', () => {
  test('takes the tags of branches that are gone, as docker/metadata-action writes them', async () => {
    const here = await scene(['preview-feature-x', 'preview-feature-y', 'preview-main', 'latest']);
    here.github.setBranches(
      'main',
      'feature/y',
      ...Array.from({ length: 250 }, (_, index) => `topic/${index}`),
    );
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'preview-{branch}' });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['latest', 'preview-feature-y', 'preview-main']);
    expect(here.github.queries.length).toBeLessThanOrEqual(4);
  });

  test('on a delete event takes only the tags of the deleted branch', async () => {
    const here = await scene(['preview-feature-x', 'preview-feature-z']);
    here.github.setBranches('main');
    const run = await cleanUpOn({ name: 'delete', payload: { ref: 'feature/x', ref_type: 'branch' } }, here, {
      tags: 'preview-{branch}',
    });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['preview-feature-z']);
  });

  test('takes nothing when a Git tag was deleted', async () => {
    const here = await scene(['preview-v1']);
    const run = await cleanUpOn({ name: 'delete', payload: { ref: 'v1', ref_type: 'tag' } }, here, {
      tags: 'preview-{branch}',
    });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['preview-v1']);
  });

  test('ends before anything is deleted when GitHub refuses', async () => {
    const here = await scene(['preview-x']);
    here.github.refuse('bad-credentials');
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'preview-{branch}' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('leave `github-token` out');
    expect(here.quay.deletesSent()).toEqual([]);
  });
});

/** A tag as `type=sha` of docker/metadata-action writes it. */
function tagOf(oid: string | undefined): string {
  return `sha-${oid?.slice(0, 7)}`;
}

/** A Quay with the tags of commits of a GitHub, that a function makes. */
async function commitScene(make: (repository: RepositoryState) => readonly string[]): Promise<Scene> {
  const github = endsWithTest(await startGitHub());
  github.repository.push('main');
  const tags = make(github.repository);
  return { github, quay: await quayWithTags(tags) };
}

function cleanUpCommits(
  { quay, github }: Scene,
  inputs: Readonly<Record<string, string>> = {},
): Promise<FinishedRun> {
  return cleanUp(
    quay,
    { 'github-token': GITHUB_TOKEN, tags: 'sha-{commit}', ...inputs },
    { environment: { ...github.environment, GITHUB_EVENT_NAME: 'schedule' } },
  );
}

/** The reasons of the report, each once. */
function reasonsOf({ report = '' }: FinishedRun): readonly string[] {
  const { repositories } = JSON.parse(report);
  const tags: readonly { readonly reason: string }[] = repositories[0].tags;
  return [...new Set(tags.map(({ reason }) => reason.replaceAll(/\b[0-9a-f]{7}\b/g, 'HASH')))].toSorted();
}

type Setting = 'the head' | 'the temporary merge commit';

/** Pull requests in all states that matter, with the tag that metadata-action gives each by its setting. */
function inAllStates(repository: RepositoryState, setting: Setting): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  const open = (number: number, state: string) => {
    const { commits, temporaryMerge } = repository.openPullRequest(number);
    tags.set(state, tagOf(setting === 'the head' ? commits.at(-1) : temporaryMerge));
  };
  open(1, 'open');
  open(2, 'closed');
  repository.closePullRequest(2);
  open(3, 'reopened');
  repository.closePullRequest(3);
  repository.reopenPullRequest(3);
  open(4, 'squashed');
  repository.mergePullRequest(4, 'squash');
  open(5, 'rebased');
  repository.mergePullRequest(5, 'rebase');
  open(6, 'merged');
  repository.mergePullRequest(6, 'merge');
  for (const number of [2, 4, 5, 6]) repository.branches.delete(`topic-${number}`);
  return tags;
}

function statesOf(tags: ReadonlyMap<string, string>, alive: readonly string[]): readonly string[] {
  return [...tags].filter(([, tag]) => alive.includes(tag)).map(([state]) => state);
}

describe('{commit}', () => {
  test.each<[Setting, readonly string[]]>([
    ['the head', ['open', 'reopened', 'merged']],
    ['the temporary merge commit', ['open', 'reopened']],
  ])('where docker/metadata-action names %s, keeps the tags of open pull requests', async (setting, kept) => {
    let tags: ReadonlyMap<string, string> = new Map();
    const here = await commitScene((repository) => {
      tags = inAllStates(repository, setting);
      return [...tags.values()];
    });
    const run = await cleanUpCommits(here);
    expect(run.exitCode).toBe(0);
    expect(statesOf(tags, here.quay.alive('acme/web'))).toEqual(kept);
  });

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
    const run = await cleanUpCommits(here, { 'keep-commits-of': 'release/*\nmain' });
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
    expect(run.log).not.toContain('matches no branch');
    expect(run.summary).toContain('commit is on a branch whose commits are kept');
  });

  test('warns of a pattern that matches no branch, where branches were seen', async () => {
    const here = await commitScene((repository) => [tagOf(repository.headOf('main'))]);
    const inputs = { 'keep-commits-of': 'release/*\nmain' };
    const run = await cleanUpCommits(here, inputs);
    expect(run.exitCode).toBe(0);
    expect(run.log.match(/^::warning.*`keep-commits-of`.*$/gm)).toEqual([
      '::warning::`release/*` of `keep-commits-of` matches no branch. If it should protect commits, check its spelling.',
    ]);
    const unknown = await commitScene(() => ['sha-1234567']);
    expect((await cleanUpCommits(unknown, inputs)).log).not.toContain('matches no branch');
  });

  test('asks for 500 commits in at most 30 requests, half of them temporary merge commits', async () => {
    const here = await commitScene((repository) =>
      Array.from({ length: 250 }, (_, index) => {
        const { commits, temporaryMerge } = repository.openPullRequest(index + 1);
        repository.mergePullRequest(index + 1, 'squash');
        repository.branches.delete(`topic-${index + 1}`);
        return [tagOf(commits[0]), tagOf(temporaryMerge)];
      }).flat(),
    );
    const run = await cleanUpCommits(here, { 'dry-run': 'true' });
    expect(run.outputs['selected-count']).toBe('500');
    expect(here.github.requests.length).toBeLessThanOrEqual(30);
  });
});

describe('{commit} deletes nothing', () => {
  const closed = (repository: RepositoryState): readonly string[] =>
    Array.from({ length: 60 }, (_, index) => {
      const { commits } = repository.openPullRequest(index + 1);
      repository.closePullRequest(index + 1);
      repository.branches.delete(`topic-${index + 1}`);
      return tagOf(commits[0]);
    });

  test.each(['forbidden', 'repository-not-found'] as const)(
    'when GitHub says %s, and names the permissions',
    async (refusal) => {
      const here = await commitScene(closed);
      here.github.refuse(refusal);
      const run = await cleanUpCommits(here, { tags: 'sha-{commit}\nsha-*' });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('about commits');
      expect(run.log.replaceAll('%0A', '\n')).toContain(
        'permissions:\n  contents: read\n  pull-requests: read',
      );
      expect(here.quay.deletesSent()).toEqual([]);
    },
  );

  test.each([0, 1, 3, 5])('when the rate limit is reached after %d requests', async (skip) => {
    const here = await commitScene(closed);
    here.github.meet({ kind: 'primary-limit', endsIn: 1800 }, { skip });
    const run = await cleanUpCommits(here);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('its rate limit');
    expect(here.quay.deletesSent()).toEqual([]);
  });

  test('where a part of the answers is missing, but of what that leaves clear', async () => {
    const here = await commitScene(closed);
    const nothing = { kind: 'answer', status: 200, body: { data: { repository: { ref: null } } } } as const;
    // The second comparison, of the last eleven commits: the first one is of main's own head and 49.
    here.github.meet(nothing, { path: /graphql/, skip: 5, times: 1 });
    const run = await cleanUpCommits(here);
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('49');
    expect(reasonsOf(run)).toContain("GitHub's answer about commit HASH is incomplete");
  });
});
