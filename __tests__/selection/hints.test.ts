import { describe, expect, test } from '@jest/globals';
import type { Hint } from '../../src/model/hint.ts';
import type { ReasonToDelete, ReasonToKeep } from '../../src/model/reason.ts';
import type { Plan, Verdict } from '../../src/model/result.ts';
import type { Tag } from '../../src/model/tag.ts';
import { describeHint } from '../../src/report/hint-text.ts';
import { findHints, type HintContext } from '../../src/selection/hints.ts';
import { readInUse } from '../../src/selection/in-use.ts';
import type { Rules } from '../../src/selection/rules.ts';
import { tagName } from '../support/tag-name.ts';
import { readRules } from './read-scenario.ts';
import { inRepository } from './stages.ts';

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
    const name = tagName(row.name);
    const tag: Tag = { digest: `sha256:${name}`, multiArch: false, ...row, name };
    const verdict: Verdict =
      reason.kind === 'matched' ? { kind: 'delete', reason } : { kind: 'keep', reason };
    return { tag, verdict, ...(rule !== undefined && { rule }) };
  });
  const list = { ...inRepository({ tags: tags.map(({ tag }) => tag) }), repository };
  return { repository, list, tags, matches };
}

function rulesOf(tags: string, rules: Partial<Rules> & { readonly excludeTags?: string } = {}): Rules {
  const { excludeTags = '', ...others } = rules;
  const source = { kind: 'none' } as const;
  return { ...readRules({ tags, 'exclude-tags': excludeTags }), event: {}, source, ...others };
}

function hintsOn(plans: readonly Plan[], rules: Rules, others: Partial<HintContext> = {}): readonly Hint[] {
  const usual = { repositories: 1, namesGitHubRepository: false, unusedKeepPatterns: [] };
  return findHints({ plans, rules, ...usual, ...others });
}

/** What is found in one plan. */
function hintsOf(
  rows: readonly Row[],
  tags = 'v*',
  rules: Parameters<typeof rulesOf>[1] = {},
): readonly Hint[] {
  return hintsOn([planOf(rows)], rulesOf(tags, rules));
}

const kept = (...reasons: readonly Reason[]): readonly Row[] =>
  reasons.map((reason, index) => ({ name: `pr-${index + 1}`, reason }));
const signed = (protectedBy: Extract<Reason, { kind: 'signature-would-go' }>['protectedBy']): Reason => ({
  kind: 'signature-would-go',
  signature: 'x',
  protectedBy,
});
const sibling = (kind: 'not-matched' | 'immutable'): Reason => ({
  kind: 'sibling-kept',
  tag: 'live',
  why: { kind },
});
const newest = (...digests: readonly string[]): readonly Row[] =>
  digests.map((digest, index) => ({ name: `v${index}`, digest, reason: { kind: 'among-newest', keep: 5 } }));
const hanging = (...endings: readonly string[]): readonly Row[] =>
  endings.map((ending) => ({ name: `sha256-${HEX}${ending}`, reason: { kind: 'hangs-on-image' } }));
const inFile = (path: string, text: string) => ({ inUse: readInUse([{ path, text, line: path }]) });
const from = (source: string): Reason => ({ kind: 'from-other-repository', source });

const PULL_REQUESTS: readonly Row[] = ['pr-12', 'PR7-arm64', 'pr-1a2b3c4', 'v1'].map((name) => ({
  name,
  reason: MATCHED,
}));
const UNNAMED_GROUP = '/^pr-(\\d+)/ older-than=30d';
const SOURCE = { kind: 'given', repository: 'acme/app', host: 'github.com' } as const;
const TWO_LINES = { repositories: 2 };
const EXPIRES = { expiration: 2_000_000_000 };
const EXPIRE = { mode: { kind: 'expire', at: 2_100_000_000 } } as const;

