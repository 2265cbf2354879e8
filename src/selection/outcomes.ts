import { isSelected, type JudgedTag, type Outcome, type Plan } from '../model/result.ts';
import { isSameTag, type Tag, type TagList, type TagName } from '../model/tag.ts';
import { conditionsUsed } from './conditions.ts';
import type { Rules } from './rules.ts';
import { type Attachment, attachmentOf } from './signatures.ts';
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
  const { plan, remaining: list } = carriedOut;
  const evidence = evidenceOf(carriedOut);
  const outcomes = new Map<TagName, Outcome>();
  for (const judged of plan.tags) {
    const outcome = outcomeOf(judged, evidence);
    if (outcome) outcomes.set(judged.tag.name, outcome);
  }
  const { shows } = evidence;
  const isOpen =
    shows.unanswered ||
    [...outcomes.values()].some(({ kind }) => kind === 'unknown') ||
    // Names alone do not tell whose a signature is that is still listed.
    plan.tags.some(({ tag }) => tag.digest === undefined && signatureOf(tag));
  const isCurrent = list !== undefined && !shows.oldRows && (shows.changes || !shows.unanswered);
  const isSettled = isCurrent || !isOpen;
  if (!list) return { outcomes, unseen: new Set(), isSettled };
  const before = new Map(plan.tags.map(({ tag }) => [tag.name, tag]));
  const hasGone = (name: TagName) => GONE.has(outcomes.get(name)?.kind);
  const remaining = list.tags.filter((tag) => {
    const listed = before.get(tag.name);
    return !listed || !isSameTag(listed, tag) || !hasGone(tag.name);
  });
  const unseen = [...before.keys()].filter((name) => !evidence.rows.has(name) && !hasGone(name));
  return { outcomes, remaining, unseen: new Set(unseen), isSettled };
}

type Kind = Outcome['kind'] | undefined;

const GONE: ReadonlySet<Kind> = new Set<Kind>(['deleted', 'deleted-with-image', 'gone']);

/** Clocks that show whole seconds may differ by this. */
const ROUNDING = 1;
/** No tag expires within an hour of its push, in seconds. */
const SHORTEST_LIFE = 3600;

type Answer<Kind extends Outcome['kind']> = Extract<Outcome, { readonly kind: Kind }>;

/** Answers and list, with what they tell together. */
interface Evidence extends CarriedOut {
  /** What the list shows, by name. */
  readonly rows: ReadonlyMap<TagName, Tag>;
  /** What the list shows of the tags that the registry was asked to change. */
  readonly shows: {
    /** One that this run changed: the list is newer than that. */
    readonly changes: boolean;
    /** One that was answered to have changed, as it was before: the list is older than that. */
    readonly oldRows: boolean;
    /** One that nobody answered for, as it was before. */
    readonly unanswered: boolean;
  };
  /** All that became of any tag. */
  readonly kinds: ReadonlySet<Kind>;
  /** By digest: the tags of images with attachments, newest first, that are none themselves. */
  readonly images: ReadonlyMap<string | undefined, readonly JudgedTag[]>;
}

function evidenceOf(carriedOut: CarriedOut): Evidence {
  const { plan, answers, remaining: list } = carriedOut;
  const rows = new Map(list?.tags.map((tag) => [tag.name, tag]));
  const subjects = new Set(plan.tags.flatMap(({ tag }) => attachmentOf(tag.name)?.subject ?? []));
  const images = plan.tags.filter(({ tag }) => subjects.has(tag.digest ?? '') && !attachmentOf(tag.name));
  const shows = { changes: false, oldRows: false, unanswered: false };
  for (const { tag } of plan.tags) {
    const kind = answers.get(tag.name)?.kind;
    const row = rows.get(tag.name);
    if (!ASKED.has(kind) || (row && !isSameTag(tag, row))) continue;
    if (row?.expiration !== tag.expiration || !row) shows.changes ||= kind !== 'gone';
    else if (kind === 'unknown') shows.unanswered = true;
    else shows.oldRows = true;
  }
  const evidence = { ...carriedOut, rows, shows, images: Map.groupBy(images, ({ tag }) => tag.digest) };
  return { ...evidence, kinds: new Set(plan.tags.map(({ tag }) => became(tag, evidence))) };
}

/** What was answered, or not, by a registry that was asked to change a tag. */
const ASKED: ReadonlySet<Kind> = new Set<Kind>([
  'deleted',
  'gone',
  'expiring',
  'expiration-removed',
  'unknown',
]);

/** What was answered, or what the list tells where no answer came: a tag that is not listed any more was deleted. */
function became(
  { name }: Tag,
  { answers, remaining, rows }: Pick<Evidence, 'answers' | 'remaining' | 'rows'>,
): Kind {
  const kind = answers.get(name)?.kind;
  return kind === 'unknown' && remaining && !rows.has(name) ? 'deleted' : kind;
}

function outcomeOf(judged: JudgedTag, evidence: Evidence): Outcome | undefined {
  const answered = isSelected(judged) ? answeredOutcome(judged.tag, evidence) : undefined;
  if (answered?.kind === 'deleted' || answered?.kind === 'unknown') return answered;
  return outcomeWithImage(judged.tag, answered?.kind === 'gone', evidence) ?? answered;
}

