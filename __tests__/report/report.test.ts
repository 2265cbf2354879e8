import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { InvalidInputError } from '../../src/model/errors.ts';
import type { CleanupResult, TagResult } from '../../src/model/result.ts';
import { deletedTags, parseReport, reportParts } from '../../src/report/report-file.ts';
import { by, DAY, digestOf, kept, NOW, repository, run, selected, tag, unlisted } from './results.ts';
import { SCENARIOS, scenario } from './scenarios.ts';

function renderReport(run: CleanupResult, redact = (text: string) => text): string {
  return [...reportParts(run, redact)].join('');
}

const jsonOf = (result: CleanupResult) => JSON.parse(renderReport(result));

/** The names of what is to come back by the report of a run. */
const comingBack = (result: CleanupResult) =>
  deletedTags(parseReport(renderReport(result))).flatMap(({ tags }) => tags.map(({ name }) => name));

/** The run at the moment at which its plan is written, and for ever if it is killed. */
function underWay(tags: readonly TagResult[], facts: Partial<CleanupResult> = {}): CleanupResult {
  const { finishedAt: _, ...rest } = run([repository(tags)], facts);
  return rest;
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
      selected(tag('pr-1', 2), 'deleted'),
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

  test.each(Object.entries(SCENARIOS))('of %s agrees with its schema, and is understood', (_, result) => {
    validate(jsonOf(result));
    expect(validate.errors ?? []).toEqual([]);
    const report = parseReport(renderReport(result));
    expect(report.repositories.map(({ tags }) => tags.map(({ name }) => name))).toEqual(
      result.repositories.map(({ tags }) => tags.map((entry) => entry.tag.name)),
    );
  });

  test('says why the run failed, why a repository failed, what was noted, and what was asked of GitHub', () => {
    const failed = run([unlisted('acme/web', 'not found')], { error: 'no answer', notes: ['A note.'] });
    expect(jsonOf(failed)).toMatchObject({
      error: 'no answer',
      notes: ['A note.'],
      repositories: [{ error: 'not found', tags: [] }],
    });
    const names = ['a run that deleted', 'several repositories', 'a dry run'];
    expect(names.map((name) => jsonOf(scenario(name)).github)).toEqual([
      ['acme/app'],
      ['acme/app', 'acme/docs'],
      undefined,
    ]);
  });

  test('names the line that decided where there are several, and none where none matches', () => {
    const tags = [by('pr-*', selected(tag('pr-1'))), kept(tag('latest', 2))];
    const report = jsonOf(run([repository(tags)], { rules: ['pr-*', 'v*'] }));
    expect(report.repositories[0].tags.map(({ rule }: { rule: unknown }) => rule)).toEqual([
      'pr-*',
      undefined,
    ]);
    const described = (schema as { $defs: { tag: { properties: object } } }).$defs.tag.properties;
    for (const entry of report.repositories[0].tags)
      expect(Object.keys(described)).toEqual(expect.arrayContaining(Object.keys(entry)));
  });
});

