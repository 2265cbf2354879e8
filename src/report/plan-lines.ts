import { isSelected, type JudgedTag, type RepositoryPlan } from '../model/plan.ts';
import { countOf, formatCount } from './format.ts';
import { describeVerdict, summariseVerdict } from './reason-text.ts';

/** How many selected tags of a repository the log names; the report has them all. */
const NAMED_TAGS = 20;

/** What the log says of a plan: which tags will be deleted and why, and how many are kept for which reason. */
export function planLines(
  { repository, tags }: Omit<RepositoryPlan, 'matches'>,
  doing: 'delete' | 'expire',
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
  ];
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
