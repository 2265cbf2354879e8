import { describe, expect, test } from '@jest/globals';
import { digestFor } from '../support/quay/state.ts';
import { listed, quayFor, rest, v2 } from './client.ts';

const IMAGE = digestFor('an image');
const SIGNATURE = `${IMAGE.replace(':', '-')}.sig`;

describe('a simulated Quay', () => {
  test.each([
    { version: '3.17', deletesSignatures: undefined, remain: [SIGNATURE] },
    { version: '3.18', deletesSignatures: undefined, remain: [] },
    { version: undefined, deletesSignatures: undefined, remain: [] },
    { version: '3.17', deletesSignatures: true, remain: [] },
    { version: '3.18', deletesSignatures: false, remain: [SIGNATURE] },
  ])('$version takes signatures along, unless told otherwise: $deletesSignatures', async (shape) => {
    const { version, deletesSignatures, remain } = shape;
    const quay = await quayFor({
      ...(version === undefined ? {} : { version }),
      ...(deletesSignatures === undefined ? {} : { deletesSignatures }),
    });
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: IMAGE },
      { name: 'pr-2', digest: IMAGE },
      { name: SIGNATURE },
    ]);
    await rest(quay, 'DELETE', '/api/v1/repository/acme/web/tag/pr-1');
    expect(quay.alive('acme/web')).toContain(SIGNATURE);
    await rest(quay, 'DELETE', '/api/v1/repository/acme/web/tag/pr-2');
    expect(quay.alive('acme/web')).toEqual(remain);
  });

  test('takes the signature of an image that a push leaves without a tag, and no immutable one', async () => {
    const quay = await quayFor();
    const [moved, fixed] = [digestFor('moved'), digestFor('fixed')];
    const signatures = [moved, fixed].map((digest) => `${digest.replace(':', '-')}.sig`);
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: moved },
      { name: 'pr-2', digest: fixed },
      { name: signatures[0] ?? '' },
      { name: signatures[1] ?? '', immutable: true },
    ]);
    quay.push('acme/web', 'pr-1', digestFor('pushed again'));
    await rest(quay, 'DELETE', '/api/v1/repository/acme/web/tag/pr-2');
    expect(quay.alive('acme/web')).toEqual(['pr-1', signatures[1]]);
  });

  test.each([
    { version: '3.17', keys: [] },
    {
      version: '3.18',
      keys: ['child_manifest_count', 'child_manifests_presence', 'is_sparse', 'present_child_count'],
    },
  ])('$version shows of an index in the list: $keys', async ({ version, keys }) => {
    const quay = await quayFor({ version });
    quay.addTag('acme/web', { name: 'multi', images: [digestFor('amd64')] });
    const { tags } = await listed(quay);
    expect(
      Object.keys(tags[0] ?? {})
        .filter((key) => /child|sparse/.test(key))
        .sort(),
    ).toEqual(keys);
  });

  test.each([
    { version: '3.12', status: 405 },
    { version: '3.13', status: 202 },
  ])('$version answers DELETE of a tag over the v2 API with $status', async ({ version, status }) => {
    const quay = await quayFor({ version });
    quay.addTag('acme/web', { name: 'pr-1' });
    const response = await v2(quay, { method: 'DELETE', path: '/v2/acme/web/manifests/pr-1' });
    expect(response.status).toBe(status);
  });

  test.each([
    { version: '3.15', status: 404 },
    { version: '3.16', status: 200 },
  ])('$version answers the question for pulls with $status', async ({ version, status }) => {
    const quay = await quayFor({ version });
    quay.addTag('acme/web', { name: 'pr-1' });
    const response = await rest(quay, 'GET', '/api/v1/repository/acme/web/tag/pr-1/pull_statistics');
    expect(response.status).toBe(status);
  });

  test.each([
    { version: '3.9', names: ['pr-1', 'pr-2'] },
    { version: '3.10', names: ['pr-2'] },
  ])('$version lists for one name: $names', async ({ version, names }) => {
    const quay = await quayFor({ version });
    quay.addTags('acme/web', [
      { name: 'pr-1', lastModified: 2 },
      { name: 'pr-2', lastModified: 1 },
    ]);
    const path = '/api/v1/repository/acme/web/tag/?onlyActiveTags=true&filter_tag_name=eq:pr-2';
    const answer = await (await rest(quay, 'GET', path)).json();
    expect(answer).toMatchObject({ tags: names.map((name) => ({ name })) });
  });
});
