import { describe, expect, test } from '@jest/globals';
import type { CleanupResult, RepositoryResult } from '../../src/model/result.ts';
import { renderCleanupSummary } from '../../src/report/cleanup-summary.ts';
import { MAX_SUMMARY_BYTES } from '../../src/report/page.ts';
import { tallyCleanup } from '../../src/report/tally.ts';
import {
  by,
  DAY,
  elementsOf,
  kept,
  NOW,
  repository,
  run,
  selected,
  tag,
  toHtml,
  unlisted,
} from './results.ts';
import { PAGES, scenario } from './scenarios.ts';

function renderSummary(result: CleanupResult): string {
  return renderCleanupSummary(tallyCleanup(result));
}

describe('the job summary', () => {
  test.each(Object.entries(PAGES))('of %s reads well', (_, result) => {
    expect(renderSummary(result)).toMatchSnapshot();
  });

  test('counts the space of an image once, and not while a remaining tag holds it', () => {
    const shared = { digest: 'sha256:aa', size: 1024 };
    const held = { digest: 'sha256:bb', size: 4096 };
    const result = run([
      repository(
        [
          selected(tag('pr-1', 1, shared), 'deleted'),
          selected(tag('pr-1-copy', 1, shared), 'deleted'),
          selected(tag('pr-2', 1, held), 'deleted'),
          selected(tag('pr-3'), 'deleted'),
          kept(tag('latest', 1, held)),
        ],
        // Of these one was pushed again.
        { remaining: [tag('pr-3', 0), tag('latest', 1, held)] },
      ),
    ]);
    expect(renderSummary(result)).toContain('| 5 | 4 | 2 | 1 KiB |');
  });
});

describe('the space that a run frees', () => {
  const HELD = 'Deleted tags take up space';
  const deleted = repository([selected(tag('pr-1'), 'deleted')], { remaining: [] });

  test('is said to be held while the tags can be restored', () => {
    expect(renderSummary(run([deleted]))).toContain(HELD);
    expect(renderSummary(run([repository([selected(tag('pr-1'))])], { dryRun: true }))).toContain(HELD);
  });

  test.each([
    ['the time machine is off', run([{ ...deleted, restorableFor: 0 }])],
    ['no size is known', run([repository([selected({ name: tag('pr-1').name }, 'deleted')])])],
    ['nothing was deleted', run([repository([kept(tag('latest'))])])],
    ['tags expire', scenario('tags that expire')],
  ])('is not mentioned where %s', (_, result) => {
    expect(renderSummary(result)).not.toContain(HELD);
  });
});

