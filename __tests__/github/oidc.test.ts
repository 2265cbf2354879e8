import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type OidcTokenRequest, requestOidcToken } from '../../src/github/oidc-token.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { JumpingClock } from '../support/clock.ts';
import { type Fault, type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import { decodeJwt } from '../support/quay/jwt.ts';
import { endsWithTest } from '../support/resources.ts';
import { messageOf } from './fixture.ts';

async function github(): Promise<GitHubSimulator> {
  return endsWithTest(await startGitHub());
}

function ask(simulator: GitHubSimulator, options: Partial<OidcTokenRequest> = {}): Promise<string> {
  return requestOidcToken({
    audience: 'quay.example/a b&c',
    environment: simulator.oidcEnvironment,
    clock: new JumpingClock(simulator),
    signal: new AbortController().signal,
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
    ['a 429', { kind: 'answer', status: 429, body: {}, headers: { 'retry-after': '25' } }],
    ['a connection that breaks', { kind: 'reset' }],
    ['an answer that breaks off', { kind: 'truncated' }],
    ['silence', { kind: 'silent' }],
    ['an answer byte by byte', { kind: 'drip', everyMs: 20 }],
    ['an answer without a token', { kind: 'answer', status: 200, body: {} }],
    [
      'a redirect within its host',
      { kind: 'answer', status: 302, body: {}, headers: { location: '/oidc?version=2' } },
    ],
  ])('comes after %s', async (_, fault) => {
    const simulator = await github();
    simulator.meet(fault, { times: 1 });
    expect(decodeJwt(await ask(simulator))).toBeDefined();
    expect(simulator.requests).toHaveLength(2);
  });

  test.each<[string, Fault, number]>([
    ['a 500', { kind: 'html', status: 500 }, 3],
    ['a long wait', { kind: 'answer', status: 429, body: {}, headers: { 'retry-after': '86400' } }, 1],
    ['a connection that breaks', { kind: 'reset' }, 3],
    ['silence', { kind: 'silent' }, 3],
    ['an answer without end', { kind: 'answer', status: 200, body: { value: 'x'.repeat(2 ** 21) } }, 1],
    ['an HTML page', { kind: 'html', status: 200 }, 3],
    ['a refusal', { kind: 'answer', status: 403, body: { message: 'request-token' } }, 1],
    [
      'a redirect to another origin',
      { kind: 'answer', status: 302, body: {}, headers: { location: 'https://elsewhere.example/' } },
      1,
    ],
  ])('does not come for %s', async (_, fault, requests) => {
    const simulator = await github();
    simulator.meet(fault);
    const clock = new JumpingClock(simulator);
    const began = clock.elapsed();
    const message = await messageOf(ask(simulator, { clock }));
    expect(message.replaceAll(new URL(simulator.url).host, 'oidc.example')).toMatchSnapshot();
    expect(simulator.requests).toHaveLength(requests);
    expect(clock.elapsed() - began).toBeLessThan(75_000);
  });

  test('is not offered to a job without the permission', async () => {
    const simulator = await github();
    expect(await messageOf(ask(simulator, { environment: {} }))).toMatch(
      /^CredentialRefusedError: .*`permissions: id-token: write`/,
    );
    expect(simulator.requests).toEqual([]);
  });

  test.each<[string, Fault]>([
    ['in the middle of a request', { kind: 'silent' }],
    ['between two attempts', { kind: 'answer', status: 503, body: {}, headers: { 'retry-after': '20' } }],
  ])('is not waited for once the run is cancelled, %s', async (_, fault) => {
    const simulator = await github();
    simulator.meet(fault);
    const stop = new AbortController();
    const asked = messageOf(ask(simulator, { signal: stop.signal, clock: SYSTEM_CLOCK }));
    while (simulator.requests.length === 0) await setImmediate();
    stop.abort();
    expect(await asked).toMatch(/^StoppedError: /);
    expect(simulator.requests).toHaveLength(1);
  });
});
