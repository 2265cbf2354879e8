import type { Facts, Undecided } from '../model/facts.ts';
import type { Protection, ReasonToDelete } from '../model/reason.ts';
import type { JudgedTag } from '../model/result.ts';
import type { Tag, TagList } from '../model/tag.ts';
import { indexBranches } from './branches.ts';
import { type Candidate, countMatches, firstReading, newestOf, readCandidates } from './candidate.ts';
import { usedIn } from './in-use.ts';
import { PLAIN } from './patterns/pattern.ts';
import { type Context, mayBeOrphan, reasonToKeep } from './reasons-to-keep.ts';
import type { Rule } from './rule.ts';
import type { Rules } from './rules.ts';
import { type Judged, settle, takenWith } from './signatures.ts';
import { askedRepository, readsLabels } from './source.ts';

/** A verdict on every tag, newest first; or all that has to be asked before. */
export type Decision =
  | {
      readonly kind: 'decided';
      readonly tags: readonly JudgedTag[];
      /** For each line of `tags`, in their order: how many listed tags it takes. */
      readonly matches: readonly number[];
    }
  | Undecided;

/**
 * Prepares the decision on the tags of one repository. The function that is returned decides by the facts, and may be asked
 * again when more of them are known.
 *
 * A tag is deleted only if nothing speaks for keeping it; a fact that cannot be known does. So the patterns are asked first,
 * then for each tag all that may keep it, and last what tags are to each other: images and what hangs on them.
 *
 * @throws InvalidInputError for a pattern that backtracks without end
 */
export function prepareDecision(list: TagList, given: Rules): (facts: Facts) => Decision {
  const rules = given.mode.kind === 'never-expire' ? withoutProtection(given) : given;
  const all = readCandidates(list.tags.toSorted(newestFirst), rules);
  const candidates = all.filter((one) => 'matches' in one);
  const matches = countMatches(candidates, rules.tags);
  const { branch } = rules.event;
  const needsImages = rules.inUse !== undefined || readsLabels(rules.source);
  const known: Omit<Context, 'facts'> = {
    repository: list.repository,
    rules,
    isUnstable: rules.mode.kind !== 'never-expire' && (list.isUnstable ?? false),
    newest: newestOf(candidates, given),
    eventBranch: indexBranches(typeof branch === 'string' ? [{ branch }] : []),
    images: Map.groupBy(needsImages ? all : [], ({ tag }) => tag.digest),
  };
  return (facts) => {
    const context = { ...known, facts };
    const judged = all.map((one) => ('verdict' in one ? one : judge(one, context)));
    if (!judged.every((one) => 'verdict' in one))
      return { kind: 'undecided', needs: judged.flatMap((one) => ('verdict' in one ? [] : one.needs)) };
    const tags = settle(judged, { rules, invalidNames: list.invalidNames, manifests: facts.manifests });
    return 'kind' in tags ? tags : { kind: 'decided', tags, matches };
  };
}

/** Where expirations are taken away, a kept tag is one that still expires: what protects a tag from deletion does not count. */
function withoutProtection({ inUse, ...rules }: Rules): Rules {
  const tags = rules.tags.map((rule): Rule => {
    if (rule.placeholder === undefined || rule.placeholder === 'group') return rule;
    return { ...rule, match: (names) => rule.match(names).map((match) => match && PLAIN) };
  });
  const source = { kind: 'none' } as const;
  return { ...rules, tags, byImage: false, cleanOrphanedSignatures: false, event: {}, source };
}

/** Within a second the registry's own order counts, which knows milliseconds; undated tags come last. */
function newestFirst(one: Tag, other: Tag): number {
  return (
    (other.lastModified ?? Number.NEGATIVE_INFINITY) - (one.lastModified ?? Number.NEGATIVE_INFINITY) || 0
  );
}

/** The verdict on a tag alone. */
function judge(candidate: Candidate, context: Context): Judged | Undecided {
  const { tag, attachment, matches } = candidate;
  const reason = reasonToKeep(candidate, context);
  const isUndecided = reason?.kind === 'undecided';
  // Nothing is asked of a signature before its image is known to be gone.
  if (isUndecided && !mayBeOrphan(candidate, context.rules)) return reason;
  const protectedBy = protectionOf(candidate, context);
  const rule = context.rules.tags.length > 1 ? matches[0]?.pattern.line : undefined;
  return {
    tag,
    verdict:
      reason && !isUndecided
        ? { kind: 'keep', reason }
        : { kind: 'delete', reason: reasonToDelete(candidate, context) },
    ...(attachment && { attachment }),
    ...(protectedBy && { protectedBy }),
    ...(rule !== undefined && { rule }),
    ...(isUndecided && { needs: reason.needs }),
  };
}

/** What protects a signature from going with its image. Quay takes no immutable ones. */
function protectionOf(
  { tag, attachment, protectedBy }: Candidate,
  { repository, rules, isUnstable }: Context,
): Protection | undefined {
  if (!attachment || rules.mode.kind !== 'delete' || !takenWith(tag, attachment)) return undefined;
  if (protectedBy !== undefined) return { kind: 'excluded', pattern: protectedBy };
  const use = rules.inUse && usedIn(tag, attachment.subject, { repository, inUse: rules.inUse });
  if (use?.kind === 'in-use') return use;
  return isUnstable ? { kind: 'list-unstable' } : undefined;
}

function reasonToDelete({ tag, matches }: Candidate, context: Context): ReasonToDelete {
  const asked = askedRepository(tag, context);
  const [github, written] =
    asked.kind === 'asked' ? [context.facts.github.get(asked.repository), asked.written] : [];
  for (const { match } of matches) {
    const reading = firstReading(match) ?? '';
    if (match.kind === 'pr') {
      const merged = github?.pullRequests.get(Number(reading)) === 'merged';
      return { kind: 'pull-request-closed', number: Number(reading), merged, ...written };
    }
    if (match.kind === 'branch') return { kind: 'branch-gone', reading };
    if (match.kind === 'commit') {
      const commit = github?.commits.get(reading);
      const pullRequests = commit?.kind === 'commit' ? commit.pullRequests : 'unknown';
      const { closed } = pullRequests === 'unknown' ? {} : pullRequests;
      return { kind: 'commit-gone', hash: reading, number: 0, merged: false, ...closed, ...written };
    }
  }
  const [first] = matches;
  return first ? { kind: 'matched', rule: first.pattern.line } : { kind: 'orphaned-signature' };
}
