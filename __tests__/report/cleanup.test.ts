import { describe, expect, test } from '@jest/globals';
import type { CleanupResult } from '../../src/model/result.ts';
import { renderCleanupSummary } from '../../src/report/cleanup-summary.ts';
import { cleanupOutputs } from '../../src/report/outputs.ts';
import { MAX_SUMMARY_BYTES } from '../../src/report/page.ts';
import { closingLines, describeCleanup, planLines, progressLine } from '../../src/report/sentences.ts';
import { tallyCleanup } from '../../src/report/tally.ts';
import { by, kept, repository, run, selected, tag, unlisted } from './results.ts';
import { SCENARIOS, scenario } from './scenarios.ts';

const outputsOf = (result: CleanupResult) => cleanupOutputs(tallyCleanup(result));
const valuesOf = (result: CleanupResult) =>
  Object.fromEntries(outputsOf(result).outputs.map(({ name, value }) => [name, value]));

describe('the sentence of a run', () => {
  /** Selected, deleted, failed and remaining tags by the outputs; `?` where that is not known. */
  const countsOf = (result: CleanupResult) => {
    const of = valuesOf(result);
    const counts = ['selected', 'deleted', 'failed', 'remaining'].map((output) => {
      const [array, count] = [of[output] ?? '', of[`${output}-count`]];
      expect(array === '' ? '' : `${JSON.parse(array).length}`).toBe(count);
      return count || '?';
    });
    return counts.join(' ');
  };

  test('says what it did, trouble first, and then what remains, and the outputs count the same', () => {
    const lines = Object.entries(SCENARIOS).map(([name, result]) => {
      const tally = tallyCleanup(result);
      const remain = closingLines(tally).filter((line) => !line.startsWith('Report: '));
      return `${countsOf(result)} ${name}: ${[describeCleanup(tally), ...remain].join(' ')}`;
    });
    // Nothing is said twice.
    expect(lines.filter((line) => (line.replace(/^.*?: /, '').match(/nothing/gi)?.length ?? 0) > 1)).toEqual(
      [],
    );
    expect(lines.join('\n')).toMatchInlineSnapshot(`
"5 5 0 4 a run that deleted: Deleted 5 of 9 tags in acme/web. Quay deleted 1 of them with its image. 4 tags remain.
6 1 1 8 a run in trouble: The time budget of 30min was reached. Failed to delete 1 tag. Whether 1 tag was deleted is unknown. Deleted 1 of 10 tags in acme/web. 1 selected tag was already gone. 1 selected tag was not processed. 8 tags remain.
6 0 0 5 a dry run with several rules: Would delete 6 of 11 tags in acme/web. This was a dry run: nothing was changed. 5 tags would remain.
2 0 0 3 tags that expire: Set 2 of 3 tags in acme/web to expire in 7d. 1 of them will expire later than asked: Quay expires no tag within an hour of its last push. 3 tags remain.
1 0 0 2 expirations that are taken away: Took away the expiration of 1 of 2 tags in acme/web. 2 tags remain.
18 17 1 ? several repositories: Failed to delete 1 tag. 1 of 4 repositories failed. Deleted 17 of 21 tags in 3 repositories.
0 0 0 ? a run that failed before it listed: The run failed. Nothing was deleted.
4 0 0 4 a dry run: Would delete 4 of 8 tags in acme/web. This was a dry run: nothing was changed. 4 tags would remain.
4 0 0 8 a dry run that would let tags expire: Would set 4 of 8 tags in acme/web to expire in 7d. This was a dry run: nothing was changed. 8 tags would remain.
4 0 0 8 a dry run that would take expirations away: Would take away the expiration of 4 of 8 tags in acme/web. This was a dry run: nothing was changed. 8 tags would remain.
4 0 0 4 a second run at the same time: Deleted 0 of 8 tags in acme/web. 4 selected tags were already gone. 4 tags remain.
4 0 1 8 a refused credential: Failed to delete 1 tag. Deleted 0 of 8 tags in acme/web. 3 selected tags were not processed. 8 tags remain.
1 0 1 1 an expiration that could not be set: Failed to set 1 tag to expire. Set 0 of 1 tag in acme/web to expire in 7d. 1 tag remains.
4 1 0 7 a cancelled run: The run was cancelled. Whether 2 tags were deleted is unknown. Deleted 1 of 8 tags in acme/web. 1 selected tag was not processed. 7 tags remain.
4 0 0 8 a run that was cancelled before it deleted: The run was cancelled. Nothing was deleted. 4 selected tags were not processed. 8 tags remain.
4 0 0 8 a refused plan: The plan was refused. Would delete 4 of 8 tags in acme/web. Nothing was deleted. 8 tags remain.
4 0 0 8 a dry run whose plan is refused: The plan was refused. Would delete 4 of 8 tags in acme/web. This was a dry run: nothing was changed. 8 tags would remain.
0 0 0 2 nothing that matches: Nothing to delete: none of the 2 tags in acme/web matches. 2 tags remain.
0 0 0 4 nothing to delete: Nothing to delete: all 4 tags in acme/web are kept. 4 tags remain.
0 0 0 1 no expiration to take away: Nothing to change: the only tag in acme/web is kept. 1 tag remains.
0 0 0 0 no tags: Nothing to delete: acme/web has no tags.
1 1 0 1 names alone, as a robot account lists them: Deleted 1 of 2 tags in acme/private. 1 tag remains.
6 3 0 8 a cancelled run with several rules: The run was cancelled. Deleted 3 of 11 tags in acme/web. 3 selected tags were not processed. 8 tags remain.
4 4 0 ? one of two repositories could not be listed: 1 of 2 repositories failed. Deleted 4 of 8 tags in acme/web.
0 0 0 ? a run of which nothing could be listed: acme/web failed. Nothing was deleted.
0 0 0 ? a dry run that fails: acme/web failed. This was a dry run: nothing was changed.
0 0 0 0 a pull request's run without secrets: This pull request's run has no secrets (fork); its images are deleted by the next scheduled run.
4 4 0 4 no action reference and no time machine window: Deleted 4 of 8 tags in acme/web. 4 tags remain."
`);
  });

  test('is followed by where the report is', () => {
    expect(closingLines(tallyCleanup(scenario('a dry run'))).at(-1)).toBe(
      'Report: /home/runner/work/_temp/quay-tag-cleanup-report.json',
    );
  });
});

