import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { proxyFor } from '../../src/http/transport.ts';
import { clientOf, errorOf, get, listen } from './serve.ts';

const QUAY = new URL('https://quay.example');
const PASSWORD = 'proxy-password';

/** The message with which a request fails that goes through a proxy. */
async function failingThrough(environment: Readonly<Record<string, string>>, origin = QUAY): Promise<string> {
  const limits = { silence: Number.POSITIVE_INFINITY };
  const error = await errorOf(clientOf(origin, { environment, limits }).send(get(origin)));
  expect(String(error)).not.toContain(PASSWORD);
  return String(error);
}

describe('a proxy', () => {
  test.each([
    'http://[bad',
    `http://user:${PASSWORD}@:8080`,
    `http://user:${PASSWORD}%zz@proxy:3128`,
    `ftp://user:${PASSWORD}@proxy`,
  ])('whose address is none is named by its variable: %s', async (value) => {
    expect(await failingThrough({ HTTPS_PROXY: value })).toMatch(
      /^NetworkError: The environment variable HTTPS_PROXY does not hold a valid proxy address, so no request was sent to quay\.example\./,
    );
  });

  test('whose name does not resolve is named with its variable', async () => {
    expect(await failingThrough({ HTTPS_PROXY: 'proxy.invalid:3128' })).toMatch(
      /The proxy proxy\.invalid:3128, named by the environment variable HTTPS_PROXY, could not be reached \((ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  test.each([
    { status: 407, remedy: 'Check the user name and the password in HTTPS_PROXY.' },
    { status: 403, remedy: 'Check whether the proxy may connect to quay.example' },
    { status: 502, remedy: 'Check whether the proxy may connect to quay.example' },
  ])('that answers $status instead of a tunnel is told with the remedy', async ({ status, remedy }) => {
    const server = createServer();
    server.on('connect', (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`));
    const message = await failingThrough({ HTTPS_PROXY: withPassword(await listen(server)) });
    expect(message).toContain(`did not connect to quay.example: it answered ${status}. ${remedy}`);
  });

  test('that refuses the password is told the same way where no tunnel is needed', async () => {
    const server = createServer((_, response) => response.writeHead(407).end());
    const plain = new URL('http://localhost:8080');
    expect(await failingThrough({ HTTP_PROXY: withPassword(await listen(server)) }, plain)).toContain(
      'Check the user name and the password in HTTP_PROXY.',
    );
  });

  test('that takes the connection and never answers does not hold the run', async () => {
    const silent = createServer();
    silent.on('connect', () => undefined);
    const url = await listen(silent);
    expect(await failingThrough({ HTTPS_PROXY: withPassword(url) })).toMatch(
      new RegExp(
        `quay\\.example did not answer in time.*The request went through the proxy ${url.host}, named by the environment variable HTTPS_PROXY\\.`,
      ),
    );
  });
});

describe('which proxy is taken', () => {
  const variableFor = (url: string, environment: Readonly<Record<string, string>>) =>
    proxyFor(new URL(url), environment)?.variable;

  test.each([
    { url: 'https://quay.io', environment: { HTTPS_PROXY: 'a:1', HTTP_PROXY: 'b:1' }, taken: 'HTTPS_PROXY' },
    { url: 'https://quay.io', environment: { HTTPS_PROXY: 'a:1', https_proxy: 'b:1' }, taken: 'https_proxy' },
    { url: 'https://quay.io', environment: { HTTP_PROXY: 'a:1', https_proxy: '' }, taken: 'HTTP_PROXY' },
    { url: 'http://localhost', environment: { HTTPS_PROXY: 'a:1' }, taken: undefined },
    { url: 'http://localhost', environment: { http_proxy: 'a:1' }, taken: 'http_proxy' },
  ])('for $url with $environment: $taken', ({ url, environment, taken }) => {
    expect(variableFor(url, environment)).toBe(taken);
  });

  test.each([
    { url: 'https://quay.io', except: '*', isTaken: false },
    { url: 'https://quay.io', except: 'localhost, quay.io', isTaken: false },
    { url: 'https://quay.io', except: 'QUAY.IO.', isTaken: false },
    { url: 'https://quay.acme.example', except: '.acme.example', isTaken: false },
    { url: 'https://quay.acme.example', except: '*.acme.example', isTaken: false },
    { url: 'https://quay.acme.example', except: 'acme.example', isTaken: false },
    { url: 'https://acme.example', except: '*.acme.example', isTaken: true },
    { url: 'https://notquay.io', except: 'quay.io', isTaken: true },
    { url: 'https://quay.io', except: 'quay.io:443', isTaken: false },
    { url: 'https://quay.io', except: 'quay.io:8443', isTaken: true },
    { url: 'https://[::1]:8443', except: '::1', isTaken: false },
    { url: 'https://[::1]:8443', except: '[::1]:8443', isTaken: false },
    { url: 'https://[::1]:8443', except: '[::1]:443', isTaken: true },
  ])('for $url with NO_PROXY=$except: $isTaken', ({ url, except, isTaken }) => {
    expect(variableFor(url, { HTTPS_PROXY: 'proxy:1', NO_PROXY: except }) !== undefined).toBe(isTaken);
  });
});

function withPassword({ host }: URL): string {
  return `http://user:${PASSWORD}@${host}`;
}
