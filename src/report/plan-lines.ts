import type { Listed } from '../cleanup/list-tags.ts';
import type { JudgedTag, RepositoryPlan } from '../model/plan.ts';
import { info } from '../runner/log.ts';
import { type Rules, unusedExclusions } from '../selection/rules.ts';
import { countOf } from './format.ts';
import { describeReason, summariseReason } from './reason-text.ts';

/** How many planned tags of a repository the log names; the report has them all. */
const NAMED_TAGS = 20;

/** Says in the log what is to go and why, and how many stay for which reason. */
export function logPlan(plans: readonly RepositoryPlan[]): void {
  for (const { repository, tags } of plans) {
    const going = tags.filter(({ verdict }) => verdict.kind === 'delete');
    info(`${repository}: ${going.length} of ${countOf(tags.length, 'tag')} to go`);
    for (const { tag, verdict } of going.slice(0, NAMED_TAGS))
      info(`  ${tag.name}: ${describeReason(verdict.reason)}`);
    if (going.length > NAMED_TAGS) info(`  … and ${going.length - NAMED_TAGS} more: see the report.`);
    for (const [reason, count] of keptByReason(tags))
      info(`  ${count} ${count === 1 ? 'stays' : 'stay'}: ${reason}`);
  }
}

function keptByReason(tags: readonly JudgedTag[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { verdict } of tags) {
    if (verdict.kind !== 'keep') continue;
    const reason = summariseReason(verdict.reason);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}

/** What a person should know of a plan besides its verdicts: protection that protects nothing, facts that Quay does not tell. */
export function notesOnPlan(
  plans: readonly RepositoryPlan[],
  listings: readonly Listed[],
  rules: Rules,
): readonly string[] {
  const names = listings.flatMap(({ tags }) => tags.map(({ name }) => name));
  const unused = names.length === 0 ? [] : unusedExclusions(rules.exclude, names);
  const reasons = plans.flatMap(({ tags }) => tags.map(({ verdict }) => verdict.reason));
  return [
    ...listings.flatMap(({ facts }) =>
      facts.obstacle ? [`A run that deletes would fail: ${facts.obstacle.message}`] : [],
    ),
    ...unused.map(
      (pattern) =>
        `The exclusion \`${pattern}\` matches no tag. If it is meant to protect some, check how it is written.`,
    ),
    ...(reasons.some(({ kind }) => kind === 'pulls-unknown')
      ? [
          'The registry does not tell when some tags were last pulled. They stay. Pull statistics need Quay 3.16 or later, and may be switched off.',
        ]
      : []),
  ];
}
