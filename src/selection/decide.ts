import type { Facts, Need } from '../model/facts.ts';
import type { RepositoryPlan } from '../model/plan.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { type Candidate, countMatches, readCandidates } from './candidate.ts';
import { type JudgeContext, judge, keep, unripe } from './judge.ts';
import { rowsByDigest } from './manifest-contents.ts';
import { newestOf } from './newest.ts';
import { scopeOf } from './placeholders.ts';
import type { Rules } from './rules.ts';
import { type Judged, settleSignatures } from './signatures.ts';
import { withTakenAlong } from './taken-along.ts';

/** A verdict on every tag, newest first; or all that has to be asked before. */
export type Decision =
  | ({ readonly kind: 'decided' } & Omit<RepositoryPlan, 'repository'>)
  | { readonly kind: 'undecided'; readonly needs: readonly Need[] };

/** The tags of one repository, as its registry lists them. */
export interface Listed {
  /** `namespace/name`. */
  readonly repository: string;
  readonly tags: readonly Tag[];
  /** Listed names that no tag can have, of images that live all the same. */
  readonly strange: readonly string[];
  /** Whether no two readings of the list agree on what lives: then no cosign tag is deleted. */
  readonly shifts?: boolean;
}

interface Context extends JudgeContext {
  readonly strange: readonly string[];
  readonly matches: readonly number[];
}

/**
 * Prepares the decision on the tags of one repository. The function that is returned decides by the facts, and may be asked
 * again when more of them are known.
 *
 * A tag is deleted only if nothing speaks for keeping it; a fact that cannot be known does.
 *
 * @throws InvalidInputError for a pattern that backtracks without end
 */
export function prepareDecision(
  { repository, tags, strange, shifts = false }: Listed,
  rules: Rules,
): (facts: Facts) => Decision {
  const candidates = readCandidates(tags.toSorted(newestFirst), rules);
  const context = {
    repository,
    rules,
    strange,
    shifts,
    matches: countMatches(candidates, rules.tags),
    newest: newestOf(candidates),
    scope: scopeOf(rules.event),
    rows: rules.inUse ? rowsByDigest(tags) : new Map(),
    ...(rules.approved && { approved: { tags: rules.approved.get(repository) } }),
  };
  return (facts) => decide(candidates, { ...context, facts });
}

/** Within a second the registry's own order counts, which knows milliseconds; undated tags come last. */
function newestFirst(one: Tag, other: Tag): number {
  return (
    (other.lastModified ?? Number.NEGATIVE_INFINITY) - (one.lastModified ?? Number.NEGATIVE_INFINITY) || 0
  );
}

function decide(candidates: readonly Candidate[], context: Context): Decision {
  const judged: Judged[] = [];
  const needs: (readonly Need[])[] = [];
  for (const candidate of candidates) {
    const verdict = judge(candidate, context);
    if (verdict.kind === 'undecided') needs.push(verdict.needs);
    else judged.push({ candidate, verdict });
  }
  return needs.length > 0 ? { kind: 'undecided', needs: needs.flat() } : settle(judged, context);
}

/** So often tags may be kept for signatures that others hold; then every tag with a signature is kept. */
const MOST_ROUNDS = 10;

/** Settles what depends on the verdicts on other tags. */
function settle(judged: readonly Judged[], context: Context, round = 0): Decision {
  const { rules, facts, strange, matches } = context;
  const settled = settleSignatures(judged, {
    rules,
    facts,
    strange,
    hold: (candidate) => unripe(candidate, context),
  });
  if (settled.kind === 'undecided') return settled;
  const { living } = settled;
  const planned = withTakenAlong(settled.judged, {
    rules,
    living,
    repository: context.repository,
    spareAll: round >= MOST_ROUNDS,
  });
  switch (planned.kind) {
    case 'planned':
      return { kind: 'decided', tags: planned.tags, matches };
    case 'undecided':
      return planned;
    case 'spare':
      // A tag that is kept keeps images alive, and with them further signatures.
      return settle(spare(judged, planned.signatures), context, round + 1);
    default:
      return planned satisfies never;
  }
}

function spare(judged: readonly Judged[], signatures: ReadonlyMap<TagName, TagName>): readonly Judged[] {
  return judged.map(({ candidate, verdict }) => {
    const signature = signatures.get(candidate.tag.name);
    return {
      candidate,
      verdict: signature === undefined ? verdict : keep({ kind: 'signature-would-go', signature }),
    };
  });
}
