import type { Facts, Need, Undecided } from '../model/facts.ts';
import type { JudgedTag } from '../model/plan.ts';
import type { Protection, ReasonToDelete, ReasonToKeep } from '../model/reason.ts';
import type { Tag, TagList, TagName } from '../model/tag.ts';
import { indexBranches } from './branches.ts';
import { type Candidate, countMatches, readCandidates } from './candidate.ts';
import { usedIn } from './in-use.ts';
import { rowsByDigest } from './manifest-contents.ts';
import { newestOf } from './newest.ts';
import { type Context, reasonToKeep, reasonToKeepOrphan } from './reasons-to-keep.ts';
import type { Rules } from './rules.ts';
import { type Judged, settle } from './signatures.ts';
import { askedRepository } from './source.ts';

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
export function prepareDecision(list: TagList, rules: Rules): (facts: Facts) => Decision {
  const candidates = readCandidates(list.tags.toSorted(newestFirst), rules);
  const matches = countMatches(candidates, rules.tags);
  const context: Omit<Context, 'facts'> = {
    repository: list.repository,
    rules,
    isUnstable: list.isUnstable ?? false,
    newest: newestOf(candidates, rules),
    eventBranch: indexBranches(
      typeof rules.event.branch === 'string' ? [{ branch: rules.event.branch }] : [],
    ),
    rows: rules.inUse ? rowsByDigest(list.tags) : new Map(),
    namesByDigest: readsLabels(rules) ? namesByDigest(list.tags) : new Map(),
  };
  return (facts) => {
    const decided = decide(candidates, { list, context: { ...context, facts } });
    return decided.kind === 'decided' ? { ...decided, matches } : decided;
  };
}

/** Within a second the registry's own order counts, which knows milliseconds; undated tags come last. */
function newestFirst(one: Tag, other: Tag): number {
  return (
    (other.lastModified ?? Number.NEGATIVE_INFINITY) - (one.lastModified ?? Number.NEGATIVE_INFINITY) || 0
  );
}

function readsLabels({ source }: Rules): boolean {
  return source.kind === 'own-labels' || source.kind === 'from-labels';
}

function namesByDigest(tags: readonly Tag[]): ReadonlyMap<string, readonly TagName[]> {
  const names = new Map<string, TagName[]>();
  for (const { name, digest } of tags) {
    if (digest === undefined) continue;
    const others = names.get(digest);
    if (others) others.push(name);
    else names.set(digest, [name]);
  }
  return names;
}

function decide(
  candidates: readonly Candidate[],
  { list, context }: { readonly list: TagList; readonly context: Context },
): Omit<Extract<Decision, { readonly kind: 'decided' }>, 'matches'> | Undecided {
  const { rules, facts } = context;
  const judged: Judged[] = [];
  const needs: (readonly Need[])[] = [];
  for (const candidate of candidates) {
    const one = judge(candidate, context);
    if ('verdict' in one) judged.push(one);
    else needs.push(one.needs);
  }
  if (needs.length > 0) return { kind: 'undecided', needs: needs.flat() };
  const settled = settle(judged, { rules, list, manifests: facts.manifests });
  if (settled.kind === 'undecided') return settled;
  const hasSeveralRules = rules.tags.length > 1;
  const tags = candidates.map(({ tag, matches }, index): JudgedTag => {
    const { verdict, deletedWith, after } = settled.tags[index] ?? judgedNowhere(tag);
    const rule = hasSeveralRules ? matches[0]?.pattern.line : undefined;
    return {
      tag,
      verdict,
      ...(rule !== undefined && { rule }),
      ...(deletedWith !== undefined && { deletedWith }),
      ...(after && { after }),
    };
  });
  return { kind: 'decided', tags };
}

function judgedNowhere({ name }: Tag): never {
  throw new Error(`There is no verdict on ${name}.`);
}

/** The verdict on a tag alone. */
function judge(candidate: Candidate, context: Context): Judged | Undecided {
  const reason = reasonToKeep(candidate, context);
  if (reason?.kind === 'undecided') return reason;
  const { tag, attachment } = candidate;
  const protectedBy = protectionOf(candidate, context);
  const about = { tag, ...(attachment && { attachment }), ...(protectedBy && { protectedBy }) };
  if (!reason) return { ...about, verdict: { kind: 'delete', reason: reasonToDelete(candidate, context) } };
  if (!mayBeOrphan(candidate, reason, context.rules)) return { ...about, verdict: { kind: 'keep', reason } };
  const still = reasonToKeepOrphan(candidate, context);
  if (still && still.kind !== 'undecided') return { ...about, verdict: { kind: 'keep', reason: still } };
  const verdict = { kind: 'delete', reason: { kind: 'orphaned-signature' } } as const;
  return still ? { ...about, verdict, needs: still.needs } : { ...about, verdict };
}

/** Whether a signature that no line takes goes as an orphan, if its image has gone. */
function mayBeOrphan({ attachment }: Candidate, { kind }: ReasonToKeep, rules: Rules): boolean {
  if (!rules.cleanOrphanedSignatures || rules.mode.kind === 'never-expire' || !attachment?.isSignature)
    return false;
  return kind === 'not-matched' || kind === 'hangs-on-image';
}

/** What protects a signature from going with its image. Quay takes no immutable ones. */
function protectionOf(
  { tag, attachment, protectedBy }: Candidate,
  { repository, rules, isUnstable }: Context,
): Protection | undefined {
  if (!attachment?.isSignature || tag.immutable) return undefined;
  if (protectedBy !== undefined) return { kind: 'excluded', pattern: protectedBy };
  const use = rules.inUse && usedIn(tag, attachment.subject, { repository, inUse: rules.inUse });
  if (use?.kind === 'in-use') return use;
  return isUnstable ? { kind: 'list-unstable' } : undefined;
}

function reasonToDelete({ tag, matches }: Candidate, context: Context): ReasonToDelete {
  const asked = askedRepository(tag, context);
  const [github, written] =
    asked.kind === 'asked' ? [context.facts.github.get(asked.repository), asked.written] : [];
  for (const { match } of context.rules.mode.kind === 'never-expire' ? [] : matches) {
    switch (match.kind) {
      case 'pull-request': {
        const number = Number(match.numbers[0]);
        const merged = github?.pullRequests.get(number) === 'merged';
        return { kind: 'pull-request-closed', number, merged, ...written };
      }
      case 'branch':
        return { kind: 'branch-gone', reading: match.likely ?? '' };
      case 'commit': {
        const [hash = ''] = match.hashes;
        const commit = github?.commits.get(hash);
        const pullRequests = commit?.kind === 'commit' ? commit.pullRequests : 'unknown';
        const { number = 0, merged = false } =
          (pullRequests === 'unknown' ? undefined : pullRequests.closed) ?? {};
        return { kind: 'commit-gone', hash, number, merged, ...written };
      }
      case 'plain':
      case 'group':
        break;
      default:
        match satisfies never;
    }
  }
  return { kind: 'matched', rule: matches[0]?.pattern.line ?? '' };
}
