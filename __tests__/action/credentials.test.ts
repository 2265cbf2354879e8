import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { listen } from '../http/serve.ts';
import { JumpingClock } from '../support/clock.ts';
import {
  cleanUp,
  cleanUpSpawned,
  gitHubWith,
  NO,
  quayWithTags,
  ROBOT,
  reported,
  requestsOf,
  TOKEN,
  undo,
  written,
} from '../support/fixture.ts';
import type { QuayOptions } from '../support/quay/simulator.ts';
import { previews } from '../support/quay/tags.ts';
import { fileOf } from '../support/resources.ts';
import type { ActionRun, FinishedRun } from '../support/run-bundle.ts';

const WRONG = { token: 'wrong-token-000000' };
const READER = { token: '', username: 'acme+reader', password: 'password-of-the-reader' };
const KEYLESS = { token: '', username: 'acme+ci', tags: 'pr-*' };

describe('a credential that does not do', () => {
  test.each<[Readonly<Record<string, string>>, string | RegExp]>([
    [
      WRONG,
      /The token was refused by .* \(401\)\. It may be wrong or expired: create one under Organization → OAuth Applications → Generate Token, with "Read\/Write to any accessible repositories"\./,
    ],
    [{ ...WRONG, repository: 'acme/*' }, /The token was refused by .* \(401\)/],
    [{ ...WRONG, repository: 'acme/open' }, 'a wrong or expired token looks the same'],
    [{ repository: 'other/web' }, 'insufficient_scope'],
    [{ repository: 'acme/missing' }, 'acme/missing was not found'],
    [{ token: '', 'dry-run': 'true' }, /acme\/web cannot be read on .* without credentials \(401\)/],
    [{ ...ROBOT, password: 'wrong' }, /acme\+ci was refused by .* \(401\)/],
    [
      READER,
      /The robot account acme\+reader may read acme\/web.* It may lack Write \(grant it in Quay under acme\/web → Settings.*or the repository is read-only or a mirror/s,
    ],
    [
      { ...ROBOT, 'older-than': '30d' },
      'acme/web is private, and a robot account sees only the names of its tags: `older-than` needs',
    ],
    [
      {
        ...ROBOT,
        'keep-n-most-recent': '1',
        'not-pulled-for': '1d',
        'by-image': 'true',
        'clean-orphaned-signatures': 'true',
        'github-repository': 'from-labels',
      },
      '`keep-n-most-recent`, `not-pulled-for`, `by-image`, `clean-orphaned-signatures` and `github-repository: from-labels` need',
    ],
    [
      { ...ROBOT, repository: 'acme/o*\nacme/web', tags: 'pr-{pr}' },
      'acme/web is private, and a robot account does not see where its images come from',
    ],
    [KEYLESS, 'Add `permissions: id-token: write` to the job'],
  ])('(%j) ends the run before anything is deleted, with what to do', async (inputs, says) => {
    const quay = await quayWithTags(['pr-1']);
    quay.addRobot(READER.username, READER.password, { 'acme/web': 'read' });
    quay.addRepository('acme/open', { public: true, tags: ['pr-1'] });
    const environment = { GITHUB_REPOSITORY: 'acme/app', GITHUB_API_URL: 'http://127.0.0.1:1' };
    const run = await cleanUp(quay, { tags: 'pr-*', ...inputs }, { environment, fails: true });
    expect(run.log).toMatch(says);
    expect(quay.deletesSent()).toEqual([]);
  });

  test('makes a dry run, which says that it would not do', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addRobot(READER.username, READER.password, { 'acme/web': 'read' });
    const run = await cleanUp(quay, { ...READER, tags: 'pr-*', 'dry-run': 'true' });
    expect(run.log).toContain(
      '::notice::Without `dry-run` the run would fail: The robot account acme+reader',
    );
  });

  test('as the first deletion shows stops all further ones', async () => {
    const quay = await quayWithTags(previews(90));
    const body = '{"error": "CSRF token was invalid or missing."}';
    quay.fault({ method: 'DELETE', fault: { kind: 'status', status: 403, body } });
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '4' }, { fails: true });
    expect(run.log).toContain(`The token was refused by ${quay.host} (403)`);
    // Each of those in flight is sent again with a new sign-in, and at last over the REST API.
    expect(quay.deletesSent().length).toBeLessThanOrEqual(3 * 4);
    expect(quay.stats.maxInFlight).toBeLessThanOrEqual(4);
    expect(Number(run.outputs['remaining-count'])).toBe(90);
  });
});

