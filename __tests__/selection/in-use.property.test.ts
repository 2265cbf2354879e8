// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other languages are what is read here
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readInUse, unreadableIn } from '../../src/selection/in-use.ts';
import { RUNS } from './runs.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const letter = fc.constantFrom(...LETTERS);
const part = fc
  .tuple(letter, fc.string({ unit: fc.constantFrom(...LETTERS, '.', '_', '-'), maxLength: 12 }), letter)
  .map((pieces) => pieces.join(''));
const repository = fc.array(part, { minLength: 2, maxLength: 5 }).map((parts) => parts.join('/'));
const tag = fc
  .tuple(
    fc.constantFrom(...LETTERS, 'A', 'Z', '_'),
    fc.string({ unit: fc.constantFrom(...LETTERS, 'A', 'Z', '.', '_', '-'), maxLength: 40 }),
  )
  .map((pieces) => pieces.join(''));
const digest = fc
  .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
  .map((hex) => `sha256:${hex}`);
const host = fc.constantFrom(
  '',
  'quay.io/',
  'Quay.IO/',
  'localhost:5000/',
  '[::1]:5000/',
  'mirror.local/quay.io/',
  'harbor.local:8443/proxy/',
  'docker-pullable://quay.io/',
  'oci://quay.io/',
  'user:secret@quay.io/',
  `$\{REGISTRY}/`,
);

/** What may stand around a reference, ended by what cannot belong to it. */
const noise = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        'image: ',
        '"image":',
        '\\"',
        "'",
        '\n- ',
        '{',
        '}',
        '#',
        'a/b:c',
        'https://',
        '%',
        '\\',
        '@',
      ),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));
const around = fc.constantFrom(
  '"',
  "'",
  '`',
  ' ',
  '\n',
  '\r\n',
  '\t',
  ',',
  '=',
  '(',
  '{',
  '|',
  '\\"',
  '\\\\\\"',
  '"\\n',
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

test('every reference is found, whatever stands around it', () => {
  fc.assert(
    fc.property(
      fc.record({ host, repository, tag }),
      fc.option(digest),
      surroundings,
      (written, itsDigest, { before, open, close, after, embed }) => {
        const reference = `${written.host}${written.repository}:${written.tag}${itsDigest ? `@${itsDigest}` : ''}`;
        const text = embed(`${before}${open}${reference}${close}${after}`);
        const inUse = readInUse([
          { path: 'other', text: 'image: other', line: '*' },
          { path: 'file', text, line: '*' },
        ]);
        expect(inUse.names.get(written.repository)?.get(written.tag)).toBe('file');
        if (itsDigest) expect(inUse.digests.get(itsDigest)).toBe('file');
      },
    ),
    RUNS,
  );
});

test('every reference without a tag is found as one to latest', () => {
  fc.assert(
    fc.property(host, repository, surroundings, (itsHost, path, { before, open, close, after, embed }) => {
      const text = embed(`${before}${open}${itsHost}${path}${close} ${after}`);
      const inUse = readInUse([
        { path: 'other', text: 'image: other', line: '*' },
        { path: 'file', text, line: '*' },
      ]);
      expect(inUse.names.get(path)?.get('latest')).toBe('file');
    }),
    RUNS,
  );
});

test('every variable in the place of a tag is found, whatever stands on other lines', () => {
  const variable = fc.constantFrom('$TAG', '$(TAG)', '${TAG:-v1}', '{{ .Values.tag }}', 'v1-$TAG', '%TAG%');
  const lines = fc.tuple(noise, fc.constantFrom('image: ', '- ', 'FROM ', '"image": "', '--image='), noise);
  fc.assert(
    fc.property(host, repository, variable, lines, (itsHost, path, tagText, [before, key, after]) => {
      const text = `${before}\n${key}${itsHost}${path}:${tagText}\n${after}`;
      const where = unreadableIn(readInUse([{ path: 'file', text, line: '*' }]), path);
      expect(where).toMatchObject({ file: 'file' });
      expect(text.split('\n')[(where?.line ?? 0) - 1]).toContain(path);
    }),
    RUNS,
  );
});
