import type { CleanupResult, RepositoryResult, TagResult } from '../../src/model/result.ts';
import type { Tag } from '../../src/model/tag.ts';
import {
  by,
  DAY,
  digestOf,
  kept,
  multiArchTag,
  NOW,
  repository,
  run,
  selected,
  tag,
  tagName,
  unlisted,
} from './results.ts';

const merged = { kind: 'pull-request-closed', number: 12, merged: true } as const;
const closed = { kind: 'pull-request-closed', number: 9, merged: false } as const;
const orphaned = { kind: 'orphaned-signature' } as const;
const matched = { kind: 'matched', rule: 'pr-*' } as const;

const keeps: readonly TagResult[] = [
  kept(tag('latest', 0.2, { digest: digestOf('v2.1.0') })),
  kept(tag('v2.1.0', 0.2), { kind: 'excluded', pattern: 'v*' }),
  kept(multiArchTag('pr-14', 1), { kind: 'pull-request-open', number: 14 }),
  kept(tag('pr-13', 3, { expiration: NOW + 7 * DAY }), { kind: 'pull-request-open', number: 13 }),
  kept(tag('pr-11', 6), { kind: 'newer-than', duration: '1w' }),
  kept(tag('v2.0.0', 60, { immutable: true }), { kind: 'excluded', pattern: 'v*' }),
];

const planned = [
  selected(tag('pr-12', 2, { digest: digestOf('v2.1.0') }), undefined, merged),
  selected(multiArchTag('pr-12-arm64', 2), undefined, merged),
  selected(tag('pr-9', 20, { size: 1_400_000_000 }), undefined, closed),
  selected(tag('pr-9-debug', 20, { size: 734_003_200 }), undefined, closed),
];

/** The tags with the same outcome for each. */
function all(tags: readonly TagResult[], outcome: TagResult['outcome']): readonly TagResult[] {
  return tags.map(({ tag: listed, verdict }) => selected(listed, outcome, verdict.reason));
}

const remaining = keeps.map(({ tag: listed }) => listed);
const deleted = all(planned, { kind: 'deleted' });

const nightlies = Array.from({ length: 30 }, (_, index) => tag(`nightly-${30 - index}`, 100 + index));

function manyTags(count: number, outcome: TagResult['outcome']): readonly TagResult[] {
  return Array.from({ length: count }, (_, index) =>
    selected(tag(`pr-${count - index}`, index / 10), outcome, matched),
  );
}

const REFUSED =
  'The token was refused by quay.io (401). It may be wrong or expired: generate a new one under Organization → Applications.';
const TOO_MANY =
  'The plan deletes 4 tags, and `max-deletes` allows 3. Nothing was deleted. Check the plan, and raise `max-deletes` if it is right.';
const TIMED_OUT = 'quay.io did not answer within 30 s to deleting a tag.';

/** A cosign signature, whose name is made of the digest that it signs. */
function signatureOf(image: string, days: number): Tag {
  return tag(`${digestOf(image).replace(':', '-')}.sig`, days, { size: 812 });
}

const PR = 'pr-{pr}*';
const COMMITS = 'sha-{commit} older-than=7d';
const NEWEST = '{group}-??????? keep-n-most-recent=2';
const NIGHTLY = 'nigthly-* older-than=14d';
const OLD = '*-old';
const gone = { kind: 'commit-gone', hash: '0a1b2c3', number: 9, merged: false } as const;
const newest = { kind: 'among-newest', keep: 2, group: 'main' } as const;