/** What became of a selected tag, by its answer, and where there is none by the list. */
function answeredOutcome(tag: Tag, evidence: Evidence): Outcome {
  const answer = evidence.answers.get(tag.name) ?? { kind: 'not-attempted' };
  if (!evidence.remaining) return answer;
  if (answer.kind === 'expiring') return expiringOutcome(answer, tag, evidence);
  return answer.kind === 'unknown' ? unansweredOutcome(answer, tag, evidence) : answer;
}

function unansweredOutcome(answer: Answer<'unknown'>, tag: Tag, evidence: Evidence): Outcome {
  const { mode } = evidence.rules;
  const row = evidence.rows.get(tag.name);
  if (!row && mode.kind === 'delete') return { kind: 'deleted' };
  // A row of names alone may be of another push, and an older list may not show the change yet.
  if (!row || !isSameTag(tag, row) || evidence.remaining?.namesOnly) return answer;
  if (mode.kind !== 'delete' && row.expiration !== tag.expiration)
    return mode.kind === 'expire'
      ? expiringOutcome({ kind: 'expiring', expiration: mode.at, isLater: false }, tag, evidence)
      : { kind: 'expiration-removed', was: tag.expiration ?? 0 };
  return evidence.shows.oldRows ? answer : failed(answer.error);
}

/** Quay silently sets another time where the one that was asked for is out of its bounds: the list shows which. */
function expiringOutcome(answer: Answer<'expiring'>, tag: Tag, { rows, rules }: Evidence): Outcome {
  const row = rows.get(tag.name);
  if (!row) return failed('The registry said that the expiration was set, but no longer lists the tag.');
  if (!isSameTag(tag, row)) return pushedAgain(answer, row, rules);
  const { expiration } = row;
  if (expiration === undefined || expiration === tag.expiration)
    return {
      kind: 'unknown',
      error: 'The registry said that the expiration was set, but its list does not show it.',
    };
  if (expiration < answer.expiration - ROUNDING)
    return failed('The registry set an earlier expiration than asked for.');
  return {
    kind: 'expiring',
    expiration,
    isLater: answer.isLater || expiration > answer.expiration + ROUNDING,
  };
}

/** A tag that was pushed again and was asked to expire: the request may have come before the push, or after it. */
function pushedAgain(answer: Answer<'expiring'>, row: Tag, rules: Rules): Outcome {
  const asked = rules.mode.kind === 'expire' ? rules.mode.at : answer.expiration;
  const { expiration, lastModified = 0 } = row;
  const set = Math.max(asked, lastModified + SHORTEST_LIFE);
  if (expiration === undefined || Math.abs(expiration - set) > ROUNDING)
    return { kind: 'kept', reason: { kind: 'pushed-again' } };
  if (!judgesPush(rules)) return { kind: 'expiring', expiration, isLater: expiration > asked + ROUNDING };
  return failed(
    `It was pushed again during this run, before its expiration was set: Quay will expire the new push at ${inUtc(expiration)} UTC. To keep it, change its expiration in Quay before then.`,
  );
}

function failed(error: string): Outcome {
  return { kind: 'failed', error };
}

/** A signature that Quay may delete with its image: all but immutable ones. */
function signatureOf({ name, immutable }: Tag): Attachment | undefined {
  const attachment = immutable ? undefined : attachmentOf(name);
  return attachment?.isSignature ? attachment : undefined;
}

/** What became of a signature that Quay may have deleted with its image; undefined where it has not, and of any other tag. */
function outcomeWithImage(tag: Tag, isGone: boolean, evidence: Evidence): Outcome | undefined {
  const { remaining: list, rows, images: byDigest, kinds, shows, rules } = evidence;
  const attachment = rules.mode.kind === 'delete' ? signatureOf(tag) : undefined;
  if (!attachment) return undefined;
  const images = (byDigest.get(attachment.subject) ?? []).map((one) => ({
    image: one.tag.name,
    kind: became(one.tag, evidence),
  }));
  const deleted = images.find(({ kind }) => kind === 'deleted');
  if (isGone || (list && !rows.has(tag.name))) {
    if (deleted) return { kind: 'deleted-with-image', image: deleted.image };
    // Names alone do not tell which image was deleted; what was there before this run and is not after it, went with one.
    const isNameAlone = tag.digest === undefined;
    if (isNameAlone && kinds.has('deleted')) return { kind: 'deleted-with-image' };
    const isImageGone = isNameAlone ? kinds.has('gone') : images.some(({ kind }) => kind === 'gone');
    return isImageGone ? { kind: 'gone' } : undefined;
  }
  const image = (deleted ?? images[0])?.image;
  const isLastGone = images.every(({ kind }) => kind === 'deleted' || kind === 'gone' || kind === 'unknown');
  if ((list && !shows.oldRows) || image === undefined || !isLastGone) return undefined;
  const why = list ? 'is older than that' : 'could not be read';
  return {
    kind: 'unknown',
    error: `Quay may have deleted it with its image ${image}: the list of what remains ${why}.`,
  };
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
