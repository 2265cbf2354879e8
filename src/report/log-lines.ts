import { type GitHubAsked, isSelected, type Mode, type Plan } from '../model/result.ts';
import { describeGitHub, MODE_WORDS } from './describe-cleanup.ts';
import { countOf, formatCount, formatRate, formatTimeLeft } from './format.ts';
import { countReasons, describeVerdict } from './reasons.ts';
import { type RuleTally, tallyRules } from './tally.ts';

/** How many selected tags of a repository the log names; the report has them all. */
const NAMED_TAGS = 20;

/** What the log says of a run's plans depends on. */
interface Planned {
  readonly mode: Mode['kind'];
  /** The lines of `tags`; absent where there is only one. */
  readonly rules?: readonly string[];
  readonly github?: GitHubAsked;
}

type PlannedTags = Pick<Plan, 'repository' | 'tags' | 'matches'>;

/** What a plan comes to: `5 of 12 tags will be deleted`, which, and how many are kept for each reason. */
export function summarisePlan({ tags }: Pick<Plan, 'tags'>, mode: Mode['kind']) {
  const { true: selected = [], false: kept = [] } = Object.groupBy(tags, (judged) => `${isSelected(judged)}`);
  const future = `will ${MODE_WORDS[mode].become}`;
  const sentence = `${formatCount(selected.length)} of ${countOf(tags.length, 'tag')} ${future}`;
  return { sentence, future, selected, kept: countReasons(kept) };
}

/**
 * What the log says of the plans: which GitHub repository was asked, and of each repository which tags will be deleted and why,
 * how many are kept for which reason, and what each rule comes to.
 */
export function planLines(plans: readonly PlannedTags[], planned: Planned): readonly string[] {
  const asked = planned.github && plans.length > 0 ? [describeGitHub(planned.github)] : [];
  return [...asked, ...plans.flatMap((plan) => linesOf(plan, planned))];
}

function linesOf(plan: PlannedTags, { mode, rules = [] }: Planned): readonly string[] {
  const { sentence, future, selected, kept } = summarisePlan(plan, mode);
  const more = selected.length - NAMED_TAGS;
  return [
    `${plan.repository}: ${sentence}`,
    ...selected.slice(0, NAMED_TAGS).map((judged) => `  ${judged.tag.name}: ${describeVerdict(judged)}`),
    ...(more > 0 ? [`  … and ${formatCount(more)} more: see the report.`] : []),
    ...kept.map(([reason, count]) => `  ${formatCount(count)} kept: ${reason}`),
    ...tallyRules({ rules, repositories: [plan] }).map((rule) => `  ${ruleLine(rule, future)}`),
  ];
}

/** `rule "pr-*" matches 12 tags: 10 will be deleted, 2 kept` */
function ruleLine({ rule, matches, counts, decidedEarlier }: RuleTally, future: string): string {
  const facts = [
    `${formatCount(counts.unprocessed)} ${future}`,
    `${formatCount(counts.kept)} kept`,
    ...(decidedEarlier > 0 ? [`${formatCount(decidedEarlier)} decided by an earlier rule`] : []),
  ];
  if (rule === undefined) return `without a rule (signatures): ${facts[0]}`;
  if (matches === 0) return `rule "${rule}" matches no tag`;
  return `rule "${rule}" matches ${countOf(matches, 'tag')}: ${facts.join(', ')}`;
}

/** How far a run is. */
interface Progress {
  readonly doing: Mode['kind'] | 'restore';
  /** Those that failed are not among them. */
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** Seconds since the first request was sent. */
  readonly elapsed: number;
}

/** `Deleted 250 of 1,000 tags, 48/s, about 16 s left` */
export function progressLine({ doing, done, failed, total, elapsed }: Progress): string {
  const { did, aim } = doing === 'restore' ? { did: 'Restored', aim: '' } : MODE_WORDS[doing];
  const count = `${did} ${formatCount(done)} of ${countOf(total, 'tag')}${aim}`;
  const failures = failed === 0 ? '' : `, ${formatCount(failed)} failed`;
  const processed = done + failed;
  if (processed === 0 || elapsed <= 0) return count;
  const rate = processed / elapsed;
  const left = total - processed;
  return `${count}${failures}, ${formatRate(rate)}/s${left > 0 ? `, about ${formatTimeLeft(left / rate)} left` : ''}`;
}
