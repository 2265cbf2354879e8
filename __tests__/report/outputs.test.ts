import { describe, expect, test } from '@jest/globals';
import type { CleanupResult } from '../../src/model/result.ts';
import { cleanupOutputs } from '../../src/report/outputs.ts';
import { tallyCleanup } from '../../src/report/tally.ts';
import { kept, repository, run, selected, tag, unlisted } from './results.ts';
import { SCENARIOS } from './scenarios.ts';

const outputsOf = (result: CleanupResult) => cleanupOutputs(tallyCleanup(result));
const values = (result: CleanupResult) =>
  Object.fromEntries(outputsOf(result).outputs.map(({ name, value }) => [name, value]));

function scenario(name: string): CleanupResult {
  const result = SCENARIOS[name];
  if (!result) throw new Error(`There is no scenario ${name}.`);
  return result;
}

describe('the outputs of a cleanup', () => {
  test('are arrays of namespace/name:tag with their counts', () => {
    expect(values(scenario('some failures'))).toEqual({
      selected: '["acme/web:pr-12","acme/web:pr-12-arm64","acme/web:pr-9","acme/web:pr-9-debug"]',
      'selected-count': '4',
      deleted: '["acme/web:pr-12","acme/web:pr-12-arm64"]',
      'deleted-count': '2',
      failed: '["acme/web:pr-9"]',
      'failed-count': '1',
      remaining:
        '["acme/web:latest","acme/web:v2.1.0","acme/web:pr-14","acme/web:pr-13","acme/web:pr-11","acme/web:pr-9","acme/web:pr-9-debug","acme/web:v2.0.0"]',
      'remaining-count': '8',
      report: '/home/runner/work/_temp/quay-tag-cleanup-report.json',
    });
  });

  test('of a dry run hold the plan, no deleted tag, and what would remain', () => {
    const { selected: plan, deleted, remaining } = values(scenario('a dry run'));
    expect(JSON.parse(plan ?? '')).toHaveLength(4);
    expect(deleted).toBe('[]');
    expect(JSON.parse(remaining ?? '')).toHaveLength(6);
  });

  test('of a refused plan hold it, and everything remains', () => {
    const outputs = values(scenario('a refused plan'));
    expect([
      outputs['selected-count'],
      outputs['deleted-count'],
      outputs['failed-count'],
      outputs['remaining-count'],
    ]).toEqual(['4', '0', '0', '10']);
  });

  test('of a run that lets tags expire have no deleted tag', () => {
    const outputs = values(scenario('expiry instead of deletion'));
    expect([outputs['selected-count'], outputs['deleted'], outputs['remaining-count']]).toEqual([
      '4',
      '[]',
      '10',
    ]);
  });

  test('of a cancelled run count no tag as failed that was not attempted', () => {
    const outputs = values(scenario('a cancelled run'));
    expect([outputs['deleted-count'], outputs['failed-count']]).toEqual(['1', '0']);
  });

  test('of a run that failed before it listed do not say that nothing remains', () => {
    expect(values(scenario('a run that failed before it listed'))).toMatchObject({
      selected: '[]',
      remaining: '',
      'remaining-count': '',
    });
  });

  test('of a run without secrets are those of a run that found nothing', () => {
    expect(values(scenario("a pull request's run without secrets"))).toMatchObject({
      selected: '[]',
      deleted: '[]',
      failed: '[]',
      remaining: '[]',
      'remaining-count': '0',
    });
  });

  test('leave `remaining` empty where a repository could not be listed, and name it in a warning', () => {
    const outputs = values(scenario('one of two repositories could not be listed'));
    expect([outputs['remaining'], outputs['remaining-count'], outputs['deleted-count']]).toEqual([
      '',
      '',
      '4',
    ]);
    const several = run([unlisted('acme/a', 'x'), unlisted('acme/b', 'x'), unlisted('acme/c', 'x')]);
    expect(outputsOf(several).warnings).toEqual([
      'The outputs `remaining` and `remaining-count` are empty: acme/a, acme/b and acme/c could not be listed.',
    ]);
  });

  test('count signatures that Quay deleted with their images as deleted, and restored ones as remaining', () => {
    expect(values(scenario('signatures that Quay deleted with their images'))['deleted-count']).toBe('6');
    const restored = values(scenario('a signature that was restored'));
    expect([restored['deleted-count'], restored['remaining-count']]).toEqual(['4', '7']);
  });

  test('count a tag neither as deleted nor as failed where no answer came', () => {
    const outputs = values(scenario('a cancelled run with unknown outcomes'));
    expect([outputs['deleted-count'], outputs['failed-count'], outputs['remaining-count']]).toEqual([
      '1',
      '0',
      '9',
    ]);
  });

  test('tell what must remain where the list could not be read again, and warn', () => {
    const result = run([
      repository([
        kept(tag('latest')),
        selected(tag('pr-1', 2), { kind: 'deleted' }),
        selected(tag('pr-2', 3), { kind: 'failed', error: 'x' }),
      ]),
    ]);
    expect(values(result)['remaining']).toBe('["acme/web:latest","acme/web:pr-2"]');
    expect(outputsOf(result).warnings).toEqual([
      'acme/web was not listed again: its part of `remaining` is what was listed before, without what is known to be deleted.',
    ]);
  });
});

describe('outputs of more than GitHub takes', () => {
  const living = Array.from({ length: 20_000 }, (_, index) => tag(`r${index}-`.padEnd(100, 'x'), index));
  const gone = Array.from({ length: 1000 }, (_, index) =>
    selected(tag(`pr-${index}`, index), { kind: 'deleted' }),
  );
  const outputs = outputsOf(
    run([repository([...living.map((one) => kept(one)), ...gone], { remaining: living })]),
  );

  test('leave the largest arrays empty, and their counts right', () => {
    const byName = new Map(outputs.outputs.map(({ name, value }) => [name, value]));
    expect([byName.get('remaining'), byName.get('remaining-count')]).toEqual(['', '20000']);
    expect(JSON.parse(byName.get('deleted') ?? '')).toHaveLength(1000);
  });

  test('warn, and name the report', () => {
    expect(outputs.warnings).toEqual([
      'The output `remaining` is empty, because GitHub accepts at most 1 MB; the counts are right. All tags are in the file that `report` names.',
    ]);
  });

  test('are below the limit together, in UTF-16', () => {
    const size = outputs.outputs.reduce((sum, { name, value }) => sum + 2 * (name.length + value.length), 0);
    expect(size).toBeLessThan(1_000_000);
  });
});
