import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags, ROBOT, TOKEN } from '../support/fixture.ts';
import { type QuaySimulator, startQuay } from '../support/quay/simulator.ts';
import { endsWithTest } from '../support/resources.ts';

const PR = { tags: 'pr-*' };

/** Public and private repositories, some with another slash in the name. */
async function quayWithMany(): Promise<QuaySimulator> {
  const quay = endsWithTest(await startQuay());
  const names = ['acme/open', 'acme/secret', 'acme/team/open', 'acme/team/secret'];
  for (const name of names) {
    quay.addRepository(name, { public: name.endsWith('open') });
    quay.addTag(name, { name: 'pr-1' });
  }
  quay.addOAuthToken(TOKEN);
  quay.addRobot('acme+ci', ROBOT.password, Object.fromEntries(names.map((name) => [name, 'write' as const])));
  return quay;
}

const searches = (quay: QuaySimulator) =>
  quay.requests.filter(({ path }) => path.startsWith('/api/v1/repository?')).map(({ path }) => path);

describe('a glob of repositories', () => {
  test.each([
    { who: 'a robot account', inputs: ROBOT },
    { who: 'nobody in particular', inputs: { token: '', 'dry-run': 'true' } },
  ])('asks for the public ones as $who', async ({ inputs }) => {
    const quay = await quayWithMany();
    const run = await cleanUp(quay, { ...PR, ...inputs, repository: 'acme/*' });
    expect(run.exitCode).toBe(0);
    expect(searches(quay)).toEqual([expect.stringContaining('public=true')]);
    expect(run.list('selected')).toEqual(['acme/open:pr-1']);
  });

  test('finds private ones with a token, and does not ask for public ones', async () => {
    const quay = await quayWithMany();
    const run = await cleanUp(quay, { ...PR, repository: 'acme/*' });
    expect(run.exitCode).toBe(0);
    expect(searches(quay)).toEqual([expect.not.stringContaining('public')]);
    expect([...run.list('deleted')].sort()).toEqual(['acme/open:pr-1', 'acme/secret:pr-1']);
  });

  test('leaves names with another slash out with *, and says so', async () => {
    const quay = await quayWithMany();
    const run = await cleanUp(quay, { ...PR, repository: 'acme/*' });
    expect(quay.alive('acme/team/open')).toEqual(['pr-1']);
    expect(run.summary).toContain('leaves out 2 repositories with another slash in the name');
    expect(run.log).toContain('leaves out 2 repositories with another slash in the name');
  });

  test('takes them with **', async () => {
    const quay = await quayWithMany();
    const run = await cleanUp(quay, { ...PR, repository: 'acme/**' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toHaveLength(4);
    expect(run.log).not.toContain('another slash');
  });

  test('that matches only names with another slash says so when it finds nothing', async () => {
    const quay = await quayWithMany();
    const run = await cleanUp(quay, { ...PR, repository: 'acme/t*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('No repository matches `acme/t*`');
    expect(run.log).toMatch(/another slash in the name, such as acme\/team\/(open|secret)/);
  });

  test('with a wrong token says that it was refused', async () => {
    const quay = await quayWithMany();
    const run = await cleanUp(quay, { ...PR, repository: 'acme/*', token: 'wrong-token-000000' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`The token was refused by ${quay.host} (401)`);
    expect(run.log).not.toContain('No repository matches');
  });

  test('with a right token in a namespace without repositories says that none matches', async () => {
    const quay = await quayWithMany();
    const run = await cleanUp(quay, { ...PR, repository: 'empty/*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('No repository matches `empty/*`');
  });

  test('still says that none matches where the server has no v2 API to ask about the token', async () => {
    const quay = await quayWithMany();
    quay.fault({ path: /^\/v2\//, fault: { kind: 'gateway-404' } });
    const run = await cleanUp(quay, { ...PR, repository: 'empty/*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('No repository matches `empty/*`');
  });

  test('whose list has another page for ever is an error', async () => {
    const quay = await quayWithTags(['pr-1']);
    const repositories = [
      { namespace: 'acme', name: 'web', is_public: false, kind: 'image', state: 'NORMAL' },
    ];
    const body = JSON.stringify({ repositories, next_page: 'more' });
    quay.fault({ path: /repository\?namespace/, fault: { kind: 'status', status: 200, body } });
    const run = await cleanUp(quay, { repository: 'acme/*', tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('The list of the repositories of acme');
    expect(run.log).toContain('does not end');
    expect(quay.deletesSent()).toEqual([]);
  });
});

describe('many repositories', () => {
  test('are found by a glob over all pages, without mirrors', async () => {
    const quay = await quayWithTags(['pr-1']);
    for (let index = 0; index < 130; index += 1) {
      quay.addRepository(`acme/previews-${index}`);
      quay.addTag(`acme/previews-${index}`, { name: 'pr-1' });
    }
    quay.addRepository('acme/previews-mirror', { state: 'MIRROR' });
    const run = await cleanUp(quay, { repository: 'acme/previews-*', tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('130');
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
    expect(run.summary).toContain('acme/previews-mirror');
  });

  test('that no glob matches are an error', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { repository: 'acme/nothing-*', tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('No repository matches `acme/nothing-*`');
  });

  test('fall into shards that share them out without rest', async () => {
    const quay = await quayWithTags([]);
    for (let index = 0; index < 20; index += 1) {
      quay.addRepository(`acme/service-${index}`);
      quay.addTag(`acme/service-${index}`, { name: 'pr-1' });
    }
    const runs = await Promise.all(
      ['1/3', '2/3', '3/3'].map((shard) =>
        cleanUp(quay, { repository: 'acme/service-*', tags: 'pr-*', shard, 'dry-run': 'true' }),
      ),
    );
    const selected = runs.flatMap((run) => run.list('selected'));
    expect(new Set(selected).size).toBe(20);
    expect(selected).toHaveLength(20);
  });

  test('that fail do not stop the others', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addRepository('acme/api');
    quay.addTag('acme/api', { name: 'pr-1' });
    const run = await cleanUp(quay, { repository: 'acme/missing\nacme/web\nacme/api', tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('acme/missing was not found');
    expect(run.list('deleted')).toHaveLength(2);
  });
});
