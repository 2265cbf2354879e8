import type { CleanupResult, TagResult } from '../../src/model/result.ts';
import type { Tag } from '../../src/model/tag.ts';
import { tagName } from '../support/tag-name.ts';
import {
  type Became,
  became,
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
];

const planned = [
  selected(tag('pr-12', 2, { digest: digestOf('v2.1.0') }), undefined, merged),
  selected(multiArchTag('pr-12-arm64', 2), undefined, merged),
  selected(tag('pr-9', 20, { size: 1_400_000_000 }), undefined, closed),
  selected(tag('pr-9-debug', 20, { size: 734_003_200 }), undefined, closed),
];

/** What the plan came to: an outcome for each of its tags, the last one for all that follow. */
function cameTo(...outcomes: readonly Became[]): readonly TagResult[] {
  return planned.map((result, index) => became(result, outcomes[index] ?? outcomes.at(-1) ?? 'deleted'));
}

const remaining = keeps.map(({ tag: listed }) => listed);
const deleted = cameTo('deleted');

function manyTags(count: number, outcome: Became): readonly TagResult[] {
  return Array.from({ length: count }, (_, index) =>
    selected(tag(`pr-${count - index}`, index / 10), outcome, matched),
  );
}

const REFUSED =
  'The token was refused by quay.io (401). It may be wrong or expired: generate a new one under Organization → Applications.';
const TOO_MANY =
  'The plan deletes 4 tags, and `max-deletes` allows 3. Check the plan, and raise `max-deletes` if it is right.';
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
const newest = { kind: 'among-newest', keep: 2, group: 'main' } as const;

/** Several lines of `tags`: `NIGHTLY` is misspelt, and `PR` decides on one of the tags of `OLD`. */
const RULES = [PR, COMMITS, NEWEST, NIGHTLY, OLD];
const ruled = repository(
  [
    kept(tag('latest', 0.2)),
    by(PR, kept(tag('pr-14', 1), { kind: 'pull-request-open', number: 14 })),
    by(COMMITS, kept(tag('sha-1b2c3d4', 3), { kind: 'newer-than', duration: '7d' })),
    by(NEWEST, kept(tag('main-2c3d4e5', 2), newest)),
    by(NEWEST, kept(tag('main-3d4e5f6', 4), newest)),
    by(PR, selected(tag('pr-12', 2), undefined, merged)),
    by(PR, selected(tag('pr-9-old', 20, { size: 734_003_200 }), undefined, closed)),
    by(
      COMMITS,
      selected(tag('sha-0a1b2c3', 30), undefined, {
        kind: 'commit-gone',
        hash: '0a1b2c3',
        number: 9,
        merged: false,
      }),
    ),
    by(NEWEST, selected(tag('main-4e5f6a7', 40), undefined, { kind: 'matched', rule: NEWEST })),
    by(OLD, selected(tag('web-old', 90), undefined, { kind: 'matched', rule: OLD })),
    selected(signatureOf('pr-9', 20), undefined, orphaned),
  ],
  { matches: [3, 2, 3, 0, 2] },
);

const EXPIRE = { mode: { kind: 'expire', duration: '7d', seconds: 7 * DAY } } as const;

const NEVER = { mode: { kind: 'never-expire' } } as const;
const CANCELLED = { stopped: { kind: 'cancelled' } } as const;
const GUARDED = { stopped: { kind: 'guard' }, error: TOO_MANY } as const;
const UNKNOWN = { kind: 'unknown', error: TIMED_OUT } as const;
const PUSHED_AGAIN = { kind: 'kept', reason: { kind: 'pushed-again' } } as const;
const EXPIRING = { kind: 'expiring', isLater: false } as const;
const failed = (error: string) => ({ kind: 'failed', error }) as const;

