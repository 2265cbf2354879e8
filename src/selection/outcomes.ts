import { isSelected, type Outcome, type Plan } from '../model/result.ts';
import { isSameTag, SHORTEST_LIFE, type Tag, type TagList, type TagName } from '../model/tag.ts';
import { conditionsUsed } from './conditions.ts';
import type { Rules } from './rules.ts';
import { attachmentOf, takenWith } from './signatures.ts';
import { readsLabels } from './source.ts';

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
  const { plan, answers, remaining: list, rules } = carriedOut;
  const rows = new Map(list?.tags.map((tag) => [tag.name, tag]));
  const shows = new Set(plan.tags.map(({ tag }) => sightOf(tag, rows.get(tag.name), answers.get(tag.name))));
  const evidence: Evidence = { ...carriedOut, rows, shows };
  const selected = plan.tags.filter(isSelected);
  const answered = new Map(selected.map(({ tag }) => [tag.name, answeredOutcome(tag, evidence)]));
  const outcomes = rules.mode.kind === 'delete' ? withSignatures(answered, evidence) : answered;
  const isOpen =
    shows.has('unanswered') ||
    outcomes.values().some(({ kind }) => kind === 'unknown') ||
    // Names alone do not tell whose a signature is that is still listed.
    plan.tags.some(({ tag }) => tag.digest === undefined && takenWith(tag));
  const isCurrent =
    list !== undefined && !shows.has('old') && (shows.has('changed') || !shows.has('unanswered'));
  const isSettled = isCurrent || !isOpen;
  if (!list) return { outcomes, unseen: new Set(), isSettled };
  const before = new Map(plan.tags.map(({ tag }) => [tag.name, tag]));
  const hasGone = (name: TagName) => GONE.has(outcomes.get(name)?.kind);
  const remaining = list.tags.filter((tag) => {
    const listed = before.get(tag.name);
    return !listed || !isSameTag(listed, tag) || !hasGone(tag.name);
  });
  const unseen = [...before.keys()].filter((name) => !rows.has(name) && !hasGone(name));
  return { outcomes, remaining, unseen: new Set(unseen), isSettled };
}

type Kind = Outcome['kind'] | undefined;

const GONE: ReadonlySet<Kind> = new Set<Kind>(['deleted', 'deleted-with-image', 'gone']);
const DONE: ReadonlySet<Kind> = new Set<Kind>(['deleted', 'gone', 'expiring', 'expiration-removed']);

/** Whether the registry answered that the tag is as it was asked for. */
export function isDone(answer: Outcome | undefined): boolean {
  return DONE.has(answer?.kind);
}

function mayBeDone(answer: Outcome | undefined): boolean {
  return isDone(answer) || answer?.kind === 'unknown';
}

/** Answers and list, with what they tell together. */
interface Evidence extends CarriedOut {
  /** What the list shows, by name. */
  readonly rows: ReadonlyMap<TagName, Tag>;
  readonly shows: ReadonlySet<Sight | undefined>;
}

/**
 * What the list shows of a tag that the registry was asked to change: the change, so that it is newer; the tag as it was, although
 * the change was answered, so that it is older; or the tag as it was, where nobody answered.
 */
type Sight = 'changed' | 'old' | 'unanswered';

function sightOf(tag: Tag, row: Tag | undefined, answer: Outcome | undefined): Sight | undefined {
  if (!mayBeDone(answer) || (row && !isSameTag(tag, row))) return undefined;
  if (row && row.expiration === tag.expiration) return isDone(answer) ? 'old' : 'unanswered';
  return answer?.kind === 'gone' ? undefined : 'changed';
}

/** What became of a selected tag, by its answer, and where there is none by the list. */
function answeredOutcome(tag: Tag, evidence: Evidence): Outcome {
  const { answers, rows, shows, remaining: list } = evidence;
  const { mode } = evidence.rules;
  const answer = answers.get(tag.name) ?? { kind: 'not-attempted' };
  const row = rows.get(tag.name);
  if (list && answer.kind === 'expiring' && mode.kind === 'expire')
    return expiringOutcome(tag, mode.at, evidence);
  if (!list || answer.kind !== 'unknown') return answer;
  if (!row && mode.kind === 'delete') return { kind: 'deleted' };
  // A row of names alone may be of another push, and an older list may not show the change yet.
  if (!row || !isSameTag(tag, row) || list.namesOnly) return answer;
  const isChanged = row.expiration !== tag.expiration;
  if (isChanged && mode.kind === 'expire') return expiringOutcome(tag, mode.at, evidence);
  if (isChanged && mode.kind === 'never-expire')
    return { kind: 'expiration-removed', was: tag.expiration ?? 0 };
  return shows.has('old') ? answer : failed(answer.error);
}