describe('what the report says of expirations', () => {
  const expire = { mode: { kind: 'expire', duration: '1w 3d', seconds: 10 * DAY } } as const;
  const first = (result: CleanupResult) => jsonOf(result).repositories[0].tags[0];

  test('is the duration that was asked for, as it was written and in seconds', () => {
    const expireIn = { text: '1w 3d', seconds: 864_000 };
    expect(jsonOf(run([], expire))).toMatchObject({ mode: 'expire', expireIn });
    expect(parseReport(renderReport(run([], expire))).expireIn).toEqual(expireIn);
    expect(parseReport(renderReport(run([]))).expireIn).toBeUndefined();
  });

  test('is the new time of a tag, and the old one in a key of its own where it was taken away', () => {
    const expiring = { kind: 'expiring', expiration: NOW + 3600, isLater: false } as const;
    expect(first(run([repository([selected(tag('pr-1'), expiring)])], expire))).toMatchObject({
      expiration: '2024-05-21T21:41:03Z',
      outcome: 'expiring',
    });
    const listed = tag('v1', 3, { expiration: NOW + DAY });
    const mode = { kind: 'never-expire' } as const;
    const taken = repository([selected(listed, { kind: 'expiration-removed', was: NOW + DAY })]);
    expect(first(run([taken], { mode }))).toMatchObject({
      expiration: null,
      formerExpiration: '2024-05-22T20:41:03Z',
    });
    const planned = first(run([repository([selected(listed)])], { mode, dryRun: true }));
    expect(planned).toMatchObject({ expiration: '2024-05-22T20:41:03Z' });
    expect(planned).not.toHaveProperty('formerExpiration');
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

describe('the schema of the report', () => {
  const changed = (change: object): unknown => ({ ...jsonOf(SMALL), ...change });
  const changedText = (from: string, to: string): unknown =>
    JSON.parse(renderReport(SMALL).replace(from, to));

  test.each([
    ['another version', changed({ version: 2 })],
    ['a missing registry', changed({ registry: undefined })],
    ['an unknown mode', changed({ mode: 'burn' })],
    ['a note that is no text', changed({ notes: [1] })],
    ['a local time', changed({ startedAt: '2024-05-21 20:41' })],
    ['an unknown outcome', changedText('"outcome":"deleted"', '"outcome":"burnt"')],
    ['a rule that is no text', changedText('"outcome"', '"rule":7,"outcome"')],
  ])('refuses %s', (_, report) => {
    expect(validate(report)).toBe(false);
  });
});

describe('reading a report', () => {
  test('gives the tags that were deleted, each as it was', () => {
    const was = { lastModified: NOW - 2 * DAY, size: 50_541_363, expiration: NOW };
    const result = repository([selected(tag('pr-1', 2, was), 'deleted'), kept(tag('latest'))]);
    const pr1 = { name: 'pr-1', digest: digestOf('pr-1'), ...was, verdict: 'delete', outcome: 'deleted' };
    expect(deletedTags(parseReport(renderReport(run([result]))))).toEqual([
      { repository: 'acme/web', tags: [pr1] },
    ]);
  });

  /** A tag of an image, and a signature that Quay may delete with it. */
  const pair = (name: string, outcome?: TagResult['outcome']) => [
    selected(tag(name, 2), outcome),
    { ...kept(tag(`sig-${name}`, 3)), deletedWith: tag(name).name },
  ];

  test('gives all that a killed run meant to delete, with their signatures', () => {
    expect(comingBack(underWay([kept(tag('latest')), ...pair('pr-1')]))).toEqual(['pr-1', 'sig-pr-1']);
  });

  test('gives the signatures that a stopped run did not look for, of images that it deleted and of no others', () => {
    const tags = [...pair('pr-1', { kind: 'deleted' }), ...pair('pr-2', { kind: 'not-attempted' })];
    const stopped = run([repository(tags)], { stopped: { kind: 'cancelled' } });
    expect(comingBack(stopped)).toEqual(['pr-1', 'sig-pr-1']);
    expect(comingBack(run([repository(tags)]))).toEqual(['pr-1']);
  });

  test('gives nothing of a run that deletes nothing', () => {
    const planned = [selected(tag('pr-1'))];
    expect(comingBack(run([repository(planned)], { dryRun: true }))).toEqual([]);
    const expire = { kind: 'expire', duration: '7d', seconds: 7 * DAY } as const;
    expect(comingBack(underWay(planned, { mode: expire }))).toEqual([]);
    expect(comingBack(underWay(planned, { mode: { kind: 'never-expire' } }))).toEqual([]);
  });

  test('gives what may have been deleted, also with an image, and nothing that was gone already', () => {
    expect(comingBack(scenario('a run that deleted'))).toHaveLength(5);
    expect(comingBack(scenario('a cancelled run'))).toHaveLength(3);
    expect(comingBack(scenario('a second run at the same time'))).toEqual([]);
  });

  test('ignores what a later version may add', () => {
    const report = { ...jsonOf(SMALL), extra: 1 };
    expect(parseReport(`\ufeff${JSON.stringify(report)}`).registry).toBe('quay.io');
  });

  test('does not restore a tag whose outcome it does not know', () => {
    expect(deletedTags(parseReport(withTag({ outcome: 'archived' })))).toEqual([]);
  });

  test('reads a report of an earlier version, which has neither mode nor notes', () => {
    const earlier = broken({ mode: undefined, notes: undefined });
    expect(deletedTags(parseReport(earlier))).toMatchObject([{ tags: [{ name: 'pr-1' }] }]);
  });

  const broken = (change: object): string => JSON.stringify({ ...jsonOf(SMALL), ...change });
  const withTag = (change: object): string => {
    const entry = { name: 'pr-1', digest: null, verdict: 'delete', outcome: 'deleted', ...change };
    return broken({ repositories: [{ repository: 'acme/web', tags: [entry] }] });
  };

  test('refuses what is none, or of another version, and says what was found', () => {
    const texts = [
      '<html>',
      renderReport(SMALL).slice(0, 200),
      '[]',
      'null',
      broken({ version: 2 }),
      broken({ version: undefined }),
      broken({ version: '1' }),
      broken({ registry: 7 }),
      broken({ dryRun: 'no' }),
      broken({ startedAt: undefined }),
      broken({ startedAt: 'soon' }),
      broken({ expireIn: '7d' }),
      broken({ repositories: {} }),
    ];
    const messages = texts.map((text) => {
      try {
        return `read: ${parseReport(text).registry}`;
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInputError);
        return (error as Error).message.replace(/ Give the file that a cleanup wrote, unchanged.$/, '');
      }
    });
    expect(messages.join('\n')).toMatchInlineSnapshot(`
"The report is not JSON. Give the file that a cleanup named in its output \`report\`.
The report is not JSON. Give the file that a cleanup named in its output \`report\`.
In the report, the whole must be an object, but is an array.
In the report, the whole must be an object, but is null.
The report was written by a newer version of this action (format 2; this one reads 1). Use that version of the action.
In the report, \`version\` must be 1, but is nothing.
In the report, \`version\` must be 1, but is "1".
In the report, \`registry\` must be text, but is 7.
In the report, \`dryRun\` must be \`true\` or \`false\`, but is "no".
In the report, \`startedAt\` must be text, but is nothing.
In the report, \`startedAt\` must be a time, but is "soon".
In the report, \`expireIn\` must be an object, but is "7d".
In the report, \`repositories\` must be an array, but is an object."
`);
  });
});

describe('a report of which a part cannot be read', () => {
  const good = { name: 'pr-2', digest: digestOf('x'), verdict: 'delete', outcome: 'deleted' };
  const web = (...tags: readonly unknown[]) => ({ repository: 'acme/web', tags });
  const read = (...repositories: readonly unknown[]) =>
    parseReport(JSON.stringify({ ...jsonOf(SMALL), repositories }));

  const told = (problems: readonly string[]) =>
    problems
      .map((problem) => problem.replace(/ Give the file that a cleanup wrote, unchanged.$/, ''))
      .join('\n');

  test('tells of tags that cannot be read, and reads the others', () => {
    const pr1 = { ...good, name: 'pr-1' };
    const { repositories, problems } = read(
      web(
        good,
        7,
        { ...good, name: undefined },
        { ...good, name: digestOf('x') },
        { ...pr1, digest: 'sha256:12' },
        { ...pr1, verdict: 'maybe' },
        { ...pr1, outcome: 7 },
        { ...pr1, expiration: 'soon' },
        { ...pr1, size: -1 },
        { ...pr1, verdict: 'x'.repeat(10_000) },
        { ...good, verdict: 'keep' },
      ),
    );
    expect(repositories.map(({ tags }) => tags)).toMatchObject([[good]]);
    expect(told(problems)).toMatchInlineSnapshot(`
"In the report, an entry of \`tags\` of acme/web must be an object, but is 7.
In the report, \`name\` of a tag of acme/web must be a tag, but is nothing.
In the report, \`name\` of a tag of acme/web must be a tag, but is "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881".
In the report, \`digest\` of acme/web:pr-1 must be \`sha256:\` and 64 hexadecimal digits, but is "sha256:12".
In the report, \`verdict\` of acme/web:pr-1 must be \`delete\` or \`keep\`, but is "maybe".
In the report, \`outcome\` of acme/web:pr-1 must be text, but is 7.
In the report, \`expiration\` of acme/web:pr-1 must be a time, but is "soon".
In the report, \`size\` of acme/web:pr-1 must be a number of bytes, but is -1.
In the report, \`verdict\` of acme/web:pr-1 must be \`delete\` or \`keep\`, but is "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx….
The report names acme/web:pr-2 twice."
`);
  });

  test('tells of repositories that cannot be read, and reads the others', () => {
    const { repositories, problems } = read(
      web(good),
      { repository: 'web', tags: [] },
      { repository: 'acme/../web', tags: [] },
      { repository: 'acme/api' },
      web(),
    );
    expect(repositories).toMatchObject([web(good)]);
    expect(told(problems)).toMatchInlineSnapshot(`
"In the report, \`repository\` must be \`namespace/name\`, but is "web".
In the report, \`repository\` must be \`namespace/name\`, but is "acme/../web".
In the report, \`tags\` of acme/api must be an array, but is nothing.
The report names acme/web twice."
`);
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
