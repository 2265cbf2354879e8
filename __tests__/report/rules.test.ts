import { describe, expect, test } from '@jest/globals';
import type { CleanupResult } from '../../src/model/result.ts';
import type { Reason } from '../../src/model/reason.ts';
import { planLines } from '../../src/report/plan-lines.ts';
import { MAX_SUMMARY_BYTES, renderCleanupSummary } from '../../src/report/summary/cleanup-summary.ts';
import { tallyCleanup } from '../../src/report/tally.ts';
import { describeVerdict, summariseVerdict } from '../../src/report/verdict-text.ts';
import { elementsOf, textOf, toHtml } from './rendered.ts';
import { by, kept, repository, run, selected, tag, unlisted } from './results.ts';
import { SCENARIOS } from './scenarios.ts';

const summaryOf = (result: CleanupResult) => renderCleanupSummary(tallyCleanup(result));
const tableOf = (result: CleanupResult) =>
  /^\| Rule .*\n(?:\|.*\n)+/m.exec(summaryOf(result))?.[0].replaceAll('\u00a0', ' ');
const scenario = (name: string): CleanupResult => SCENARIOS[name] ?? run([]);

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
| Rule | Matches | Deleted | Kept | Left to an earlier rule |
| :--- | ---: | ---: | ---: | ---: |
| \`pr-*\` | 2 | 1 | 1 | 0 |
| \`*-2\` | 2 | 1 | 0 | 1 |
`);
  });

  test('counts over all repositories that were listed', () => {
    const repositories = [TWO_RULES, unlisted('acme/api', 'not found'), TWO_RULES];
    expect(tableOf(run(repositories, { rules: RULES }))).toContain('| `*-2` | 4 | 2 | 0 | 2 |');
  });

  test('marks a rule that matches nothing', () => {
    const table = tableOf(scenario('several rules, of which one matches nothing'));
    expect(table).toContain('| `nigthly-* older-than=14d` | ⚠️ **nothing** |  |  |  |  |');
  });

  test('gives the first of two equal lines what both match', () => {
    const result = repository([by('pr-*', selected(tag('pr-1'), deleted))], { matches: [1, 1] });
    expect(tableOf(run([result], { rules: ['pr-*', 'pr-*'] }))).toMatch(
      /\| `pr-\*` \| 1 \| 1 \| 0 \| 0 \|\n\| `pr-\*` \| 1 \| 0 \| 0 \| 1 \|/,
    );
  });

  test.each([
    ['a dry run', { dryRun: true }, 'Would delete'],
    ['a run with `expire-in`', { mode: { kind: 'expire', duration: '7d' } }, 'Expiring'],
  ] as const)('of %s calls the tags as the totals do', (_, facts, title) => {
    const summary = summaryOf(run([TWO_RULES], { rules: RULES, ...facts }));
    expect(summary.match(new RegExp(`^\\|.* \\| ${title} \\|`, 'gm'))).toHaveLength(2);
  });

  test.each(Object.entries(SCENARIOS).filter(([, { rules }]) => rules))(
    'of %s accounts for every match and every deletion',
    (_, result) => {
      const { rules, totals } = tallyCleanup(result);
      const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
      for (const { rule, matches, fates, leftToEarlier } of rules)
        if (rule !== undefined) expect(sum(Object.values(fates)) + leftToEarlier).toBe(matches);
      expect(sum(rules.map(({ fates }) => fates.deleted))).toBe(totals.deleted);
      expect(sum(rules.map(({ fates }) => fates.unprocessed))).toBe(totals.unprocessed);
    },
  );

  test.each([
    ['there is one rule', run([TWO_RULES])],
    ['no plan stands', run([unlisted('acme/web', 'not found')], { rules: RULES })],
    ['there are no tags', run([repository([], { matches: [0, 0] })], { rules: RULES })],
  ])('is left out where %s', (_, result) => {
    expect(tableOf(result)).toBeUndefined();
  });

  test('shows hostile rules as they are', () => {
    const hostile = '/<b onclick=x>|`[x](javascript:1)/';
    const html = toHtml(summaryOf(run([TWO_RULES], { rules: [hostile, '*-2'] })));
    expect(textOf(html)).toContain(hostile);
    expect(elementsOf(html)).not.toContain('b onclick');
    expect(html).not.toContain('href="javascript');
    const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) => row);
    expect(rows.find((row) => row.includes('onclick'))?.match(/<td/g)).toHaveLength(5);
  });

  test('stays below the limit of a page with 20,000 long rules', () => {
    const rules = Array.from({ length: 20_000 }, (_, index) => `${'x'.repeat(400)}-${index}`);
    const result = run([repository([kept(tag('latest'))], { matches: rules.map(() => 0) })], { rules });
    expect(Buffer.byteLength(summaryOf(result))).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
    expect(summaryOf(result)).toMatch(/\*[\d,]+ more rules not shown/);
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
    expect(planLines(plan, 'delete', [...RULES, 'nigthly-*']).join('\n')).toBe(`\
acme/web: 3 of 5 tags will be deleted
  pr-1: pull request #12 is merged (rule "pr-*")
  web-2: matches "*-2"
  sig: signature of an image that has no tag left
  1 kept: immutable
  1 kept: no pattern matches
  rule "pr-*" matches 2 tags: 1 will be deleted, 1 kept
  rule "*-2" matches 2 tags: 1 will be deleted, 0 kept, 1 left to an earlier rule
  rule "nigthly-*" matches no tag
  without a rule (signatures): 1 will be deleted`);
  });

  test('names no rule where there is one', () => {
    const lines = planLines({ ...plan, tags: [kept(tag('latest'))], matches: [0] }, 'expire');
    expect(lines).toEqual(['acme/web: 0 of 1 tag will expire', '  1 kept: no pattern matches']);
  });
});

describe('the reason of a tag on which one of several rules decides', () => {
  const RULE = 'nightly-* older-than=14d';
  const verdict = (reason: Reason) => by(RULE, kept(tag('nightly-1'), reason));

  test.each<[Reason, string, string]>([
    [{ kind: 'newer-than', duration: '14d' }, `newer than 14d (rule "${RULE}")`, ` (rule "${RULE}")`],
    [{ kind: 'pull-request-open', number: 1 }, 'pull request #1 is open', 'is open'],
    [{ kind: 'matched', rule: RULE }, `matches "${RULE}"`, `matches "${RULE}"`],
    [{ kind: 'immutable' }, 'immutable', 'immutable'],
    [{ kind: 'pushed-since-plan' }, 'pushed again since the plan', 'since the plan'],
    [{ kind: 'list-shifts' }, 'its image may still exist: the list changed while it was read', 'was read'],
  ])('%j names the line once, where it is due to it', (reason, whole, end) => {
    expect(describeVerdict(verdict(reason))).toBe(whole);
    expect(summariseVerdict(verdict(reason)).endsWith(end)).toBe(true);
  });
});
