import { describe, expect, test } from '@jest/globals';
import type { RestoredTag, RestoreOutcome, RestoreResult } from '../../src/model/restore-result.ts';
import { describeRestore } from '../../src/report/describe-restore.ts';
import { MAX_SUMMARY_BYTES } from '../../src/report/summary/cleanup-summary.ts';
import { renderRestoreSummary, restoreOutputs } from '../../src/report/summary/restore-summary.ts';
import { DAY, digestOf, NOW, tagName } from './results.ts';

function restored(name: string, outcome: RestoreOutcome): RestoredTag {
  return { name: tagName(name), digest: digestOf(name), deletedAt: NOW - DAY, outcome };
}

function restore(tags: readonly RestoredTag[], facts: Partial<RestoreResult> = {}): RestoreResult {
  return {
    registry: 'quay.io',
    registryUrl: 'https://quay.io',
    dryRun: false,
    repositories: [{ repository: 'acme/web', tags }],
    notes: [],
    ...facts,
  };
}

const SCENARIOS: Readonly<Record<string, RestoreResult>> = {
  'a restore': restore([restored('pr-1', { kind: 'restored' }), restored('pr-2', { kind: 'restored' })]),
  'a dry run': restore([restored('pr-1', { kind: 'would-restore' })], { dryRun: true }),
  'a restore with failures and living names': restore([
    restored('pr-1', { kind: 'restored' }),
    restored('pr-2', { kind: 'failed', error: 'quay.io no longer holds the image (404). Push it again.' }),
    restored('latest', { kind: 'alive' }),
  ]),
  'names that all live': restore([restored('latest', { kind: 'alive' })]),
  nothing: restore([]),
  'a cancelled restore': restore(
    [restored('pr-1', { kind: 'restored' }), restored('pr-2', { kind: 'not-attempted' })],
    { cancelled: true },
  ),
  'several repositories': restore([], {
    repositories: [
      { repository: 'acme/web', tags: [restored('pr-1', { kind: 'restored' })] },
      { repository: 'acme/api', tags: [restored('pr-1', { kind: 'restored' })] },
      { repository: 'acme/docs', tags: [], error: 'acme/docs is missing on quay.io (404).' },
    ],
    notes: ['The report is of a run that was killed.'],
  }),
  'a run that failed': restore([], { repositories: [], error: 'The token was refused by quay.io (403).' }),
};

describe('the summary of a restore', () => {
  test.each(Object.entries(SCENARIOS))('of %s reads well', (_, result) => {
    expect(renderRestoreSummary(result)).toMatchSnapshot();
  });

  test('stays below the limit', () => {
    const tags = Array.from({ length: 30_000 }, (_, index) =>
      restored(`pr-${index}-`.padEnd(128, 'x'), { kind: 'restored' }),
    );
    expect(Buffer.byteLength(renderRestoreSummary(restore(tags)))).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
  });

  test('begins with its trouble', () => {
    expect(
      Object.values(SCENARIOS)
        .map((result) => describeRestore(result))
        .join('\n'),
    ).toMatchInlineSnapshot(`
"Restored 2 tags in acme/web.
Would restore 1 tag in acme/web. This was a dry run: nothing was changed.
Failed to restore 1 tag. Restored 1 tag in acme/web. 1 tag that lives was left alone.
Nothing to restore: 1 matching tag in acme/web is alive.
Nothing to restore: no deleted tag matches.
The run was cancelled. Restored 1 tag in acme/web. 1 tag was not attempted.
1 of 3 repositories failed. Restored 2 tags in 3 repositories.
The run failed. Nothing was restored."
`);
  });
});

describe('the outputs of a restore', () => {
  test('are arrays of namespace/name:tag with their counts', () => {
    expect(
      restoreOutputs(SCENARIOS['a restore with failures and living names'] ?? restore([])).outputs,
    ).toEqual([
      { name: 'restored', value: '["acme/web:pr-1"]' },
      { name: 'restored-count', value: '1' },
      { name: 'failed', value: '["acme/web:pr-2"]' },
      { name: 'failed-count', value: '1' },
    ]);
  });

  test('of a dry run have no restored tag', () => {
    expect(restoreOutputs(SCENARIOS['a dry run'] ?? restore([])).outputs[0]).toEqual({
      name: 'restored',
      value: '[]',
    });
  });
});
