import type { CleanupResult, GitHubAsked, Mode, Outcome, Plan, RestoreOutcome } from '../model/result.ts';
import { agree, countOf, formatCount, formatRate, formatTimeLeft, listOf } from './format.ts';
import { countReasons, describeVerdict } from './reasons.ts';
import { doneIn, isPlanOnly, type RuleTally, type Tally, tallyRules } from './tally.ts';

/** The words of what a run does with the tags of its plan: it will `infinitive` 3 tags `aim`, which will `become`. */
export const MODE_WORDS = {
  delete: {
    infinitive: 'delete',
    did: 'Deleted',
    aim: '',
    participle: 'deleted',
    become: 'be deleted',
    /** What the tags are afterwards, as an adjective. */
    now: 'deleted',
  },
  expire: {
    infinitive: 'set',
    did: 'Set',
    aim: ' to expire',
    participle: 'changed',
    become: 'expire',
    now: 'expiring',
  },
  'never-expire': {
    infinitive: 'take away the expiration of',
    did: 'Took away the expiration of',
    aim: '',
    participle: 'changed',
    become: 'no longer expire',
    now: 'no longer expiring',
  },
} as const satisfies Record<Mode['kind'], Record<string, string>>;

/** Writes the name of a repository into a sentence. */
export type WriteName = (repository: string) => string;

const plainly: WriteName = (repository) => repository;

/** What the run did, in a few sentences, trouble first. */
export function describeCleanup(tally: Tally, name = plainly): string {
  return [...sentences(tally, name)].join(' ');
}

function* sentences({ run, totals }: Tally, name: WriteName): Generator<string> {
  const { mode, stopped, repositories } = run;
  if (stopped?.kind === 'no-secrets') {
    yield `This pull request's run has no secrets (${stopped.why}); its images are deleted by the next scheduled run.`;
    return;
  }
  const { infinitive, did, aim, participle } = MODE_WORDS[mode.kind];
  const listed = repositories.filter((repository) => repository.listed !== undefined);
  const place = placeOf(listed.length > 0 ? listed : repositories, name);
  if (stopped?.kind === 'cancelled') yield 'The run was cancelled.';
  else if (stopped?.kind === 'guard') yield 'The plan was refused.';
  else if (stopped?.kind === 'time-budget') yield `The time budget of ${stopped.duration} was reached.`;
  else if (run.error !== undefined) yield 'The run failed.';
  if (totals.failed > 0) yield `Failed to ${infinitive} ${countOf(totals.failed, 'tag')}${aim}.`;
  if (totals.unknown > 0)
    yield `Whether ${agree(totals.unknown, 'tag', 'was', 'were')} ${participle} is unknown.`;
  yield* failingRepositories(repositories, name);
  const isTroubled =
    run.error !== undefined || stopped || repositories.some(({ error }) => error !== undefined);
  if (totals.selected === 0 && !isTroubled) {
    yield nothingToDo(run, totals.listed, place);
    return;
  }
  const isPlan = isPlanOnly(run);
  const when = mode.kind === 'expire' ? ` in ${mode.duration}` : '';
  if (totals.listed > 0 && (isPlan ? totals.selected > 0 : run.hasChanged))
    yield `${isPlan ? `Would ${infinitive}` : did} ${formatCount(doneIn(run, totals))} of ${countOf(totals.listed, 'tag')} in ${place}${aim}${when}.`;
  if (totals.deletedWithImage > 0)
    yield `Quay deleted ${formatCount(totals.deletedWithImage)} of them with ${totals.deletedWithImage === 1 ? 'its image' : 'their images'}.`;
  if (totals.gone > 0) yield `${agree(totals.gone, 'selected tag', 'was', 'were')} already gone.`;
  if (totals.expiringLater > 0)
    yield `${formatCount(totals.expiringLater)} of them will expire later than asked: Quay expires no tag within an hour of its last push.`;
  if (run.dryRun) yield 'This was a dry run: nothing was changed.';
  else if (!run.hasChanged) yield `Nothing was ${participle}.`;
  if (!isPlan && totals.unprocessed > 0)
    yield `${agree(totals.unprocessed, 'selected tag', 'was', 'were')} not processed.`;
}

/** `acme/web`, or `14 repositories` */
export function placeOf(repositories: readonly { readonly repository: string }[], name: WriteName): string {
  const [only] = repositories;
  return only && repositories.length === 1
    ? name(only.repository)
    : countOf(repositories.length, 'repository');
}

/** How many repositories failed, if any. */
export function failingRepositories(
  repositories: readonly { readonly repository: string; readonly error?: string }[],
  name: WriteName,
): readonly string[] {
  const failing = repositories.filter(({ error }) => error !== undefined).length;
  if (failing === 0) return [];
  const some = repositories.length === 1 ? '' : `${formatCount(failing)} of `;
  return [`${some}${placeOf(repositories, name)} failed.`];
}

