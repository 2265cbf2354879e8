import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import type { FinishedRun } from '../support/run-action.ts';

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const PASSWORD = 'proxy-password-0123456789';

/** All that a run wrote, without the lines in which it tells the runner what to mask. */
function written(run: FinishedRun): string {
  return run.everything.replaceAll(/^::add-mask::.*$/gm, '');
}

describe('a proxy', () => {
  test.each(['http://[bad', `http://user:${PASSWORD}@[bad`, `ftp://user:${PASSWORD}@proxy:1`, 'http://a b'])(
    'whose variable holds no address (%s) is named by the variable, and ends the run at once',
    async (value) => {
      const quay = await quayWithTags(['pr-1']);
      // A time budget keeps no failed run alive.
      const run = await cleanUp(
        quay,
        { tags: 'pr-*', 'time-budget': '50min' },
        { environment: { HTTP_PROXY: value } },
      );
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('The environment variable HTTP_PROXY does not hold a valid proxy address');
      expect(run.log).not.toMatch(/^ {4}at /m);
      expect(written(run)).not.toContain(PASSWORD);
      expect(quay.requests).toEqual([]);
    },
  );

  test('that is dead is named by its variable and without its password, and the registry is not blamed', async () => {
    const quay = await quayWithTags(['pr-1']);
    const address = `127.0.0.1:${await closedPort()}`;
    const environment = { http_proxy: `http://user:${PASSWORD}@${address}` };
    const run = await cleanUp(quay, { tags: 'pr-*' }, { environment });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      `The proxy ${address}, named by the environment variable http_proxy, could not be reached (ECONNREFUSED), so no request was sent to ${quay.host}.`,
    );
    expect(written(run)).not.toContain(PASSWORD);
    expect(quay.requests).toEqual([]);
  });

  test.each(['[bad', '/api/v3', 'ftp://github.invalid', `https://user:${PASSWORD}@github.invalid`])(
    'or an address of GitHub’s API that is none (%s) is named by its variable, and not shown',
    async (value) => {
      const quay = await quayWithTags(['pr-1', 'latest']);
      const run = await cleanUp(
        quay,
        { tags: 'pr-{pr}', 'github-token': 'ghs_0a1b2c3d4e5f6a7b8c9d' },
        {
          environment: {
            GITHUB_REPOSITORY: 'acme/app',
            GITHUB_API_URL: value,
            GITHUB_EVENT_NAME: 'schedule',
          },
        },
      );
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('the environment variable GITHUB_API_URL holds none that can be used');
      expect(written(run)).not.toContain(PASSWORD);
      expect(run.list('remaining')).toHaveLength(2);
    },
  );

  test.each([
    { name: 'holds no address', value: '[bad', says: 'the proxy for github.invalid is not a URL' },
    {
      name: 'is dead',
      value: `http://user:${PASSWORD}@127.0.0.1:1`,
      says: 'and the proxy if `HTTPS_PROXY` names one',
    },
  ])('for GitHub that $name is named by its variable, without its password', async ({ value, says }) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUp(
      quay,
      { tags: 'pr-{pr}', 'github-token': 'ghs_0a1b2c3d4e5f6a7b8c9d' },
      {
        environment: {
          GITHUB_REPOSITORY: 'acme/app',
          GITHUB_API_URL: 'https://github.invalid',
          HTTPS_PROXY: value,
          GITHUB_EVENT_NAME: 'schedule',
        },
      },
    );
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(says);
    expect(run.log).toContain('HTTPS_PROXY');
    expect(written(run)).not.toContain(PASSWORD);
    expect(run.list('remaining')).toHaveLength(2);
    expect(quay.deletesSent()).toEqual([]);
  });
});
