import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags, TOKEN } from '../support/fixture.ts';
import { addImage, addIndex, cosignTag } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { CLEAN, now, signatureOf } from '../support/signed-images.ts';

describe('images in multi-arch images', () => {
  test.each(['3.18', '3.17'])(
    'keep their signatures, also in an index within an index, on Quay %s',
    async (version) => {
      const quay = await quayWithTags([], { version });
      const [amd64, arm64, gone] = [addImage(quay, 'amd64'), addImage(quay, 'arm64'), addImage(quay, 'gone')];
      const inner = addIndex(quay, [amd64]);
      quay.addTags('acme/web', [
        { name: 'latest', images: [inner, arm64] },
        ...[amd64, arm64, inner, gone].map((digest) => ({ name: cosignTag(digest) })),
      ]);
      const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
      expect(run.exitCode).toBe(0);
      expect(quay.alive('acme/web')).toEqual(
        ['latest', ...[amd64, arm64, inner].map((digest) => cosignTag(digest))].sort(),
      );
    },
  );

  test('are read by digest, so that no tag looks pulled', async () => {
    const quay = await quayWithTags([]);
    const images = [addImage(quay, 'amd64'), addImage(quay, 'arm64')];
    quay.addTags('acme/web', [
      { name: 'latest', images },
      { name: 'pr-1', digest: addImage(quay, 'pr-1') },
      { name: signatureOf('long gone') },
    ]);
    const pulls = () => Promise.all(['latest', 'pr-1'].map((tag) => pullsOf(quay, tag)));
    const run = await cleanUp(quay, { tags: 'none-*', ...CLEAN });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(quay.requests.filter(({ path }) => path.includes('/manifests/sha256:'))).toHaveLength(2);
    expect(await pulls()).toEqual([NO_PULLS, NO_PULLS]);
  });

  test('are not read where pulls are judged', async () => {
    const quay = await quayWithTags([]);
    const old = now() - 90 * 86_400;
    const digest = addImage(quay, 'pr-1');
    quay.addTags('acme/web', [
      { name: 'latest', images: [addImage(quay, 'amd64')], lastModified: old, pulledAt: now() },
      { name: 'pr-1', digest, lastModified: old },
      { name: cosignTag(digest), lastModified: old },
    ]);
    const run = await cleanUp(quay, { tags: '*', ...CLEAN, 'not-pulled-for': '30d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', cosignTag(digest)].sort());
    expect(quay.requests.some(({ method, path }) => method === 'GET' && path.includes('/manifests/'))).toBe(
      false,
    );
  });
});

const NO_PULLS = [0, 0];

async function pullsOf(quay: QuaySimulator, tag: string): Promise<readonly unknown[]> {
  const url = new URL(`/api/v1/repository/acme/web/tag/${tag}/pull_statistics`, quay.url);
  const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  const body = JSON.parse(await response.text());
  return [body.tag_pull_count, body.manifest_pull_count];
}