/** The pages of which a snapshot is kept: one for each kind of page, with all that such a page can say. */
export const PAGES: Readonly<Record<string, CleanupResult>> = {
  'a run that deleted': run(
    [
      repository(
        [
          ...keeps,
          ...deleted,
          selected(signatureOf('pr-9', 20), { kind: 'deleted-with-image', image: tagName('pr-9') }, orphaned),
        ],
        { remaining },
      ),
    ],
    {
      github: { kind: 'one', repository: 'acme/app' },
      notes: ['The exclusion `release-*` matches no tag. If it should protect some, check its spelling.'],
    },
  ),

  'a run in trouble': run(
    [
      repository([
        ...keeps,
        ...cameTo('deleted', 'gone', failed('quay.io answered 500 to deleting it.'), PUSHED_AGAIN),
        selected(tag('pr-8', 30), UNKNOWN, closed),
        selected(tag('pr-7', 31), 'not-attempted', closed),
      ]),
    ],
    { stopped: { kind: 'time-budget', duration: '30min' }, warnings: ['A warning.'], notes: ['1.', '2.'] },
  ),

  'a dry run with several rules': run([ruled], {
    rules: RULES,
    dryRun: true,
    warnings: [`The line \`${NIGHTLY}\` of \`tags\` matches no tag in any repository.`],
  }),

  'tags that expire': run(
    [
      repository([
        kept(tag('pr-13', 3, { expiration: NOW + DAY }), { kind: 'expires-sooner' }),
        selected(tag('pr-12', 0), { ...EXPIRING, expiration: NOW + DAY / 24, isLater: true }, merged),
        selected(multiArchTag('pr-12-arm64', 2), { ...EXPIRING, expiration: NOW + 7 * DAY }, merged),
      ]),
    ],
    EXPIRE,
  ),

  'expirations that are taken away': run(
    [
      repository([
        kept(tag('latest'), { kind: 'no-expiration' }),
        selected(
          tag('v1', 3, { expiration: NOW + DAY }),
          { kind: 'expiration-removed', was: NOW + DAY },
          matched,
        ),
      ]),
    ],
    NEVER,
  ),

  'several repositories': run(
    [
      repository(deleted.slice(2, 3), { remaining: [] }),
      repository([kept(tag('latest'))], { repository: 'acme/docs', remaining: [tag('latest')] }),
      unlisted('acme/api', 'acme/api does not exist on quay.io, or the token may not see it (404).'),
      repository(
        [
          ...keeps.slice(0, 2),
          ...manyTags(16, 'deleted'),
          selected(tag('pr-0', 90), failed('The connection broke.'), matched),
        ],
        { repository: 'acme/previews', remaining: [tag('latest'), tag('pr-0', 90)] },
      ),
    ],
    { github: { kind: 'from-labels', repositories: ['acme/app', 'acme/docs'] } },
  ),

  'a run that failed before it listed': run([], {
    error: 'quay.io could not be reached (ENOTFOUND). Check `registry`, and the DNS settings of the runner.',
  }),
};

/** What else a cleanup may come to, by what a person would call it. */
export const SCENARIOS: Readonly<Record<string, CleanupResult>> = {
  ...PAGES,

  'a dry run': run([repository([...keeps, ...planned])], { dryRun: true }),
  'a dry run that would let tags expire': run([repository([...keeps, ...planned])], {
    ...EXPIRE,
    dryRun: true,
  }),
  'a dry run that would take expirations away': run([repository([...keeps, ...planned])], {
    ...NEVER,
    dryRun: true,
  }),
  'a second run at the same time': run([repository([...keeps, ...cameTo('gone')], { remaining })]),
  'a refused credential': run([repository([...keeps, ...cameTo(failed(REFUSED), 'not-attempted')])]),
  'an expiration that could not be set': run(
    [repository(cameTo(failed('quay.io answered 500.')).slice(0, 1))],
    EXPIRE,
  ),
  'a cancelled run': run(
    [repository([...keeps, ...cameTo('deleted', UNKNOWN, UNKNOWN, 'not-attempted')])],
    CANCELLED,
  ),
  'a run that was cancelled before it deleted': run(
    [repository([...keeps, ...cameTo('not-attempted')])],
    CANCELLED,
  ),
  'a refused plan': run([repository([...keeps, ...planned])], GUARDED),
  'a dry run whose plan is refused': run([repository([...keeps, ...planned])], { ...GUARDED, dryRun: true }),
  'nothing that matches': run([repository([kept(tag('latest')), kept(tag('v1.0.0', 30))])]),
  'nothing to delete': run([repository([...keeps])]),
  'no expiration to take away': run([repository([kept(tag('latest'), { kind: 'no-expiration' })])], NEVER),
  'no tags': run([repository([])]),

  'names alone, as a robot account lists them': run(
    [
      repository(
        [kept({ name: tag('latest').name }), selected({ name: tag('pr-12').name }, 'deleted', matched)],
        { repository: 'acme/private', remaining: [{ name: tag('latest').name }], restorableFor: 0 },
      ),
    ],
    { registry: 'quay.example:8443', registryUrl: 'https://quay.example:8443' },
  ),

  'a cancelled run with several rules': run(
    [
      repository(
        ruled.tags.map((result, index) =>
          result.verdict.kind === 'keep'
            ? result
            : became(result, index % 2 === 0 ? 'deleted' : 'not-attempted'),
        ),
        { matches: [3, 2, 3, 0, 2] },
      ),
    ],
    { ...CANCELLED, rules: RULES },
  ),

  'one of two repositories could not be listed': run([
    repository([...keeps, ...deleted], { remaining }),
    unlisted('acme/api', 'quay.io answered 502 to listing the tags of acme/api, after 5 attempts.'),
  ]),

  'a run of which nothing could be listed': run([
    unlisted('acme/web', 'quay.io answered 502 to listing the tags of acme/web, after 5 attempts.'),
  ]),

  'a dry run that fails': run(
    [unlisted('acme/web', 'acme/web does not exist on quay.io, or the token may not see it (404).')],
    { dryRun: true },
  ),

  "a pull request's run without secrets": run([], { stopped: { kind: 'no-secrets', why: 'fork' } }),

  'no action reference and no time machine window': (() => {
    const { action: _, reportPath: __, ...rest } = run([]);
    const { restorableFor: ___, ...unknown } = repository([...keeps, ...deleted]);
    return { ...rest, repositories: [unknown], hasChanged: true };
  })(),
};

/** @throws Error where there is none of that name */
export function scenario(name: string): CleanupResult {
  const result = SCENARIOS[name];
  if (!result) throw new Error(`There is no scenario ${name}.`);
  return result;
}
