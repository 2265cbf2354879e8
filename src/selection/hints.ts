import type { Hint, SourceCount } from '../model/hint.ts';
import { isSelected, type JudgedTag, type Plan } from '../model/plan.ts';
import type { Reason } from '../model/reason.ts';
import { areAny, conditionsOf } from './conditions.ts';
import { linesOfOthers, unreadableIn } from './in-use.ts';
import type { RepositorySelector } from './patterns/name-patterns.ts';
import type { Rule } from './rule.ts';
import { type Rules, unusedExclusions } from './rules.ts';
import { attachmentOf } from './signatures.ts';

/** What hints are found in. */
export interface HintContext {
  readonly plans: readonly Plan[];
  readonly rules: Rules;
  /** The lines of the input `repository`. */
  readonly repositories: readonly RepositorySelector[];
  /** Whether the user names the GitHub repository that is asked. */
  readonly namesGitHubRepository: boolean;
  /** The patterns of `keep-commits-of` that no branch matches. */
  readonly unusedKeepPatterns: readonly string[];
}

/** What a person should see before the plan is carried out, each once for all repositories. */
export function findHints(context: HintContext): readonly Hint[] {
  const { plans, rules, unusedKeepPatterns } = context;
  const kept = plans.flatMap(({ tags }) => tags.filter((judged) => !isSelected(judged)));
  return [
    ...unusedKeepPatterns.map(
      (pattern): Hint => ({ kind: 'keep-pattern-unused', level: 'warning', pattern }),
    ),
    ...unusedLines(plans, rules),
    ...unreadInUse(plans, rules),
    ...protectedExpiring(plans, rules),
    ...keptForSource(kept, rules),
    ...forgottenPullRequests(plans, rules),
    ...oneGitHubRepository(context),
    ...newestAreTags(plans),
    ...keptForSignatures(kept),
    ...unmatchedSiblings(kept),
    ...leftOfGoneImages(plans),
    ...unknownPulls(kept),
  ];
}

/** A line that matches nothing anywhere is likely a typo. Where it is the only one, the run's last sentence says so. */
function unusedLines(plans: readonly Plan[], { tags, exclude }: Rules): readonly Hint[] {
  const names = plans.flatMap((plan) => plan.tags.map(({ tag }) => tag.name));
  if (names.length === 0) return [];
  const unused = tags.filter((_, index) => plans.every(({ matches }) => matches[index] === 0));
  return [
    ...(tags.length === 1 ? [] : unused).map(
      ({ line }): Hint => ({ kind: 'line-unused', level: 'warning', line }),
    ),
    ...unusedExclusions(exclude, names).map(
      (pattern): Hint => ({ kind: 'exclusion-unused', level: 'notice', pattern }),
    ),
  ];
}

function unreadInUse(plans: readonly Plan[], { inUse }: Rules): readonly Hint[] {
  if (!inUse || plans.length === 0) return [];
  const repositories = plans.map(({ repository }) => repository);
  const digests = new Set(
    plans.flatMap(({ list }) => list.tags.flatMap(({ digest }) => (digest === undefined ? [] : [digest]))),
  );
  return [
    ...repositories.flatMap((repository): readonly Hint[] => {
      const place = unreadableIn(inUse, repository);
      return place ? [{ kind: 'in-use-unreadable', level: 'warning', repository, ...place }] : [];
    }),
    ...linesOfOthers(inUse, { repositories, digests }).map(
      (line): Hint => ({ kind: 'in-use-elsewhere', level: 'warning', line }),
    ),
  ];
}

/** Names such as `pr-12`, `pull-12-amd64`, `PR12`. */
const OF_PULL_REQUEST = /(?<![a-z0-9])(?:pr|pull|pull[-_.]?request)[-_.]?[1-9]\d*(?![a-z0-9])/i;

/** A group for a number, without a name. */
const NUMBER_GROUP = /\((?!\?)[^()]*(?:\\d|0-9)[^()]*\)/;

