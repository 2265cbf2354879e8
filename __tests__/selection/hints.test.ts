import { describe, expect, test } from '@jest/globals';
import type { Hint } from '../../src/model/hint.ts';
import type { Plan, Verdict } from '../../src/model/plan.ts';
import type { ReasonToDelete, ReasonToKeep } from '../../src/model/reason.ts';
import { parseTagName, type Tag } from '../../src/model/tag.ts';
import { describeHint } from '../../src/report/hint-text.ts';
import { findHints, type HintContext } from '../../src/selection/hints.ts';
import { readInUse } from '../../src/selection/in-use.ts';
import { parseRepositories } from '../../src/selection/patterns/name-patterns.ts';
import type { Rules } from '../../src/selection/rules.ts';
import { readPatterns } from './rule-context.ts';

type Reason = ReasonToKeep | Extract<ReasonToDelete, { kind: 'matched' }>;

const HEX = 'c0'.repeat(32);
const MATCHED: Reason = { kind: 'matched', rule: 'pr-*' };
const OPEN: Reason = { kind: 'pull-request-open', number: 1 };

type Row = Partial<Omit<Tag, 'name'>> & {
  readonly name: string;
  readonly reason?: Reason;
  /** The line that decides, where there are several. */
  readonly rule?: string;
};

/** A plan in which `matched` is what deletes; tags are images of their own that no rule matches where nothing else is said. */
function planOf(rows: readonly Row[], plan: Partial<Pick<Plan, 'repository' | 'matches'>> = {}): Plan {
  const { repository = 'acme/web', matches = [1] } = plan;
  const tags = rows.map(({ reason = { kind: 'not-matched' }, rule, ...row }) => {
    const name = parseTagName(row.name);
    if (!name) throw new Error(`${row.name} is no tag.`);
    const tag: Tag = { digest: `sha256:${name}`, multiArch: false, ...row, name };
    const verdict: Verdict =
      reason.kind === 'matched' ? { kind: 'delete', reason } : { kind: 'keep', reason };
    return { tag, verdict, ...(rule !== undefined && { rule }) };
  });
  const list = {
    repository,
    tags: tags.map(({ tag }) => tag),
    namesOnly: false,
    invalidNames: [],
    askedAt: 0,
    at: 0,
    seenAt: 0,
  };
  return { repository, list, tags, matches };
}

function rulesOf(tags: string, rules: Partial<Rules> & { readonly excludeTags?: string } = {}): Rules {
  const { excludeTags = '', ...others } = rules;
  return {
    ...readPatterns(tags, excludeTags),
    mode: { kind: 'delete' },
    byImage: false,
    cleanOrphanedSignatures: false,
    event: {},
    source: { kind: 'none' },
    ...others,
  };
}

function hintsOn(plans: readonly Plan[], rules: Rules, others: Partial<HintContext> = {}): readonly Hint[] {
  const repositories = parseRepositories('acme/web', 'quay.io');
  return findHints({
    plans,
    rules,
    repositories,
    namesGitHubRepository: false,
    unusedKeepPatterns: [],
    ...others,
  });
}