describe('the totals of several repositories', () => {
  const freeing = (name: string, mebibytes: number | undefined, count = 1) =>
    repository(
      Array.from({ length: count }, (_, index) => {
        const { size: _size, ...listed } = tag(`${name}-${index}`);
        const size = mebibytes === undefined ? {} : { size: (mebibytes * 1024 * 1024) / count };
        return selected({ ...listed, ...size }, 'deleted');
      }),
      { repository: `acme/${name}`, remaining: [] },
    );
  const rows = (...repositories: readonly RepositoryResult[]) =>
    [...renderSummary(run(repositories)).matchAll(/^\| \[acme\/(\w+)\]\S+ \| (?:`([^`]*)`.(\d+%))?/gm)].map(
      ([, name, bar, percentage]) => [name, bar?.trimEnd(), percentage],
    );

  test('put first what frees most, with a bar of eighths for its share', () => {
    expect(
      rows(freeing('small', 4), freeing('tiny', 0.5), freeing('large', 75.5), freeing('middle', 20)),
    ).toEqual([
      ['large', '███████▌', '76%'],
      ['middle', '██', '20%'],
      ['small', '▍', '4%'],
      ['tiny', undefined, undefined],
    ]);
  });

  test('go by the deleted tags where no size is known, and by name where those are equal', () => {
    expect(rows(freeing('b', undefined), freeing('a', undefined), freeing('most', undefined, 6))).toEqual([
      ['most', '███████▌', '75%'],
      ['a', '█▎', '13%'],
      ['b', '█▎', '13%'],
    ]);
  });

  test('go by the deleted tags too where two free the same', () => {
    expect(rows(freeing('few', 50), freeing('many', 50, 2)).map(([name]) => name)).toEqual(['many', 'few']);
  });

  test('are the order of the sections below, too', () => {
    const sections = renderSummary(run([freeing('small', 4), freeing('large', 96)])).matchAll(
      /<b>acme\/(\w+)</g,
    );
    expect([...sections].map(([, name]) => name)).toEqual(['large', 'small']);
  });

  test.each([
    ['one repository', [freeing('web', 4)]],
    ['one that could be listed', [freeing('web', 4), unlisted('acme/api', 'not found')]],
    ['a run that deletes nothing', [repository([]), repository([], { repository: 'acme/api' })]],
  ])('have no bar for %s', (_, repositories) => {
    expect(renderSummary(run(repositories))).not.toContain('Share of');
  });
});

describe('tags whose outcome is unknown', () => {
  test.each([
    ['deleted', { kind: 'delete' }],
    ['changed', { kind: 'expire', duration: '7d', seconds: 7 * DAY }],
    ['changed', { kind: 'never-expire' }],
  ] as const)('may have been %s', (participle, mode) => {
    const unknown = selected(tag('pr-1'), { kind: 'unknown', error: 'x' });
    const summary = renderSummary(run([repository([unknown], { error: 'Listing failed.' })], { mode }));
    expect(summary).toContain(`### Tags that may have been ${participle} (1)`);
    expect(summary).toContain(`Whether 1 tag was ${participle} is unknown.`);
    expect(summary).not.toContain('Nothing was');
    // What was to expire is alive: there is nothing to restore.
    expect(summary.includes('Undo this run')).toBe(participle === 'deleted');
  });
});

test('a summary shows twenty notes, and says how many more there are', () => {
  const notes = Array.from({ length: 24 }, (_, index) => `Skipped acme/mirror-${index + 1}: it is a mirror.`);
  const summary = renderSummary(run([repository([])], { notes }));
  expect(summary).toContain('acme/mirror-20:');
  expect(summary).not.toContain('acme/mirror-21:');
  expect(summary).toContain('- 4 more, in the log and in the report');
});

test('a summary says once why the run and its repository failed', () => {
  const summary = renderSummary(run([unlisted('acme/web', 'no answer')], { error: 'no answer' }));
  expect(summary.match(/no answer/g)).toHaveLength(1);
});

test('a summary without tags does not point to them in the report', () => {
  for (const name of ["a pull request's run without secrets", 'a run that failed before it listed'])
    expect(renderSummary(scenario(name))).not.toContain('output `report`');
});

