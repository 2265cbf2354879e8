import pMap from 'p-map';
import { isSelected, type Outcome, type Plan } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { progressLine } from '../report/sentences.ts';
import { logProgress } from '../runner/log.ts';
import { deletionOrder, type StepTag } from '../selection/deletion-order.ts';
import { actOn, attempt, type Carrying } from './act-on-tag.ts';
import { REPOSITORIES_AT_ONCE } from './context.ts';
import { expireFirst } from './expire-first.ts';

/** Tags of a repository that are worked on at the same time; the connection lets out fewer. */
const TAGS_AT_ONCE = 200;

/**
 * Deletes the selected tags, or changes their expirations, each by a request of its own. What each request was answered is
 * recorded. What fails is an outcome, and the rest goes on; only a refused credential or a stop ends the sending.
 *
 * @throws ServiceError where the registry does not set expirations as it is asked to
 */
export async function carryOut(
  plans: readonly Plan[],
  { context, repositories }: Pick<Carrying, 'context' | 'repositories'>,
): Promise<void> {
  const { cancellation, clock, log, record, rules } = context;
  const refused = new AbortController();
  const carrying: Carrying = {
    context,
    repositories,
    stop: AbortSignal.any([cancellation.deleting, refused.signal]),
    refuse: (error) => refused.abort(error),
  };
  const total = plans.reduce((sum, { tags }) => sum + tags.filter(isSelected).length, 0);
  const counts = { done: 0, failed: 0 };
  const endProgress = logProgress(
    (elapsed) => progressLine({ doing: rules.mode.kind, ...counts, total, elapsed }),
    log,
    clock,
  );
  const count = ({ kind }: Outcome) => {
    if (kind === 'failed' || kind === 'unknown') counts.failed += 1;
    else if (kind !== 'not-attempted') counts.done += 1;
  };
  record.add({ hasChanged: true });
  try {
    const first =
      rules.mode.kind === 'expire' ? await expireFirst(plans, carrying, rules.mode.at) : undefined;
    await pMap(plans, (plan) => carryOutIn(plan, { carrying, count, first }), {
      concurrency: REPOSITORIES_AT_ONCE,
    });
  } finally {
    endProgress();
  }
}

interface CarryingIn {
  readonly carrying: Carrying;
  readonly count: (outcome: Outcome) => void;
  /** What became of tags already. */
  readonly first: ReadonlyMap<Tag, Outcome> | undefined;
}

async function carryOutIn(plan: Plan, { carrying, count, first }: CarryingIn): Promise<void> {
  const { record } = carrying.context;
  const steps = deletionOrder(plan);
  if (steps.length === 0) return;
  const act = await attempt(() => actOn(plan, carrying), carrying);
  const actOnTag = async ({ tag, after }: StepTag): Promise<Outcome> => {
    const answers = record.answers(plan.repository);
    const obstacle = after.find(({ name }) => !hasGone(answers.get(name)));
    if (obstacle) return { kind: 'kept', reason: obstacle.otherwise };
    return typeof act === 'function' ? attempt(() => act(tag), carrying) : act;
  };
  for (const { tags } of steps) {
    await pMap(
      tags,
      async (step) => {
        const outcome = first?.get(step.tag) ?? (await actOnTag(step));
        record.answer(plan.repository, step.tag.name, outcome);
        count(outcome);
      },
      { concurrency: TAGS_AT_ONCE },
    );
  }
}

const GONE: ReadonlySet<Outcome['kind'] | undefined> = new Set([
  'deleted',
  'gone',
  'expiring',
  'expiration-removed',
] as const);

/** Whether a tag is done with, so that what waits for it may follow. */
function hasGone(outcome: Outcome | undefined): boolean {
  return GONE.has(outcome?.kind);
}