test('a robot account lists and deletes by name over the registry API', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
  expect(quay.alive('acme/web')).toEqual(['latest']);
  expect(requestsOf(quay).replaceAll(encodeURIComponent(quay.host), 'quay.example')).toMatchSnapshot();
  // Also its header, and the token of the registry that it is exchanged for.
  const header = Buffer.from(`${ROBOT.username}:${ROBOT.password}`).toString('base64');
  expect(run.log).toContain(`::add-mask::${header}`);
  expect(run.log).toMatch(/^::add-mask::eyJ/m);
  expect(written(run)).not.toContain(ROBOT.password);
});

test('keyless: a repository with ids in its subject is told that subject, and once it is entered signs in', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  const github = await gitHubWith();
  github.setSubject('ids');
  quay.addFederation('acme+ci', { subject: 'repo:acme/app:pull_request' });
  const environment = github.oidcEnvironment;
  const refused = await cleanUp(quay, KEYLESS, { environment, fails: true });
  const [, subject = ''] = /subject `([^`]+)`/.exec(refused.log) ?? [];
  expect(subject).toBe('repo:acme@1234/app@5678:pull_request');
  quay.addFederation('acme+ci', { subject, audience: quay.host });
  const run = await cleanUp(quay, KEYLESS, { environment });
  expect(quay.alive('acme/web')).toEqual(['latest']);
  expect(written(run)).not.toMatch(/eyJ/);
});

describe('a pull request that has no secrets', () => {
  const fork: Pick<ActionRun, 'event' | 'environment'> = {
    event: { number: 12, pull_request: { head: { repo: null }, base: { repo: { full_name: 'acme/app' } } } },
    environment: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REPOSITORY: 'acme/app' },
  };
  const dependabot = { event: {}, environment: { ...fork.environment, GITHUB_ACTOR: 'dependabot[bot]' } };
  const NO_SECRETS = { token: '', tags: 'pr-{pr}' };

  test.each([
    ['from a fork', fork, NO_SECRETS, 'fork'],
    ['by Dependabot', dependabot, NO_SECRETS, 'Dependabot'],
    ['whose password alone is missing', fork, { ...NO_SECRETS, username: 'acme+ci' }, 'fork'],
  ])('%s succeeds with a notice, as a run that found nothing', async (_, on, inputs, why) => {
    const quay = await quayWithTags([]);
    const without = ({ outputs }: FinishedRun) => ({ ...outputs, report: undefined });
    const found = await cleanUp(quay, { tags: 'pr-*' });
    quay.reset();
    const run = await cleanUp(quay, inputs, on);
    const notice = `This pull request's run has no secrets (${why}); its images are deleted by the next scheduled run.`;
    expect(run.log).toContain(`::notice::${notice}`);
    expect(run.log).not.toMatch(/^::(error|warning)::/m);
    expect(run.summary).toContain(notice);
    expect(without(run)).toEqual(without(found));
    expect(JSON.parse(run.report ?? '')).toMatchObject({ version: 1, registry: quay.host, repositories: [] });
    expect(quay.requests).toEqual([]);
  });

  test.each([
    { name: 'still hears of its other inputs', inputs: { concurrency: '0' }, says: 'from 1 to 100' },
    {
      name: 'is an error where its job may ask for an OIDC token',
      environment: { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/oidc?v=1' },
      says: 'No credentials are given.',
    },
  ])('$name', async ({ inputs, environment, says }) => {
    const quay = await quayWithTags(['pr-12']);
    const on = { ...fork, environment: { ...fork.environment, ...environment } };
    const run = await cleanUp(quay, { ...NO_SECRETS, ...inputs }, { ...on, fails: true });
    expect(run.log).toContain(says);
    expect(run.log.includes('No credentials')).toBe(says.includes('No credentials'));
  });

  test('shows its plan where an anonymous dry run can', async () => {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/open', { public: true, tags: ['pr-12', 'latest'] });
    const inputs = { repository: 'acme/open', token: '', tags: 'pr-*', 'dry-run': 'true' };
    const run = await cleanUp(quay, inputs, fork);
    expect(run.list('selected')).toEqual(['acme/open:pr-12']);
    expect(run.log).not.toContain('has no secrets');
  });
});

