import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import type { ActionRun, FinishedRun } from '../support/run-action.ts';

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