describe('the progress line', () => {
  test('counts what is done and what failed, and says how long the rest takes', () => {
    const line = (doing: Parameters<typeof progressLine>[0]['doing'], ...numbers: readonly number[]) => {
      const [done = 0, failed = 0, total = 0, elapsed = 0] = numbers;
      return progressLine({ doing, done, failed, total, elapsed });
    };
    const lines = [
      line('delete', 250, 0, 1000, 5.2),
      line('delete', 0, 0, 1000, 5),
      line('delete', 2, 0, 10_000, 5),
      line('delete', 1000, 0, 1000, 20),
      line('delete', 90, 10, 200, 10),
      line('expire', 5, 0, 50, 1),
      line('never-expire', 5, 0, 50, 1),
      line('restore', 1, 0, 1, 0),
    ];
    expect(lines.join('\n')).toBe(`\
Deleted 250 of 1,000 tags, 48/s, about 16 s left
Deleted 0 of 1,000 tags
Deleted 2 of 10,000 tags, 0.4/s, about 6 h 57 min left
Deleted 1,000 of 1,000 tags, 50/s
Deleted 90 of 200 tags, 10 failed, 10/s, about 10 s left
Set 5 of 50 tags to expire, 5/s, about 9 s left
Took away the expiration of 5 of 50 tags, 5/s, about 9 s left
Restored 1 of 1 tag`);
  });
});

