import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { InvalidInputError } from '../../src/model/errors.ts';
import type { CleanupResult } from '../../src/model/result.ts';
import { deletedTags, parseReport } from '../../src/report/read-report.ts';
import { reportParts } from '../../src/report/write-report.ts';
import { by, DAY, digestOf, kept, NOW, repository, run, selected, tag, unlisted } from './results.ts';
import { SCENARIOS, scenario } from './scenarios.ts';

function renderReport(run: CleanupResult, redact = (text: string) => text): string {
  return [...reportParts(run, redact)].join('');
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

describe('what the report says of expirations', () => {
  const expire = { mode: { kind: 'expire', duration: '1w 3d', seconds: 10 * DAY } } as const;

  test('is the duration that was asked for, as it was written and in seconds', () => {
    expect(JSON.parse(renderReport(run([], expire)))).toMatchObject({
      mode: 'expire',
      expireIn: { text: '1w 3d', seconds: 864_000 },
    });
    expect(parseReport(renderReport(run([], expire))).expireIn).toEqual({ text: '1w 3d', seconds: 864_000 });
    expect(parseReport(renderReport(run([]))).expireIn).toBeUndefined();
  });

  test('is the old time of one that was taken away, in a key of its own', () => {
    const [taken] = JSON.parse(
      renderReport(scenario('expirations that are taken away')),
    ).repositories[0].tags.filter(({ outcome }: { outcome: string }) => outcome === 'expiration-removed');
    expect(taken).toMatchObject({ expiration: null, formerExpiration: '2024-05-22T20:41:03Z' });
  });

  test('is the time so far while the plan to take it away is not carried out', () => {
    const plan = run([repository([selected(tag('v1', 3, { expiration: NOW + DAY }))])], {
      mode: { kind: 'never-expire' },
      dryRun: true,
    });
    const [one] = JSON.parse(renderReport(plan)).repositories[0].tags;
    expect(one).toMatchObject({ expiration: '2024-05-22T20:41:03Z' });
    expect(one).not.toHaveProperty('formerExpiration');
  });
});

describe('the report of a run that asked GitHub', () => {
  test.each([
    ['a run that deleted', ['acme/app']],
    ['several repositories', ['acme/app', 'acme/docs']],
    ['a dry run', undefined],
  ])('names the repositories that were asked: %s', (name, github) => {
    expect(JSON.parse(renderReport(scenario(name))).github).toEqual(github);
  });
});

describe('masking', () => {
  /** A password that stands in digests, times, names and the words of the schema as well. */
  const redact = (text: string) => text.replaceAll(/e/g, '***');
  const result = run(
    [
      repository(
        [
          by('web-e*', kept(tag('release', 1, { expiration: NOW }), { kind: 'excluded', pattern: 'e' })),
          selected(tag('pr-e', 2), { kind: 'failed', error: 'The secret is e.' }),
          { ...selected(tag('sig-e', 3)), deletedWith: tag('pr-e').name },
        ],
        { error: 'e' },
      ),
    ],
    { ...{ error: 'e', notes: ['e'], warnings: ['e'] }, github: { kind: 'one', repository: 'acme/e' } },
  );
  const masked = JSON.parse(renderReport(result, redact));
  const plain = JSON.parse(renderReport(result));

  test('reaches the texts that people read', () => {
    expect([masked.error, masked.notes, masked.repositories[0].error]).toEqual([
      '***',
      ['***', '***'],
      '***',
    ]);
    const [release, failed] = masked.repositories[0].tags;
    expect(release.reason).toBe('***xclud***d by "***"');
    expect(failed.detail).toBe('Th*** s***cr***t is ***.');
  });

  test('leaves names, digests, times and the words of the schema as they are', () => {
    for (const report of [masked, plain]) {
      for (const holder of [report, ...report.repositories]) delete holder.error;
      delete report.notes;
      for (const one of report.repositories[0].tags) {
        delete one.reason;
        delete one.detail;
      }
    }
    expect(masked).toEqual(plain);
    validate(JSON.parse(renderReport(result, redact)));
    expect(validate.errors ?? []).toEqual([]);
    expect(parseReport(renderReport(result, redact)).problems).toEqual([]);
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
        tags: [
          {
            name: 'pr-1',
            digest: digestOf('pr-1'),
            lastModified: NOW - 2 * DAY,
            size: 50_541_363,
            verdict: 'delete',
            outcome: 'deleted',
          },
        ],
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

  test.each([{ kind: 'expire', duration: '7d', seconds: 7 * DAY }, { kind: 'never-expire' }] as const)(
    'gives nothing of a run that changed expirations (%j)',
    (mode) => {
      const { finishedAt: _, ...killed } = run([repository([selected(tag('pr-1'))])], { mode });
      expect(deletedTags(parseReport(renderReport(killed)))).toEqual([]);
    },
  );

  const named = (name: string) =>
    deletedTags(parseReport(renderReport(scenario(name)))).flatMap(({ tags }) =>
      tags.map((one) => one.outcome),
    );

  test('gives the signatures that Quay deleted with their images', () => {
    expect(named('a run that deleted').toSorted()).toEqual([
      ...Array.from({ length: 4 }, () => 'deleted'),
      'deleted-with-image',
    ]);
  });

  test('gives the tags that may have been deleted, and none that was gone already', () => {
    expect(named('a cancelled run').toSorted()).toEqual(['deleted', 'unknown', 'unknown']);
    expect(named('a second run at the same time')).toEqual([]);
  });

  test('gives the signatures that a killed run may have lost with their images', () => {
    const { finishedAt: _, ...killed } = run([
      repository([selected(tag('pr-1', 2)), { ...kept(tag('sig', 3)), deletedWith: tag('pr-1').name }]),
    ]);
    expect(deletedTags(parseReport(renderReport(killed)))).toMatchObject([
      { tags: [{ name: 'pr-1' }, { name: 'sig', takenAlongWith: 'pr-1' }] },
    ]);
  });

  test('gives the signatures that a stopped run did not look for, of images that it deleted and of no others', () => {
    const pair = (name: string, kind: 'deleted' | 'not-attempted') => [
      selected(tag(name, 2), { kind }),
      { ...kept(tag(`sig-${name}`, 3)), deletedWith: tag(name).name },
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
    ['an array', '[]', 'In the report, the whole must be an object, but is an array.'],
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
    ['no start', broken({ startedAt: undefined }), '`startedAt` must be text, but is nothing.'],
    ['an odd start', broken({ startedAt: 'soon' }), '`startedAt` must be a time, but is "soon".'],
    ['a duration that is none', broken({ expireIn: '7d' }), '`expireIn` must be an object, but is "7d".'],
    ['no repositories', broken({ repositories: {} }), '`repositories` must be an array, but is an object.'],
  ])('refuses %s, and says what was found', (_, text, message) => {
    expect(() => parseReport(text)).toThrow(InvalidInputError);
    expect(() => parseReport(text)).toThrow(message);
  });
});

describe('a report of which a part cannot be read', () => {
  const good = { name: 'pr-2', digest: digestOf('x'), verdict: 'delete', outcome: 'deleted' };
  const web = (...tags: readonly unknown[]) => ({ repository: 'acme/web', tags });
  const read = (...repositories: readonly unknown[]) =>
    parseReport(JSON.stringify({ ...JSON.parse(renderReport(SMALL)), repositories }));

  test.each<[string, unknown, string]>([
    ['no object', 7, 'an entry of `tags` of acme/web must be an object, but is 7.'],
    ['no name', { ...good, name: undefined }, '`name` of a tag of acme/web must be a tag, but is nothing.'],
    ['a digest for a name', { ...good, name: digestOf('x') }, 'must be a tag, but is "sha256:'],
    [
      'a broken digest',
      { ...good, name: 'pr-1', digest: 'sha256:12' },
      '`digest` of acme/web:pr-1 must be `sha256:` and 64 hexadecimal digits, but is "sha256:12".',
    ],
    [
      'an unknown verdict',
      { ...good, name: 'pr-1', verdict: 'maybe' },
      '`verdict` of acme/web:pr-1 must be `delete` or `keep`, but is "maybe".',
    ],
    [
      'an outcome that is no text',
      { ...good, name: 'pr-1', outcome: 7 },
      '`outcome` of acme/web:pr-1 must be text',
    ],
    ['an odd time', { ...good, name: 'pr-1', expiration: 'soon' }, 'must be a time, but is "soon".'],
    ['endless text', { ...good, name: 'pr-1', verdict: 'x'.repeat(10_000) }, `${'x'.repeat(70)}`],
    ['a name for the second time', { ...good, verdict: 'keep' }, 'The report names acme/web:pr-2 twice.'],
  ])('tells of a tag with %s, and reads the others', (_, tag, problem) => {
    const { repositories, problems } = read(web(good, tag));
    expect(repositories.map(({ tags }) => tags)).toMatchObject([[good]]);
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  test.each<[string, unknown, string]>([
    ['without a namespace', { repository: 'web', tags: [] }, 'must be `namespace/name`, but is "web".'],
    ['whose path climbs', { repository: 'acme/../web', tags: [] }, 'but is "acme/../web".'],
    ['without tags', { repository: 'acme/api' }, '`tags` of acme/api must be an array, but is nothing.'],
    ['for the second time', web(), 'The report names acme/web twice.'],
  ])('tells of a repository %s, and reads the others', (_, repository, problem) => {
    const { repositories, problems } = read(web(good), repository);
    expect(repositories).toMatchObject([web(good)]);
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  test('tells of twenty such parts, and how many more there are', () => {
    const { problems } = read(web(...Array.from({ length: 23 }, () => 7), good));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('3 more entries of the report cannot be read.');
  });

  test('is that of the last version, if it restored a signature itself', () => {
    const { problems, repositories } = read(
      web(good, { ...good, name: 'sig', verdict: 'keep', outcome: 'restored', takenAlongWith: 'pr-2' }),
    );
    expect(problems).toEqual([]);
    expect(repositories[0]?.tags[1]).toMatchObject({ outcome: 'restored', takenAlongWith: 'pr-2' });
  });
});
