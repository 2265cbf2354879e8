// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other languages are what is read here
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { type InUse, readInUse, unreadableIn } from '../../src/selection/in-use.ts';
import { forAny } from './runs.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const text = (letters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), maxLength });
const letter = fc.constantFrom(...LETTERS);
const part = fc.tuple(letter, text(`${LETTERS}._-`, 12), letter).map((pieces) => pieces.join(''));
const repository = fc.array(part, { minLength: 2, maxLength: 5 }).map((parts) => parts.join('/'));
const tag = fc
  .tuple(fc.constantFrom(...LETTERS, 'A', 'Z', '_'), text(`${LETTERS}AZ._-`, 40))
  .map((pieces) => pieces.join(''));
const digest = fc
  .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
  .map((hex) => `sha256:${hex}`);
const host = fc.constantFrom(
  ...['', 'quay.io/', 'Quay.IO/', 'localhost:5000/', '[::1]:5000/', 'mirror.local/quay.io/'],
  ...['harbor.local:8443/proxy/', 'docker-pullable://quay.io/', 'oci://quay.io/', 'user:secret@quay.io/'],
  '${REGISTRY}/',
);

/** What may stand around a reference, ended by what cannot belong to it. */
const mark = fc.constantFrom(
  ...['image: ', '"image":', '\\"', "'", '\n- ', '{', '}', '#', 'a/b:c', 'https://', '%', '\\', '@'],
);
const noise = fc
  .array(fc.oneof(fc.string({ maxLength: 20 }), mark), { maxLength: 8 })
  .map((pieces) => pieces.join(''));
const around = fc.constantFrom(
  ...['"', "'", '`', ' ', '\n', '\r\n', '\t', ',', '=', '(', '{', '|', '\\"', '\\\\\\"', '"\\n'],
);

/** How a text may hold another. */
const embedding = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => JSON.stringify({ text }),
  (text) => JSON.stringify({ text: JSON.stringify({ text }) }),
  (text) => JSON.stringify({ text }).replaceAll('/', '\\/'),
  (text) => `text: |\n  ${text.replaceAll('\n', '\n  ')}\n`,
  (text) => `text: '${text.replaceAll("'", "''")}'\n`,
  (text) => encodeURIComponent(text.toWellFormed()),
);

const surroundings = fc.record({
  before: noise,
  open: around,
  close: around,
  after: noise,
  embed: embedding,
});

/** Of a file `file`, beside another that names an image for sure. */
function read(text: string): InUse {
  const files = { other: 'image: other', file: text };
  return readInUse(Object.entries(files).map(([path, text]) => ({ path, text, line: '*' })));
}

const test = forAny(fc.record({ host, repository, tag, digest: fc.option(digest) }), surroundings);

test('every reference is found, whatever stands around it', (written, {
  before,
  open,
  close,
  after,
  embed,
}) => {
  const { host, repository, tag, digest } = written;
  const reference = `${host}${repository}:${tag}${digest ? `@${digest}` : ''}`;
  const inUse = read(embed(`${before}${open}${reference}${close}${after}`));
  expect(inUse.names.get(repository)?.get(tag)).toBe('file');
  if (digest) expect(inUse.digests.get(digest)).toBe('file');
});

test('every reference without a tag is found as one to latest', ({ host, repository }, around) => {
  const { before, open, close, after, embed } = around;
  const inUse = read(embed(`${before}${open}${host}${repository}${close} ${after}`));
  expect(inUse.names.get(repository)?.get('latest')).toBe('file');
});

const MORE = ['${VERSION:?}', '{tag}', '<%= tag %>', '__TAG__'];
const unreadable = fc.record({
  variable: fc.constantFrom(
    '$TAG',
    '$(TAG)',
    '${TAG:-v1}',
    '{{ .Values.tag }}',
    'v1-${TAG}',
    '%TAG%',
    ...MORE,
  ),
  key: fc.constantFrom('image: ', '- ', 'FROM ', '"image": "', '--image='),
});

forAny(
  host,
  repository,
  unreadable,
  surroundings,
)(
  'every variable in the place of a tag is found, whatever stands on other lines',
  (host, repository, { variable, key }, { before, after }) => {
    const text = `${before}\n${key}${host}${repository}:${variable}\n${after}`;
    const where = unreadableIn(readInUse([{ path: 'file', text, line: '*' }]), repository);
    expect(where).toMatchObject({ file: 'file' });
    expect(text.split('\n')[(where?.line ?? 0) - 1]).toContain(repository);
  },
);