/** A pull request's own workflow may write its number into the pattern. A group without a name reads all numbers. */
function forgottenPullRequests(plans: readonly Plan[], rules: Rules): readonly Hint[] {
  if (rules.mode.kind === 'never-expire') return [];
  const selected = plans.flatMap(({ tags }) => tags.filter(isSelected));
  return rules.tags.flatMap((rule): readonly Hint[] => {
    const hasGroup = rule.text.startsWith('/') && NUMBER_GROUP.test(rule.text);
    const isPlain = rules.event.pullRequest === undefined && !areAny(conditionsOf(rule, rules));
    if (rule.placeholder !== undefined || !(hasGroup || isPlain)) return [];
    const taken = selected.filter((judged) => isBy(rule, judged) && OF_PULL_REQUEST.test(judged.tag.name));
    const [first] = taken;
    if (!first) return [];
    const { text: pattern } = rule;
    const { name: tag } = first.tag;
    return [{ kind: 'pull-requests-not-asked', level: 'notice', pattern, tags: taken.length, tag, hasGroup }];
  });
}

/** Where there is only one rule, no tag names it. */
function isBy({ line }: Rule, { rule, verdict }: JudgedTag): boolean {
  return verdict.reason.kind === 'matched' && (rule ?? verdict.reason.rule) === line;
}

function oneGitHubRepository({ rules, repositories, namesGitHubRepository }: HintContext): readonly Hint[] {
  const { source, mode, tags } = rules;
  const asks = tags.some(({ placeholder }) => placeholder !== undefined && placeholder !== 'group');
  if (!asks || source.kind !== 'given' || namesGitHubRepository || mode.kind === 'never-expire') return [];
  if (repositories.length < 2) return [];
  const { repository: github } = source;
  return [{ kind: 'one-github-repository', level: 'notice', github, repositories: repositories.length }];
}

function newestAreTags(plans: readonly Plan[]): readonly Hint[] {
  let tags = 0;
  let images = 0;
  for (const plan of plans) {
    const newest = plan.tags.filter(
      ({ verdict: { reason } }) => reason.kind === 'among-newest' && reason.of !== 'images',
    );
    const digests = newest.map(({ tag }) => tag.digest).filter((digest) => digest !== undefined);
    const distinct = new Set(digests).size;
    if (distinct === digests.length) continue;
    tags += digests.length;
    images += distinct;
  }
  return tags === 0 ? [] : [{ kind: 'newest-are-tags', level: 'notice', tags, images }];
}

function unknownPulls(kept: readonly JudgedTag[]): readonly Hint[] {
  const tags = reasonsOf(kept, 'pulls-unknown').length;
  return tags === 0 ? [] : [{ kind: 'pulls-unknown', level: 'notice', tags }];
}

function keptForSignatures(kept: readonly JudgedTag[]): readonly Hint[] {
  const excluded = reasonsOf(kept, 'signature-would-go').flatMap(({ protectedBy }) =>
    protectedBy.kind === 'excluded' ? [protectedBy.pattern] : [],
  );
  const unknown = reasonsOf(kept, 'signatures-unknown').map(({ pattern }) => pattern);
  return [
    { kind: 'kept-for-signatures' as const, patterns: excluded },
    { kind: 'signatures-unknown' as const, patterns: unknown },
  ].flatMap(({ kind, patterns }): readonly Hint[] =>
    patterns.length === 0
      ? []
      : [{ kind, level: 'notice', tags: patterns.length, patterns: [...new Set(patterns)] }],
  );
}

function unmatchedSiblings(kept: readonly JudgedTag[]): readonly Hint[] {
  const found = kept.flatMap(({ tag: { name }, verdict: { reason } }) =>
    reason.kind === 'sibling-kept' && reason.why.kind === 'not-matched'
      ? [{ tag: name, sibling: reason.tag }]
      : [],
  );
  const [first] = found;
  return first ? [{ kind: 'siblings-unmatched', level: 'notice', tags: found.length, ...first }] : [];
}