describe('before anything is deleted, a hint', () => {
  test('tells exclusions and lines that match nothing, and patterns of `keep-commits-of`', () => {
    const rules = rulesOf('v*\nw*\nx*', { excludeTags: 'v1\nlatets' });
    const plans = [
      planOf([{ name: 'v1' }], { matches: [1, 0, 0] }),
      planOf([{ name: 'v2' }], { matches: [1, 0, 1] }),
    ];
    expect(hintsOn(plans, rules, { unusedKeepPatterns: ['release/*'] })).toEqual([
      { kind: 'keep-pattern-unused', level: 'warning', pattern: 'release/*' },
      { kind: 'line-unused', level: 'warning', line: 'w*' },
      { kind: 'exclusion-unused', level: 'notice', pattern: 'latets' },
    ]);
  });

  test('does not tell of the only line, nor of repositories without tags', () => {
    expect(hintsOn([planOf([{ name: 'v1' }], { matches: [0] })], rulesOf('w*'))).toEqual([]);
    expect(hintsOn([planOf([], { matches: [0, 0] })], rulesOf('w*\nx*', { excludeTags: 'y' }))).toEqual([]);
  });

  test('tells files of `in-use` that name no image of the run, and images whose tag cannot be told', () => {
    const file = (path: string, text: string) => ({ path, text, line: path });
    const inUse = readInUse([
      file('other.yml', 'image: quay.io/acme/api:v1'),
      file('compose.yml', `services:\n  web:\n    image: quay.io/acme/web:$VERSION`),
    ]);
    const hints = hintsOn([planOf([{ name: 'v1' }])], rulesOf('v*', { inUse }));
    expect(hints).toMatchObject([
      { kind: 'in-use-unreadable', level: 'warning', repository: 'acme/web', file: 'compose.yml', line: 3 },
      { kind: 'in-use-elsewhere', level: 'warning', line: 'other.yml' },
    ]);
  });

  describe('about names such as pr-12', () => {
    const plan = planOf(
      ['pr-12', 'PR7-arm64', 'pr-1a2b3c4', 'v1'].map((name) => ({ name, reason: MATCHED })),
    );
    const kinds = (tags: string, rules: Partial<Rules> = {}) =>
      hintsOn([plan], { ...rulesOf(tags), ...rules }).map(({ kind }) => kind);

    test('says that the rule does not ask for pull requests', () => {
      expect(hintsOn([plan], rulesOf('pr-*'))).toEqual([
        {
          kind: 'pull-requests-not-asked',
          level: 'notice',
          pattern: 'pr-*',
          tags: 2,
          tag: 'pr-12',
          hasGroup: false,
        },
      ]);
    });

    test.each(['pr-{pr}*', 'pr-* older-than=30d', '*-* keep-n-most-recent=3'])('leaves %s alone', (tags) => {
      expect(kinds(tags)).toEqual([]);
    });

    test("leaves a pull request's own event alone, and a run that takes expirations away", () => {
      expect(kinds('pr-*', { event: { pullRequest: 12 } })).toEqual([]);
      expect(kinds('pr-*', { mode: { kind: 'never-expire' } })).toEqual([]);
    });

    test.each(['/^pr-([0-9]+)(?:-|$)/', '/^pr-(\\d+)/ older-than=30d'])(
      'finds the group without a name in %s, on every event',
      (tags) => {
        const matched: Reason = { kind: 'matched', rule: tags };
        const rules = rulesOf(tags, { event: { pullRequest: 12 } });
        expect(hintsOn([planOf([{ name: 'pr-12', reason: matched }])], rules)).toMatchObject([
          { kind: 'pull-requests-not-asked', hasGroup: true },
        ]);
      },
    );

    test('names the line that decided', () => {
      const rows = [
        { name: 'pr-12', reason: MATCHED, rule: 'pr-1* older-than=1d' },
        { name: 'pr-20', reason: MATCHED, rule: 'pr-*' },
      ];
      const hints = hintsOn([planOf(rows, { matches: [1, 1] })], rulesOf('pr-1* older-than=1d\npr-*'));
      expect(hints).toMatchObject([{ kind: 'pull-requests-not-asked', pattern: 'pr-*', tag: 'pr-20' }]);
    });
  });

  test('says that the newest tags are fewer images', () => {
    const reason = { kind: 'among-newest', keep: 5 } as const;
    const newest = (images: readonly string[]) =>
      planOf(images.map((digest, index) => ({ name: `v${index}`, digest, reason })));
    const plans = [newest(['a', 'a', 'b', 'a', 'b']), newest(['c', 'd'])];
    expect(hintsOn(plans, rulesOf('v*', { keepNewest: 5 }))).toEqual([
      { kind: 'newest-are-tags', level: 'notice', tags: 5, images: 2 },
    ]);
    expect(hintsOn([newest(['a', 'b'])], rulesOf('v*'))).toEqual([]);
    const ofImages = planOf(
      ['v1', 'v2'].map((name) => ({ name, digest: 'a', reason: { ...reason, of: 'images' } })),
    );
    expect(hintsOn([ofImages], rulesOf('v*', { byImage: true }))).toEqual([]);
  });

  test('says what keeps tags for signatures', () => {
    const kept = (pattern: string): Reason => ({
      kind: 'signature-would-go',
      signature: 'x',
      protectedBy: { kind: 'excluded', pattern },
    });
    const inUse: Reason = {
      kind: 'signature-would-go',
      signature: 'x',
      protectedBy: { kind: 'in-use', file: 'f' },
    };
    const reasons = [kept('*.sig'), kept('*.sig'), kept('sha256-*'), inUse];
    const rows = reasons.map((reason, index) => ({ name: `v${index}`, reason }));
    expect(hintsOn([planOf(rows)], rulesOf('v*'))).toEqual([
      { kind: 'kept-for-signatures', level: 'notice', tags: 3, patterns: ['*.sig', 'sha256-*'] },
    ]);
    const unknown: Reason = { kind: 'signatures-unknown', pattern: '*.sig' };
    expect(hintsOn([planOf([{ name: 'v1', reason: unknown }])], rulesOf('v*'))).toEqual([
      { kind: 'signatures-unknown', level: 'notice', tags: 1, patterns: ['*.sig'] },
    ]);
  });

  test('says which images stay for a tag that no rule matches', () => {
    const sibling = (tag: string, why: 'not-matched' | 'immutable'): Reason => ({
      kind: 'sibling-kept',
      tag,
      why: { kind: why },
    });
    const rows = [
      { name: 'build-1', reason: sibling('live', 'not-matched') },
      { name: 'build-2', reason: sibling('v1', 'immutable') },
      { name: 'build-3', reason: sibling('live', 'not-matched') },
    ];
    expect(hintsOn([planOf(rows)], rulesOf('build-*', { byImage: true }))).toEqual([
      { kind: 'siblings-unmatched', level: 'notice', tags: 2, tag: 'build-1', sibling: 'live' },
    ]);
  });

  test('warns of tags that a placeholder protects and that expire all the same', () => {
    const plan = planOf([
      { name: 'pr-1', reason: OPEN, expiration: 2_000_000_000 },
      { name: 'pr-2', reason: OPEN },
      { name: 'pr-3', reason: { kind: 'expires-sooner' }, expiration: 2_000_000_000 },
    ]);
    expect(hintsOn([plan], rulesOf('pr-{pr}', { mode: { kind: 'expire', at: 2_100_000_000 } }))).toEqual([
      {
        kind: 'protected-expiring',
        level: 'warning',
        tags: [{ repository: 'acme/web', name: 'pr-1', expiration: 2_000_000_000 }],
      },
    ]);
    expect(hintsOn([plan], rulesOf('pr-{pr}'))).toEqual([]);
  });

  describe('about what hangs on images that are gone', () => {
    const hanging = (ending: string): Row => ({
      name: `sha256-${HEX}${ending}`,
      reason: { kind: 'hangs-on-image' },
    });
    const left = ['.sig', '.src', '', '.src'].map(hanging);

    test('names the patterns that take it', () => {
      expect(hintsOn([planOf(left)], rulesOf('v*'))).toEqual([
        {
          kind: 'left-of-gone-images',
          level: 'notice',
          tags: 4,
          signatures: 1,
          patterns: ['*.src', 'sha256-*'],
        },
      ]);
    });

    test.each<[string, Row]>([
      ['the image lives', { name: 'v1', digest: `sha256:${HEX}` }],
      [
        'a multi-arch image holds it',
        { name: 'v1', multiArch: true, manifests: new Map([[`sha256:${HEX}`, true]]) },
      ],
      ['a multi-arch image may hold it', { name: 'v1', multiArch: true }],
    ])('says nothing where %s', (_, row) => {
      expect(hintsOn([planOf([...left, row])], rulesOf('v*'))).toEqual([]);
    });

    test('says nothing where the list does not tell all that lives', () => {
      const plan = planOf(left);
      for (const gap of [{ namesOnly: true }, { invalidNames: ['a/b'] }, { isUnstable: true }])
        expect(hintsOn([{ ...plan, list: { ...plan.list, ...gap } }], rulesOf('v*'))).toEqual([]);
    });
  });

  describe('about where images come from', () => {
    const source = { kind: 'given', repository: 'acme/app' } as const;
    const repositories = parseRepositories('acme/web\nacme/api', 'quay.io');

    test('says that one GitHub repository is asked for several', () => {
      const plans = [planOf([]), planOf([])];
      expect(hintsOn(plans, rulesOf('pr-{pr}', { source }), { repositories })).toEqual([
        { kind: 'one-github-repository', level: 'notice', github: 'acme/app', repositories: 2 },
      ]);
      expect(
        hintsOn(plans, rulesOf('pr-{pr}', { source }), { repositories, namesGitHubRepository: true }),
      ).toEqual([]);
      expect(hintsOn(plans, rulesOf('pr-*', { source }), { repositories })).toEqual([]);
      expect(hintsOn(plans, rulesOf('pr-{pr}', { source }))).toEqual([]);
    });

    test('counts what other repositories and missing labels keep', () => {
      const plan = planOf([
        { name: 'pr-1', reason: { kind: 'source-unknown' } },
        { name: 'pr-2', reason: { kind: 'from-other-repository', source: 'acme/api' } },
        { name: 'pr-3', reason: { kind: 'from-other-repository', source: 'acme/api' } },
        { name: 'pr-4', reason: OPEN },
      ]);
      expect(
        hintsOn(
          [plan],
          rulesOf('pr-{pr}', { source: { ...source, kind: 'own-labels', host: 'github.com' } }),
        ),
      ).toEqual([
        {
          kind: 'kept-for-source',
          level: 'warning',
          by: 'own-labels',
          own: 'acme/app',
          sources: [
            { reason: 'from-other-repository', source: 'acme/api', tags: 2 },
            { reason: 'source-unknown', tags: 1 },
          ],
        },
      ]);
    });
  });

  test('tells that pulls are unknown', () => {
    expect(hintsOn([planOf([{ name: 'v1', reason: { kind: 'pulls-unknown' } }])], rulesOf('v*'))).toEqual([
      { kind: 'pulls-unknown', level: 'notice', tags: 1 },
    ]);
  });
});

