import { isSelected, type JudgedTag, type Plan } from '../model/plan.ts';
import type { Outcome } from '../model/result.ts';
import { isSameTag, type Tag, type TagList, type TagName } from '../model/tag.ts';
import { conditionsUsed } from './conditions.ts';
import type { Rules } from './rules.ts';
import { attachmentOf } from './signatures.ts';

/** A plan that was carried out. */
interface CarriedOut {
  readonly plan: Plan;
  /** What the request for each selected tag was answered; one that was never asked for is absent. */
  readonly answers: ReadonlyMap<TagName, Outcome>;
  /** The list that was read after the answers, which may be older than they are; undefined where it could not be read. */
  readonly remaining: TagList | undefined;
  readonly rules: Rules;
}

/** What became of a plan. */
export interface Aftermath {
  /** Of every selected tag, and of the signatures that Quay deleted with their images, or may have deleted. */
  readonly outcomes: ReadonlyMap<TagName, Outcome>;
  /** What the list shows, without what has gone; undefined without a list. */
  readonly remaining?: readonly Tag[];
  /** What the list does not show although it did not go by this run: others deleted it, or the list changed as it was read. */
  readonly unseen: ReadonlySet<TagName>;
  /** Whether a list that is read later can tell no more. */
  readonly isSettled: boolean;
}

/**
 * What became of a plan. The answers are the truth, and a list that disagrees with them is older than they are; it tells what
 * nobody answered: a request whose answer was lost, the signatures that Quay deleted with their images, and when tags expire.
 */
export function outcomesOf(carriedOut: CarriedOut): Aftermath {
  const { plan, remaining: list } = carriedOut;
  const story = new Story(carriedOut);
  const outcomes = new Map<TagName, Outcome>();
  for (const judged of plan.tags) {
    const outcome = story.outcomeOf(judged);
    if (outcome) outcomes.set(judged.tag.name, outcome);
  }
  const { isSettled } = story;
  if (!list) return { outcomes, unseen: new Set(), isSettled };
  const before = new Map(plan.tags.map(({ tag }) => [tag.name, tag]));
  const hasGone = (tag: Tag) => {
    const listed = before.get(tag.name);
    return GONE.has(outcomes.get(tag.name)?.kind) && listed !== undefined && isSameTag(listed, tag);
  };
  const shown = new Set(list.tags.map(({ name }) => name));
  const unseen = [...before.keys()].filter((name) => !shown.has(name) && !GONE.has(outcomes.get(name)?.kind));
  const remaining = list.tags.filter((tag) => !hasGone(tag));
  return { outcomes, remaining, unseen: new Set(unseen), isSettled };
}

const GONE: ReadonlySet<Outcome['kind'] | undefined> = new Set([
  'deleted',
  'deleted-with-image',
  'gone',
] as const);

/** Clocks that show whole seconds may differ by this. */
const ROUNDING = 1;
/** No tag expires within an hour of its push, in seconds. */
const SHORTEST_LIFE = 3600;

class Story {
  readonly #answers: CarriedOut['answers'];
  readonly #rules: Rules;
  readonly #list: TagList | undefined;
  readonly #listed: ReadonlyMap<TagName, Tag>;
  /** Whether the list still shows what was answered to have changed. */
  readonly #lags: boolean;
  /** By digest: what became of the tags of an image that are no attachments themselves. */
  readonly #images: ReadonlyMap<string | undefined, readonly JudgedTag[]>;
  readonly #hasDeleted: boolean;
  readonly #hasGone: boolean;
  #isOpen = false;

