import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { JumpingClock } from '../support/clock.ts';
import { cleanUp, cleanUpSpawned, GITHUB_TOKEN, quayWithTags, written } from '../support/fixture.ts';
import type { QuayOptions, QuaySimulator } from '../support/quay/simulator.ts';
import { previews } from '../support/quay/tags.ts';
import { endsWithTest, fileOf } from '../support/resources.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

type Environment = Readonly<Record<string, string>>;

async function quayWith(options: QuayOptions): Promise<QuaySimulator> {
  const quay = await quayWithTags([], options);
  quay.addTags('acme/web', previews(30));
  return quay;
}

/** A run that trusts the simulator's certificate authority, which Node reads as a process begins. */
function cleanUpTrusting(quay: QuaySimulator, environment: Environment = {}): Promise<FinishedRun> {
  const trusting = { NODE_EXTRA_CA_CERTS: fileOf(quay.ca), ...environment };
  return cleanUpSpawned(quay, { tags: 'pr-*' }, { environment: trusting });
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A proxy that opens tunnels and remembers where to. */
async function startProxy(): Promise<{ readonly url: string; readonly targets: readonly string[] }> {
  const targets: string[] = [];
  const server = createHttpServer();
  server.on('connect', (request, near) => {
    targets.push(request.url ?? '');
    const { hostname, port } = new URL(`http://${request.url}`);
    const far = connect(Number(port), hostname, () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      far.pipe(near).pipe(far);
    });
    for (const socket of [near, far]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endsWithTest({
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}

describe('a registry', () => {
  test('that speaks HTTP/2 is asked over one connection', async () => {
    const quay = await quayWith({ tls: true });
    const run = await cleanUpTrusting(quay);
    expect(run.exitCode).toBe(0);
    expect(new Set(quay.requests.map(({ protocol }) => protocol))).toEqual(new Set(['h2']));
    expect(quay.stats.connections).toBe(1);
  });

  test('at an IPv6 address with a port is one', async () => {
    const quay = await quayWith({ host: '::1' });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
  });

  test('whose certificate is not trusted is named with the remedy, and nothing is sent', async () => {
    const quay = await quayWith({ tls: true });
    const run = await cleanUp(quay, { tags: 'pr-*' }, { clock: new JumpingClock() });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
    expect(run.log).toContain('set NODE_EXTRA_CA_CERTS to its PEM file');
    expect(quay.requests).toEqual([]);
  });

  test('whose name does not resolve is named with the remedy', async () => {
    const quay = await quayWithTags([]);
    const inputs = { tags: 'pr-*', registry: 'quay.invalid' };
    const run = await cleanUp(quay, inputs, { clock: SYSTEM_CLOCK });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(
      /The name of the registry,? quay\.invalid,? cannot be resolved \((ENOTFOUND|EAI_AGAIN)\)\. Check `registry`/,
    );
  });

  test('that refuses the connection is named with the remedy', async () => {
    const quay = await quayWithTags([]);
    const inputs = { tags: 'pr-*', registry: `http://127.0.0.1:${await closedPort()}` };
    const run = await cleanUp(quay, inputs, { clock: new JumpingClock() });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      'refused the connection (ECONNREFUSED). Check the host and the port in `registry`',
    );
  });

  test('that does not speak TLS on that port is named with the remedy', async () => {
    const quay = await quayWith({});
    const inputs = { tags: 'pr-*', registry: quay.host };
    const run = await cleanUp(quay, inputs, { clock: new JumpingClock() });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/does not use TLS on that port|broke/);
    expect(quay.requests).toEqual([]);
  });

  test('that lists slowly is waited for', async () => {
    const quay = await quayWith({});
    const clock = new JumpingClock(quay);
    quay.onRequest(({ path }) => {
      if (path.includes('page=1&')) clock.advance(29_000);
    });
    const run = await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
  });
});

const PASSWORD = 'proxy-password-0123456789';

describe('a proxy', () => {
  test('that HTTPS_PROXY names leads every request to the registry', async () => {
    const quay = await quayWith({ tls: true });
    const proxy = await startProxy();
    const run = await cleanUpTrusting(quay, { HTTPS_PROXY: proxy.url });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(proxy.targets).toContain(quay.host);
  });

  test('is passed by where NO_PROXY says so', async () => {
    const quay = await quayWith({ tls: true });
    const proxy = await startProxy();
    const run = await cleanUpTrusting(quay, { HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' });
    expect(run.exitCode).toBe(0);
    expect(proxy.targets).toEqual([]);
  });
});

describe('the way to GitHub', () => {
  async function cleanUpBy(environment: Environment): Promise<FinishedRun> {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUp(
      quay,
      { tags: 'pr-{pr}', 'github-token': GITHUB_TOKEN },
      {
        clock: new JumpingClock(),
        environment: { GITHUB_REPOSITORY: 'acme/app', GITHUB_EVENT_NAME: 'schedule', ...environment },
      },
    );
    expect(run.exitCode).toBe(1);
    expect(written(run)).not.toContain(PASSWORD);
    expect(run.list('remaining')).toHaveLength(2);
    expect(quay.deletesSent()).toEqual([]);
    return run;
  }

  test.each(['[bad', '/api/v3', 'ftp://github.invalid', `https://user:${PASSWORD}@github.invalid`])(
    'is named by its variable, and not shown, where that holds no address (%s)',
    async (GITHUB_API_URL) => {
      expect((await cleanUpBy({ GITHUB_API_URL })).log).toContain('GITHUB_API_URL');
    },
  );

  test.each([
    { name: 'holds no address', value: '[bad' },
    { name: 'leads to a dead one', value: `http://user:${PASSWORD}@127.0.0.1:1` },
  ])('is named by the variable of its proxy, which $name', async ({ value }) => {
    const environment = { GITHUB_API_URL: 'https://github.invalid', HTTPS_PROXY: value };
    expect((await cleanUpBy(environment)).log).toContain('HTTPS_PROXY');
  });
});
