import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Need } from '../../scripts/conformance/capabilities.ts';
import { IMAGES } from '../../scripts/conformance/checks/images.ts';
import { RULES } from '../../scripts/conformance/checks/rules.ts';
import { SIGNATURES } from '../../scripts/conformance/checks/signatures.ts';
import { Client } from '../../scripts/conformance/client.ts';
import { readOptions } from '../../scripts/conformance/options.ts';
import { OwnRepositories } from '../../scripts/conformance/own-repositories.ts';
import { ALL_CHECKS, runSuite } from '../../scripts/conformance/suite.ts';
import type { QuayOptions } from '../support/quay/simulator.ts';
import { endsWithTest } from '../support/resources.ts';
import { runAction } from '../support/run-action.ts';
import { endOf } from '../support/run-bundle.ts';
import { FOREIGN, NAMESPACE, type SuiteQuay, startSuiteQuay } from './suite-quay.ts';

const entry = fileURLToPath(new URL('../../scripts/conformance.ts', import.meta.url));
const bench = fileURLToPath(new URL('../../scripts/bench.ts', import.meta.url));
const ONE = 'A dry run shows the plan';
// Windows ends a process that is sent a signal, and asks nobody.
const testSignals = process.platform === 'win32' ? test.skip : test;

const start = async (options: QuayOptions = {}) => endsWithTest(await startSuiteQuay(options));

type Watch = (printed: string, kill: (signal: NodeJS.Signals) => void) => void;

/** The command as somebody starts it; `watch` is called with what it prints, and with nothing as it begins. */
async function command(
  { options }: SuiteQuay,
  extra: readonly string[],
  watch: Watch = () => undefined,
  program = entry,
): ReturnType<typeof endOf> {
  const child = spawn(process.execPath, [program, `--namespace=${options.namespace}`, ...extra], {
    env: {
      ...process.env,
      QUAY_CONFORMANCE_REGISTRY: options.registry,
      QUAY_CONFORMANCE_TOKEN: options.token,
    },
  });
  const kill = (signal: NodeJS.Signals) => child.kill(signal);
  watch('', kill);
  return endOf(child, (text) => watch(text, kill));
}

function repositoriesMade({ quay }: SuiteQuay): readonly string[] {
  return quay.requests
    .filter(
      ({ method, path, answer }) => method === 'POST' && path === '/api/v1/repository' && answer === '201',
    )
    .map(({ body }) => JSON.parse(body))
    .map(({ namespace, repository }) => `${namespace}/${repository}`);
}

function expectAllRemoved(suite: SuiteQuay): void {
  const made = repositoriesMade(suite);
  expect(made).not.toEqual([]);
  for (const repository of made) expect(() => suite.quay.alive(repository)).toThrow('has no repository');
}

