import { isSelected, type JudgedTag, type RepositoryPlan } from '../model/plan.ts';
import { countOf, formatCount } from './format.ts';
import { type RuleTally, tallyRules } from './rule-tally.ts';
import { describeVerdict, summariseVerdict } from './verdict-text.ts';

/** How many selected tags of a repository the log names; the report has them all. */
const NAMED_TAGS = 20;

/**
 * What the log says of a plan: which tags will be deleted and why, how many are kept for which reason, and what each rule
 * comes to.
 *
 * @param rules - the lines of `tags`; none where there is only one
 */
export function planLines(
  { repository, tags, matches }: RepositoryPlan,
  doing: 'delete' | 'expire',
  rules: readonly string[] = [],
): readonly string[] {
  const selected = tags.filter(isSelected);
  const fate = doing === 'delete' ? 'will be deleted' : 'will expire';
  return [
    `${repository}: ${formatCount(selected.length)} of ${countOf(tags.length, 'tag')} ${fate}`,
    ...selected.slice(0, NAMED_TAGS).map((judged) => `  ${judged.tag.name}: ${describeVerdict(judged)}`),
    ...(selected.length > NAMED_TAGS
      ? [`  … and ${formatCount(selected.length - NAMED_TAGS)} more: see the report.`]
      : []),
    ...[...keptByReason(tags)].map(([reason, count]) => `  ${formatCount(count)} kept: ${reason}`),
    ...tallyRules({ rules, repositories: [{ tags, matches }] }).map((rule) => `  ${ruleLine(rule, fate)}`),
  ];
}

/** `rule "pr-*" matches 12 tags: 10 will be deleted, 2 kept` */
function ruleLine({ rule, matches, fates, leftToEarlier }: RuleTally, fate: string): string {
  const facts = [
    `${formatCount(fates.unprocessed)} ${fate}`,
    `${formatCount(fates.kept)} kept`,
    ...(leftToEarlier > 0 ? [`${formatCount(leftToEarlier)} left to an earlier rule`] : []),
  ];
  if (rule === undefined) return `without a rule (signatures): ${facts[0]}`;
  if (matches === 0) return `rule "${rule}" matches no tag`;
  return `rule "${rule}" matches ${countOf(matches, 'tag')}: ${facts.join(', ')}`;
}

function keptByReason(tags: readonly JudgedTag[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const judged of tags) {
    if (isSelected(judged)) continue;
    const reason = summariseVerdict(judged);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}
