import type { RunResult, TagResult } from '../../src/model/cleanup-result.ts';
import { DAY, digestOf, going, kept, multiArchTag, NOW, repository, run, tag } from './results.ts';

const merged = { kind: 'pull-request-closed', number: 12, merged: true } as const;
const closed = { kind: 'pull-request-closed', number: 9, merged: false } as const;
const matched = { kind: 'matched', pattern: 'pr-*' } as const;

const stays: readonly TagResult[] = [
  kept(tag('latest', 0.2, { digest: digestOf('v2.1.0') })),
  kept(tag('v2.1.0', 0.2), { kind: 'excluded', pattern: 'v*' }),
  kept(multiArchTag('pr-14', 1), { kind: 'pull-request-open', number: 14 }),
  kept(tag('pr-13', 3, { expiration: NOW + 7 * DAY }), { kind: 'pull-request-open', number: 13 }),
  kept(tag('pr-11', 6), { kind: 'newer-than', duration: '1w' }),
  kept(tag('v2.0.0', 60, { immutable: true }), { kind: 'excluded', pattern: 'v*' }),
];

const leaves = [
  going(tag('pr-12', 2, { digest: digestOf('v2.1.0') }), undefined, merged),
  going(multiArchTag('pr-12-arm64', 2), undefined, merged),
  going(tag('pr-9', 20, { size: 1_400_000_000 }), undefined, closed),
  going(tag('pr-9-debug', 20, { size: 734_003_200 }), undefined, closed),
];

/** The tags with the same outcome for each. */
function all(tags: readonly TagResult[], outcome: TagResult['outcome']): readonly TagResult[] {
  return tags.map(({ tag: listed, verdict }) => going(listed, outcome, verdict.reason));
}

const remaining = stays.map(({ tag: listed }) => listed);
const deleted = all(leaves, { kind: 'deleted' });

const nightlies = Array.from({ length: 30 }, (_, index) => tag(`nightly-${30 - index}`, 100 + index));

function manyTags(count: number, outcome: TagResult['outcome']): readonly TagResult[] {
  return Array.from({ length: count }, (_, index) =>
    going(tag(`pr-${count - index}`, index / 10), outcome, matched),
  );
}

/** What a cleanup may come to, by what a person would call it. */
export const SCENARIOS: Readonly<Record<string, RunResult>> = {
  'one repository': run([repository([...stays, ...deleted], { remaining })], {
    notes: ['The exclusion `release-*` matched no tag.'],
  }),

  'a dry run': run([repository([...stays, ...leaves])], { dryRun: true }),

  'a long list': run([
    repository(
      [...stays, ...nightlies.map((nightly) => kept(nightly)), ...manyTags(340, { kind: 'deleted' })],
      {
        remaining: [...remaining, ...nightlies],
      },
    ),
  ]),

  'some failures': run([
    repository(
      [
        ...stays,
        going(tag('pr-12', 2), { kind: 'deleted' }, merged),
        going(tag('pr-12-arm64', 2), { kind: 'gone' }, merged),
        going(
          tag('pr-9', 20),
          {
            kind: 'failed',
            error: 'quay.io answered 500 five times (Internal Server Error). Run again later.',
          },
          closed,
        ),
        going(tag('pr-9-debug', 20), { kind: 'kept', reason: 'immutable' }, closed),
      ],
      { remaining: [...remaining, tag('pr-9', 20), tag('pr-9-debug', 20)] },
    ),
  ]),

  'a refused credential': run(
    [
      repository([
        ...stays,
        ...all(leaves.slice(0, 1), { kind: 'failed', error: 'The token was refused by quay.io (403).' }),
        ...all(leaves.slice(1), { kind: 'not-attempted' }),
      ]),
    ],
    {
      stopped: { kind: 'credential-refused' },
      error:
        'The token was refused by quay.io (403). It may be wrong or expired: create one under Organization → OAuth Applications → Generate Token, with "Write to any accessible repositories".',
    },
  ),

  'a cancelled run': run(
    [
      repository([
        ...stays,
        ...all(leaves.slice(0, 1), { kind: 'deleted' }),
        ...all(leaves.slice(1), { kind: 'not-attempted' }),
      ]),
    ],
    { stopped: { kind: 'cancelled' } },
  ),

  'a time budget used up': run(
    [
      repository(
        [
          ...stays,
          ...all(leaves.slice(0, 2), { kind: 'deleted' }),
          ...all(leaves.slice(2), { kind: 'not-attempted' }),
        ],
        {
          remaining: [...remaining, ...leaves.slice(2).map(({ tag: listed }) => listed)],
        },
      ),
    ],
    { stopped: { kind: 'time-budget', duration: '30min' } },
  ),

  'a refused plan': run([repository([...stays, ...leaves])], {
    stopped: {
      kind: 'guard',
      message:
        'The plan would delete 4 of 10 tags (40%), more than `max-deletes: 30%` allows. Check `tags`, or raise `max-deletes`.',
    },
  }),

  'expiry instead of deletion': run(
    [repository([...stays, ...all(leaves, { kind: 'expiring', expiration: NOW + 7 * DAY })])],
    {
      mode: { kind: 'expire', duration: '7d' },
    },
  ),

  'nothing that matches': run([repository([kept(tag('latest')), kept(tag('v1.0.0', 30))])]),

  'nothing to delete': run([repository([...stays])]),

  'no tags': run([repository([])]),

  'a run that failed before it listed': run([], {
    error:
      'quay.io could not be reached: the name does not resolve. Check `registry`, and the DNS settings of the runner.',
  }),

  'names alone, as a robot account lists them': run(
    [
      repository(
        [
          kept({ name: tag('latest').name }),
          going({ name: tag('pr-12').name }, { kind: 'deleted' }, matched),
        ],
        { repository: 'acme/private', remaining: [{ name: tag('latest').name }], restorableFor: 0 },
      ),
    ],
    { registry: 'quay.example:8443', registryUrl: 'https://quay.example:8443' },
  ),

  'several repositories': run(
    [
      repository([...stays, ...deleted], { remaining }),
      repository([kept(tag('latest'))], { repository: 'acme/docs', remaining: [tag('latest')] }),
      repository([], {
        repository: 'acme/api',
        error: 'acme/api is missing on quay.io, or the token may not see it (404).',
      }),
      repository(
        [
          ...stays.slice(0, 2),
          ...manyTags(30, { kind: 'deleted' }),
          going(tag('pr-0', 90), { kind: 'failed', error: 'The connection broke.' }, matched),
        ],
        {
          repository: 'acme/previews',
          remaining: [tag('latest'), tag('pr-0', 90)],
        },
      ),
    ],
    { notes: ['acme/mirror is a mirror and was skipped.', 'acme/old is read-only and was skipped.'] },
  ),

  'no action reference and no time machine window': (() => {
    const { action: _, reportPath: __, ...rest } = run([]);
    const { restorableFor: ___, ...unknown } = repository([...stays, ...deleted], { remaining });
    return { ...rest, repositories: [unknown] };
  })(),
};
