import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags, requestsOf } from '../support/fixture.ts';
import { startGitHub } from '../support/github/simulator.ts';
import type { QuayOptions, QuaySimulator } from '../support/quay/simulator.ts';
import { previews } from '../support/quay/tags.ts';

const ROBOT = { token: '', username: 'acme+ci', password: 'robot-password-0123456789' };

async function quayWithRobot(
  tags: readonly string[],
  options: QuayOptions = {},
  permission: 'read' | 'write' = 'write',
): Promise<QuaySimulator> {
  const quay = await quayWithTags(tags, options);
  quay.addRobot('acme+ci', ROBOT.password, { 'acme/web': permission });
  return quay;
}

describe('a robot account', () => {
  test('lists and deletes by name over the registry API', async () => {
    const quay = await quayWithRobot(['pr-1', 'latest']);
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(requestsOf(quay).replaceAll(encodeURIComponent(quay.host), 'quay.example')).toMatchSnapshot();
    expect(run.everything.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(ROBOT.password);
  });

  test.each([true, false])(
    'reads every page of names, by links that are absolute: %s',
    async (absoluteLinks) => {
      const quay = await quayWithRobot([], { absoluteLinks });
      quay.addTags('acme/web', previews(250));
      const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
      expect(run.exitCode).toBe(0);
      expect(quay.alive('acme/web')).toEqual([]);
    },
  );

  test('follows no link to another origin', async () => {
    const quay = await quayWithRobot(['pr-1']);
    const headers = { link: '<https://elsewhere.example/v2/acme/web/tags/list?last=x>; rel="next"' };
    quay.fault({
      path: /tags\/list/,
      fault: { kind: 'status', status: 200, body: '{"name":"acme/web","tags":["pr-1"]}', headers },
    });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('https://elsewhere.example, another origin, where credentials are never sent');
    expect(quay.deletesSent()).toEqual([]);
  });

  test('knows dates and sizes of a public repository', async () => {
    const quay = await quayWithRobot([]);
    quay.addRepository('acme/web', { public: true });
    const now = Math.floor(Date.now() / 1000);
    quay.addTags('acme/web', [
      { name: 'pr-old', lastModified: now - 90 * 86_400 },
      { name: 'pr-new', lastModified: now },
    ]);
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*', 'older-than': '30d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-new']);
  });

  test('fails at the start where a rule needs dates that it cannot see', async () => {
    const quay = await quayWithRobot(['pr-1']);
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*', 'older-than': '30d' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      'acme/web is private, and a robot account sees only the names of its tags: `older-than` needs',
    );
    expect(quay.deletesSent()).toEqual([]);
  });

  test('without write permission is told which to grant', async () => {
    const quay = await quayWithRobot(['pr-1'], {}, 'read');
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('The robot account acme+ci may read acme/web');
    expect(run.log).toContain('It may lack Write (grant it in Quay under acme/web → Settings');
    expect(run.log).toContain('or the repository is read-only or a mirror');
    expect(quay.deletesSent()).toEqual([]);
  });

  test.each(['MIRROR', 'READ_ONLY'] as const)(
    'that may write is told of a private %s, too',
    async (state) => {
      const quay = await quayWithRobot([]);
      quay.addRepository('acme/web', { state });
      quay.addTag('acme/web', { name: 'pr-1' });
      const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('or the repository is read-only or a mirror');
      expect(quay.deletesSent()).toEqual([]);
    },
  );

  test('with a wrong password is refused by name', async () => {
    const quay = await quayWithRobot(['pr-1']);
    const run = await cleanUp(quay, { ...ROBOT, password: 'wrong-password-000', tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`The robot account acme+ci was refused by ${quay.host} (401)`);
  });

  test('signs in again once when its token expires in the middle', async () => {
    let now = Math.floor(Date.now() / 1000);
    const quay = await quayWithRobot([], { registryTokenSeconds: 60, now: () => now });
    quay.addTags('acme/web', previews(40));
    let deletions = 0;
    quay.onRequest(({ method }) => {
      if (method === 'DELETE' && ++deletions === 20) now += 61;
    });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(quay.requests.filter(({ path }) => path.startsWith('/v2/auth'))).toHaveLength(2);
  });

  test('on a Quay before 3.13 is told the version and the other way, and nothing is lost', async () => {
    const quay = await quayWithRobot(['pr-1'], { version: '3.12' });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('that needs Quay 3.13 or later. Use an OAuth `token`');
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('does not call a deleted tag remaining because the list is late', async () => {
    const quay = await quayWithRobot(['pr-1', 'latest'], { staleRegistryList: true });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
  });
});

describe('keyless', () => {
  const KEYLESS = { token: '', username: 'acme+ci', tags: 'pr-*' };
  const SUBJECT = 'repo:acme/app:pull_request';

  test('signs in with GitHub’s OIDC token, and leaves no secret behind', async () => {
    const quay = await quayWithRobot(['pr-1', 'latest']);
    const github = endsWithTest(await startGitHub());
    quay.addFederation('acme+ci', { subject: SUBJECT, audience: quay.host });
    const run = await cleanUp(quay, KEYLESS, { environment: github.oidcEnvironment });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    const written = [run.log.replaceAll(/^::add-mask::.*$/gm, ''), run.summary, run.report].join('\n');
    expect(written).not.toMatch(/eyJ/);
  });

  test.each([
    { name: 'no federation', federation: undefined, says: 'has no federation yet' },
    {
      name: 'another subject',
      federation: { subject: 'repo:acme/app:ref:refs/heads/main' },
      says: 'The subject matches no entry',
    },
    {
      name: 'another audience',
      federation: { subject: SUBJECT, audience: 'elsewhere' },
      says: 'The audience differs',
    },
  ])('with $name is told the exact subject and audience that were sent', async ({ federation, says }) => {
    const quay = await quayWithRobot(['pr-1']);
    const github = endsWithTest(await startGitHub());
    if (federation) quay.addFederation('acme+ci', federation);
    const run = await cleanUp(quay, KEYLESS, { environment: github.oidcEnvironment });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(says);
    expect(run.log).toContain(`subject \`${SUBJECT}\`, audience \`${quay.host}\``);
    expect(quay.deletesSent()).toEqual([]);
  });

  test('in a repository with ids in its subject is told that subject, and signs in once it is entered', async () => {
    const quay = await quayWithRobot(['pr-1', 'latest']);
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
    const quay = await quayWithRobot(['pr-1']);
    const run = await cleanUp(quay, KEYLESS);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Add `permissions: id-token: write` to the job');
  });
});
