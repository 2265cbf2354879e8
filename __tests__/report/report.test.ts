import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { CleanupResult } from '../../src/model/result.ts';
import { InvalidInputError } from '../../src/model/errors.ts';
import { deletedTags, parseReport } from '../../src/report/read-report.ts';
import { reportParts } from '../../src/report/write-report.ts';
import { by, digestOf, kept, NOW, repository, run, selected, tag, unlisted } from './results.ts';
import { SCENARIOS } from './scenarios.ts';

function renderReport(run: CleanupResult): string {
  return [...reportParts(run)].join('');
}

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  formats: { 'date-time': true },
});
const validate = ajv.compile(schema as object);

const SMALL = run([
  repository(
    [
      kept(tag('latest', 1, { expiration: NOW }), { kind: 'excluded', pattern: 'la*' }),
      selected(tag('pr-1', 2), { kind: 'deleted' }),
      selected({ name: tag('pr-2').name }, { kind: 'failed', error: 'quay.io answered 500.' }),
    ],
    { remaining: [] },
  ),
]);

describe('the JSON report', () => {
  test('has every tag on a line of its own', () => {
    expect(renderReport(SMALL)).toBe(`\
{"version":1,"registry":"quay.io","dryRun":false,"mode":"delete","startedAt":"2024-05-21T20:41:03Z","finishedAt":"2024-05-21T20:41:15Z","notes":[],"repositories":[
{"repository":"acme/web","tags":[
{"name":"latest","digest":"${digestOf('latest')}","lastModified":"2024-05-20T20:41:03Z","size":50541363,"expiration":"2024-05-21T20:41:03Z","verdict":"keep","reason":"excluded by \\"la*\\"","outcome":null},
{"name":"pr-1","digest":"${digestOf('pr-1')}","lastModified":"2024-05-19T20:41:03Z","size":50541363,"expiration":null,"verdict":"delete","reason":"pull request #12 is merged","outcome":"deleted"},
{"name":"pr-2","digest":null,"lastModified":null,"size":null,"expiration":null,"verdict":"delete","reason":"pull request #12 is merged","outcome":"failed","detail":"quay.io answered 500."}
]}
]}
`);
  });

  test.each(Object.entries(SCENARIOS))('of %s agrees with its schema', (_, result) => {
    const report: unknown = JSON.parse(renderReport(result));
    validate(report);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('before the deletions has no outcome and no end', () => {
    const { finishedAt: _, ...underWay } = run([repository([selected(tag('pr-1'))])]);
    const report: unknown = JSON.parse(renderReport(underWay));
    expect(report).toMatchObject({
      finishedAt: null,
      repositories: [{ tags: [{ verdict: 'delete', outcome: null }] }],
    });
  });

  test('of tags that expire has their new expiration', () => {
    const result = run([
      repository([selected(tag('pr-1'), { kind: 'expiring', expiration: NOW + 3600, isLater: false })]),
    ]);
    expect(JSON.parse(renderReport(result))).toMatchObject({
      repositories: [{ tags: [{ expiration: '2024-05-21T21:41:03Z', outcome: 'expiring' }] }],
    });
  });
});

describe('the report of a run with several rules', () => {
  const result = run([repository([by('pr-*', selected(tag('pr-1'))), kept(tag('latest', 2))])], {
    rules: ['pr-*', 'v*'],
  });

  test('names the line that decided, and none where none matches', () => {
    expect(JSON.parse(renderReport(result)).repositories[0].tags).toMatchObject([{ rule: 'pr-*' }, {}]);
    expect(renderReport(result).match(/"rule":/g)).toHaveLength(1);
  });

  test('agrees with the schema, which describes every key of a tag', () => {
    const described = (schema as { $defs: { tag: { properties: object } } }).$defs.tag.properties;
    for (const entry of JSON.parse(renderReport(result)).repositories[0].tags)
      expect(Object.keys(described)).toEqual(expect.arrayContaining(Object.keys(entry)));
    const withRule = (rule: unknown) =>
      JSON.parse(renderReport(result).replace('"pr-*"', JSON.stringify(rule)));
    expect(validate(withRule('v*'))).toBe(true);
    expect(validate(withRule(7))).toBe(false);
  });
});

describe('the report of a failed run', () => {
  test('says why the run failed, why a repository failed, and what was noted', () => {
    const result = run([unlisted('acme/web', 'not found')], { error: 'no answer', notes: ['A note.'] });
    expect(JSON.parse(renderReport(result))).toMatchObject({
      error: 'no answer',
      notes: ['A note.'],
      repositories: [{ error: 'not found', tags: [] }],
    });
  });
});

describe('the schema of the report', () => {
  const changed = (change: object): unknown => ({ ...JSON.parse(renderReport(SMALL)), ...change });

  test.each([
    ['another version', changed({ version: 2 })],
    ['a missing registry', changed({ registry: undefined })],
    ['an unknown mode', changed({ mode: 'burn' })],
    ['a note that is no text', changed({ notes: [1] })],
    ['a local time', changed({ startedAt: '2024-05-21 20:41' })],
    [
      'an unknown outcome',
      changed({
        repositories: [
          {
            repository: 'acme/web',
            tags: [
              {
                name: 'x',
                digest: null,
                lastModified: null,
                size: null,
                expiration: null,
                verdict: 'delete',
                reason: '',
                outcome: 'burnt',
              },
            ],
          },
        ],
      }),
    ],
  ])('refuses %s', (_, report) => {
    expect(validate(report)).toBe(false);
  });
});

describe('reading a report', () => {
  test.each(Object.entries(SCENARIOS))('understands that of %s', (_, result) => {
    const report = parseReport(renderReport(result));
    expect(report.repositories.map(({ tags }) => tags.map(({ name }) => name))).toEqual(
      result.repositories.map(({ tags }) => tags.map((entry) => entry.tag.name)),
    );
  });

  test('gives the tags that were deleted, with their digests', () => {
    expect(deletedTags(parseReport(renderReport(SMALL)))).toEqual([
      {
        repository: 'acme/web',
        tags: [{ name: 'pr-1', digest: digestOf('pr-1'), verdict: 'delete', outcome: 'deleted' }],
      },
    ]);
  });

  test('gives all that a killed run meant to delete', () => {
    const { finishedAt: _, ...killed } = run([repository([kept(tag('latest')), selected(tag('pr-1', 2))])]);
    expect(deletedTags(parseReport(renderReport(killed)))).toMatchObject([{ tags: [{ name: 'pr-1' }] }]);
  });

  test('gives nothing of a dry run', () => {
    expect(
      deletedTags(parseReport(renderReport(run([repository([selected(tag('pr-1'))])], { dryRun: true })))),
    ).toEqual([]);
  });

  test('gives nothing of a run that let tags expire', () => {
    const expired = run([repository([selected(tag('pr-1'))])], { mode: { kind: 'expire', duration: '7d' } });
    const { finishedAt: _, ...killed } = expired;
    expect(deletedTags(parseReport(renderReport(killed)))).toEqual([]);
  });

  const named = (name: string) =>
    deletedTags(parseReport(renderReport(SCENARIOS[name] ?? run([])))).flatMap(({ tags }) =>
      tags.map((one) => one.outcome),
    );

  test('gives the signatures that Quay deleted with their images, and none that was restored', () => {
    expect(named('signatures that Quay deleted with their images').toSorted()).toEqual([
      ...Array.from({ length: 4 }, () => 'deleted'),
      ...Array.from({ length: 2 }, () => 'deleted-with-image'),
    ]);
    expect(named('a signature that was restored')).toEqual(Array.from({ length: 4 }, () => 'deleted'));
  });

  test('gives the tags that may have been deleted', () => {
    expect(named('a cancelled run with unknown outcomes').toSorted()).toEqual([
      'deleted',
      'unknown',
      'unknown',
    ]);
  });

  test('gives the signatures that a killed run may have taken along', () => {
    const { finishedAt: _, ...killed } = run([
      repository([
        selected(tag('pr-1', 2)),
        { ...kept(tag('sig', 3)), takenAlong: { image: tag('pr-1').name, mustStay: true } },
      ]),
    ]);
    expect(deletedTags(parseReport(renderReport(killed)))).toMatchObject([
      { tags: [{ name: 'pr-1' }, { name: 'sig', takenAlongWith: 'pr-1' }] },
    ]);
  });

  test('gives the signatures that a stopped run did not look for, of images that it deleted and of no others', () => {
    const pair = (name: string, kind: 'deleted' | 'not-attempted') => [
      selected(tag(name, 2), { kind }),
      { ...kept(tag(`sig-${name}`, 3)), takenAlong: { image: tag(name).name, mustStay: true } },
    ];
    const tags = [...pair('pr-1', 'deleted'), ...pair('pr-2', 'not-attempted')];
    const stopped = run([repository(tags)], { stopped: { kind: 'cancelled' } });
    expect(deletedTags(parseReport(renderReport(stopped)))).toMatchObject([
      { tags: [{ name: 'pr-1' }, { name: 'sig-pr-1' }] },
    ]);
    expect(deletedTags(parseReport(renderReport(run([repository(tags)]))))).toMatchObject([
      { tags: [{ name: 'pr-1' }] },
    ]);
  });

  test('has the expiration of a tag, to give it back', () => {
    const expiring = run([repository([selected(tag('pr-1', 1, { expiration: NOW }), { kind: 'deleted' })])]);
    expect(deletedTags(parseReport(renderReport(expiring)))).toMatchObject([{ tags: [{ expiration: NOW }] }]);
  });

  test('ignores what a later version may add', () => {
    const report = { ...JSON.parse(renderReport(SMALL)), extra: 1 };
    expect(parseReport(`\ufeff${JSON.stringify(report)}`).registry).toBe('quay.io');
  });

  test('does not restore a tag whose outcome it does not know', () => {
    expect(deletedTags(parseReport(withTag({ outcome: 'archived' })))).toEqual([]);
  });

  test('reads a report of an earlier version, which has neither mode nor notes', () => {
    const earlier = broken({ mode: undefined, notes: undefined });
    expect(deletedTags(parseReport(earlier))).toMatchObject([{ tags: [{ name: 'pr-1' }] }]);
  });

  const broken = (change: object): string =>
    JSON.stringify({ ...JSON.parse(renderReport(SMALL)), ...change });
  const withTag = (change: object): string =>
    broken({
      repositories: [
        {
          repository: 'acme/web',
          tags: [{ name: 'pr-1', digest: null, verdict: 'delete', outcome: 'deleted', ...change }],
        },
      ],
    });

  test.each([
    [
      'no JSON',
      '<html>',
      'The report is not JSON. Give the file that a cleanup named in its output `report`.',
    ],
    ['half a file', renderReport(SMALL).slice(0, 200), 'The report is not JSON.'],
    ['an array', '[]', 'The report cannot be read: The report must be an object, but is an array.'],
    ['null', 'null', 'must be an object, but is null'],
    [
      'a newer version',
      broken({ version: 2 }),
      'The report was written by a newer version of this action (format 2; this one reads 1).',
    ],
    ['no version', broken({ version: undefined }), '`version` must be 1, but is nothing.'],
    ['a version in quotes', broken({ version: '1' }), '`version` must be 1, but is "1".'],
    ['no registry', broken({ registry: 7 }), '`registry` must be text, but is 7.'],
    ['an odd dryRun', broken({ dryRun: 'no' }), '`dryRun` must be `true` or `false`, but is "no".'],
    ['no repositories', broken({ repositories: {} }), '`repositories` must be an array, but is an object.'],
    [
      'a repository without a namespace',
      broken({ repositories: [{ repository: 'web', tags: [] }] }),
      '`repository` must be `namespace/name`, but is "web".',
    ],
    [
      'a path that climbs',
      broken({ repositories: [{ repository: 'acme/../web', tags: [] }] }),
      '`repository` must be `namespace/name`, but is "acme/../web".',
    ],
    ['a digest for a name', withTag({ name: digestOf('x') }), '`name` must be a tag, but is "sha256:'],
    [
      'a broken digest',
      withTag({ digest: 'sha256:12' }),
      '`digest` of pr-1 must be `sha256:` and 64 hexadecimal digits, but is "sha256:12".',
    ],
    [
      'an unknown verdict',
      withTag({ verdict: 'maybe' }),
      '`verdict` of pr-1 must be `delete` or `keep`, but is "maybe".',
    ],
    ['an outcome that is no text', withTag({ outcome: 7 }), '`outcome` of pr-1 must be text, but is 7.'],
    [
      'an odd expiration',
      withTag({ expiration: 'soon' }),
      '`expiration` of pr-1 must be a time, but is "soon".',
    ],
    ['endless text', withTag({ verdict: 'x'.repeat(10_000) }), 'xxx…'],
  ])('refuses %s, and says what was found', (_, text, message) => {
    expect(() => parseReport(text)).toThrow(InvalidInputError);
    expect(() => parseReport(text)).toThrow(message);
  });
});
