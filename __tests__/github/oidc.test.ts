import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type OidcTokenRequest, requestOidcToken } from '../../src/runner/oidc-token.ts';
import { type Fault, type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import { decodeJwt } from '../support/quay/jwt.ts';
import { endsWithTest } from '../support/resources.ts';
import { messageOf } from './fixture.ts';

const GOING_ON = new AbortController().signal;

async function github(): Promise<GitHubSimulator> {
  return endsWithTest(await startGitHub());
}

function ask(simulator: GitHubSimulator, options: Partial<OidcTokenRequest> = {}): Promise<string> {
  return requestOidcToken({
    audience: 'quay.example/a b&c',
    environment: simulator.oidcEnvironment,
    signal: GOING_ON,
    limits: { answer: 300, backoff: 2 },
    ...options,
  });
}

describe('an OIDC token', () => {
  test.each([
    ['names', 'repo:acme/app:pull_request'],
    ['ids', 'repo:acme@1234/app@5678:pull_request'],
  ] as const)('is for the audience, with a subject of %s', async (form, subject) => {
    const simulator = await github();
    simulator.setSubject(form);
    expect(decodeJwt(await ask(simulator))).toMatchObject({ aud: 'quay.example/a b&c', sub: subject });
  });

  test.each<[string, Fault]>([
    ['a 500', { kind: 'html', status: 500 }],
    ['a 503', { kind: 'html', status: 503 }],
    ['a 429', { kind: 'answer', status: 429, body: {}, headers: { 'retry-after': '0' } }],
    ['a connection that breaks', { kind: 'reset' }],
    ['an answer that breaks off', { kind: 'truncated' }],
    ['silence', { kind: 'silent' }],
    ['an answer byte by byte', { kind: 'drip', everyMs: 20 }],
    ['an answer without a token', { kind: 'answer', status: 200, body: {} }],
  ])('comes after %s', async (_, fault) => {
    const simulator = await github();
    simulator.meet(fault, { times: 1 });
    expect(decodeJwt(await ask(simulator))).toBeDefined();
    expect(simulator.requests).toHaveLength(2);
  });

  test.each<[string, Fault, string]>([
    ['a 500', { kind: 'html', status: 500 }, 'answered 500'],
    [
      'a long wait',
      { kind: 'answer', status: 429, body: {}, headers: { 'retry-after': '3600' } },
      'answered 429',
    ],
    ['a connection that breaks', { kind: 'reset' }, 'could not be reached (UND_ERR_SOCKET)'],
    ['silence', { kind: 'silent' }, 'did not answer within 0.3 s'],
    ['an answer byte by byte', { kind: 'drip', everyMs: 20 }, 'did not answer within 0.3 s'],
    [
      'an answer without end',
      { kind: 'answer', status: 200, body: { value: 'x'.repeat(2 ** 21) } },
      'answered more than any token needs',
    ],
    ['an HTML page', { kind: 'html', status: 200 }, 'answered without a token'],
  ])('does not come for %s, and no permission is advised', async (_, fault, found) => {
    const simulator = await github();
    simulator.meet(fault);
    expect(await messageOf(ask(simulator))).toBe(
      `OidcTokenError: GitHub's endpoint for OIDC tokens ${found}. Run again later, or set \`password\`.`,
    );
  });

  test('is refused at once where the endpoint refuses', async () => {
    const simulator = await github();
    simulator.meet({ kind: 'answer', status: 403, body: { message: 'request-token' } });
    expect(await messageOf(ask(simulator))).toBe(
      "OidcTokenError: GitHub's endpoint for OIDC tokens refuses this job (403). Run the job again; if that does not help, set `password`.",
    );
    expect(simulator.requests).toHaveLength(1);
  });

  test('is not offered to a job without the permission', async () => {
    const simulator = await github();
    expect(await messageOf(ask(simulator, { environment: {} }))).toContain('`permissions: id-token: write`');
    expect(simulator.requests).toEqual([]);
  });

  test('is not waited for once the run is cancelled', async () => {
    const simulator = await github();
    simulator.meet({ kind: 'silent' });
    const stop = new AbortController();
    const asked = messageOf(
      ask(simulator, { signal: stop.signal, limits: { answer: 60_000, backoff: 60_000 } }),
    );
    while (simulator.requests.length === 0) await setImmediate();
    stop.abort();
    expect(await asked).toBe('OidcTokenError: The run was stopped before GitHub gave it an OIDC token.');
  });

  test('is not waited for between two attempts once the run is cancelled', async () => {
    const simulator = await github();
    simulator.meet({ kind: 'answer', status: 503, body: {}, headers: { 'retry-after': '20' } });
    const stop = new AbortController();
    const asked = messageOf(ask(simulator, { signal: stop.signal }));
    while (simulator.requests.length === 0) await setImmediate();
    // The answer arrives meanwhile, and the wait that it asks for begins.
    await setTimeout(50);
    stop.abort();
    expect(await asked).toContain('The run was stopped');
    expect(simulator.requests).toHaveLength(1);
  });
});
