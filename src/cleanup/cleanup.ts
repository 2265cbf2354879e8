import { InvalidInputError, ServiceError } from '../model/errors.ts';
import type { Reason } from '../model/reason.ts';
import { type GitHubAsked, isSelected, type Plan } from '../model/result.ts';
import type { TagList } from '../model/tag.ts';
import { countOf } from '../report/format.ts';
import { describeHint } from '../report/hint-text.ts';
import { exceedsLimit } from '../selection/guards.ts';
import { findHints } from '../selection/hints.ts';
import type { Rules } from '../selection/rules.ts';
import { carryOut } from './carry-out.ts';
import type { CleanupContext, OpenRepositories } from './context.ts';
import { findRepositories } from './find-repositories.ts';
import { asksGitHub } from './inputs.ts';
import { listRemaining, settleUnlisted } from './list-remaining.ts';
import { listTags } from './list-tags.ts';
import { type Planned, planCleanup } from './plan.ts';

/** A plan as it is shown. */
export interface ShownPlan {
  readonly plans: readonly Plan[];
  /** Absent where nothing was asked of GitHub. */
  readonly github?: GitHubAsked;
}

/** Who gets the plan before it is carried out. */
interface PlanReaders {
  /** Writes the plan down; what it throws ends the run before anything is changed. */
  readonly savePlan: () => void;
  readonly showPlan: (plan: ShownPlan, context: CleanupContext) => void;
}

/** The whole story: find the repositories, list, decide, write the plan down, delete, list again. */
export async function cleanup(asked: CleanupContext, { savePlan, showPlan }: PlanReaders): Promise<void> {
  const { inputs, cancellation, log } = asked;
  await refuseUnknownGitHubRepository(asked);
  const repositories = await findRepositories(asked).catch((error: unknown) => {
    refuseIfStopped(asked);
    throw error;
  });
  const lists = await log.group(`List the tags on ${inputs.registry.host}`, () =>
    listTags(repositories, asked),
  );
  refuseIfStopped(asked);
  if (lists.length === 0) return;

  const context = withLaterExpiration(asked, lists);
  const planned = await planCleanup(lists, { repositories, context });
  const { plans } = planned;
  const github = planned.asked.length > 0 ? gitHubAsked(context.rules, planned.asked) : undefined;
  if (github) context.record.add({ github });
  await log.group('Plan', async () => showPlan({ plans, ...(github && { github }) }, context));
  await hint(planned, context);
  refuseIfStopped(context);
  refuseTooMany(plans, context);
  if (!inputs.dryRun) {
    savePlan();
    cancellation.planStands();
    await carryOutAndList(plans, { repositories, context });
  }
  refuseUnknownSources(plans, context);
}

async function carryOutAndList(plans: readonly Plan[], opened: Opened): Promise<void> {
  const { cancellation, log } = opened.context;
  if (!plans.some(({ tags }) => tags.some(isSelected))) return;
  await carryOut(plans, opened);
  if (cancellation.cause === 'cancelled') for (const plan of plans) settleUnlisted(plan, opened.context);
  else await log.group('List what remains', () => listRemaining(plans, opened));
}

interface Opened {
  readonly repositories: OpenRepositories;
  readonly context: CleanupContext;
}

/** @throws InvalidInputError where the GitHub repository that the user names is not there, or not for this token */
async function refuseUnknownGitHubRepository({ inputs, rules, github }: CleanupContext): Promise<void> {
  const { source } = rules;
  if (!inputs.namesGitHubRepository || source.kind !== 'given' || !asksGitHub(rules)) return;
  const found = await github.repositories([source.repository]);
  if (found.get(source.repository)?.kind === 'found') return;
  throw new InvalidInputError(
    `\`github-repository\` is \`${source.repository}\`, which GitHub does not know, or does not show to this \`github-token\`. Check the spelling; for another repository than the workflow's own, the token must be able to read it.`,
  );
}

/** Where the registry's clock is ahead of the runner's, tags expire later by as much: never earlier than asked. */
function withLaterExpiration(context: CleanupContext, lists: readonly TagList[]): CleanupContext {
  const { rules } = context;
  if (rules.mode.kind !== 'expire') return context;
  const ahead = lists.reduce((most, { at, askedAt }) => Math.max(most, at - askedAt), 0);
  return { ...context, rules: { ...rules, mode: { kind: 'expire', at: rules.mode.at + ahead } } };
}

/** Says what a person should know of the plan before it is carried out. */
async function hint({ plans, unusedKeepPatterns }: Planned, context: CleanupContext): Promise<void> {
  const { inputs, rules, record, log } = context;
  const { repositories, namesGitHubRepository } = inputs;
  const hints = findHints({ plans, rules, repositories, namesGitHubRepository, unusedKeepPatterns });
  for (const hint of hints) {
    if (hint.level === 'warning') record.warn(describeHint(hint));
    else record.note(describeHint(hint));
  }
  const { warnings, notes } = record.takeUntold();
  await log.warnings(warnings);
  await log.notices(notes);
}

function gitHubAsked({ source }: Rules, repositories: readonly string[]): GitHubAsked {
  if (source.kind === 'from-labels') return { kind: 'from-labels', repositories };
  return { kind: 'one', repository: repositories[0] ?? '' };
}

/** @throws Error where the run was told to stop before its plan was complete */
function refuseIfStopped({ cancellation, inputs }: CleanupContext): void {
  if (cancellation.cause === 'cancelled')
    throw new Error('The run was cancelled before anything was changed.');
  if (cancellation.cause === 'time-budget')
    throw new Error(
      `The time budget of ${inputs.timeBudget?.text} was reached before the plan was complete. Give the run more time, or fewer repositories (see \`shard\`).`,
    );
}

/** @throws Error where the plan is larger than the user allowed: then nothing is deleted by it */
function refuseTooMany(plans: readonly Plan[], { inputs, record }: CleanupContext): void {
  if (inputs.mode.kind === 'never-expire' || !inputs.maxDeletes) return;
  const judged = plans.flatMap(({ tags }) => tags);
  const selected = judged.filter(isSelected).length;
  const message = exceedsLimit(inputs.maxDeletes, { selected, listed: judged.length });
  if (message === undefined) return;
  record.add({ stopped: { kind: 'guard' } });
  throw new Error(message);
}

/**
 * Where a glob finds the repositories, a tag goes only if its image says that it comes from the workflow's own repository.
 *
 * @throws ServiceError where no image says so, and some tags are kept for it
 */
function refuseUnknownSources(plans: readonly Plan[], { rules }: CleanupContext): void {
  const { source } = rules;
  if (source.kind !== 'own-labels') return;
  const reasons = plans.flatMap(({ tags }) => tags.map(({ verdict }) => verdict.reason.kind));
  const kept = reasons.filter((kind) => kind === 'from-other-repository' || kind === 'source-unknown').length;
  if (kept === 0 || reasons.some((kind) => ASKED_OF_GITHUB.has(kind))) return;
  throw new ServiceError(
    `No image says that it comes from ${source.repository}, so ${countOf(kept, 'tag')} ${kept === 1 ? 'was' : 'were'} kept. If all of them are built from it, write \`github-repository: ${source.repository}\`; if not, \`github-repository: from-labels\`, and let docker/metadata-action write the labels of the images.`,
  );
}

/** What GitHub says of a tag that goes: its image comes from the repository that was asked. */
const ASKED_OF_GITHUB: ReadonlySet<Reason['kind']> = new Set([
  'pull-request-closed',
  'branch-gone',
  'commit-gone',
]);
