import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type QuayOptions, type QuaySimulator, startQuay } from '../support/quay/simulator.ts';
import { previews } from '../support/quay/tags.ts';
import { type FinishedRun, runAction } from '../support/run-action.ts';

const TOKEN = 'token-of-the-network-tests';
const folder = mkdtempSync(join(tmpdir(), 'network-'));
const open: { stop(): unknown }[] = [{ stop: () => rmSync(folder, { recursive: true, force: true }) }];

afterEach(async () => {
  for (const resource of open.splice(1)) await resource.stop();
});

async function quayWith(options: QuayOptions): Promise<QuaySimulator> {
  const quay = await startQuay(options);
  open.push(quay);
  quay.addRepository('acme/web');
  quay.addTags('acme/web', previews(30));
  quay.addOAuthToken(TOKEN);
  return quay;
}

/** A file with the simulator's certificate authority, for NODE_EXTRA_CA_CERTS. */
function authority(quay: QuaySimulator): string {
  const path = join(folder, `${new URL(quay.url).port}.pem`);
  writeFileSync(path, quay.ca);
  return path;
}

function cleanUp(registry: string, environment: Readonly<Record<string, string>> = {}): Promise<FinishedRun> {
  return runAction({ inputs: { repository: 'acme/web', tags: 'pr-*', registry, token: TOKEN }, environment });
}

describe('networks as they are', () => {
  test('a registry that speaks HTTP/2 is asked over one connection', async () => {
    const quay = await quayWith({ tls: true });
    const run = await cleanUp(quay.host, { NODE_EXTRA_CA_CERTS: authority(quay) });
    expect(run.exitCode).toBe(0);
    expect(new Set(quay.requests.map(({ protocol }) => protocol))).toEqual(new Set(['h2']));
    expect(quay.stats.connections).toBe(1);
  });

  test('a registry that speaks only HTTP/1.1 is asked over that', async () => {
    const quay = await quayWith({ tls: true, http2: false });
    const run = await cleanUp(quay.host, { NODE_EXTRA_CA_CERTS: authority(quay) });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(quay.requests.every(({ protocol }) => protocol === 'http/1.1')).toBe(true);
  });

  test('an IPv6 address with a port is a registry', async () => {
    const quay = await quayWith({ host: '::1' });
    const run = await cleanUp(quay.url);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
  });

  test('a certificate that is not trusted is named with its remedy, and nothing is sent', async () => {
    const quay = await quayWith({ tls: true });
    const run = await cleanUp(quay.host);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
    expect(run.log).toContain('set NODE_EXTRA_CA_CERTS to its PEM file');
    expect(quay.requests).toEqual([]);
  });

  test('a name that does not resolve is named with its remedy', async () => {
    const run = await cleanUp('quay.invalid');
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(
      /The name of the registry quay\.invalid cannot be resolved \((ENOTFOUND|EAI_AGAIN)\)\. Check `registry`/,
    );
  });

  test('a refused connection is named with its remedy', async () => {
    const run = await cleanUp(`http://127.0.0.1:${await closedPort()}`);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      'refused the connection (ECONNREFUSED). Check the host and the port in `registry`',
    );
  });

  test('a port that does not speak TLS is named with its remedy', async () => {
    const quay = await quayWith({});
    const run = await cleanUp(quay.host);
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/does not use TLS on that port|broke/);
    expect(quay.requests).toEqual([]);
  });

  test('HTTPS_PROXY leads every request through the proxy', async () => {
    const quay = await quayWith({ tls: true });
    const proxy = await startProxy();
    const run = await cleanUp(quay.host, { NODE_EXTRA_CA_CERTS: authority(quay), HTTPS_PROXY: proxy.url });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(proxy.targets).toContain(quay.host);
  });

  test('NO_PROXY leads past the proxy', async () => {
    const quay = await quayWith({ tls: true });
    const proxy = await startProxy();
    const run = await cleanUp(quay.host, {
      NODE_EXTRA_CA_CERTS: authority(quay),
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'localhost',
    });
    expect(run.exitCode).toBe(0);
    expect(proxy.targets).toEqual([]);
  });

  test("a proxy's password stands in no error", async () => {
    const run = await cleanUp('quay.invalid', {
      HTTPS_PROXY: `http://user:proxy-password@127.0.0.1:${await closedPort()}`,
    });
    expect(run.exitCode).toBe(1);
    expect(run.everything.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('proxy-password');
  });

  test('a listing page that is slow is waited for', async () => {
    const quay = await quayWith({});
    quay.fault({ method: 'GET', path: /\/tag\//, times: 1, fault: { kind: 'slow', ms: 2000 } });
    const run = await cleanUp(quay.url);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
  });
});

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
  const server: Server = createHttpServer();
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
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  open.push({ stop });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}
