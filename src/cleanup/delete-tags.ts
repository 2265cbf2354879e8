import pMap from 'p-map';
import type { Outcome } from '../model/cleanup-result.ts';
import type { RepositoryPlan } from '../model/plan.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { CredentialRefusedError } from '../quay/errors.ts';
import { StoppedError } from '../quay/http/stopped-error.ts';
import type { Batch, Removal, TagStore } from '../quay/tag-store.ts';
import { explain } from '../runner/log.ts';
import { Progress } from '../runner/progress-log.ts';
import type { Rules } from '../selection/rules.ts';
import type { Listed } from './list-tags.ts';

/** The tags of one repository that the plan selected. */
export interface Selection {
  readonly repository: string;
  readonly tags: readonly Tag[];
  /** When the repository was listed, in Unix seconds. */
  readonly listedAt: number;
}

/** How the plan is carried out. */
export interface CarryOutOptions {
  readonly store: TagStore;
  readonly rules: Rules;
  readonly concurrency: number;
  readonly stop: AbortSignal;
  /** Unix seconds. */
  readonly now: () => number;
}

interface Work extends CarryOutOptions {
  readonly refused: AbortController;
  readonly progress: Progress;
}

/** The outcome of every selected tag, by repository and tag name. */
export type Outcomes = ReadonlyMap<string, ReadonlyMap<TagName, Outcome>>;

/** A tag may have been pushed again since it was listed; after this many seconds it is looked at once more. */
const LISTING_IS_OLD_AFTER = 60;

/** The tags to change, with the time at which each repository was listed. */
export function selectionsOf(
  plans: readonly RepositoryPlan[],
  listings: readonly Listed[],
): readonly Selection[] {
  const listedAt = new Map(listings.map((listing) => [listing.repository, listing.listedAt]));
  return plans
    .map(({ repository, tags }) => ({
      repository,
      tags: tags.filter(({ verdict }) => verdict.kind === 'delete').map(({ tag }) => tag),
      listedAt: listedAt.get(repository) ?? 0,
    }))
    .filter(({ tags }) => tags.length > 0);
}

/**
 * Changes the selected tags, each by a request of its own.
 *
 * What fails is an outcome, and the rest goes on; only a refused credential or a stop ends the sending.
 */
export async function carryOut(
  selections: readonly Selection[],
  options: CarryOutOptions,
): Promise<Outcomes> {
  const refused = new AbortController();
  const total = selections.reduce((sum, { tags }) => sum + tags.length, 0);
  const progress = new Progress(total, options.rules.expireAt === undefined ? 'delete' : 'expire');
  const work = { ...options, stop: AbortSignal.any([options.stop, refused.signal]), refused, progress };
  try {
    const changed = await pMap(
      selections,
      async (selection) => [selection.repository, await carryOutIn(selection, work)] as const,
      {
        concurrency: options.concurrency,
      },
    );
    return new Map(changed);
  } finally {
    progress.end();
  }
}

async function carryOutIn(
  { repository, tags, listedAt }: Selection,
  work: Work,
): Promise<ReadonlyMap<TagName, Outcome>> {
  const { store, stop, refused, now, rules } = work;
  const outcomes = new Map<TagName, Outcome>();
  const change = await changer({ repository, count: tags.length, stop }, work);
  const changeOne = async (tag: Tag): Promise<Outcome> => {
    if (stop.aborted) return { kind: 'not-attempted' };
    try {
      const moved =
        judgesMovingFacts(rules) && now() - listedAt > LISTING_IS_OLD_AFTER
          ? await howItMoved(store, repository, tag)
          : undefined;
      return moved ?? (await change(tag.name));
    } catch (error) {
      if (error instanceof StoppedError) return { kind: 'not-attempted' };
      if (error instanceof CredentialRefusedError) refused.abort(error);
      return { kind: 'failed', error: explain(error) };
    }
  };
  const settle = async (tag: Tag) => {
    outcomes.set(tag.name, await changeOne(tag));
    work.progress.count();
  };
  await pMap(tags, settle, { concurrency: work.concurrency });
  return outcomes;
}

/** Whether the rules judge what a new push changes. */
function judgesMovingFacts({ olderThan, keepNewest, notPulledFor }: Rules): boolean {
  return olderThan !== undefined || keepNewest !== undefined || notPulledFor !== undefined;
}

async function changer(
  batch: Batch,
  { store, rules: { expireAt } }: Work,
): Promise<(tag: TagName) => Promise<Outcome>> {
  if (expireAt !== undefined) {
    return async (tag) => {
      const result = await store.expire(batch, tag, expireAt);
      return result === 'expiring' ? { kind: 'expiring', expiration: expireAt } : removalOutcome(result);
    };
  }
  const remove = await store.deleter(batch);
  return async (tag) => removalOutcome(await remove(tag));
}

function removalOutcome(removal: Removal): Outcome {
  return removal === 'immutable' ? { kind: 'kept', reason: 'immutable' } : { kind: removal };
}

/** A tag that was pushed again since the listing is not the tag that was judged: it stays. */
async function howItMoved(store: TagStore, repository: string, judged: Tag): Promise<Outcome | undefined> {
  const now = await store.reread(repository, judged.name);
  if (!now) return { kind: 'gone' };
  const same = now.digest === judged.digest && now.lastModified === judged.lastModified;
  return same ? undefined : { kind: 'kept', reason: 'pushed again while this run was going on' };
}