describe('what the log says of a plan', () => {
  const plan = {
    repository: 'acme/web',
    tags: [
      by('pr-*', selected(tag('pr-1'))),
      by('pr-*', kept(tag('pr-2'), { kind: 'immutable' })),
      by('*-2', selected(tag('web-2'), undefined, { kind: 'matched', rule: '*-2' })),
      selected(tag('sig'), undefined, { kind: 'orphaned-signature' }),
      kept(tag('latest')),
    ],
    matches: [2, 2, 0],
  };

  test('counts for each of several rules', () => {
    expect(planLines([plan], { mode: 'delete', rules: ['pr-*', '*-2', 'nigthly-*'] }).join('\n')).toBe(`\
acme/web: 3 of 5 tags will be deleted
  pr-1: pull request #12 is merged (rule "pr-*")
  web-2: matches "*-2"
  sig: signature of an image that has no tag left
  1 kept: immutable
  1 kept: no pattern matches
  rule "pr-*" matches 2 tags: 1 will be deleted, 1 kept
  rule "*-2" matches 2 tags: 1 will be deleted, 0 kept, 1 decided by an earlier rule
  rule "nigthly-*" matches no tag
  without a rule (signatures): 1 will be deleted`);
  });

  test('names no rule where there is one, and no more than twenty selected tags', () => {
    const one = { ...plan, tags: [kept(tag('latest'))], matches: [0] };
    expect(planLines([one], { mode: 'expire' })).toEqual([
      'acme/web: 0 of 1 tag will expire',
      '  1 kept: no pattern matches',
    ]);
    const many = { ...plan, tags: Array.from({ length: 21 }, (_, index) => selected(tag(`pr-${index}`))) };
    expect(planLines([many], { mode: 'never-expire' })).toHaveLength(22);
    expect(planLines([many], { mode: 'never-expire' }).at(-1)).toBe('  … and 1 more: see the report.');
  });

  test.each([
    [{ kind: 'one', repository: 'acme/app' }, 'GitHub repository asked: acme/app.'],
    [
      { kind: 'from-labels', repositories: ['acme/app', 'acme/docs'] },
      'GitHub repositories asked, each tag by the one that its image names: acme/app and acme/docs.',
    ],
    [
      { kind: 'from-labels', repositories: Array.from({ length: 22 }, (_, index) => `acme/${index}`) },
      /: acme\/0, .*acme\/19 and 2 more\.$/,
    ],
    [{ kind: 'from-labels', repositories: [] }, 'No image names a GitHub repository that could be asked.'],
  ] as const)('begins with the GitHub repository that was asked (%j)', (github, line) => {
    expect(planLines([plan, plan], { mode: 'delete', github })[0]).toMatch(line);
    expect(planLines([], { mode: 'delete', github })).toEqual([]);
  });
});

const summaryOf = (result: CleanupResult) => renderCleanupSummary(tallyCleanup(result));
const tableOf = (result: CleanupResult) =>
  /^\| Rule .*\n(?:\|.*\n)+/m.exec(summaryOf(result))?.[0].replaceAll('\u00a0', ' ');

const deleted = { kind: 'deleted' } as const;
/** `pr-1` goes by `pr-*`, `pr-2` is kept, and `*-2` is left one of its two tags. */
const TWO_RULES = repository(
  [
    by('pr-*', selected(tag('pr-1'), deleted)),
    by('pr-*', kept(tag('pr-2'), { kind: 'immutable' })),
    by('*-2', selected(tag('web-2'), deleted)),
    kept(tag('latest')),
  ],
  { matches: [2, 2] },
);
const RULES = ['pr-*', '*-2'];

describe('the table of the rules', () => {
  test('says of each what it matches, what became of that, and what an earlier one decided', () => {
    expect(tableOf(run([TWO_RULES], { rules: RULES }))).toBe(`\
| Rule | Matches | Deleted | Kept | Decided by an earlier rule |
| :--- | ---: | ---: | ---: | ---: |
| \`pr-*\` | 2 | 1 | 1 |  |
| \`*-2\` | 2 | 1 | 0 | 1 |
`);
  });

  test('counts over all repositories that were listed', () => {
    const repositories = [TWO_RULES, unlisted('acme/api', 'not found'), TWO_RULES];
    expect(tableOf(run(repositories, { rules: RULES }))).toContain('| `*-2` | 4 | 2 | 0 | 2 |');
  });

  test('marks a rule that matches nothing', () => {
    const table = tableOf(scenario('a dry run with several rules'));
    expect(table).toContain('| `nigthly-* older-than=14d` | ⚠️ **nothing** | 0 | 0 |  |');
  });

  test('gives the first of two equal lines what both match', () => {
    const result = repository([by('pr-*', selected(tag('pr-1'), deleted))], { matches: [1, 1] });
    expect(tableOf(run([result], { rules: ['pr-*', 'pr-*'] }))).toContain(
      '| `pr-*` | 1 | 1 | 0 |  |\n| `pr-*` | 1 | 0 | 0 | 1 |',
    );
  });

  test.each(Object.entries(SCENARIOS).filter(([, { rules }]) => rules))(
    'of %s accounts for every match and every deletion',
    (_, result) => {
      const { rules, totals } = tallyCleanup(result);
      const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
      for (const { rule, matches, counts, decidedEarlier } of rules)
        if (rule !== undefined) expect(sum(Object.values(counts)) + decidedEarlier).toBe(matches);
      expect(sum(rules.map(({ counts }) => counts.deleted))).toBe(totals.deleted);
      expect(sum(rules.map(({ counts }) => counts.unprocessed))).toBe(totals.unprocessed);
    },
  );

  test.each([
    ['there is one rule', run([TWO_RULES])],
    ['no plan stands', run([unlisted('acme/web', 'not found')], { rules: RULES })],
    ['there are no tags', run([repository([], { matches: [0, 0] })], { rules: RULES })],
  ])('is left out where %s', (_, result) => {
    expect(tableOf(result)).toBeUndefined();
  });

  test('stays below the limit of a page with 20,000 long rules', () => {
    const rules = Array.from({ length: 20_000 }, (_, index) => `${'x'.repeat(400)}-${index}`);
    const result = run([repository([kept(tag('latest'))], { matches: rules.map(() => 0) })], { rules });
    expect(Buffer.byteLength(summaryOf(result))).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
    expect(summaryOf(result)).toMatch(/\*[\d,]+ more rules not shown/);
  });
});