describe('the step that undoes a run', () => {
  const deleted = (count: number, name: string) =>
    repository(
      Array.from({ length: count }, (_, index) => selected(tag(`pr-${index}`), 'deleted')),
      { repository: name, remaining: [] },
    );
  const step = (result: CleanupResult) => /```yaml\n(.*?)```/s.exec(renderSummary(result))?.[1];

  test('names the tags, the registry and how long ago they may have been deleted', () => {
    const result = run([deleted(2, 'acme/web')], {
      registry: 'localhost:8443',
      registryUrl: 'https://localhost:8443',
    });
    expect(step(result)).toBe(`\
- uses: acme/quay-tag-cleanup/restore@v1
  with:
    repository: acme/web
    tags: |
      pr-0
      pr-1
    deleted-within: 14d
    registry: "localhost:8443"
    token: \${{ secrets.QUAY_TOKEN }}
`);
  });

  test('names a registry on this machine with its scheme, since a host alone is asked over https', () => {
    const result = run([deleted(2, 'acme/web')], {
      registry: 'localhost:8910',
      registryUrl: 'http://localhost:8910',
    });
    expect(step(result)).toContain('    registry: "http://localhost:8910"\n');
  });

  test('reads the report when there are many tags', () => {
    const summary = renderSummary(run([deleted(101, 'acme/web')]));
    expect(summary).toContain('keep that file with an artifact step');
    expect(step(run([deleted(101, 'acme/web')]))).toBe(`\
- uses: acme/quay-tag-cleanup/restore@v1
  with:
    report: quay-tag-cleanup-report.json
    token: \${{ secrets.QUAY_TOKEN }}
`);
  });

  test('works until the first of the time machines forgets', () => {
    const soon = { ...deleted(1, 'acme/soon'), restorableFor: DAY };
    expect(renderSummary(run([deleted(1, 'acme/web'), soon]))).toContain(
      'run that before **2024-05-22 20:41 UTC**',
    );
  });

  test('is left out after a dry run, and where nothing can be restored', () => {
    expect(renderSummary(run([repository([selected(tag('pr-1'))])], { dryRun: true }))).not.toContain('Undo');
    expect(renderSummary(run([{ ...deleted(1, 'acme/web'), restorableFor: 0 }]))).not.toContain('Undo');
  });
});

