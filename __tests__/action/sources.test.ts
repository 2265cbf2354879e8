import { describe, expect, test } from '@jest/globals';
import { cleanUp, DAY, gitHubWith, now, quayWithTags, type Run } from '../support/fixture.ts';
import type { GitHubSimulator } from '../support/github/simulator.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

const SOURCE = 'org.opencontainers.image.source';
const VERSION = 'org.opencontainers.image.version';

/** The labels that docker/metadata-action writes. */
function built(source: string, version: string): Readonly<Record<string, string>> {
  return { [SOURCE]: source, [VERSION]: version };
}

interface Scene {
  readonly quay: QuaySimulator;
  readonly github: GitHubSimulator;
}

type Images = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

/** Repositories of `acme` with one image each, `repository:tag`, with or without labels; pull request 1 of `acme/app` is merged. */
async function scene(images: Images): Promise<Scene> {
  const quay = await quayWithTags([]);
  for (const [image, labels] of Object.entries(images)) {
    const [name = '', tag = ''] = image.split(':');
    quay.addRepository(`acme/${name}`, {
      tags: [{ name: tag, lastModified: now() - 5 * DAY, ...(labels && { labels }) }],
    });
  }
  return { quay, github: await gitHubWith({ MERGED: [1] }) };
}

function cleanAcme(
  { quay, github }: Scene,
  inputs: Readonly<Record<string, string>> = {},
  run: Run = {},
): Promise<FinishedRun> {
  return cleanUp(quay, { repository: 'acme/*', tags: 'pr-{pr}', ...inputs }, { github, ...run });
}

function alive({ quay }: Scene, ...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => quay.alive(`acme/${name}`).map((tag) => `${name}:${tag}`));
}

describe('a glob in `repository` together with a placeholder', () => {
  test('takes only what its image says to come from the workflow’s repository, and tells of the rest', async () => {
    const here = await scene({
      'web:pr-1': built('https://github.com/acme/app', 'pr-1'),
      'api:pr-1': built('git@github.com:acme/api.git', 'pr-1'),
      'old:pr-1': undefined,
      'base:pr-1': built('https://github.com/acme/app', 'v3'),
    });
    here.github.addRepository('acme/api');
    const run = await cleanAcme(here);
    expect(alive(here, 'web', 'api', 'old', 'base')).toEqual(['api:pr-1', 'old:pr-1', 'base:pr-1']);
    expect(run.log).toMatch(/::warning::3 tags are kept .*1 from acme\/api.*github-repository: acme\/app/);
    expect(run.summary).toContain('acme/app');
  });

  test('fails at its end where no image says so', async () => {
    const here = await scene({
      'web:pr-1': undefined,
      'api:pr-1': built('https://github.com/acme/api', 'pr-1'),
    });
    const run = await cleanAcme(here, {}, { fails: true });
    expect(run.log).toContain('write `github-repository: acme/app`');
    expect(here.quay.deletesSent()).toEqual([]);
  });

  test.each([{ 'github-repository': 'acme/app' }, { repository: 'acme/web\nacme/api' }])(
    'believes the user who names a repository, and reads no label: %j',
    async (inputs) => {
      const here = await scene({
        'web:pr-1': undefined,
        'api:pr-1': built('https://github.com/acme/api', '12'),
      });
      await cleanAcme(here, inputs);
      expect(alive(here, 'web', 'api')).toEqual([]);
      expect(here.quay.requests.filter(({ path }) => path.includes('/manifest/'))).toEqual([]);
    },
  );

  test('ends before anything is listed where the GitHub repository that is named is not there', async () => {
    const here = await scene({ 'web:pr-1': undefined });
    const run = await cleanAcme(here, { 'github-repository': 'acme/nowhere' }, { fails: true });
    expect(run.log).toContain('acme/nowhere');
    expect(here.quay.requests.filter(({ path }) => path.includes('/tag/'))).toEqual([]);
  });

  test('counts the GitHub of the workflow alone', async () => {
    const here = await scene({
      'web:pr-1': built('https://github.example/acme/app', 'pr-1'),
      'api:pr-1': built('https://github.com/acme/app', 'pr-1'),
    });
    await cleanAcme(here, {}, { environment: { GITHUB_SERVER_URL: 'https://github.example' } });
    expect(alive(here, 'web', 'api')).toEqual(['api:pr-1']);
  });
});

describe('github-repository: from-labels', () => {
  const inputs = { 'github-repository': 'from-labels' };

  test('judges each tag by the pull requests of its own repository, also by an old name', async () => {
    const here = await scene({
      'web:pr-1': built('https://github.com/acme/formerly', 'pr-1'),
      'api:pr-1': built('https://github.com/Acme/API/tree/main', 'pr-1'),
      'app:pr-1': built('https://github.com/acme/app', 'pr-1'),
      'none:pr-1': undefined,
    });
    const api = here.github.addRepository('acme/formerly');
    api.push('main');
    api.openPullRequest(1, { fork: true });
    here.github.renameRepository(api, 'acme/api');
    const run = await cleanAcme(here, inputs);
    expect(alive(here, 'web', 'api', 'app', 'none')).toEqual(['web:pr-1', 'api:pr-1', 'none:pr-1']);
    expect(JSON.parse(run.report ?? '').github.toSorted()).toEqual(['acme/api', 'acme/app']);
  });

  test('keeps what comes from another owner, and from a repository that the token cannot read or that is newer than the image', async () => {
    const here = await scene({
      'web:pr-1': built('https://github.com/evil/app', 'pr-1'),
      'api:pr-1': built('https://github.com/acme/secret', 'pr-1'),
      'new:pr-1': built('https://github.com/acme/again', 'pr-1'),
      'half:pr-1': built('https://github.com/acme/half', 'pr-1'),
      'app:pr-1': built('https://github.com/acme/app', 'pr-1'),
    });
    here.github.addRepository('evil/app');
    here.github.addRepository('acme/half');
    // Which the token sees, without its pull requests.
    const errors = [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }];
    const pullRequests = /^(?=.*half)(?=.*pullRequest)/s;
    here.github.meet({ kind: 'answer', status: 200, body: { errors } }, { body: pullRequests });
    here.github.addRepository('acme/again', { createdAt: now() - DAY });
    const run = await cleanAcme(here, inputs);
    const kept = ['web', 'api', 'new', 'half'];
    expect(alive(here, ...kept, 'app')).toEqual(kept.map((name) => `${name}:pr-1`));
    expect(run.log).toContain('which has another owner');
    expect(run.log).toContain('which was made after the image');
    expect(run.log).toMatch(
      /1 from acme\/secret, .*1 from acme\/half, which this `github-token` cannot read/,
    );
    expect(here.github.queries.join()).not.toContain('evil');
  });
});
