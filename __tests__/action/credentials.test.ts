import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags, ROBOT, requestsOf } from '../support/fixture.ts';
import { startGitHub } from '../support/github/simulator.ts';
import { endsWithTest } from '../support/resources.ts';
import type { ActionRun, FinishedRun } from '../support/run-bundle.ts';

describe('an OAuth token', () => {
  test('that is wrong for a private repository is refused before anything is listed', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*', token: 'wrong-token-000000' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      `The token was refused by ${quay.host} (401). It may be wrong or expired: create one under Organization → OAuth Applications → Generate Token, with "Read/Write to any accessible repositories".`,
    );
    expect(quay.deletesSent()).toEqual([]);
  });

  test('that is wrong for a public repository lets nothing be deleted', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addRepository('acme/open', { public: true });
    quay.addTag('acme/open', { name: 'pr-1' });
    const run = await cleanUp(quay, { repository: 'acme/open', tags: 'pr-*', token: 'wrong-token-000000' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('a wrong or expired token looks the same');
    expect(quay.alive('acme/open')).toEqual(['pr-1']);
  });

  test('that the first deletion shows to be wrong stops all further ones', async () => {
    const tags = Array.from({ length: 90 }, (_, index) => `pr-${index}`);
    const quay = await quayWithTags(tags);
    const csrf = {
      kind: 'status' as const,
      status: 403,
      body: '{"error": "CSRF token was invalid or missing."}',
    };
    quay.fault({ method: 'DELETE', fault: csrf });
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '4' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`The token was refused by ${quay.host} (403)`);
    // Each of those in flight is sent again with a new sign-in, and at last over the REST API.
    expect(quay.deletesSent().length).toBeLessThanOrEqual(3 * 4);
    expect(Number(run.outputs['remaining-count'])).toBe(90);
  });

  test.each([{ state: 'MIRROR' as const, says: 'is a mirror' }])(
    'meets a repository that $says',
    async ({ state, says }) => {
      const quay = await quayWithTags([]);
      quay.addRepository('acme/still', { state });
      quay.addTag('acme/still', { name: 'pr-1' });
      const run = await cleanUp(quay, { repository: 'acme/still', tags: 'pr-*' });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain(`acme/still ${says}`);
      expect(requestsOf(quay)).toBe('GET /api/v1/repository/acme/still?includeTags=false → 200');
    },
  );

  test.each([
    { name: 'is missing in a namespace of its own', repository: 'acme/missing', says: 'was not found' },
    { name: 'is in a foreign namespace', repository: 'other/web', says: 'insufficient_scope' },
  ])('meets a repository that $name', async ({ repository, says }) => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { repository, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(says);
    expect(run.log).toContain('`repository`');
  });
});

describe('no credentials', () => {
  test('are enough for a dry run on a public repository', async () => {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/open', { public: true });
    quay.addTag('acme/open', { name: 'pr-1' });
    const run = await cleanUp(quay, { repository: 'acme/open', tags: 'pr-*', token: '', 'dry-run': 'true' });
    expect(run.exitCode).toBe(0);
    expect(run.list('selected')).toEqual(['acme/open:pr-1']);
    expect(run.list('deleted')).toEqual([]);
  });

  test('on a private repository are called missing, and nothing else', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*', token: '', 'dry-run': 'true' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`acme/web cannot be read on ${quay.host} without credentials (401)`);
    expect(run.log).not.toContain('refused');
  });
});

describe('a robot account', () => {
  test('lists and deletes by name over the registry API', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(requestsOf(quay).replaceAll(encodeURIComponent(quay.host), 'quay.example')).toMatchSnapshot();
    expect(run.everything.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(ROBOT.password);
  });

  test('fails at the start where a rule needs dates that it cannot see', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*', 'older-than': '30d' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      'acme/web is private, and a robot account sees only the names of its tags: `older-than` needs',
    );
    expect(quay.deletesSent()).toEqual([]);
  });

  test('without write permission is told which to grant', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addRobot(ROBOT.username, ROBOT.password, { 'acme/web': 'read' });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('The robot account acme+ci may read acme/web');
    expect(run.log).toContain('It may lack Write (grant it in Quay under acme/web → Settings');
    expect(run.log).toContain('or the repository is read-only or a mirror');
    expect(quay.deletesSent()).toEqual([]);
  });

  test('with a wrong password is refused by name', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { ...ROBOT, password: 'wrong-password-000', tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`The robot account acme+ci was refused by ${quay.host} (401)`);
  });
});

