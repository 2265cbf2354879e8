import type { Hint, HintFacts, SourceCount } from '../model/hint.ts';
import { present } from '../model/json.ts';
import type { Reason } from '../model/reason.ts';
import { isSelected, type JudgedTag, type Plan } from '../model/result.ts';
import { areAny, conditionsOf } from './conditions.ts';
import { linesOfOthers, unreadableIn } from './in-use.ts';
import type { Rule } from './rule.ts';
import { asksGitHub, type Rules, unusedExclusions } from './rules.ts';
import { attachmentOf } from './signatures.ts';
import { readsLabels } from './source.ts';

/** What hints are found in. */
export interface HintContext {
  readonly plans: readonly Plan[];
  readonly rules: Rules;
  /** How many lines the input `repository` has. */
  readonly repositories: number;
  /** Whether the user names the GitHub repository that is asked. */
  readonly namesGitHubRepository: boolean;
  /** The patterns of `keep-commits-of` that no branch matches. */
  readonly unusedKeepPatterns: readonly string[];
}

/** What a person should see before the plan is carried out, each once for all repositories. What is true of no tag is no hint. */
export function findHints(context: HintContext): readonly Hint[] {
  const { plans, rules, unusedKeepPatterns } = context;
  const kept = plans.flatMap(({ tags }) => tags.filter((judged) => !isSelected(judged)));
  const found: readonly (HintFacts | undefined)[] = [
    ...unusedKeepPatterns.map((pattern): HintFacts => ({ kind: 'keep-pattern-unused', pattern })),
    ...unusedLines(plans, rules),
    ...unreadInUse(plans, rules),
    protectedExpiring(plans, rules),
    keptForSource(kept, rules),
    ...forgottenPullRequests(plans, rules),
    oneGitHubRepository(context),
    newestAreTags(plans),
    ...keptForSignatures(kept),
    unmatchedSiblings(kept),
    leftOfGoneImages(plans),
    { kind: 'pulls-unknown', tags: reasonsOf(kept, 'pulls-unknown').length },
  ];
  return found
    .filter((facts) => facts !== undefined)
    .filter((facts) => !('tags' in facts && facts.tags === 0))
    .map((facts) => ({ level: WARNINGS.has(facts.kind) ? 'warning' : 'notice', ...facts }));
}

/** The hints that warn; the others are notices. */
const WARNINGS: ReadonlySet<Hint['kind']> = new Set([
  'keep-pattern-unused',
  'line-unused',
  'in-use-unreadable',
  'in-use-elsewhere',
  'protected-expiring',
  'kept-for-source',
]);

/** A line that matches nothing anywhere is likely a typo. Where it is the only one, the run's last sentence says so. */
function unusedLines(plans: readonly Plan[], { tags, exclude }: Rules): readonly HintFacts[] {
  if (plans.every((plan) => plan.tags.length === 0)) return [];
  const unused = tags.filter((_, index) => plans.every(({ matches }) => matches[index] === 0));
  const names = exclude.length === 0 ? [] : plans.flatMap((plan) => plan.tags.map(({ tag }) => tag.name));
  return [
    ...(tags.length === 1 ? [] : unused).map(({ line }): HintFacts => ({ kind: 'line-unused', line })),
    ...unusedExclusions(exclude, names).map((pattern): HintFacts => ({ kind: 'exclusion-unused', pattern })),
  ];
}

function unreadInUse(plans: readonly Plan[], { inUse }: Rules): readonly (HintFacts | undefined)[] {
  if (!inUse || plans.length === 0) return [];
  const repositories = new Set(plans.map(({ repository }) => repository));
  const digests = new Set(plans.flatMap(({ list }) => list.tags.map(({ digest }) => digest)));
  return [
    ...Array.from(repositories, (repository): HintFacts | undefined => {
      const place = unreadableIn(inUse, repository);
      return place && { kind: 'in-use-unreadable', repository, ...place };
    }),
    ...linesOfOthers(inUse, { repositories, digests }).map(
      (line): HintFacts => ({ kind: 'in-use-elsewhere', line }),
    ),
  ];
}

/** Names such as `pr-12`, `pull-12-amd64`, `PR12`. */
const OF_PULL_REQUEST = /(?<![a-z0-9])(?:pr|pull|pull[-_.]?request)[-_.]?[1-9]\d*(?![a-z0-9])/i;

/** A group for a number, without a name. */
const NUMBER_GROUP = /\((?!\?)[^()]*(?:\\d|0-9)[^()]*\)/;

/** A pull request's own workflow may write its number into the pattern. A group without a name reads all numbers. */
function forgottenPullRequests(plans: readonly Plan[], rules: Rules): readonly (HintFacts | undefined)[] {
  if (rules.mode.kind === 'never-expire') return [];
  const selected = plans.flatMap(({ tags }) => tags.filter(isSelected));
  return rules.tags.map((rule) => {
    const { text: pattern, placeholder } = rule;
    const hasGroup = pattern.startsWith('/') && NUMBER_GROUP.test(pattern);
    const isPlain = rules.event.pullRequest === undefined && !areAny(conditionsOf(rule, rules));
    if (placeholder !== undefined || !(hasGroup || isPlain)) return undefined;
    const taken = selected.filter((judged) => isBy(rule, judged) && OF_PULL_REQUEST.test(judged.tag.name));
    const tag = taken[0]?.tag.name;
    return tag && { kind: 'pull-requests-not-asked', pattern, tags: taken.length, tag, hasGroup };
  });
}