const PLAIN = 'Zq7wXe9rTy2uIo4pAs6dFg8hJk1lZx3cVb5n';

describe('a secret', () => {
  test('that a message cuts off stands nowhere, wherever it is cut; and step debug has a line for each request', async () => {
    const quay = await quayWithTags(previews(24));
    for (let index = 0; index < 24; index += 1) {
      const body = JSON.stringify({ message: `${TOKEN} ${'x '.repeat(3 * index)}${PLAIN} and more` });
      const path = new RegExp(`/pr-${index + 1}$`);
      quay.fault({ method: 'DELETE', path, fault: { ...NO, body, headers: { 'x-echo': TOKEN } } });
    }
    const inputs = { tags: 'pr-*', 'github-token': PLAIN };
    const run = await cleanUp(quay, inputs, { environment: { RUNNER_DEBUG: '1' }, fails: true });
    expect(run.list('failed')).toHaveLength(24);
    expect(written(run)).not.toContain(PLAIN.slice(0, 12));
    expect(written(run)).not.toContain(TOKEN);
    expect(run.log.match(/^::debug::.*→/gm)).toHaveLength(quay.requests.length);
  });

  test('that stands in names is masked where people read, and damages nothing that a machine reads', async () => {
    const name = `pr-${PLAIN}`;
    const repository = `acme/web-${PLAIN.toLowerCase()}`;
    const quay = await quayWithTags([]);
    quay.addRepository(repository, { tags: [{ name }, { name: `keep-${PLAIN}` }] });
    const run = await cleanUp(quay, { repository: 'acme/web-*', tags: 'pr-*', 'github-token': PLAIN });
    const log = run.log.replaceAll(/^::add-mask::.*$/gm, '');
    expect(`${log}${run.summary}`.toLowerCase()).not.toContain(PLAIN.toLowerCase());
    expect(run.list('deleted')).toEqual([`${repository}:${name}`]);
    expect(run.list('remaining')).toEqual([`${repository}:keep-${PLAIN}`]);
    expect(reported(run.report, name)?.outcome).toBe('deleted');
    await undo(quay, run.report);
    expect(quay.alive(repository)).toEqual([`keep-${PLAIN}`, name].sort());
  });

  test.each(['token', 'password', 'github-token'])('as %s is masked, and told by nobody', async (input) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const secret = 'open-sesame';
    quay.addOAuthToken(secret);
    quay.addRobot(ROBOT.username, secret, { 'acme/web': 'write' });
    const body = JSON.stringify({ message: `You sent ${secret} .` });
    quay.fault({ method: 'DELETE', path: /pr-1$/, fault: { ...NO, body } });
    const others = input === 'password' ? ROBOT : {};
    const run = await cleanUp(quay, { tags: 'pr-*', ...others, [input]: secret }, { fails: true });
    expect(run.log).toContain(`::add-mask::${secret}`);
    expect(reported(run.report, 'pr-1')?.detail).toContain('You sent ***');
    expect(written(run)).not.toContain(secret);
  });

  test.each(['1', 'e', 'sha256', 'delete', 'deleted', 'pr', 'acme', 'pass/0123'])(
    'such as %j, the password of a proxy, is told by no server, and leaves a report that undoes the run',
    async (password) => {
      const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
      const body = JSON.stringify({ message: `You sent ${password} .` });
      quay.fault({ method: 'DELETE', path: /pr-2$/, fault: { ...NO, body } });
      const HTTPS_PROXY = `http://jane:${encodeURIComponent(password)}@proxy.invalid:3128`;
      const environment = { HTTPS_PROXY, NO_PROXY: '*' };
      const run = await cleanUp(quay, { tags: 'pr-*' }, { environment, fails: true });
      expect(run.log).toMatch(/\*\*\*/);
      expect(run.log).not.toContain(`sent ${password} .`);
      expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
      expect(run.outputs['deleted-count']).toBe('1');
      await undo(quay, run.report, {}, { environment });
      expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2']);
    },
  );
});