/** What each hint is found in. */
const FOUND: Readonly<Record<string, readonly Hint[]>> = {
  'what matches nothing anywhere': hintsOn(
    [planOf([{ name: 'v1' }], { matches: [1, 0, 0] }), planOf([{ name: 'v2' }], { matches: [1, 0, 1] })],
    rulesOf('v*\nw* older-than=1d\nx*', { excludeTags: 'v1\nlatets' }),
    { unusedKeepPatterns: ['release/*'] },
  ),
  'files that name no image of the run': hintsOf([], 'v*', inFile('k8s/*.yml', 'image: quay.io/acme/api:v1')),
  'an image whose tag cannot be told': hintsOf(
    [],
    'v*',
    inFile('a.yml', 'a:\n image: quay.io/acme/web:$TAG'),
  ),
  'pull requests that are not asked for': hintsOf(PULL_REQUESTS, 'pr-*'),
  'a group without a name, beside any condition, on any event': hintsOf(
    [{ name: 'pr-12', reason: { kind: 'matched', rule: UNNAMED_GROUP } }],
    UNNAMED_GROUP,
    { event: { pullRequest: 12 } },
  ),
  'the line that decided': hintsOn(
    [
      planOf(
        [
          { name: 'pr-12', reason: MATCHED, rule: 'pr-1* older-than=1d' },
          { name: 'pr-20', reason: MATCHED, rule: 'pr-*' },
        ],
        { matches: [1, 1] },
      ),
    ],
    rulesOf('pr-1* older-than=1d\npr-*'),
  ),
  'tags that are fewer images, of the repositories that have such': hintsOn(
    [newest('a', 'a', 'b', 'a', 'b'), newest('c', 'd')].map((rows) => planOf(rows)),
    rulesOf('v*', { keepNewest: 5 }),
  ),
  'one GitHub repository for several': hintsOn([], rulesOf('pr-{pr}', { source: SOURCE }), TWO_LINES),
  'pulls that are unknown': hintsOf(kept({ kind: 'pulls-unknown' }, { kind: 'pulls-unknown' })),
  'exclusions of signatures': hintsOf(
    kept(
      ...['*.sig', '*.sig', 'sha256-*'].map((pattern) => signed({ kind: 'excluded', pattern })),
      signed({ kind: 'in-use', file: 'f' }),
    ),
  ),
  'exclusions of unknown signatures': hintsOf(kept({ kind: 'signatures-unknown', pattern: '*.sig' })),
  'siblings that no rule matches': hintsOf(
    kept(...(['not-matched', 'immutable', 'not-matched'] as const).map(sibling)),
  ),
  'what is left of images that are gone': hintsOf(hanging('.sig', '.src', '', '.src')),
  'one signature that is left': hintsOf(hanging('.sig')),
  'other sources than the own': hintsOf(
    kept({ kind: 'source-unknown' }, from('acme/api'), from('acme/api'), OPEN),
    'pr-{pr}',
    { source: { ...SOURCE, kind: 'own-labels' } },
  ),
  'sources that may not judge': hintsOf(
    kept(
      { kind: 'source-newer-than-image', source: 'acme/again' },
      { kind: 'source-unreadable', source: 'acme/secret' },
      { kind: 'source-of-other-owner', source: 'other/web' },
    ),
    'pr-{pr}',
    { source: { ...SOURCE, kind: 'from-labels' } },
  ),
  'what is protected and expires': hintsOf(
    [
      { name: 'pr-1', reason: OPEN, ...EXPIRES },
      { name: 'pr-2', reason: OPEN },
      { name: 'pr-3', reason: { kind: 'expires-sooner' }, ...EXPIRES },
    ],
    'pr-{pr}',
    EXPIRE,
  ),
  'more of it than a sentence holds': hintsOf(
    Array.from({ length: 12 }, (_, index) => ({ name: `pr-${index}`, reason: OPEN, ...EXPIRES })),
    'pr-{pr}',
    EXPIRE,
  ),
};

const living = (row: Partial<Row>): readonly Row[] => [...hanging('.src'), { name: 'v1', ...row }];

function unlisted(gap: Partial<Plan['list']>): readonly Hint[] {
  const plan = planOf(hanging('.src'));
  return hintsOn([{ ...plan, list: { ...plan.list, ...gap } }], rulesOf('v*'));
}

