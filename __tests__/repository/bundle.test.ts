import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

function read(...path: readonly string[]): string {
  return readFileSync(join(dist, ...path), 'utf8');
}

test('the tests run on the Node that the action runs on', () => {
  expect(process.versions.node.split('.')[0]).toBe('24');
});

describe.each([
  { action: 'cleanup', folder: '.' },
  { action: 'restore', folder: 'restore' },
])('the bundle of the $action action', ({ folder }) => {
  const files = readdirSync(join(dist, folder)).filter((name) => name.endsWith('.js'));
  const holding = (text: string) => files.filter((name) => read(folder, name).includes(text));

  test('is one file of JavaScript, besides what is loaded only when GitHub is asked', () => {
    expect(files.filter((name) => name !== 'index.js')).toEqual(
      folder === 'restore' ? [] : holding('octokit-core.js/'),
    );
    expect(holding('octokit-core.js/')).toHaveLength(folder === 'restore' ? 0 : 1);
  });

  test('holds one copy of undici', () => {
    expect(holding('\nclass EnvHttpProxyAgent')).toEqual(['index.js']);
  });

  test('comes with the licence of every package in it', () => {
    const packages = files.flatMap((name) =>
      [...read(folder, name).matchAll(/node_modules\/((?:@[\w-]+\/)?[\w-]+)\//g)].map(([, found]) => found),
    );
    const licensed = read(folder, 'licenses.txt')
      .split('\n----\n\n')
      .map((entry) => entry.split('\n')[0]);
    expect(new Set(licensed)).toEqual(new Set(packages));
  });
});