/** Several lines of `tags`: `NIGHTLY` is misspelt, and the tags of `OLD` that `PR` takes are left to that. */
const RULES = [PR, COMMITS, NEWEST, NIGHTLY, OLD];
const RULED_KEEPS = [
  kept(tag('latest', 0.2)),
  by(PR, kept(tag('pr-14', 1), { kind: 'pull-request-open', number: 14 })),
  by(COMMITS, kept(tag('sha-1b2c3d4', 3), { kind: 'newer-than', duration: '7d' })),
  by(NEWEST, kept(tag('main-2c3d4e5', 2), newest)),
  by(NEWEST, kept(tag('main-3d4e5f6', 4), newest)),
];
const RULED_PLAN = [
  by(PR, selected(tag('pr-12', 2), undefined, merged)),
  by(PR, selected(tag('pr-9-old', 20, { size: 734_003_200 }), undefined, closed)),
  by(COMMITS, selected(tag('sha-0a1b2c3', 30), undefined, gone)),
  by(NEWEST, selected(tag('main-4e5f6a7', 40), undefined, { kind: 'matched', rule: NEWEST })),
  by(OLD, selected(tag('web-old', 90), undefined, { kind: 'matched', rule: OLD })),
  selected(signatureOf('pr-9', 20), undefined, orphaned),
];
const ruled = (name: string, planned: readonly TagResult[]) =>
  repository([...RULED_KEEPS, ...planned], { repository: name, matches: [3, 2, 3, 0, 2] });

/** `count` tags, each of an image of so many bytes, all deleted but the newest. */
function service(name: string, count: number, size: number): RepositoryResult {
  const tags = Array.from({ length: count }, (_, index) => tag(`pr-${index + 1}`, index, { size }));
  const [latest, ...others] = tags;
  const going = others.map((one) => selected(one, { kind: 'deleted' }, matched));
  if (latest === undefined) return repository([], { repository: name });
  return repository([kept(latest), ...going], { repository: name, remaining: [latest] });
}