/** What GitHub says that protects a tag. */
const PROTECTING: ReadonlySet<Reason['kind']> = new Set([
  'pull-request-open',
  'pull-request-reopened',
  'branch-exists',
  'branch-in-open-pull-request',
  'commit-on-kept-branch',
  'commit-is-head',
  'commit-has-git-tag',
  'commit-in-open-pull-request',
]);

/** An expiration that an earlier run set stays, also when a pull request is opened again or a branch comes back. */
function protectedExpiring(plans: readonly Plan[], { mode }: Rules): readonly Hint[] {
  if (mode.kind !== 'expire') return [];
  const tags = plans.flatMap(({ repository, tags }) =>
    tags.flatMap(({ tag: { name, expiration }, verdict: { reason } }) =>
      expiration !== undefined && PROTECTING.has(reason.kind) ? [{ repository, name, expiration }] : [],
    ),
  );
  return tags.length === 0 ? [] : [{ kind: 'protected-expiring', level: 'warning', tags }];
}

const SOURCE_REASONS: readonly SourceCount['reason'][] = [
  'from-other-repository',
  'source-of-other-owner',
  'source-unreadable',
  'source-newer-than-image',
  'source-unknown',
];

function keptForSource(kept: readonly JudgedTag[], { source }: Rules): readonly Hint[] {
  if (source.kind !== 'own-labels' && source.kind !== 'from-labels') return [];
  const sources = SOURCE_REASONS.flatMap((reason): readonly SourceCount[] => {
    const found = reasonsOf(kept, reason).map((each) => ('source' in each ? each.source : undefined));
    return [...Map.groupBy(found, (name) => name)].map(([name, { length: tags }]) => ({
      reason,
      tags,
      ...(name !== undefined && { source: name }),
    }));
  });
  if (sources.length === 0) return [];
  return [{ kind: 'kept-for-source', level: 'warning', by: source.kind, own: source.repository, sources }];
}

function leftOfGoneImages(plans: readonly Plan[]): readonly Hint[] {
  const left = plans.flatMap((plan) => {
    const living = livingDigests(plan);
    return plan.tags
      .filter(({ verdict: { reason } }) => reason.kind === 'hangs-on-image' || reason.kind === 'not-matched')
      .flatMap(({ tag }) => attachmentOf(tag.name) ?? [])
      .filter(({ subject }) => living && !living.has(subject));
  });
  if (left.length === 0) return [];
  const endings = new Set(left.flatMap(({ ending, isSignature }) => (isSignature ? [] : [ending])));
  const signatures = left.filter(({ isSignature }) => isSignature).length;
  const patterns = [...endings].map((ending) => (ending === '' ? 'sha256-*' : `*${ending}`));
  return [{ kind: 'left-of-gone-images', level: 'notice', tags: left.length, signatures, patterns }];
}

/** The digests of all images that live; undefined where the list does not tell all of them. */
function livingDigests({ list }: Plan): ReadonlySet<string> | undefined {
  const { tags, namesOnly, invalidNames, isUnstable } = list;
  if (namesOnly || isUnstable || invalidNames.length > 0) return undefined;
  const living = new Set<string>();
  for (const { digest, multiArch, manifests } of tags) {
    if (digest === undefined || (multiArch !== false && !manifests)) return undefined;
    for (const each of [digest, ...(manifests?.keys() ?? [])]) living.add(each);
  }
  return living;
}

function reasonsOf<Kind extends Reason['kind']>(
  tags: readonly JudgedTag[],
  kind: Kind,
): readonly Extract<Reason, { readonly kind: Kind }>[] {
  return tags.flatMap(({ verdict: { reason } }) => (isOfKind(reason, kind) ? [reason] : []));
}

function isOfKind<Kind extends Reason['kind']>(
  reason: Reason,
  kind: Kind,
): reason is Extract<Reason, { readonly kind: Kind }> {
  return reason.kind === kind;
}
