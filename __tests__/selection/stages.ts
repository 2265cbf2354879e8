import type { Facts } from '../../src/model/facts.ts';
import type { JudgedTag } from '../../src/model/plan.ts';
import type { Tag } from '../../src/model/tag.ts';
import {
  decide,
  needsBranches,
  unansweredIndexes,
  unansweredPullRequests,
  unansweredPulls,
} from '../../src/selection/decide.ts';
import type { Rules } from '../../src/selection/rules.ts';

/** Asks for facts as a run does: only what is still in question, one kind after the other. */
export function decideInStages(
  tags: readonly Tag[],
  rules: Rules,
  known: Required<Facts>,
): readonly JudgedTag[] {
  let facts: Facts = { now: known.now };
  let judged = decide(tags, rules, facts);
  const numbers = unansweredPullRequests(judged);
  if (numbers.length > 0) {
    const pullRequests = new Map(
      numbers.map((number) => [number, known.pullRequests.get(number) ?? 'unknown']),
    );
    facts = { ...facts, pullRequests };
    judged = decide(tags, rules, facts);
  }
  if (needsBranches(judged)) {
    facts = { ...facts, branches: known.branches };
    judged = decide(tags, rules, facts);
  }
  for (;;) {
    const names = unansweredPulls(judged);
    const digests = names.length > 0 ? [] : unansweredIndexes(judged, facts);
    if (names.length === 0 && digests.length === 0) return judged;
    const pulls = names.map((name) => [name, known.lastPulls.get(name) ?? 'unknown'] as const);
    const images = digests.map((digest) => [digest, known.indexedImages.get(digest) ?? 'unknown'] as const);
    facts = {
      ...facts,
      lastPulls: new Map([...(facts.lastPulls ?? []), ...pulls]),
      indexedImages: new Map([...(facts.indexedImages ?? []), ...images]),
    };
    judged = decide(tags, rules, facts);
  }
}
