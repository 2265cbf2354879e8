import { execFile } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { endsWithTest } from '../support/fixture.ts';
import { startGitHub } from '../support/github/simulator.ts';

const ASK = fileURLToPath(new URL('ask.ts', import.meta.url));

/** Asks GitHub under a name that only the proxy resolves, and gives what came of both questions. */
async function ask(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [ASK], {
    env: {
      GITHUB_API_URL: 'http://github.example',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://github.example/oidc?version=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret-proof',
      ...environment,
    },
    timeout: 20_000,
  });
  return stdout.trim().split('\n');
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endsWithTest({
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a proxy', () => {
  test('is gone through to GitHub and to its OIDC tokens', async () => {
    const github = endsWithTest(await startGitHub());
    github.setBranches('main', 'topic');
    const { hostname, port } = new URL(github.url);
    const asked: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on('request', (incoming, response) => {
      asked.push(incoming.url);
      const { pathname, search } = new URL(incoming.url ?? '');
      const { method = 'GET', headers } = incoming;
      const forwarded = request({ hostname, port, path: pathname + search, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(forwarded);
    });
    expect(await ask({ http_proxy: await listen(proxy), ANSWER_MS: '15000' })).toEqual([
      'main,topic',
      'a token',
    ]);
    expect(asked.sort()).toEqual([
      'http://github.example/graphql',
      'http://github.example/oidc?version=1&audience=quay.example',
    ]);
  });

  test('that never answers holds neither question', async () => {
    const proxy = createServer();
    proxy.on('connect', () => {});
    const [branches, token] = await ask({
      https_proxy: await listen(proxy),
      GITHUB_API_URL: 'https://github.example',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://github.example/oidc?version=1',
    });
    expect(branches).toContain('GitHub did not answer about branches within 500 ms, tried 4 times.');
    expect(token).toContain('did not answer within 0.5 s');
  });

  test('that is not there is named as what to check', async () => {
    const proxy = createServer();
    const url = await listen(proxy);
    proxy.close();
    const [branches, token] = await ask({ http_proxy: url });
    expect(branches).toContain('(ECONNREFUSED, tried 4 times)');
    expect(branches).toContain('HTTPS_PROXY');
    expect(token).toContain('could not be reached (ECONNREFUSED)');
  });

  test('that is not a URL is named by its variable', async () => {
    const [branches] = await ask({ http_proxy: '[secret' });
    expect(branches).toContain('the proxy for github.example is not a URL');
    expect(branches).not.toContain('secret');
  });
});