function nothingToDo({ mode, repositories }: CleanupResult, listed: number, place: string): string {
  const opening = `Nothing to ${mode.kind === 'delete' ? 'delete' : 'change'}`;
  if (repositories.length === 0) return `${opening}: no repository was selected.`;
  if (listed === 0) return `${opening}: ${place} ${repositories.length === 1 ? 'has' : 'have'} no tags.`;
  const matches = repositories.some(({ tags }) =>
    tags.some(({ verdict }) => verdict.reason.kind !== 'not-matched'),
  );
  if (!matches) return `${opening}: none of the ${countOf(listed, 'tag')} in ${place} matches.`;
  const all = listed === 1 ? 'the only tag' : `all ${countOf(listed, 'tag')}`;
  return `${opening}: ${all} in ${place} ${listed === 1 ? 'is' : 'are'} kept.`;
}

/** So many GitHub repositories are named. */
const NAMED_REPOSITORIES = 20;

/** Which GitHub repository was asked about pull requests, branches and commits. */
export function describeGitHub(asked: GitHubAsked, name = plainly): string {
  if (asked.kind === 'one') return `GitHub repository asked: ${name(asked.repository)}.`;
  if (asked.repositories.length === 0) return 'No image names a GitHub repository that could be asked.';
  const more = asked.repositories.length - NAMED_REPOSITORIES;
  const names = asked.repositories.slice(0, NAMED_REPOSITORIES).map(name);
  return `GitHub repositories asked, each tag by the one that its image names: ${listOf([...names, ...(more > 0 ? [`${formatCount(more)} more`] : [])])}.`;
}

/** What the log says at the end, before the run's last sentence: what remains, and where the report is. */
export function closingLines({ run, totals: { listed, remaining } }: Tally): readonly string[] {
  if (listed === 0) return [];
  const [one, many] = run.dryRun ? ['would remain', 'would remain'] : ['remains', 'remain'];
  return [
    ...(remaining === undefined ? [] : [`${agree(remaining, 'tag', one, many)}.`]),
    ...(run.reportPath === undefined ? [] : [`Report: ${run.reportPath}`]),
  ];
}

/** How many selected tags of a repository the log names; the report has them all. */
const NAMED_TAGS = 20;

/** What the log says of a run's plans depends on. */
interface Planned {
  readonly mode: Mode['kind'];
  /** The lines of `tags`; absent where there is only one. */
  readonly rules?: readonly string[];
  readonly github?: GitHubAsked;
}

/** What a plan comes to: `5 of 12 tags will be deleted`, which, and how many are kept for each reason. */
export function summarisePlan({ tags }: Pick<Plan, 'tags'>, mode: Mode['kind']) {
  const { delete: selected = [], keep: kept = [] } = Object.groupBy(tags, ({ verdict }) => verdict.kind);
  const future = `will ${MODE_WORDS[mode].become}`;
  const sentence = `${formatCount(selected.length)} of ${countOf(tags.length, 'tag')} ${future}`;
  return { sentence, future, selected, kept: countReasons(kept) };
}

/**
 * What the log says of the plans: which GitHub repository was asked, and of each repository which tags will be deleted and why,
 * how many are kept for which reason, and what each rule comes to.
 */
export function planLines(
  plans: readonly Pick<Plan, 'repository' | 'tags' | 'matches'>[],
  { mode, rules = [], github }: Planned,
): readonly string[] {
  const lines = plans.flatMap((plan) => {
    const { sentence, future, selected, kept } = summarisePlan(plan, mode);
    const more = selected.length - NAMED_TAGS;
    return [
      `${plan.repository}: ${sentence}`,
      ...selected.slice(0, NAMED_TAGS).map((judged) => `  ${judged.tag.name}: ${describeVerdict(judged)}`),
      ...(more > 0 ? [`  … and ${formatCount(more)} more: see the report.`] : []),
      ...kept.map(([reason, count]) => `  ${formatCount(count)} kept: ${reason}`),
      ...tallyRules({ rules, repositories: [plan] }).map((rule) => `  ${ruleLine(rule, future)}`),
    ];
  });
  return github && plans.length > 0 ? [describeGitHub(github), ...lines] : lines;
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

/** What a cleanup and a restore can be in trouble with. */
export interface Troubled {
  readonly error?: string;
  readonly repositories: readonly {
    readonly repository: string;
    readonly error?: string;
    readonly tags: readonly { readonly outcome?: Outcome | RestoreOutcome }[];
  }[];
}

/** What went wrong in a run, in the run itself first, then by repository and by tag. */
export function* errorsOf(run: Troubled): Generator<string> {
  if (run.error !== undefined) yield run.error;
  yield* repositoryErrors(run);
  for (const { tags } of run.repositories)
    for (const { outcome } of tags) if (outcome && 'error' in outcome) yield outcome.error;
}

/** Why repositories failed; each error names its repository where there are several. */
export function repositoryErrors({ repositories }: Troubled): readonly string[] {
  return repositories.flatMap(({ repository, error }) => {
    if (error === undefined) return [];
    const isNamed = repositories.length === 1 || error.startsWith(`${repository} `);
    return [isNamed ? error : `${repository}: ${error}`];
  });
}