/** Where there is only one rule, no tag names it. */
function isBy({ line }: Rule, { rule, verdict }: JudgedTag): boolean {
  return verdict.reason.kind === 'matched' && (rule ?? verdict.reason.rule) === line;
}

function oneGitHubRepository(context: HintContext): HintFacts | undefined {
  const { rules, repositories, namesGitHubRepository } = context;
  const { source, mode, tags } = rules;
  const asks = tags.some(asksGitHub);
  const isMeant = namesGitHubRepository || mode.kind === 'never-expire' || repositories < 2;
  if (!asks || isMeant || source.kind !== 'given') return undefined;
  return { kind: 'one-github-repository', github: source.repository, repositories };
}

function newestAreTags(plans: readonly Plan[]): HintFacts {
  const digests = plans.map(({ tags }) =>
    tags.flatMap(({ tag: { digest }, verdict: { reason } }) =>
      reason.kind === 'among-newest' && reason.of !== 'images' ? (digest ?? []) : [],
    ),
  );
  const fewer = digests.filter((each) => new Set(each).size < each.length);
  const images = fewer.flatMap((each) => [...new Set(each)]);
  return { kind: 'newest-are-tags', tags: fewer.flat().length, images: images.length };
}

function keptForSignatures(kept: readonly JudgedTag[]): readonly HintFacts[] {
  const excluded = reasonsOf(kept, 'signature-would-go').flatMap(({ protectedBy }) =>
    protectedBy.kind === 'excluded' ? protectedBy.pattern : [],
  );
  const unknown = reasonsOf(kept, 'signatures-unknown').map(({ pattern }) => pattern);
  return [
    { kind: 'kept-for-signatures', tags: excluded.length, patterns: [...new Set(excluded)] },
    { kind: 'signatures-unknown', tags: unknown.length, patterns: [...new Set(unknown)] },
  ];
}

function unmatchedSiblings(kept: readonly JudgedTag[]): HintFacts | undefined {
  const found = kept.flatMap(({ tag: { name }, verdict: { reason } }) =>
    reason.kind === 'sibling-kept' && reason.why.kind === 'not-matched'
      ? [{ tag: name, sibling: reason.tag }]
      : [],
  );
  const [first] = found;
  return first && { kind: 'siblings-unmatched', tags: found.length, ...first };
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
function protectedExpiring(plans: readonly Plan[], { mode }: Rules): HintFacts | undefined {
  if (mode.kind !== 'expire') return undefined;
  const tags = plans.flatMap(({ repository, tags }) =>
    tags.flatMap(({ tag: { name, expiration }, verdict: { reason } }) =>
      expiration !== undefined && PROTECTING.has(reason.kind) ? [{ repository, name, expiration }] : [],
    ),
  );
  return tags.length === 0 ? undefined : { kind: 'protected-expiring', tags };
}

const SOURCE_REASONS: readonly SourceCount['reason'][] = [
  'from-other-repository',
  'source-of-other-owner',
  'source-unreadable',
  'source-newer-than-image',
  'source-unknown',
];

function keptForSource(kept: readonly JudgedTag[], { source }: Rules): HintFacts | undefined {
  if (!readsLabels(source)) return undefined;
  const sources = SOURCE_REASONS.flatMap((reason) => {
    const found = reasonsOf(kept, reason).map((each) => ('source' in each ? each.source : undefined));
    const byName = [...Map.groupBy(found, (name) => name)];
    return byName.map(([source, { length: tags }]): SourceCount => present({ reason, tags, source }));
  });
  if (sources.length === 0) return undefined;
  return { kind: 'kept-for-source', by: source.kind, own: source.repository, sources };
}

function leftOfGoneImages(plans: readonly Plan[]): HintFacts {
  const left = plans.flatMap((plan) => {
    const attachments = plan.tags.flatMap(({ tag, verdict: { reason } }) =>
      reason.kind === 'hangs-on-image' || reason.kind === 'not-matched' ? (attachmentOf(tag.name) ?? []) : [],
    );
    const living = attachments.length > 0 ? livingDigests(plan) : undefined;
    return attachments.filter(({ subject }) => living && !living.has(subject));
  });
  const others = left.filter(({ isSignature }) => !isSignature);
  const patterns = new Set(others.map(({ ending }) => (ending === '' ? 'sha256-*' : `*${ending}`)));
  const signatures = left.length - others.length;
  return { kind: 'left-of-gone-images', tags: left.length, signatures, patterns: [...patterns] };
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
  const isOfKind = (reason: Reason): reason is Extract<Reason, { readonly kind: Kind }> =>
    reason.kind === kind;
  return tags.flatMap(({ verdict: { reason } }) => (isOfKind(reason) ? [reason] : []));
}