/** Clocks that show whole seconds may differ by this. */
const ROUNDING = 1;

/** What became of a tag that was asked to expire, as the list shows it. */
function expiringOutcome(tag: Tag, asked: number, { rows, rules }: Evidence): Outcome {
  const row = rows.get(tag.name);
  if (!row) return failed('The registry said that the expiration was set, but no longer lists the tag.');
  if (!isSameTag(tag, row)) return pushedAgain(row, asked, rules);
  const { expiration } = row;
  if (expiration === undefined || expiration === tag.expiration)
    return {
      kind: 'unknown',
      error: 'The registry said that the expiration was set, but its list does not show it.',
    };
  return expiringAt(expiration, asked);
}

/**
 * Quay silently sets another time where the one that was asked for is out of its bounds: a later one is told, an earlier one is
 * a failure. Both in Unix seconds.
 */
export function expiringAt(expiration: number, asked: number): Outcome {
  return expiration < asked - ROUNDING
    ? failed('The registry set an earlier expiration than asked for.')
    : { kind: 'expiring', expiration, isLater: expiration > asked + ROUNDING };
}

/** A tag that was pushed again and was asked to expire: the request may have come before the push, or after it. */
function pushedAgain({ expiration, lastModified = 0 }: Tag, asked: number, rules: Rules): Outcome {
  const set = Math.max(asked, lastModified + SHORTEST_LIFE);
  if (expiration === undefined || Math.abs(expiration - set) > ROUNDING)
    return { kind: 'kept', reason: { kind: 'pushed-again' } };
  if (!judgesPush(rules)) return expiringAt(expiration, asked);
  return failed(
    `It was pushed again during this run, before its expiration was set: Quay will expire the new push at ${inUtc(expiration)} UTC. To keep it, change its expiration in Quay before then.`,
  );
}

function failed(error: string): Outcome {
  return { kind: 'failed', error };
}

/** The outcomes, with those of the signatures that Quay deleted with their images, or may have deleted. */
function withSignatures(
  answered: ReadonlyMap<TagName, Outcome>,
  { plan, remaining: list, rows, shows }: Evidence,
): ReadonlyMap<TagName, Outcome> {
  const kindOf = (name: TagName) => answered.get(name)?.kind;
  const allKinds = new Set(answered.values().map(({ kind }) => kind));
  const tags = plan.tags.map(({ tag }) => tag);
  const bySubject = Map.groupBy(tags, (tag) => takenWith(tag));
  const images = tags.filter(({ name, digest }) => digest && bySubject.has(digest) && !attachmentOf(name));
  const byDigest = Map.groupBy(images, ({ digest }) => digest);
  const outcomes = new Map(answered);
  for (const [subject, signatures] of bySubject) {
    const names = (byDigest.get(subject) ?? []).map(({ name }) => name);
    const deleted = names.find((name) => kindOf(name) === 'deleted');
    const image = deleted ?? names[0];
    for (const { name, digest } of subject === undefined ? [] : signatures) {
      const own = kindOf(name);
      if (own === 'deleted' || own === 'unknown') continue;
      if (own === 'gone' || (list && !rows.has(name))) {
        // Names alone do not tell which image was deleted; what was there before this run and is not after it, went with one.
        const kinds = digest === undefined ? allKinds : new Set(names.map(kindOf));
        if (kinds.has('deleted'))
          outcomes.set(name, { kind: 'deleted-with-image', ...(deleted && { image: deleted }) });
        else if (kinds.has('gone')) outcomes.set(name, { kind: 'gone' });
      } else if (image && (!list || shows.has('old')) && names.every((one) => mayBeDone(answered.get(one)))) {
        const why = list ? 'is older than that' : 'could not be read';
        const error = `Quay may have deleted it with its image ${image}: the list of what remains ${why}.`;
        outcomes.set(name, { kind: 'unknown', error });
      }
    }
  }
  return outcomes;
}

/** Whether a new push may change the verdict on a tag. */
export function judgesPush(rules: Rules): boolean {
  const { inUse, approved, byImage, source } = rules;
  const isJudged = byImage || readsLabels(source) || inUse !== undefined || approved !== undefined;
  return isJudged || conditionsUsed(rules).size > 0;
}

function inUtc(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