describe('keyless', () => {
  const KEYLESS = { token: '', username: 'acme+ci', tags: 'pr-*' };
  const SUBJECT = 'repo:acme/app:pull_request';

  test('signs in with GitHub’s OIDC token, and leaves no secret behind', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const github = endsWithTest(await startGitHub());
    quay.addFederation('acme+ci', { subject: SUBJECT, audience: quay.host });
    const run = await cleanUp(quay, KEYLESS, { environment: github.oidcEnvironment });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    const written = [run.log.replaceAll(/^::add-mask::.*$/gm, ''), run.summary, run.report].join('\n');
    expect(written).not.toMatch(/eyJ/);
  });

  test('in a repository with ids in its subject is told that subject, and signs in once it is entered', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const github = endsWithTest(await startGitHub());
    github.setSubject('ids');
    quay.addFederation('acme+ci', { subject: SUBJECT });
    const run = await cleanUp(quay, KEYLESS, { environment: github.oidcEnvironment });
    const [, subject = ''] = /subject `([^`]+)`/.exec(run.log) ?? [];
    expect(subject).toBe('repo:acme@1234/app@5678:pull_request');
    quay.addFederation('acme+ci', { subject });
    await cleanUp(quay, KEYLESS, { environment: github.oidcEnvironment });
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });

  test('without the permission is told which to add', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, KEYLESS);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Add `permissions: id-token: write` to the job');
  });
});

const BASE = { repo: { full_name: 'acme/app' } };

function fromFork(head: object | null): Pick<ActionRun, 'event' | 'environment'> {
  return {
    event: { number: 12, pull_request: { head: { repo: head }, base: BASE } },
    environment: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REPOSITORY: 'acme/app', GITHUB_ACTOR: 'jane' },
  };
}

const OURS = fromFork(BASE.repo);
const FORK = fromFork({ full_name: 'jane/app' });
const NO_SECRETS = { token: '', tags: 'pr-{pr}' };

const DEPENDABOT = {
  ...OURS,
  environment: { ...OURS.environment, GITHUB_ACTOR: 'dependabot[bot]' },
};

describe('a pull request that has no secrets', () => {
  test.each([
    { name: 'from a fork', run: FORK, why: 'fork' },
    { name: 'from a fork that was deleted', run: fromFork(null), why: 'fork' },
    { name: 'by Dependabot', run: DEPENDABOT, why: 'Dependabot' },
  ])('$name succeeds with a notice, as a run that found nothing', async ({ run: on, why }) => {
    const quay = await quayWithTags(['pr-12']);
    const run = await cleanUp(quay, NO_SECRETS, on);
    const notice = `This pull request's run has no secrets (${why}); its images are deleted by the next scheduled run.`;
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain(`::notice::${notice}`);
    expect(run.log).not.toMatch(/^::(error|warning)::/m);
    expect(run.summary).toContain(notice);
    expect(run.outputs).toMatchObject({
      selected: '[]',
      deleted: '[]',
      failed: '[]',
      remaining: '[]',
      'selected-count': '0',
      'deleted-count': '0',
      'failed-count': '0',
      'remaining-count': '0',
    });
    expect(quay.requests).toEqual([]);
  });

  test('is the same where only the password is missing', async () => {
    const quay = await quayWithTags(['pr-12']);
    const run = await cleanUp(quay, { ...NO_SECRETS, username: 'acme+ci' }, FORK);
    expect(run.exitCode).toBe(0);
    expect(quay.requests).toEqual([]);
  });

  test('still hears of its other inputs that are not valid', async () => {
    const quay = await quayWithTags(['pr-12']);
    const run = await cleanUp(quay, { ...NO_SECRETS, concurrency: '0' }, FORK);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('from 1 to 100');
    expect(run.log).not.toContain('No credentials');
  });
});

test('a run without secrets sets the outputs and writes the report of a run that found nothing', async () => {
  const quay = await quayWithTags([]);
  const found = await cleanUp(quay, { tags: 'pr-*' });
  const forked = await cleanUp(quay, NO_SECRETS, FORK);
  const without = ({ outputs }: FinishedRun) => ({ ...outputs, report: undefined });
  expect(without(forked)).toEqual(without(found));
  expect(JSON.parse(forked.report ?? '')).toMatchObject({
    version: 1,
    registry: quay.host,
    repositories: [],
  });
});

describe('a missing secret is an error', () => {
  test.each([
    { name: 'in a pull request of the repository itself', run: OURS },
    {
      name: 'in a pull_request_target by Dependabot, which has secrets',
      run: {
        ...DEPENDABOT,
        environment: { ...DEPENDABOT.environment, GITHUB_EVENT_NAME: 'pull_request_target' },
      },
    },
    {
      name: 'in a push by Dependabot',
      run: { environment: { GITHUB_EVENT_NAME: 'push', GITHUB_ACTOR: 'dependabot[bot]' } },
    },
    {
      name: 'in a pull_request_target, which has secrets',
      run: { ...FORK, environment: { ...FORK.environment, GITHUB_EVENT_NAME: 'pull_request_target' } },
    },
    { name: 'on a schedule', run: { environment: { GITHUB_EVENT_NAME: 'schedule' } } },
    {
      name: 'where the event tells nothing',
      run: { environment: { GITHUB_EVENT_NAME: 'pull_request' }, event: {} },
    },
  ])('$name', async ({ run: on }) => {
    const quay = await quayWithTags(['pr-12']);
    const run = await cleanUp(quay, NO_SECRETS, on);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('No credentials are given.');
    expect(quay.requests).toEqual([]);
  });

  test('from a fork whose job may ask for an OIDC token all the same', async () => {
    const quay = await quayWithTags(['pr-12']);
    const environment = { ...FORK.environment, ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/oidc?v=1' };
    const run = await cleanUp(quay, NO_SECRETS, { ...FORK, environment });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('No credentials are given.');
  });
});

test('an anonymous dry run from a fork shows its plan', async () => {
  const quay = await quayWithTags([]);
  quay.addRepository('acme/open', { public: true });
  quay.addTags('acme/open', [{ name: 'pr-12' }, { name: 'latest' }]);
  const run = await cleanUp(
    quay,
    { repository: 'acme/open', token: '', tags: 'pr-*', 'dry-run': 'true' },
    FORK,
  );
  expect(run.exitCode).toBe(0);
  expect(run.list('selected')).toEqual(['acme/open:pr-12']);
  expect(run.log).not.toContain('has no secrets');
});
