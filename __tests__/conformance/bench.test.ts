import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { FOREIGN, startSuiteQuay } from './suite-quay.ts';

const bench = fileURLToPath(new URL('../../scripts/bench.ts', import.meta.url));

// Windows ends a process that is sent a signal, and asks nobody.
const testSignals = process.platform === 'win32' ? test.skip : test;

testSignals(
  'the benchmark on a live server removes its repository when it is stopped, and touches no other',
  async () => {
    const { quay, options, stop } = await startSuiteQuay();
    const child = spawn(
      process.execPath,
      [bench, '--registry', options.registry, '--namespace', options.namespace],
      {
        env: { ...process.env, QUAY_CONFORMANCE_TOKEN: options.token },
      },
    );
    quay.onRequest(({ method, path }) => {
      if (method === 'PUT' && path.endsWith('/manifests/pr-9')) child.kill('SIGTERM');
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    expect(code).toBe(130);
    const changes = quay.requests.filter(({ path }) =>
      /^\/api\/v1\/repository(?:\/[^/]+\/[^/]+)?$/.test(path),
    );
    expect(changes.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    // Nothing follows the removal: a push would make the repository again.
    expect(quay.requests.at(-1)).toBe(changes.at(-1));
    expect(quay.alive(FOREIGN)).toEqual(['latest', 'pr-1']);
    await stop();
  },
);