/** Where nothing is found. */
const SILENT: Readonly<Record<string, readonly Hint[]>> = {
  'of the only line': hintsOn([planOf([{ name: 'v1' }], { matches: [0] })], rulesOf('w*')),
  'of repositories without tags': hintsOn(
    [planOf([], { matches: [0, 0] })],
    rulesOf('w*\nx*', { excludeTags: 'y' }),
  ),
  'of pull requests that are asked for': hintsOf(PULL_REQUESTS, 'pr-{pr}*'),
  'of pull requests beside an age': hintsOf(PULL_REQUESTS, 'pr-* older-than=30d'),
  'of pull requests beside a count': hintsOf(PULL_REQUESTS, '*-* keep-n-most-recent=3'),
  "on a pull request's own event": hintsOf(PULL_REQUESTS, 'pr-*', { event: { pullRequest: 12 } }),
  'where expirations are taken away': hintsOf(PULL_REQUESTS, 'pr-*', { mode: { kind: 'never-expire' } }),
  'of newest tags that are an image each': hintsOf(newest('a', 'b')),
  'of newest images': hintsOf(
    kept({ kind: 'among-newest', keep: 5, of: 'images' }).map((row) => ({ ...row, digest: 'a' })),
  ),
  'of a GitHub repository that is named': hintsOn([], rulesOf('pr-{pr}', { source: SOURCE }), {
    ...TWO_LINES,
    namesGitHubRepository: true,
  }),
  'of a GitHub repository that nothing asks': hintsOn([], rulesOf('pr-*', { source: SOURCE }), TWO_LINES),
  'of the GitHub repository of one line': hintsOn([], rulesOf('pr-{pr}', { source: SOURCE })),
  'of expirations where tags are deleted': hintsOf([{ name: 'pr-1', reason: OPEN, ...EXPIRES }], 'pr-{pr}'),
  'of what hangs on an image that lives': hintsOf(living({ digest: `sha256:${HEX}` })),
  'of what hangs on a part of a multi-arch image': hintsOf(
    living({ manifests: new Map([[`sha256:${HEX}`, true]]) }),
  ),
  'of what may hang on a part of a multi-arch image': hintsOf(living({ multiArch: true })),
  'of what hangs on images where only names are listed': unlisted({ namesOnly: true }),
  'of what hangs on images where a name is invalid': unlisted({ invalidNames: ['a/b'] }),
  'of what hangs on images where the list is unstable': unlisted({ isUnstable: true }),
};

