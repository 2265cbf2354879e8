import { describe, expect, test } from '@jest/globals';
import type { RestoredTag, RestoreOutcome, RestoreResult } from '../../src/model/result.ts';
import { restoreOutputs } from '../../src/report/outputs.ts';
import { MAX_SUMMARY_BYTES } from '../../src/report/page.ts';
import { describeRestore, renderRestoreSummary, restoreWarnings } from '../../src/report/restore-summary.ts';
import { tagName } from '../support/tag-name.ts';
import { DAY, digestOf, NOW } from './results.ts';

const failed = { kind: 'failed', error: 'quay.io answered 500.' } as const;

type PlainOutcome = 'restored' | 'would-restore' | 'alive' | 'not-attempted';

function restored(name: string, became: RestoreOutcome | PlainOutcome): RestoredTag {
  const outcome = typeof became === 'string' ? { kind: became } : became;
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

const COULD_NOT_EXPIRE = 'Its expiration (2024-05-28 20:41 UTC) could not be set: quay.io answered 500.';

const REFUSED = {
  repositories: [{ repository: 'acme/web', tags: [], error: 'The token was refused by quay.io (401).' }],
};

const SCENARIOS: Readonly<Record<string, RestoreResult>> = {
  'a restore': restore([restored('pr-1', 'restored'), restored('pr-2', 'restored')]),
  'a dry run': restore([restored('pr-1', 'would-restore')], { dryRun: true }),
  'a restore with a failure and an existing tag': restore([
    restored('pr-1', 'restored'),
    restored('pr-2', failed),
    restored('latest', 'alive'),
  ]),
  'tags that all exist': restore([restored('latest', 'alive')]),
  nothing: restore([]),
  'a cancelled restore': restore([restored('pr-1', 'restored'), restored('pr-2', 'not-attempted')], {
    cancelled: true,
  }),
  'several repositories': restore([], {
    repositories: [
      {
        repository: 'acme/web',
        tags: [
          restored('pr-1', { kind: 'restored', expiration: NOW + 7 * DAY }),
          restored('pr-2', { kind: 'restored', warning: COULD_NOT_EXPIRE }),
          restored('pr-3', {
            kind: 'expiration-set',
            expiration: NOW + DAY,
            warning: 'An hour later than asked.',
          }),
          restored('pr-4', failed),
          restored('latest', 'alive'),
        ],
      },
      { repository: 'acme/api', tags: [restored('pr-1', 'restored')] },
      {
        repository: 'acme/docs',
        tags: [],
        error: 'acme/docs does not exist on quay.io, or the token may not see it (404).',
      },
    ],
    notes: ['The report is from a run that was killed.'],
  }),
  'a repository that failed': restore([], REFUSED),
  'a dry run that failed': restore([], { ...REFUSED, dryRun: true }),
  'a run that failed': restore([], { repositories: [], error: 'The token was refused by quay.io (401).' }),
};

const scenario = (name: string) => SCENARIOS[name] ?? restore([]);

describe('the summary of a restore', () => {
  test('reads well', () => {
    expect(renderRestoreSummary(scenario('several repositories'))).toMatchSnapshot();
  });

  test('stays below the limit', () => {
    const tags = Array.from({ length: 30_000 }, (_, index) =>
      restored(`pr-${index}-`.padEnd(128, 'x'), 'restored'),
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
Failed to restore 1 tag. Restored 1 tag in acme/web. 1 existing tag was not changed.
Nothing to restore: 1 matching tag in acme/web exists.
Nothing to restore: no deleted tag matches.
The run was cancelled. Restored 1 tag in acme/web. 1 tag was not processed.
Failed to restore 1 tag. 1 of 3 repositories failed. Restored 3 tags in 2 repositories. 1 tag that an earlier run had restored got its expiration back. 1 existing tag was not changed.
acme/web failed. Nothing was restored.
acme/web failed. This was a dry run: nothing was changed.
The run failed. Nothing was restored."
`);
  });
});

describe('what did not come back with a tag', () => {
  test('is said of each', () => {
    expect(restoreWarnings(scenario('several repositories'))).toEqual([
      `acme/web:pr-2: ${COULD_NOT_EXPIRE}`,
      'acme/web:pr-3: An hour later than asked.',
    ]);
  });
});

describe('the outputs of a restore', () => {
  test('are arrays of namespace/name:tag with their counts', () => {
    expect(restoreOutputs(scenario('a restore with a failure and an existing tag')).outputs).toEqual([
      { name: 'restored', value: '["acme/web:pr-1"]' },
      { name: 'failed', value: '["acme/web:pr-2"]' },
      { name: 'restored-count', value: '1' },
      { name: 'failed-count', value: '1' },
    ]);
    expect(restoreOutputs(scenario('a dry run')).outputs[0]).toEqual({ name: 'restored', value: '[]' });
  });
});
