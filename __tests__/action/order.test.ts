import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';

const now = () => Math.floor(Date.now() / 1000);

describe('keep-n-most-recent', () => {
  test('keeps the newest as the registry orders them, although they were pushed within one second', async () => {
    const quay = await quayWithTags([]);
    const second = now() - 3600;
    // By name, pr-1 and pr-10 would come first.
    const order = [16, 15, 13, 11, 2, 10, 1, 12, 14, 3];
    quay.addTags(
      'acme/web',
      order.map((number, index) => ({ name: `pr-${number}`, lastModified: second + 0.9 - index * 0.05 })),
    );
    const run = await cleanUp(quay, { tags: 'pr-*', 'keep-n-most-recent': '3' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-13', 'pr-15', 'pr-16']);
  });

  test('keeps that order over many pages', async () => {
    const quay = await quayWithTags([]);
    const second = now() - 3600;
    const name = (index: number) => `pr-${(index * 137) % 450}`;
    // Hundreds within a second, and the newest of them on the second page and later.
    quay.addTags(
      'acme/web',
      Array.from({ length: 450 }, (_, index) => ({
        name: name(index),
        lastModified: second + (449 - index) / 500,
      })),
    );
    const run = await cleanUp(quay, { tags: 'pr-*', 'keep-n-most-recent': '230' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(Array.from({ length: 230 }, (_, index) => name(index)).sort());
  });
});