describe('the outputs of a cleanup', () => {
  test('are arrays of namespace/name:tag with their counts', () => {
    const living = [kept(tag('latest')), selected(tag('pr-2', 3), { kind: 'failed', error: 'x' })];
    const result = run([
      repository([...living, selected(tag('pr-1', 2), 'deleted')], {
        remaining: living.map(({ tag: listed }) => listed),
      }),
    ]);
    expect(valuesOf(result)).toEqual({
      selected: '["acme/web:pr-1","acme/web:pr-2"]',
      'selected-count': '2',
      deleted: '["acme/web:pr-1"]',
      'deleted-count': '1',
      failed: '["acme/web:pr-2"]',
      'failed-count': '1',
      remaining: '["acme/web:latest","acme/web:pr-2"]',
      'remaining-count': '2',
      report: '/home/runner/work/_temp/quay-tag-cleanup-report.json',
    });
  });

  test('account for every listed tag: deleted, gone or remaining', () => {
    for (const { totals, run: result } of Object.values(SCENARIOS).map(tallyCleanup))
      if (totals.remaining !== undefined && !result.dryRun)
        expect(totals.deleted + totals.gone + totals.remaining).toBe(totals.listed);
  });

  test('warn of repositories that could not be listed, or not again', () => {
    const several = run([unlisted('acme/a', 'x'), unlisted('acme/b', 'x'), unlisted('acme/c', 'x')]);
    expect(outputsOf(several).warnings).toEqual([
      'The outputs `remaining` and `remaining-count` are empty: acme/a, acme/b and acme/c could not be listed.',
    ]);
    const failed = selected(tag('pr-2', 3), { kind: 'failed', error: 'x' });
    const result = run([repository([kept(tag('latest')), selected(tag('pr-1', 2), 'deleted'), failed])]);
    expect(valuesOf(result)['remaining']).toBe('["acme/web:latest","acme/web:pr-2"]');
    expect(outputsOf(result).warnings).toEqual([
      'acme/web was not listed again: its part of `remaining` is what was listed before, without what is known to be gone.',
    ]);
  });
});

describe('outputs of more than GitHub takes', () => {
  const living = Array.from({ length: 6000 }, (_, index) => tag(`r${index}-`.padEnd(100, 'x'), index));
  const gone = Array.from({ length: 1000 }, (_, index) => selected(tag(`pr-${index}`, index), 'deleted'));
  const outputs = outputsOf(
    run([repository([...living.map((one) => kept(one)), ...gone], { remaining: living })]),
  );

  test('leave the largest arrays empty, with the right counts and a warning, and are below the limit together', () => {
    const byName = new Map(outputs.outputs.map(({ name, value }) => [name, value]));
    expect([byName.get('remaining'), byName.get('remaining-count')]).toEqual(['', '6000']);
    expect(JSON.parse(byName.get('deleted') ?? '')).toHaveLength(1000);
    expect(outputs.warnings).toEqual([
      'The output `remaining` is empty, because GitHub accepts at most 1 MB; the counts are right. All tags are in the file that `report` names.',
    ]);
    // GitHub counts UTF-16.
    const size = outputs.outputs.reduce((sum, { name, value }) => sum + 2 * (name.length + value.length), 0);
    expect(size).toBeLessThan(1_000_000);
  });
});
