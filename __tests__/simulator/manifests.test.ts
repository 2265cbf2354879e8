import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { indexDigest } from '../support/quay/manifests.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { listed, quayFor, rest, v2 } from './client.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('a nested index', () => {
  test('is served by digest, down to its innermost index', async () => {
    const quay = await quayFor();
    const inner = [digestFor('amd64'), digestFor('arm64')];
    quay.addTag('acme/web', { name: 'nested', images: [{ images: inner }] });
    const outer = await read(quay, 'nested');
    expect(outer).toEqual({ mediaType: INDEX, digests: [indexDigest(inner)], types: [INDEX] });
    expect(await read(quay, indexDigest(inner))).toEqual({
      mediaType: INDEX,
      digests: inner,
      types: [IMAGE, IMAGE],
    });
  });

  test('may name an index that has a tag of its own', async () => {
    const quay = await quayFor();
    quay.addTag('acme/web', { name: 'inner', images: [digestFor('amd64')] });
    const inner = quay.digestOf('acme/web', 'inner') ?? '';
    quay.addTag('acme/web', { name: 'outer', images: [inner] });
    expect(await read(quay, 'outer')).toEqual({ mediaType: INDEX, digests: [inner], types: [INDEX] });
  });

  test('is no longer served when its last tag is gone', async () => {
    const quay = await quayFor();
    quay.addTag('acme/web', { name: 'nested', images: [{ images: [digestFor('amd64')] }] });
    quay.remove('acme/web', 'nested');
    const gone = await v2(quay, { path: `/v2/acme/web/manifests/${indexDigest([digestFor('amd64')])}` });
    expect(gone.status).toBe(404);
  });
});

test('the list shows which of an index’s images were pushed', async () => {
  const quay = await quayFor();
  const [here, missing] = [digestFor('amd64'), digestFor('arm64')];
  quay.addTag('acme/web', { name: 'multi', images: [here, missing], missingImages: [missing] });
  expect((await listed(quay)).tags).toEqual([
    expect.objectContaining({
      is_sparse: true,
      child_manifest_count: 2,
      present_child_count: 1,
      child_manifests_presence: { [here]: true, [missing]: false },
    }),
  ]);
});

test('a manifest that was pushed is served byte for byte, and its digest is that of its bytes', async () => {
  const quay = await quayFor();
  const config = '{"os": "linux"}\n';
  const started = await v2(quay, { method: 'POST', path: '/v2/acme/web/blobs/uploads/' });
  const location = `${started.headers.get('location')}?digest=${sha256(config)}`;
  expect((await v2(quay, { method: 'PUT', path: location, body: config })).status).toBe(201);
  const manifest = `{ "schemaVersion": 2,\n "config": {"digest": "${sha256(config)}", "size": 16}, "layers": [] }`;
  const path = '/v2/acme/web/manifests/pr-1';
  const pushed = await v2(quay, { method: 'PUT', path, body: manifest, headers: { 'content-type': IMAGE } });
  expect(pushed.status).toBe(201);
  const served = await v2(quay, { path: `/v2/acme/web/manifests/${sha256(manifest)}` });
  expect(await served.text()).toBe(manifest);
  expect(quay.digestOf('acme/web', 'pr-1')).toBe(sha256(manifest));
});

test('a manifest whose blob was not pushed is refused', async () => {
  const quay = await quayFor();
  const body = JSON.stringify({ schemaVersion: 2, config: { digest: digestFor('config') }, layers: [] });
  const path = '/v2/acme/web/manifests/pr-1';
  const pushed = await v2(quay, { method: 'PUT', path, body, headers: { 'content-type': IMAGE } });
  expect(pushed.status).toBe(400);
  expect(await pushed.text()).toContain('MANIFEST_BLOB_UNKNOWN');
});

test('an index is answered as something else to who does not ask for indexes', async () => {
  const quay = await quayFor();
  quay.addTag('acme/web', { name: 'multi', images: [digestFor('amd64')] });
  const answer = await v2(quay, { path: '/v2/acme/web/manifests/multi' });
  expect(answer.headers.get('docker-content-digest')).not.toBe(quay.digestOf('acme/web', 'multi'));
});

test.each(['GET', 'HEAD'])(
  '%s of a manifest counts as a pull, by tag of tag and digest, by digest of the digest',
  async (method) => {
    const quay = await quayFor({ now: () => 1_800_000_000.5 });
    quay.addTag('acme/web', { name: 'pr-1', pulledAt: 1_700_000_000 });
    await v2(quay, { method, path: '/v2/acme/web/manifests/pr-1' });
    await v2(quay, { method, path: `/v2/acme/web/manifests/${quay.digestOf('acme/web', 'pr-1')}` });
    await listed(quay);
    const statistics = await rest(quay, 'GET', '/api/v1/repository/acme/web/tag/pr-1/pull_statistics');
    expect(await statistics.json()).toMatchObject({
      tag_pull_count: 2,
      last_tag_pull_date: 'Fri, 15 Jan 2027 08:00:00 -0000',
      manifest_pull_count: 3,
      last_manifest_pull_date: 'Fri, 15 Jan 2027 08:00:00 -0000',
    });
  },
);

/** What an index that is served holds. */
async function read(quay: QuaySimulator, reference: string) {
  const response = await v2(quay, {
    path: `/v2/acme/web/manifests/${reference}`,
    headers: { accept: INDEX },
  });
  const text = await response.text();
  expect(response.headers.get('docker-content-digest')).toBe(sha256(text));
  const entries: readonly Readonly<Record<string, string>>[] = JSON.parse(text).manifests;
  return {
    mediaType: response.headers.get('content-type'),
    digests: entries.map(({ digest }) => digest),
    types: entries.map(({ mediaType }) => mediaType),
  };
}
