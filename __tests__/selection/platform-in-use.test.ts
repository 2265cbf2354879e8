import { expect, test } from '@jest/globals';
import type { ManifestContents } from '../../src/model/facts.ts';
import { parseTagName, type Tag } from '../../src/model/tag.ts';
import { readInUse } from '../../src/selection/in-use.ts';
import { rowsByDigest } from '../../src/selection/manifest-contents.ts';
import { platformInUse } from '../../src/selection/platform-in-use.ts';

const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
const [INDEX, INNER, AMD64, ARM64, RUNNING] = ['a', 'b', 'c', 'd', 'e'].map(digestOf) as [
  string,
  string,
  string,
  string,
  string,
];
const image: ManifestContents = { images: [], indexes: [] };

function tag(name: string, rest: Partial<Tag> = {}): Tag {
  const parsed = parseTagName(name);
  if (!parsed) throw new Error(`${name} is no tag.`);
  return { name: parsed, ...rest };
}

interface World {
  readonly tags?: readonly Tag[];
  readonly manifests?: readonly (readonly [string, ManifestContents])[];
  readonly runs?: string;
}

function look(one: Tag, { tags = [], manifests = [], runs = RUNNING }: World = {}) {
  const inUse = readInUse([{ path: 'pods.yaml', line: 'pods.yaml', text: `image: acme/web:pr-1 ${runs}` }]);
  const rows = rowsByDigest([one, ...tags]);
  return platformInUse(one, { inUse, rows, manifests: new Map(manifests) });
}

const multiArch = (digest: string, ...children: readonly string[]) =>
  tag('multi', { digest, multiArch: true, manifests: new Map(children.map((child) => [child, true])) });
const single = (digest: string) => tag(`of-${digest.slice(7, 8)}`, { digest, multiArch: false });
const USED = { kind: 'used', file: 'pods.yaml' };

test('an image is in use by its own digest', () => {
  expect(look(single(RUNNING))).toEqual(USED);
  expect(look(single(AMD64))).toEqual({ kind: 'no' });
});

test('a multi-arch image is in use by a platform that the list shows', () => {
  expect(look(multiArch(INDEX, AMD64, RUNNING))).toEqual(USED);
});

test('a platform that the registry does not have runs all the same', () => {
  const one = tag('sparse', { digest: INDEX, multiArch: true, manifests: new Map([[RUNNING, false]]) });
  expect(look(one)).toEqual(USED);
});

test('a platform with a tag of its own need not be read', () => {
  expect(look(multiArch(INDEX, AMD64), { tags: [single(AMD64)] })).toEqual({ kind: 'no' });
});

test('what may be an index is read first, all of it at once', () => {
  expect(look(multiArch(INDEX, AMD64, ARM64))).toEqual({ kind: 'undecided', digests: [AMD64, ARM64] });
  const read = { manifests: [[AMD64, image]] } as const;
  expect(look(multiArch(INDEX, AMD64, ARM64), read)).toEqual({ kind: 'undecided', digests: [ARM64] });
  expect(look(tag('unlisted', { digest: INDEX }))).toEqual({ kind: 'undecided', digests: [INDEX] });
});

test('a platform is found in an index within an index, by the list or by what was read', () => {
  const inner = multiArch(INNER, AMD64, RUNNING);
  expect(look(multiArch(INDEX, INNER), { tags: [inner] })).toEqual(USED);
  const manifests = [
    [INDEX, { images: [AMD64], indexes: [INNER] }],
    [INNER, { images: [ARM64, RUNNING], indexes: [] }],
  ] as const;
  expect(look(tag('unlisted', { digest: INDEX, multiArch: true }), { manifests })).toEqual(USED);
});

test('a manifest that cannot be read leaves it unclear, and spares reading others', () => {
  const manifests = [[AMD64, 'unknown']] as const;
  expect(look(multiArch(INDEX, AMD64, ARM64), { manifests })).toEqual({ kind: 'unclear' });
  expect(look(multiArch(INDEX, AMD64, RUNNING), { manifests })).toEqual(USED);
});

test('a tag without a digest is unclear where digests are named', () => {
  expect(look(tag('pr-2'))).toEqual({ kind: 'unclear' });
  expect(look(tag('pr-2'), { runs: 'e'.repeat(64) })).toEqual({ kind: 'no' });
});

test('nothing is asked where no digest is named', () => {
  expect(look(multiArch(INDEX, AMD64), { runs: '' })).toEqual({ kind: 'no' });
  expect(look(tag('pr-2'), { runs: '' })).toEqual({ kind: 'no' });
});

test('indexes that hold each other come to an end', () => {
  const manifests = [
    [INDEX, { images: [], indexes: [INNER, INDEX] }],
    [INNER, { images: [], indexes: [INDEX] }],
  ] as const;
  expect(look(tag('loop', { digest: INDEX }), { manifests })).toEqual({ kind: 'no' });
});
