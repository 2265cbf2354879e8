import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type OidcTokenRequest, requestOidcToken } from '../../src/github/oidc-token.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { messageOf } from '../http/serve.ts';
import { JumpingClock } from '../support/clock.ts';
import { type Fault, type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import { decodeJwt } from '../support/quay/exchange.ts';
import { endsWithTest } from '../support/resources.ts';

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
    ['a 503', { kind: 'html', status: 503 }],
    ['a 429', { kind: 'answer', status: 429, body: {}, headers: { 'retry-after': '25' } }],
    ['silence', { kind: 'silent' }],
    ['an answer without a token', { kind: 'answer', status: 200, body: {} }],
  ])('comes after %s', async (_, fault) => {
    const simulator = await github();
    simulator.meet(fault, { times: 1 });
    expect(decodeJwt(await ask(simulator))).toBeDefined();
    expect(simulator.requests).toHaveLength(2);
  });

  test.each<[string, Fault, number]>([
    ['a 500', { kind: 'html', status: 500 }, 3],
    ['a long wait', { kind: 'answer', status: 429, body: {}, headers: { 'retry-after': '86400' } }, 1],
    ['silence', { kind: 'silent' }, 3],
    ['an answer without end', { kind: 'answer', status: 200, body: { value: 'x'.repeat(2 ** 21) } }, 1],
    ['an HTML page', { kind: 'html', status: 200 }, 3],
    ['a refusal', { kind: 'answer', status: 403, body: { message: 'request-token' } }, 1],
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

  test('is not waited for once the run is cancelled', async () => {
    const simulator = await github();
    simulator.meet({ kind: 'silent' });
    const stop = new AbortController();
    const asked = messageOf(ask(simulator, { signal: stop.signal, clock: SYSTEM_CLOCK }));
    while (simulator.requests.length === 0) await setImmediate();
    stop.abort();
    expect(await asked).toMatch(/^StoppedError: /);
  });
});