  constructor({ plan, answers, remaining, rules }: CarriedOut) {
    this.#answers = answers;
    this.#rules = rules;
    this.#list = remaining;
    this.#listed = new Map(remaining?.tags.map((tag) => [tag.name, tag]));
    const attachments = plan.tags.flatMap(({ tag }) => attachmentOf(tag.name)?.subject ?? []);
    const subjects = new Set(attachments);
    this.#images = Map.groupBy(
      plan.tags.filter(({ tag }) => subjects.has(tag.digest ?? '') && !attachmentOf(tag.name)),
      ({ tag }) => tag.digest,
    );
    this.#lags = plan.tags.some(({ tag }) => this.#showsOld(tag));
    this.#hasDeleted = plan.tags.some(({ tag }) => this.#became(tag) === 'deleted');
    this.#hasGone = plan.tags.some(({ tag }) => this.#became(tag) === 'gone');
  }

  get isSettled(): boolean {
    return !this.#isOpen || (this.#list !== undefined && !this.#lags);
  }

  outcomeOf(judged: JudgedTag): Outcome | undefined {
    const answered = isSelected(judged) ? this.#answered(judged.tag) : undefined;
    const kind = answered?.kind;
    if (kind === 'deleted' || (kind === 'unknown' && this.#rules.mode.kind === 'delete')) return answered;
    return this.#withImage(judged, kind === 'gone') ?? answered;
  }

  /** Whether the list shows the row of a tag that was answered to be gone. */
  #showsOld(tag: Tag): boolean {
    const kind = this.#answers.get(tag.name)?.kind;
    const row = this.#listed.get(tag.name);
    if (!row || !isSameTag(tag, row)) return false;
    if (kind === 'expiring') return row.expiration === tag.expiration;
    return kind === 'deleted' || kind === 'gone';
  }

  /** What became of a selected tag, by its answer, and where there is none by the list. */
  #answered(tag: Tag): Outcome {
    const answer = this.#answers.get(tag.name) ?? { kind: 'not-attempted' };
    if (!this.#list) {
      if (answer.kind === 'unknown') this.#isOpen = true;
      return answer;
    }
    const row = this.#listed.get(tag.name);
    switch (answer.kind) {
      case 'expiring':
        return this.#expiring(answer, tag, row);
      case 'unknown':
        return this.#unanswered(answer, tag, row);
      default:
        return answer;
    }
  }

  #unanswered(
    answer: Extract<Outcome, { readonly kind: 'unknown' }>,
    tag: Tag,
    row: Tag | undefined,
  ): Outcome {
    const { mode } = this.#rules;
    if (mode.kind === 'delete' && !row) return { kind: 'deleted' };
    // A row of names alone may be of another push, and an older list may not show the change yet.
    if (!row || !isSameTag(tag, row) || this.#list?.namesOnly) return answer;
    if (mode.kind !== 'delete' && row.expiration !== tag.expiration)
      return mode.kind === 'expire'
        ? this.#expiring({ kind: 'expiring', expiration: mode.at, isLater: false }, tag, row)
        : { kind: 'expiration-removed', was: tag.expiration ?? 0 };
    if (this.#lags) {
      this.#isOpen = true;
      return answer;
    }
    return { kind: 'failed', error: answer.error };
  }

  /** Quay silently sets another time where the one that was asked for is out of its bounds: the list shows which. */
  #expiring(
    answer: Extract<Outcome, { readonly kind: 'expiring' }>,
    tag: Tag,
    row: Tag | undefined,
  ): Outcome {
    if (!row)
      return {
        kind: 'failed',
        error: 'The registry said that the expiration was set, but no longer lists the tag.',
      };
    if (!isSameTag(tag, row)) return this.#pushedAgain(answer, row);
    const { expiration } = row;
    if (expiration === undefined || expiration === tag.expiration) {
      this.#isOpen = true;
      return {
        kind: 'unknown',
        error: 'The registry said that the expiration was set, but its list does not show it.',
      };
    }
    if (expiration < answer.expiration - ROUNDING)
      return { kind: 'failed', error: 'The registry set an earlier expiration than asked for.' };
    return {
      kind: 'expiring',
      expiration,
      isLater: answer.isLater || expiration > answer.expiration + ROUNDING,
    };
  }

  /** A tag that was pushed again and was asked to expire: the request may have come before the push, or after it. */
  #pushedAgain(answer: Extract<Outcome, { readonly kind: 'expiring' }>, row: Tag): Outcome {
    const asked = this.#rules.mode.kind === 'expire' ? this.#rules.mode.at : answer.expiration;
    const { expiration, lastModified = 0 } = row;
    const set = Math.max(asked, lastModified + SHORTEST_LIFE);
    if (expiration === undefined || Math.abs(expiration - set) > ROUNDING)
      return { kind: 'kept', reason: { kind: 'pushed-again' } };
    if (!judgesPush(this.#rules))
      return { kind: 'expiring', expiration, isLater: expiration > asked + ROUNDING };
    return {
      kind: 'failed',
      error: `It was pushed again during this run, before its expiration was set: Quay will expire the new push at ${inUtc(expiration)} UTC. To keep it, change its expiration in Quay before then.`,
    };
  }

  /** What became of a signature that Quay may have deleted with its image; undefined where it has not, and of any other tag. */
  #withImage({ tag, deletedWith }: JudgedTag, isGone: boolean): Outcome | undefined {
    const attachment = attachmentOf(tag.name);
    if (!attachment?.isSignature || tag.immutable || this.#rules.mode.kind !== 'delete') return undefined;
    const images = this.#images.get(attachment.subject) ?? [];
    const deleted = images.filter((one) => this.#became(one.tag) === 'deleted').map((one) => one.tag.name);
    const image = deletedWith !== undefined && deleted.includes(deletedWith) ? deletedWith : deleted[0];
    const isListed = this.#listed.has(tag.name);
    if (isGone || (this.#list && !isListed)) {
      if (image !== undefined) return { kind: 'deleted-with-image', image };
      // Names alone do not tell which image was deleted; what was there before this run and is not after it, went with one.
      if (tag.digest === undefined && this.#hasDeleted) return { kind: 'deleted-with-image' };
      const isImageGone =
        tag.digest === undefined ? this.#hasGone : images.some((one) => this.#became(one.tag) === 'gone');
      return isImageGone ? { kind: 'gone' } : undefined;
    }
    // Names alone do not tell either of which image it is that a list shows which is older than the deletions.
    if (this.#list?.namesOnly && this.#lags) this.#isOpen = true;
    const isLastGone = images.length > 0 && images.every((one) => this.#mayHaveGone(one));
    if (!isLastGone || (this.#list && !this.#lags)) return undefined;
    this.#isOpen = true;
    const why = this.#list ? 'is older than that' : 'could not be read';
    return {
      kind: 'unknown',
      error: `Quay may have deleted it with its image ${image ?? images[0]?.tag.name}: the list of what remains ${why}.`,
    };
  }

  #became(tag: Tag): Outcome['kind'] | undefined {
    const kind = this.#answers.get(tag.name)?.kind;
    const isDeleted = kind === 'unknown' && this.#list !== undefined && !this.#listed.has(tag.name);
    return isDeleted ? 'deleted' : kind;
  }

  #mayHaveGone({ tag }: JudgedTag): boolean {
    const kind = this.#became(tag);
    return kind === 'deleted' || kind === 'gone' || kind === 'unknown';
  }
}

/** Whether a new push may change the verdict on a tag. */
export function judgesPush(rules: Rules): boolean {
  const { inUse, approved, byImage, source } = rules;
  const readsLabels = source.kind === 'own-labels' || source.kind === 'from-labels';
  return conditionsUsed(rules).size > 0 || byImage || readsLabels || Boolean(inUse) || Boolean(approved);
}

function inUtc(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