describe('before anything is deleted', () => {
  test('each hint is found once, and says what was found and what to do', () => {
    const rendered: Hint = {
      level: 'warning',
      kind: 'in-use-unreadable',
      repository: 'acme/web',
      file: 'values.yml',
      line: 7,
      tool: 'helm template',
    };
    const lines = Object.entries({ ...FOUND, 'what renders a file': [rendered] }).flatMap(([found, hints]) =>
      hints.map((hint) => `${found}: ${hint.level}: ${describeHint(hint)}`),
    );
    expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
"
what matches nothing anywhere: warning: \`release/*\` of \`keep-commits-of\` matches no branch. If it should protect commits, check its spelling.
what matches nothing anywhere: warning: The line \`w* older-than=1d\` of \`tags\` matches no tag in any repository.
what matches nothing anywhere: notice: The exclusion \`latets\` matches no tag. If it should protect some, check its spelling.
files that name no image of the run: warning: The files of the line \`k8s/*.yml\` of \`in-use\` name images, but none of this run. If images of this run are in use, check which files are given.
an image whose tag cannot be told: warning: \`a.yml\`, line 2, names acme/web as an image, and its tag cannot be told. Every tag of it is kept. Give the file as the cluster gets it, or leave it out of \`in-use\` if nothing of it runs.
pull requests that are not asked for: notice: \`pr-*\` selects 2 tags such as pr-12 whatever becomes of the pull request. To select only those whose pull request is closed or merged, write \`{pr}\` in the place of the number, such as \`pr-{pr}\`.
a group without a name, beside any condition, on any event: notice: \`/^pr-(\\d+)/\` selects 1 tag such as pr-12 whatever becomes of the pull request. To select only those whose pull request is closed or merged, write \`(?<pr>…)\` for the group of its number, or \`{pr}\` in the place of the number, such as \`pr-{pr}\`.
the line that decided: notice: \`pr-*\` selects 1 tag such as pr-20 whatever becomes of the pull request. To select only those whose pull request is closed or merged, write \`{pr}\` in the place of the number, such as \`pr-{pr}\`.
tags that are fewer images, of the repositories that have such: notice: \`keep-n-most-recent\` counts tags: the newest 5 tags are 2 images. To count images, set \`by-image: true\`.
one GitHub repository for several: notice: The pull requests, branches and commits of all 2 lines of \`repository\` are looked up in acme/app. If some images are built from another GitHub repository, give them a step of their own with \`github-repository\`, or set \`github-repository: from-labels\`.
pulls that are unknown: notice: The registry does not say when 2 tags were last pulled, so they are kept. Pull statistics need Quay 3.16 or later, and may be switched off.
exclusions of signatures: notice: 3 tags are kept for their signatures, which \`exclude-tags\` protects (\`*.sig\` and \`sha256-*\`). A signature goes with its image: leave it out of \`exclude-tags\` if both may go.
exclusions of unknown signatures: notice: 1 tag is kept, since \`exclude-tags\` protects signatures (\`*.sig\`), and these credentials do not show of which images. Use an OAuth \`token\`, or leave signatures out of \`exclude-tags\`: one goes only with its image.
siblings that no rule matches: notice: With \`by-image\`, 2 tags are kept for another tag of the same image that no rule matches, such as pr-1 for live. If such images may go, add a rule that matches all their tags.
what is left of images that are gone: notice: 4 tags hang on images that are gone, and are left. To delete them, write \`*.src\` and \`sha256-*\` in \`tags\`, and set \`clean-orphaned-signatures: true\`. Those of living images stay.
one signature that is left: notice: 1 tag hangs on images that are gone, and is left. To delete them, set \`clean-orphaned-signatures: true\`. Those of living images stay.
other sources than the own: warning: 3 tags are kept since the image does not say that it comes from acme/app: 2 from acme/api; 1 without a source. If all of them are built from acme/app, write \`github-repository: acme/app\`.
sources that may not judge: warning: 3 tags are kept since the image does not say that it comes from a repository that can be asked: 1 from other/web, which has another owner; 1 from acme/secret, which this \`github-token\` cannot read; 1 from acme/again, which was made after the image. To judge tags by a repository that their image does not name, give them a step of their own with \`github-repository: owner/name\`.
what is protected and expires: warning: What GitHub says keeps 1 tag that will expire all the same, by an earlier expiration: acme/web:pr-1 at 2033-05-18 03:33 UTC. To keep one, run a step with its own name in \`tags\` and \`expire-in: never\`.
more of it than a sentence holds: warning: What GitHub says keeps 12 tags that will expire all the same, by an earlier expiration: acme/web:pr-0 at 2033-05-18 03:33 UTC, acme/web:pr-1 at 2033-05-18 03:33 UTC, acme/web:pr-2 at 2033-05-18 03:33 UTC, acme/web:pr-3 at 2033-05-18 03:33 UTC, acme/web:pr-4 at 2033-05-18 03:33 UTC, acme/web:pr-5 at 2033-05-18 03:33 UTC, acme/web:pr-6 at 2033-05-18 03:33 UTC, acme/web:pr-7 at 2033-05-18 03:33 UTC, acme/web:pr-8 at 2033-05-18 03:33 UTC, acme/web:pr-9 at 2033-05-18 03:33 UTC and 2 more, which the summary shows. To keep one, run a step with its own name in \`tags\` and \`expire-in: never\`.
what renders a file: warning: \`values.yml\`, line 7, names acme/web as an image, and its tag cannot be told. Every tag of it is kept. Render it with \`helm template\`, or leave it out of \`in-use\` if nothing of it runs.
"
`);
  });

  test.each(Object.entries(SILENT))('no hint speaks %s', (_, hints) => {
    expect(hints).toEqual([]);
  });
});
