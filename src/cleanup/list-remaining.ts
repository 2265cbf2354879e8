import pMap from 'p-map';
import type { Outcome } from '../model/result.ts';
import type { JudgedTag, TakenAlong } from '../model/plan.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { countOf } from '../report/format.ts';
import { explain, info } from '../runner/log.ts';
import { isArtifact, subjectOf } from '../selection/cosign-tag.ts';
import { holdersAmong } from '../selection/deletion-order.ts';
import { type CleanupContext, REPOSITORIES_AT_ONCE } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';
import { correctUnlisted, deletedImages } from './deleted-images.ts';
import { expirationFound, unknownExpiration } from './expiration-found.ts';
import { noteUnread } from './expire-tags.ts';
import { isSameTag } from './moved-tag.ts';
import { noteRestored, restoreSignature } from './restore-taken-along.ts';

/** Lists again every repository that something was deleted from, and corrects the outcomes by what is found. */
export async function listRemaining(plans: readonly Plan[], context: CleanupContext): Promise<void> {
  const listAgain = async (plan: Plan) => {
    const { repository, listing } = plan;
    const wasTouched = plan.tags.some(({ tag }) => isTouched(context.record.outcomeOf(repository, tag.name)));
    if (!wasTouched) return context.record.repository(repository, { remaining: listing.tags });
    try {
      await settle(plan, context);
      noteRestored(plan, context);
    } catch (error) {
      noteRestored(plan, context);
      correctUnlisted([plan], context);
      noteUnread(plan, context);
      // A run that was told to stop has not failed for that reason: what is known of the remaining tags is reported.
      if (context.cancellation.cause !== undefined) return;
      context.record.repository(repository, {
        error: `The remaining tags could not be listed: ${explain(error)}`,
      });
    }
  };
  await pMap(plans, listAgain, { concurrency: REPOSITORIES_AT_ONCE });
}

function isTouched(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome.kind !== 'not-attempted';
}

async function settle(plan: Plan, context: CleanupContext): Promise<void> {
  const { repository } = plan;
  const first = await context.store.list(repository);
  const restored = await restoreLost(plan, first.tags, context);
  const { tags } = restored ? await context.store.list(repository) : first;
  info(`${repository}: ${countOf(tags.length, 'tag')}`);
  const now = new Map(tags.map((tag) => [tag.name, tag]));
  const imageDeleted = deletedImages(plan, context);
  for (const judged of plan.tags) correct(judged, { plan, context, now, imageDeleted });
  const remaining = tags.filter((tag) => !isStale(tag, context.record.outcomeOf(repository, tag.name)));
  context.record.repository(repository, { remaining });
}

/** A second look at signatures that must stay, whatever became of them in between; whether any was restored. */
async function restoreLost(plan: Plan, tags: readonly Tag[], context: CleanupContext): Promise<boolean> {
  const names = new Set(tags.map(({ name }) => name));
  const imageDeleted = deletedImages(plan, context);
  const holderOf = holdersAmong(tags);
  const lost = plan.tags.flatMap((judged) => {
    const { tag, verdict } = judged;
    if (verdict.kind !== 'keep' || names.has(tag.name) || !isArtifact(tag.name)) return [];
    if (!imageDeleted.has(subjectOf(tag.name) ?? '')) return [];
    const takenAlong = judged.takenAlong ?? takenUnforeseen(judged, { holderOf, imageDeleted });
    return takenAlong?.mustStay ? [{ ...judged, takenAlong }] : [];
  });
  const restored = await pMap(lost, (judged) => restoreSignature(judged, { plan, context }), {
    concurrency: 10,
  });
  return restored.includes(true);
}

/** A kept tag of the image moved during the run, so that Quay deleted the signature with a tag that was not to be the last. */
function takenUnforeseen(
  { tag, verdict }: JudgedTag,
  found: {
    readonly holderOf: (tag: Tag) => TagName | undefined;
    readonly imageDeleted: ReadonlyMap<string, TagName>;
  },
): TakenAlong | undefined {
  const image = found.imageDeleted.get(subjectOf(tag.name) ?? '');
  const mustStay = verdict.reason.kind === 'excluded' || found.holderOf(tag) !== undefined;
  return image === undefined ? undefined : { image, mustStay };
}