/** What a cleanup may come to, by what a person would call it. */
export const SCENARIOS: Readonly<Record<string, CleanupResult>> = {
  'one repository': run([repository([...keeps, ...deleted], { remaining })], {
    notes: ['The exclusion `release-*` matches no tag. If it should protect some, check its spelling.'],
  }),

  'a dry run': run([repository([...keeps, ...planned])], { dryRun: true }),

  'a long list': run([
    repository(
      [...keeps, ...nightlies.map((nightly) => kept(nightly)), ...manyTags(340, { kind: 'deleted' })],
      {
        remaining: [...remaining, ...nightlies],
      },
    ),
  ]),

  'some failures': run([
    repository(
      [
        ...keeps,
        selected(tag('pr-12', 2), { kind: 'deleted' }, merged),
        selected(tag('pr-12-arm64', 2), { kind: 'gone' }, merged),
        selected(
          tag('pr-9', 20),
          {
            kind: 'failed',
            error:
              "quay.io answered 500 to deleting acme/web:pr-9, after 5 attempts. If this persists, see the registry's status page or its logs.",
          },
          closed,
        ),
        selected(tag('pr-9-debug', 20), { kind: 'kept', reason: 'immutable' }, closed),
      ],
      { remaining: [...remaining, tag('pr-9', 20), tag('pr-9-debug', 20)] },
    ),
  ]),

  'a refused credential': run([
    repository([
      ...keeps,
      ...all(planned.slice(0, 1), { kind: 'failed', error: REFUSED }),
      ...all(planned.slice(1), { kind: 'not-attempted' }),
    ]),
  ]),

  'a cancelled run': run(
    [
      repository([
        ...keeps,
        ...all(planned.slice(0, 1), { kind: 'deleted' }),
        ...all(planned.slice(1), { kind: 'not-attempted' }),
      ]),
    ],
    { stopped: { kind: 'cancelled' } },
  ),

  'a time budget used up': run(
    [
      repository(
        [
          ...keeps,
          ...all(planned.slice(0, 2), { kind: 'deleted' }),
          ...all(planned.slice(2), { kind: 'not-attempted' }),
        ],
        {
          remaining: [...remaining, ...planned.slice(2).map(({ tag: listed }) => listed)],
        },
      ),
    ],
    { stopped: { kind: 'time-budget', duration: '30min' } },
  ),

  'a refused plan': run([repository([...keeps, ...planned])], {
    stopped: { kind: 'guard', message: TOO_MANY },
    error: TOO_MANY,
  }),

  'expiry instead of deletion': run(
    [
      repository([
        ...keeps,
        ...all(planned, { kind: 'expiring', expiration: NOW + 7 * DAY, isLater: false }),
      ]),
    ],
    {
      mode: { kind: 'expire', duration: '7d' },
    },
  ),

  'nothing that matches': run([repository([kept(tag('latest')), kept(tag('v1.0.0', 30))])]),

  'nothing to delete': run([repository([...keeps])]),

  'no tags': run([repository([])]),

  'a run that failed before it listed': run([], {
    error: 'quay.io could not be reached (ENOTFOUND). Check `registry`, and the DNS settings of the runner.',
  }),

  'names alone, as a robot account lists them': run(
    [
      repository(
        [
          kept({ name: tag('latest').name }),
          selected({ name: tag('pr-12').name }, { kind: 'deleted' }, matched),
        ],
        { repository: 'acme/private', remaining: [{ name: tag('latest').name }], restorableFor: 0 },
      ),
    ],
    { registry: 'quay.example:8443', registryUrl: 'https://quay.example:8443' },
  ),

  'several repositories': run(
    [
      repository([...keeps, ...deleted], { remaining }),
      repository([kept(tag('latest'))], { repository: 'acme/docs', remaining: [tag('latest')] }),
      unlisted('acme/api', 'acme/api does not exist on quay.io, or the token may not see it (404).'),
      repository(
        [
          ...keeps.slice(0, 2),
          ...manyTags(30, { kind: 'deleted' }),
          selected(tag('pr-0', 90), { kind: 'failed', error: 'The connection broke.' }, matched),
        ],
        {
          repository: 'acme/previews',
          remaining: [tag('latest'), tag('pr-0', 90)],
        },
      ),
    ],
    { notes: ['Skipped acme/mirror: it is a mirror.', 'Skipped acme/old: it is read-only.'] },
  ),

  'several rules, of which one matches nothing': run(
    [
      ruled(
        'acme/web',
        RULED_PLAN.map((result) => ({
          ...result,
          outcome:
            result.rule === COMMITS
              ? { kind: 'failed', error: 'The connection broke.' }
              : { kind: 'deleted' },
        })),
      ),
    ],
    { rules: RULES, warnings: [`The line \`${NIGHTLY}\` of \`tags\` matches no tag in any repository.`] },
  ),

  'a dry run with several rules': run([ruled('acme/web', RULED_PLAN), ruled('acme/api', RULED_PLAN)], {
    rules: RULES,
    dryRun: true,
  }),

  'a cancelled run with several rules': run(
    [
      ruled('acme/web', [
        ...RULED_PLAN.slice(0, 2).map((result) => ({ ...result, outcome: { kind: 'deleted' } }) as const),
        ...RULED_PLAN.slice(2).map((result) => ({ ...result, outcome: { kind: 'not-attempted' } }) as const),
      ]),
    ],
    { rules: RULES, stopped: { kind: 'cancelled' } },
  ),

  'several repositories of very different sizes': run([
    service('acme/docs', 4, 2_000_000),
    service('acme/training', 9, 4_000_000_000),
    service('acme/web', 8, 1_500_000_000),
    service('acme/previews', 40, 50_000_000),
    service('acme/tools', 1, 90_000_000),
  ]),

  'several repositories whose sizes are not known': run(
    [3, 0, 17].map((count, index) =>
      repository(
        [
          kept({ name: tagName('latest') }),
          ...Array.from({ length: count }, (_, number) =>
            selected({ name: tagName(`pr-${number + 1}`) }, { kind: 'deleted' }, matched),
          ),
        ],
        { repository: `acme/private-${index + 1}`, remaining: [{ name: tagName('latest') }] },
      ),
    ),
  ),

  'one of two repositories could not be listed': run([
    repository([...keeps, ...deleted], { remaining }),
    unlisted(
      'acme/api',
      "quay.io answered 502 to listing the tags of acme/api, after 5 attempts. If this persists, see the registry's status page or its logs.",
    ),
  ]),

  'a run of which nothing could be listed': run([
    unlisted(
      'acme/web',
      'quay.io answered 502 to listing the tags of acme/web, after 5 attempts. Nothing was deleted from it.',
    ),
  ]),

  'a dry run that fails': run(
    [unlisted('acme/web', 'acme/web does not exist on quay.io, or the token may not see it (404).')],
    { dryRun: true },
  ),

  'a dry run that fails as a whole': run([], {
    dryRun: true,
    error: "GitHub's list of branches is not complete (it is empty). Nothing was deleted. Run again later.",
  }),

  'a dry run whose plan is refused': run([repository([...keeps, ...planned])], {
    dryRun: true,
    stopped: { kind: 'guard', message: TOO_MANY },
    error: TOO_MANY,
  }),

  'a run that was cancelled before it deleted': run(
    [repository([...keeps, ...all(planned, { kind: 'not-attempted' })])],
    { stopped: { kind: 'cancelled' } },
  ),

  'signatures that Quay deleted with their images': run([
    repository(
      [
        ...keeps,
        ...deleted,
        selected(signatureOf('pr-9', 20), { kind: 'deleted-with-image', image: tagName('pr-9') }, orphaned),
        {
          ...kept(signatureOf('pr-12', 2), { kind: 'cosign-tag' }),
          takenAlong: { image: tagName('pr-12'), mustStay: false },
          outcome: { kind: 'deleted-with-image' },
        },
      ],
      { remaining },
    ),
  ]),

  'a signature that was restored': run([
    repository(
      [
        ...keeps,
        ...deleted,
        {
          ...kept(signatureOf('pr-9', 20), { kind: 'excluded', pattern: 'sha256-*.sig' }),
          takenAlong: { image: tagName('pr-9'), mustStay: true },
          outcome: { kind: 'restored', image: tagName('pr-9') },
        },
      ],
      { remaining: [...remaining, signatureOf('pr-9', 20)] },
    ),
  ]),

  'a signature that could not be restored': run([
    repository(
      [
        ...keeps,
        ...deleted,
        {
          ...kept(signatureOf('pr-9', 20), { kind: 'excluded', pattern: 'sha256-*.sig' }),
          takenAlong: { image: tagName('pr-9'), mustStay: true },
          outcome: {
            kind: 'deleted-with-image',
            image: tagName('pr-9'),
            error: `Quay deleted acme/web:${signatureOf('pr-9', 20).name} with its image pr-9, and it could not be restored: quay.io answered 500 to restoring it, after 5 attempts. Restore it with the step under "Undo this run".`,
          },
        },
      ],
      { remaining },
    ),
  ]),

  'a cancelled run with unknown outcomes': run(
    [
      repository([
        ...keeps,
        ...all(planned.slice(0, 1), { kind: 'deleted' }),
        ...all(planned.slice(1, 3), { kind: 'unknown', error: TIMED_OUT }),
        ...all(planned.slice(3), { kind: 'not-attempted' }),
      ]),
    ],
    { stopped: { kind: 'cancelled' } },
  ),

  'tags that expire later than asked': run(
    [
      repository([
        ...keeps,
        selected(tag('pr-12', 0), { kind: 'expiring', expiration: NOW + DAY / 24, isLater: true }, merged),
        ...all(planned.slice(1), { kind: 'expiring', expiration: NOW + DAY / 48, isLater: false }),
      ]),
    ],
    { mode: { kind: 'expire', duration: '30min' } },
  ),

  'many notes': run([repository([...keeps, ...deleted], { remaining })], {
    notes: Array.from({ length: 24 }, (_, index) => `Skipped acme/mirror-${index + 1}: it is a mirror.`),
  }),

  "a pull request's run without secrets": run([], { stopped: { kind: 'no-secrets', why: 'fork' } }),

  'one tag, without a way back': run([
    repository([kept(tag('latest')), selected(tag('pr-1', 2), { kind: 'deleted' })], {
      remaining: [tag('latest')],
      restorableFor: 0,
    }),
  ]),

  'no action reference and no time machine window': (() => {
    const { action: _, reportPath: __, ...rest } = run([]);
    const { restorableFor: ___, ...unknown } = repository([...keeps, ...deleted], { remaining });
    return { ...rest, repositories: [unknown] };
  })(),
};