describe('the conformance suite', () => {
  test('says first what it will do, ends with a table, and exits with 0', async () => {
    const suite = await start();
    const { exitCode, text } = await command(suite, ['--only', ONE]);
    expect(text).toMatch(
      /^This tries on http:\/\/127\.0\.0\.1:\d+ what the action does there, in 1 checks\./,
    );
    expect(text).toContain('  yes  deletes signatures with their image\n');
    expect(text).toContain('time machine: 14 days');
    expect(text).toContain('at least 1 h, at most 728 days');
    expect(text).toContain('pass  A dry run shows the plan and changes nothing');
    expect(text).toContain('1 passed, 0 failed, 0 skipped, 0 stopped.');
    expect(text).not.toContain(suite.options.token);
    expect(exitCode).toBe(0);
    const made = repositoriesMade(suite);
    const touched = suite.quay.requests
      .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
      .flatMap(({ path }) => /^\/(?:api\/v1\/repository|v2)\/([^/]+\/[^/?]+)/.exec(path)?.[1] ?? []);
    // A repository whose name holds a slash is made below one of these.
    expect(touched.filter((name) => !made.some((own) => own === name || own.startsWith(`${name}/`)))).toEqual(
      [],
    );
    expect(suite.quay.requests.filter(({ path }) => path.includes(FOREIGN))).toEqual([]);
    expect(suite.quay.alive(FOREIGN)).toEqual(['latest', 'pr-1']);
  });

  test('exits with 1 where a check fails, says why, and removes what it made', async () => {
    const suite = await start();
    suite.quay.mutate('restores-nothing');
    const { exitCode, text } = await command(suite, [
      '--only',
      'Inputs narrow what comes back from a report',
    ]);
    expect(text).toContain('FAIL  Inputs narrow what comes back from a report');
    expect(exitCode).toBe(1);
    expectAllRemoved(suite);
  });

  test('shows the log of a run that failed without the secrets in it, and no line that a runner takes for a command', async () => {
    const suite = await start();
    suite.quay.mutate('demands-owner');
    const { exitCode, text } = await command(suite, [
      '--only',
      'A token with Read/Write alone',
      '--write-token',
      suite.options.writeToken ?? '',
    ]);
    expect(text).toContain('The run ended with 1, not 0:\n  | ::group::List the tags on');
    expect(text).not.toContain(suite.options.writeToken);
    expect(text).not.toMatch(/^\s*::/m);
    expect(exitCode).toBe(1);
  });

  test('says what to do where the token may not make repositories, and that nothing is left', async () => {
    const suite = await start();
    const { exitCode, text } = await command(suite, ['--token', suite.options.writeToken ?? '']);
    expect(text).toContain('(403)');
    expect(text).toContain(`Generate it as an owner of ${NAMESPACE}, with "Create Repositories"`);
    expect(text).not.toContain('Removing');
    expect(exitCode).toBe(1);
  });

  testSignals('removes what it made after a signal, and exits with 130', async () => {
    const suite = await start({ delayMs: 5 });
    let isStopped = false;
    const { exitCode, text } = await command(suite, [], (printed, kill) => {
      if (isStopped || !/ pass {2}/.test(printed)) return;
      isStopped = true;
      kill('SIGTERM');
    });
    expect(text).toContain('SIGTERM: stopping, and removing what was made.');
    expect(text).toMatch(/[1-9]\d* stopped\.\n/);
    expect(text).toContain('Everything that was made is removed.');
    expect(exitCode).toBe(130);
    expectAllRemoved(suite);
  });

  test('refuses to send anything to a repository that it did not make', async () => {
    const suite = await start();
    const own = new OwnRepositories(new Client(suite.options.registry, 1), suite.options);
    const refusal = 'The suite did not make acme-test/production, and does not touch it.';
    await expect(own.remove(FOREIGN)).rejects.toThrow(refusal);
    expect(() => own.send('GET', FOREIGN, { path: '' })).toThrow(refusal);
    expect(suite.quay.requests).toEqual([]);
  });

  test('names what it could not remove, and exits with 1', async () => {
    const suite = await start();
    const own = /^\/api\/v1\/repository\/[^/]+\/conformance-[^/]+(?:\/nested)?$/;
    suite.quay.fault({ method: 'DELETE', path: own, skip: 3, fault: { kind: 'status', status: 403 } });
    const { exitCode, text } = await command(suite, ['--only', ONE]);
    expect(text).toMatch(new RegExp(`NOT REMOVED: ${NAMESPACE}/conformance-[0-9a-f]+-\\d+\\.`));
    expect(exitCode).toBe(1);
  });

  test('counts the rate limits that it meets, and gets through them', async () => {
    const { quay, options } = await start();
    quay.fault({ method: 'PUT', path: /manifests/, times: 3, fault: { kind: 'status', status: 429 } });
    const said: string[] = [];
    // The suite describes a repository once, to find out what the server can; the next who asks is the action.
    const described = { method: 'GET', path: /^\/api\/v1\/repository\/[^/]+\/[^/]+$/ };
    quay.fault({ ...described, skip: 1, times: 1, fault: { kind: 'status', status: 429 } });
    const checks = ALL_CHECKS.filter(({ name }) => name.startsWith(ONE));
    const signal = new AbortController().signal;
    const { results } = await runSuite({ options, checks, signal, say: (text) => said.push(text) });
    expect(results.map(({ outcome }) => outcome)).toEqual([{ kind: 'passed' }]);
    expect(said.at(-1)).toContain(
      "Rate limits met: once by requests of the action, 3 times by the suite's own.",
    );
  });

  test.each([
    [['--only', 'no such check'], 'No check has "no such check" in its name.\n'],
    [
      ['--registry', 'quay.example/acme', '--robot-username', 'acme+ci'],
      /not "quay\.example\/acme"\.\nA robot account needs both --robot-username and --robot-password\./,
    ],
  ])('refuses %j before it sends anything', async (extra, says) => {
    const suite = await start();
    const { exitCode, text } = await command(suite, extra);
    expect(text).toMatch(says);
    expect(exitCode).toBe(1);
    expect(suite.quay.requests).toEqual([]);
  });

  test.each(['acme/web', 'acme%2fweb?x=', '..', 'acme web', '-acme', 'acme#x'])(
    'refuses the namespace "%s", which is none',
    (namespace) => {
      const given = { QUAY_CONFORMANCE_REGISTRY: 'quay.example', QUAY_CONFORMANCE_TOKEN: 'x' };
      expect(() => readOptions([`--namespace=${namespace}`], given)).toThrow(
        '--namespace is the name of an organization alone, such as acme-test',
      );
    },
  );
});