test('each hint says what was found and what to do', () => {
  const name = parseTagName('pr-12');
  if (!name) throw new Error('No tag.');
  const tags = Array.from({ length: 12 }, () => ({
    repository: 'acme/web',
    name,
    expiration: 2_000_000_000,
  }));
  const own = 'acme/app';
  const hints: readonly Hint[] = [
    { kind: 'exclusion-unused', level: 'notice', pattern: 'latets' },
    { kind: 'keep-pattern-unused', level: 'warning', pattern: 'release/*' },
    { kind: 'line-unused', level: 'warning', line: 'w* older-than=1d' },
    { kind: 'in-use-elsewhere', level: 'warning', line: 'k8s/*.yml' },
    { kind: 'in-use-unreadable', level: 'warning', repository: 'acme/web', file: 'a.yml', line: 3 },
    {
      kind: 'in-use-unreadable',
      level: 'warning',
      repository: 'acme/web',
      file: 'values.yml',
      line: 7,
      tool: 'helm template',
    },
    {
      kind: 'pull-requests-not-asked',
      level: 'notice',
      pattern: 'pr-*',
      tags: 2,
      tag: name,
      hasGroup: false,
    },
    {
      kind: 'pull-requests-not-asked',
      level: 'notice',
      pattern: '/^pr-([0-9]+)/',
      tags: 1,
      tag: name,
      hasGroup: true,
    },
    { kind: 'newest-are-tags', level: 'notice', tags: 5, images: 2 },
    { kind: 'one-github-repository', level: 'notice', github: own, repositories: 2 },
    { kind: 'pulls-unknown', level: 'notice', tags: 3 },
    { kind: 'kept-for-signatures', level: 'notice', tags: 12, patterns: ['*.sig', '*.att'] },
    { kind: 'signatures-unknown', level: 'notice', tags: 1, patterns: ['*.sig'] },
    { kind: 'siblings-unmatched', level: 'notice', tags: 2, tag: name, sibling: 'live' },
    { kind: 'left-of-gone-images', level: 'notice', tags: 4, signatures: 1, patterns: ['*.src', 'sha256-*'] },
    { kind: 'left-of-gone-images', level: 'notice', tags: 1, signatures: 1, patterns: [] },
    {
      kind: 'kept-for-source',
      level: 'warning',
      by: 'own-labels',
      own,
      sources: [
        { reason: 'from-other-repository', source: 'acme/api', tags: 2 },
        { reason: 'source-unknown', tags: 1 },
      ],
    },
    {
      kind: 'kept-for-source',
      level: 'warning',
      by: 'from-labels',
      own,
      sources: [
        { reason: 'source-of-other-owner', source: 'other/web', tags: 3 },
        { reason: 'source-unreadable', source: 'acme/secret', tags: 2 },
        { reason: 'source-newer-than-image', source: 'acme/again', tags: 1 },
      ],
    },
    { kind: 'protected-expiring', level: 'warning', tags },
    { kind: 'protected-expiring', level: 'warning', tags: tags.slice(0, 1) },
  ];
  expect(`\n${hints.map(describeHint).join('\n')}\n`).toMatchInlineSnapshot(`
"
The exclusion \`latets\` matches no tag. If it should protect some, check its spelling.
\`release/*\` of \`keep-commits-of\` matches no branch. If it should protect commits, check its spelling.
The line \`w* older-than=1d\` of \`tags\` matches no tag in any repository.
The files of the line \`k8s/*.yml\` of \`in-use\` name images, but none of this run. If images of this run are in use, check which files are given.
\`a.yml\`, line 3, names acme/web as an image, and its tag cannot be told. Every tag of it is kept. Give the file as the cluster gets it, or leave it out of \`in-use\` if nothing of it runs.
\`values.yml\`, line 7, names acme/web as an image, and its tag cannot be told. Every tag of it is kept. Render it with \`helm template\`, or leave it out of \`in-use\` if nothing of it runs.
\`pr-*\` selects 2 tags such as pr-12 whatever becomes of the pull request. To select only those whose pull request is closed or merged, write \`{pr}\` in the place of the number, such as \`pr-{pr}\`.
\`/^pr-([0-9]+)/\` selects 1 tag such as pr-12 whatever becomes of the pull request. To select only those whose pull request is closed or merged, write \`(?<pr>…)\` for the group of its number, or \`{pr}\` in the place of the number, such as \`pr-{pr}\`.
\`keep-n-most-recent\` counts tags: the newest 5 tags are 2 images. To count images, set \`by-image: true\`.
The pull requests, branches and commits of all 2 lines of \`repository\` are looked up in acme/app. If some images are built from another GitHub repository, give them a step of their own with \`github-repository\`, or set \`github-repository: from-labels\`.
The registry does not say when 3 tags were last pulled, so they are kept. Pull statistics need Quay 3.16 or later, and may be switched off.
12 tags are kept for their signatures, which \`exclude-tags\` protects (\`*.sig\` and \`*.att\`). A signature goes with its image: leave it out of \`exclude-tags\` if both may go.
1 tag is kept, since \`exclude-tags\` protects signatures (\`*.sig\`), and these credentials do not show of which images. Use an OAuth \`token\`, or leave signatures out of \`exclude-tags\`: one goes only with its image.
With \`by-image\`, 2 tags are kept for another tag of the same image that no rule matches, such as pr-12 for live. If such images may go, add a rule that matches all their tags.
4 tags hang on images that are gone, and are left. To delete them, write \`*.src\` and \`sha256-*\` in \`tags\`, and set \`clean-orphaned-signatures: true\`. Those of living images stay.
1 tag hangs on images that are gone, and is left. To delete them, set \`clean-orphaned-signatures: true\`. Those of living images stay.
3 tags are kept since the image does not say that it comes from acme/app: 2 from acme/api; 1 without a source. If all of them are built from acme/app, write \`github-repository: acme/app\`.
6 tags are kept since the image does not say that it comes from a repository that can be asked: 3 from other/web, which has another owner; 2 from acme/secret, which this \`github-token\` cannot read; 1 from acme/again, which was made after the image. To judge tags by a repository that their image does not name, give them a step of their own with \`github-repository: owner/name\`.
What GitHub says keeps 12 tags that will expire all the same, by an earlier expiration: acme/web:pr-12 at 2033-05-18 03:33 UTC, acme/web:pr-12 at 2033-05-18 03:33 UTC, acme/web:pr-12 at 2033-05-18 03:33 UTC, acme/web:pr-12 at 2033-05-18 03:33 UTC, acme/web:pr-12 at 2033-05-18 03:33 UTC, acme/web:pr-12 at 2033-05-18 03:33 UTC, acme/web:pr-12 at 2033-05-18 03:33 UTC, acme/web:pr-12 at 2033-05-18 03:33 UTC, acme/web:pr-12 at 2033-05-18 03:33 UTC, acme/web:pr-12 at 2033-05-18 03:33 UTC and 2 more, which the summary shows. To keep one, run a step with its own name in \`tags\` and \`expire-in: never\`.
What GitHub says keeps 1 tag that will expire all the same, by an earlier expiration: acme/web:pr-12 at 2033-05-18 03:33 UTC. To keep one, run a step with its own name in \`tags\` and \`expire-in: never\`.
"
`);
});