interface Found {
  readonly plan: Plan;
  readonly context: CleanupContext;
  /** What the second list shows. */
  readonly now: ReadonlyMap<TagName, Tag>;
  readonly imageDeleted: ReadonlyMap<string, TagName>;
}

/** The list is believed more than the answers. */
function correct(judged: JudgedTag, found: Found): void {
  const { record } = found.context;
  const { repository } = found.plan;
  const { name } = judged.tag;
  const before = record.outcomeOf(repository, name);
  // A signature that the plan keeps, and that could not be looked at when its image went, is there after all.
  if (judged.takenAlong && before?.kind === 'unknown' && found.now.has(name)) {
    record.forgetOutcome(repository, name);
    return;
  }
  const outcome = correctedOutcome(judged, before, found);
  if (outcome) record.outcome(repository, name, outcome);
}

function correctedOutcome(
  judged: JudgedTag,
  outcome: Outcome | undefined,
  { plan, context, now, imageDeleted }: Found,
): Outcome | undefined {
  const { tag } = judged;
  const listed = now.get(tag.name);
  const subject = subjectOf(tag.name);
  const image = subject === undefined ? undefined : imageDeleted.get(subject);
  switch (outcome?.kind) {
    case 'deleted':
      return isSame(tag, listed) ? STILL_LISTED : undefined;
    case 'gone':
      if (isSame(tag, listed)) return STILL_LISTED;
      // Quay had deleted the signature with its image before this run came to it.
      return wentWithImage(judged, image, { plan, context });
    case 'unknown':
      if (judged.takenAlong)
        return { kind: 'deleted-with-image', image: judged.takenAlong.image, error: outcome.error };
      if (context.rules.expireAt !== undefined)
        return unknownExpiration(outcome, {
          tag,
          listed,
          asked: context.rules.expireAt,
          rules: context.rules,
        });
      if (listed === undefined) return { kind: 'deleted' };
      return isSame(tag, listed) ? { kind: 'failed', error: outcome.error } : undefined;
    case 'deleted-with-image':
      // The answer to its restoring was lost.
      return judged.takenAlong && listed ? { kind: 'restored', image: judged.takenAlong.image } : undefined;
    case 'expiring':
      return expirationFound(outcome, { tag, listed, rules: context.rules });
    case undefined:
    case 'kept':
    case 'not-attempted':
      if (subject === undefined || listed !== undefined) return undefined;
      return wentWithImage(judged, image, { plan, context });
    default:
      return undefined;
  }
}

function wentWithImage(
  { tag }: JudgedTag,
  image: TagName | undefined,
  { plan, context }: Pick<Found, 'plan' | 'context'>,
): Outcome | undefined {
  if (image !== undefined) return { kind: 'deleted-with-image', image };
  // Names alone do not tell which image was deleted; what was there before this run and is gone after it, went with one.
  const isNameAlone = tag.digest === undefined && subjectOf(tag.name) !== undefined;
  return isNameAlone && hasDeleted(plan, context) ? { kind: 'deleted-with-image' } : undefined;
}

const STILL_LISTED: Outcome = {
  kind: 'failed',
  error: 'The registry said that the tag was deleted, but still lists it.',
};

/** The same tag, of the same digest and time, was not deleted; one that was pushed again since is another tag. */
function isSame(before: Tag, now: Tag | undefined): boolean {
  return now?.lastModified !== undefined && isSameTag(before, now);
}

function hasDeleted({ repository, tags }: Plan, { record }: CleanupContext): boolean {
  return tags.some(({ tag }) => {
    const kind = record.outcomeOf(repository, tag.name)?.kind;
    return kind === 'deleted' || kind === 'unknown';
  });
}

/** A list of names alone comes from the v2 API, which shows a deleted tag for up to two minutes more. */
function isStale(tag: Tag, outcome: Outcome | undefined): boolean {
  return tag.lastModified === undefined && (outcome?.kind === 'deleted' || outcome?.kind === 'gone');
}