testSignals('a live benchmark removes its repository when it is stopped, and touches no other', async () => {
  const suite = await start();
  const { quay } = suite;
  const watch: Watch = (text, kill) =>
    text === '' && quay.onRequest(/^PUT .*\/manifests\/pr-9$/, () => kill('SIGTERM'));
  const args = ['--registry', suite.options.registry];
  expect((await command(suite, args, watch, bench)).exitCode).toBe(130);
  const changes = quay.requests.filter(({ path }) => /^\/api\/v1\/repository(?:\/[^/]+\/[^/]+)?$/.test(path));
  expect(changes.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  // Nothing follows the removal: a push would make the repository again.
  expect(quay.requests.at(-1)).toBe(changes.at(-1));
  expect(quay.alive(FOREIGN)).toEqual(['latest', 'pr-1']);
});

test('every check is a sentence of its own', () => {
  const names = ALL_CHECKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[A-Z]/.test(name) || name.endsWith('.'))).toEqual([]);
});

// CONFORMANCE=1, as CI sets it, runs all checks on the newest Quay; CONFORMANCE=all, at night and before a release, on the older
// ones those of what they do otherwise as well.
const NEWEST = { version: '3.18', checks: ALL_CHECKS, lacks: ['leaves-signatures'] };
const OF_VERSIONS = [...IMAGES, ...SIGNATURES, ...RULES];
const OLDER = [
  { version: '3.13', checks: OF_VERSIONS, lacks: ['deletes-signatures', 'pull-statistics'] },
  { version: '3.17', checks: OF_VERSIONS, lacks: ['deletes-signatures'] },
];
const asked = process.env['CONFORMANCE'];

(asked ? describe : describe.skip)('the suite passes against the simulated Quay', () => {
  test.each(asked === 'all' ? [NEWEST, ...OLDER] : [NEWEST])(
    'as $version',
    async ({ version, checks, lacks }) => {
      const { quay, options } = await start({ version });
      const said: string[] = [];
      const { results, left } = await runSuite({
        options,
        checks,
        signal: new AbortController().signal,
        say: (text) => said.push(text),
        act: runAction,
      });
      const failures = results.flatMap(({ check, outcome }) =>
        outcome.kind === 'failed' ? [`${check.name}: ${outcome.why}`] : [],
      );
      expect(failures).toEqual([]);
      const missing = results.flatMap(({ outcome }): readonly Need[] =>
        outcome.kind === 'skipped' ? outcome.missing : [],
      );
      expect([...new Set(missing)].sort()).toEqual(lacks);
      expect(left).toEqual([]);
      expect(quay.alive(FOREIGN)).toEqual(['latest', 'pr-1']);
      expect(said.at(-1)).toContain('Everything that was made is removed.');
    },
    600_000,
  );
});
