import { InvalidInputError, ServiceError } from '../model/errors.ts';
import type { Reason } from '../model/reason.ts';
import { isSelected, type Plan } from '../model/result.ts';
import type { TagList } from '../model/tag.ts';
import { countOf } from '../report/format.ts';
import { describeHint } from '../report/hint-text.ts';
import { exceedsLimit } from '../selection/guards.ts';
import { findHints } from '../selection/hints.ts';
import { asksGitHub, type Rules } from '../selection/rules.ts';
import { carryOut } from './carry-out.ts';
import type { CleanupContext } from './context.ts';
import { findRepositories } from './find-repositories.ts';
import { listRemaining, listTags, settleUnlisted } from './list-tags.ts';
import { type Planned, planCleanup } from './plan.ts';

/** Who gets the plan before it is carried out. */
export interface PlanReaders {
  /** Writes the plan down; what it throws ends the run before anything is changed. */
  readonly savePlan: () => void;
  readonly showPlan: (planned: Planned, context: CleanupContext) => void;
}

/** The whole story: find the repositories, list, decide, write the plan down, delete, list again. */
export async function cleanup(asked: CleanupContext, { savePlan, showPlan }: PlanReaders): Promise<void> {
  const { inputs, cancellation, log, record } = asked;
  await refuseUnknownGitHubRepository(asked);
  const repositories = await findRepositories(asked).catch((error: unknown) => {
    refuseIfStopped(asked);
    throw error;
  });
  const lists = await log.group(`List the tags on ${inputs.registry.host}`, () =>
    listTags({ ...asked, repositories }),
  );
  refuseIfStopped(asked);
  if (lists.length === 0) return;

  const context = { ...asked, repositories, rules: withLaterExpiration(asked.rules, lists) };
  const planned = await planCleanup(lists, context);
  const { plans, github } = planned;
  if (github) record.add({ github });
  await log.group('Plan', async () => showPlan(planned, context));
  await hint(planned, context);
  refuseIfStopped(context);
  refuseTooMany(plans, context);
  if (!inputs.dryRun) {
    savePlan();
    cancellation.planStands();
  }
  if (!inputs.dryRun && plans.some(({ tags }) => tags.some(isSelected))) {
    await carryOut(plans, context);
    if (cancellation.cause === 'cancelled') for (const plan of plans) settleUnlisted(plan, context);
    else await log.group('List what remains', () => listRemaining(plans, context));
  }
  refuseUnknownSources(plans, context);
}

/** @throws InvalidInputError where the GitHub repository that the user names is not there, or not for this token */
async function refuseUnknownGitHubRepository({ inputs, rules, github }: CleanupContext): Promise<void> {
  const { source } = rules;
  if (!inputs.namesGitHubRepository || source.kind !== 'given' || !rules.tags.some(asksGitHub)) return;
  const found = await github.repositories([source.repository]);
  if (found.get(source.repository)?.kind === 'found') return;
  throw new InvalidInputError(
    `\`github-repository\` is \`${source.repository}\`, which GitHub does not know, or does not show to this \`github-token\`. Check the spelling; for another repository than the workflow's own, the token must be able to read it.`,
  );
}

/** Where the registry's clock is ahead of the runner's, tags expire later by as much: never earlier than asked. */
function withLaterExpiration(rules: Rules, lists: readonly TagList[]): Rules {
  if (rules.mode.kind !== 'expire') return rules;
  const ahead = lists.reduce((most, { at, askedAt }) => Math.max(most, at - askedAt), 0);
  return { ...rules, mode: { kind: 'expire', at: rules.mode.at + ahead } };
}

/** Says what a person should know of the plan before it is carried out. */
async function hint({ plans, unusedKeepPatterns }: Planned, context: CleanupContext): Promise<void> {
  const { inputs, rules, record, log } = context;
  const hints = findHints({
    plans,
    rules,
    repositories: inputs.repositories.length,
    namesGitHubRepository: inputs.namesGitHubRepository,
    unusedKeepPatterns,
  });
  for (const hint of hints) {
    if (hint.level === 'warning') record.warnings.push(describeHint(hint));
    else record.notes.push(describeHint(hint));
  }
  await log.tell(record.takeUntold());
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