describe('a summary of more than GitHub takes', () => {
  const longName = (index: number) => `pr-${index}-`.padEnd(128, 'x');
  const many = <Item>(length: number, make: (index: number) => Item) =>
    Array.from({ length }, (_, index) => make(index));
  const bytes = (result: CleanupResult) => Buffer.byteLength(renderSummary(result));
  /** The summary, which is below the limit, and not cut within a row or a folded part. */
  const within = (...repositories: readonly RepositoryResult[]) => {
    const summary = renderSummary(run(repositories));
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
    expect(summary.match(/<details>/g)?.length).toBe(summary.match(/<\/details>/g)?.length);
    expect(summary.split('\n').filter((line) => line.startsWith('|') && !line.endsWith('|'))).toEqual([]);
    return summary;
  };

  test('says how many of 20,000 remaining tags of 128 characters are left out', () => {
    const stays = many(20_000, (index) => kept(tag(longName(index), index)));
    const goes = many(3, (index) => selected(tag(`old-${index}`, 30_000), 'deleted'));
    const summary = within(repository([...stays, ...goes], { remaining: stays.map((stay) => stay.tag) }));
    // The one list that needs the page has it.
    expect(Buffer.byteLength(summary)).toBeGreaterThan(0.95 * MAX_SUMMARY_BYTES);
    const rows = summary.match(/^\| \[`pr-/gm)?.length ?? 0;
    expect(rows).toBeGreaterThan(1500);
    expect(summary).toContain(`*${(20_000 - rows).toLocaleString('en-US')} more tags not shown`);
    expect(summary).toContain('| `old-2` |');
  });

  test('gives the failed, the deleted and the remaining tags a share each', () => {
    const error = `quay.io answered 500. ${'&|`<'.repeat(80)}`;
    const summary = within(
      repository([
        ...many(30_000, (index) => selected(tag(`d${index}`, 2), 'deleted')),
        ...many(30_000, (index) => selected(tag(`f${index}`, 3), { kind: 'failed', error })),
        ...many(40_000, (index) => kept(tag(`r${index}`, 1))),
      ]),
    );
    const rows = (pattern: RegExp) => summary.match(pattern)?.length ?? 0;
    expect(rows(/^\| \[`f\d+`\].*answered 500/gm)).toBeGreaterThan(100);
    expect(rows(/^\| `d\d+`/gm)).toBeGreaterThan(1000);
    expect(rows(/^\| \[`r\d+`\]/gm)).toBeGreaterThan(500);
  });

  test('shows a row for each of 2,000 repositories, and the sections that fit', () => {
    const tags = [...many(12, (index) => selected(tag(`pr-${index}`), 'deleted')), kept(tag('latest'))];
    const remaining = [tag('latest')];
    const summary = within(
      ...many(2000, (index) => repository(tags, { repository: `acme/service-${index}`, remaining })),
    );
    expect(summary.match(/^\| \[acme\/service-/gm)).toHaveLength(2000);
    expect(summary).toMatch(/\*[\d,]+ more repositories not shown/);
  });

  test('shows the large ones of 5,000 repositories', () => {
    const tags = (index: number) =>
      many(3, (number) =>
        selected(tag(`pr-${number}`, 1, { digest: `sha256:${number}`, size: 1.02 ** index }), 'deleted'),
      );
    const summary = within(
      ...many(5000, (index) =>
        repository(tags(index), { repository: `acme/service-${index}`, remaining: [] }),
      ),
    );
    const shown = [...summary.matchAll(/^\| \[acme\/service-(\d+)\]/gm)].map(([, index]) => Number(index));
    expect(shown.length).toBeGreaterThan(1500);
    expect(shown).toEqual(shown.map((_, row) => 4999 - row));
    expect(summary.match(/^\| \[acme.*█|^\| \[acme.*▏/gm)?.length).toBeLessThan(100);
    expect(summary).toContain(
      `*${(5000 - shown.length).toLocaleString('en-US')} more repositories not shown`,
    );
  });

  test('stays below the limit with 2,000 failed repositories, endless errors, notes and reasons', () => {
    const facts = {
      notes: many(5000, () => '|'.repeat(5000)),
      warnings: many(5000, () => '|'.repeat(5000)),
      error: '<'.repeat(1_000_000),
    };
    const failed = many(2000, (index) =>
      repository([], { repository: `acme/${'x'.repeat(200)}-${index}`, error: 'é&'.repeat(5000) }),
    );
    expect(bytes(run(failed, facts))).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
    within(
      repository(
        many(20_000, (index) =>
          kept(tag(`t${index}`), { kind: 'excluded', pattern: `${'😀'.repeat(100)}${index}` }),
        ),
      ),
    );
  });
});

describe('hostile text in a summary', () => {
  const hostile =
    '</td></table><script>alert(1)</script> | [x](javascript:alert(1)) `@octocat`\n\n# big\u202e';
  const result = run(
    [
      repository(
        [
          by(hostile, selected(tag('pr-1'), { kind: 'failed', error: hostile })),
          by(
            hostile,
            selected(tag('pr-2'), { kind: 'kept', reason: { kind: 'image-not-gone', tag: hostile } }),
          ),
          kept(tag('v1'), { kind: 'excluded', pattern: hostile }),
        ],
        { repository: `acme/${hostile}`, error: hostile, matches: [1, 1] },
      ),
      repository([by(hostile, selected(tag('pr-3'), 'deleted'))], {
        repository: `acme/b${hostile}`,
        error: hostile,
        matches: [1, 1],
      }),
    ],
    {
      rules: [hostile, `${hostile}|`],
      notes: [hostile, hostile],
      warnings: [hostile],
      github: { kind: 'one', repository: hostile },
      error: hostile,
      reportPath: `/tmp/${hostile}`,
      startedAt: NOW,
    },
  );

  test('adds no element of its own and no link to another site, and breaks no table', () => {
    const html = toHtml(renderSummary(result));
    const own =
      'a b blockquote code details h2 h3 li p pre strong summary table tbody td th thead tr ul'.split(' ');
    expect([...elementsOf(html)].filter((name) => !own.includes(name))).toEqual([]);
    const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, target]) => target ?? '');
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !target.startsWith('https://quay.io/repository/acme/'))).toEqual([]);
    expect(html).toContain('Decided by an earlier rule');
    for (const [, table = ''] of html.matchAll(/<table>(.*?)<\/table>/gs)) {
      const widths = [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(
        ([, row = '']) => row.match(/<t[hd]/g)?.length,
      );
      expect(new Set(widths).size).toBe(1);
    }
    expect(html).not.toMatch(/<p>\s*\|/);
  });
});