/** A proxy that opens tunnels and remembers where to. */
async function startProxy(): Promise<{ readonly url: string; readonly targets: readonly string[] }> {
  const targets: string[] = [];
  const server = createServer();
  server.on('connect', (request, near) => {
    targets.push(request.url ?? '');
    const { hostname, port } = new URL(`http://${request.url}`);
    const far = connect(Number(port), hostname, () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      far.pipe(near).pipe(far);
    });
    for (const socket of [near, far]) socket.on('error', () => undefined);
  });
  return { url: (await listen(server)).origin, targets };
}

describe('a registry', () => {
  const quayWith = (options: QuayOptions) => quayWithTags(previews(30), options);

  test('that speaks HTTP/2 is asked over one connection, through the proxy that HTTPS_PROXY names', async () => {
    const quay = await quayWith({ tls: true });
    const proxy = await startProxy();
    // Node reads which authorities to trust as a process begins.
    const environment = { NODE_EXTRA_CA_CERTS: fileOf(quay.ca), HTTPS_PROXY: proxy.url };
    const run = await cleanUpSpawned(quay, { tags: 'pr-*' }, { environment });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(new Set(quay.requests.map(({ protocol }) => protocol))).toEqual(new Set(['h2']));
    expect(quay.stats.connections).toBe(1);
    expect(proxy.targets).toContain(quay.host);
  });

  test.each<[QuayOptions, string | undefined, RegExp]>([
    [
      { tls: true },
      undefined,
      /is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\).*set NODE_EXTRA_CA_CERTS to its PEM file/s,
    ],
    [
      {},
      'quay.invalid',
      /The name of the registry,? quay\.invalid,? cannot be resolved \((ENOTFOUND|EAI_AGAIN)\)\. Check `registry`/,
    ],
    [
      {},
      'http://127.0.0.1:1',
      /refused the connection \(ECONNREFUSED\)\. Check the host and the port in `registry`/,
    ],
    [{}, 'https', /does not use TLS on that port|broke/],
  ])('%j that cannot be reached at %s is named with the remedy', async (options, registry, says) => {
    const quay = await quayWith(options);
    const inputs = registry === undefined ? {} : { registry: registry === 'https' ? quay.host : registry };
    // Nobody knows how long it takes to look up a name, and the clock jumps meanwhile.
    const clock = options.tls || registry === 'quay.invalid' ? SYSTEM_CLOCK : new JumpingClock();
    const run = await cleanUp(quay, { tags: 'pr-*', ...inputs }, { clock, fails: true });
    expect(run.log).toMatch(says);
    expect(quay.requests).toEqual([]);
  });

  test('at an IPv6 address with a port, which lists slowly, is waited for', async () => {
    const quay = await quayWith({ host: '::1' });
    const clock = new JumpingClock(quay);
    quay.onRequest(/page=1&/, () => clock.advance(29_000));
    await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect(quay.alive('acme/web')).toEqual([]);
  });
});
