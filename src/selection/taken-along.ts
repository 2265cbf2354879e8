import type { Need } from '../model/facts.ts';
import type { JudgedTag, TakenAlong } from '../model/plan.ts';
import type { TagName } from '../model/tag.ts';
import { type Candidate, protectionOf } from './candidate.ts';
import { isArtifact } from './cosign-tag.ts';
import { usedIn } from './in-use.ts';
import type { LivingImages } from './living-images.ts';
import type { Rules } from './rules.ts';
import { type Judged, manifestsToRead } from './signatures.ts';

/** The plan; or what has to be asked first; or tags that are kept, as a signature would be lost with them. */
type WithTakenAlong =
  | { readonly kind: 'planned'; readonly tags: readonly JudgedTag[] }
  | { readonly kind: 'undecided'; readonly needs: readonly Need[] }
  | { readonly kind: 'spare'; readonly signatures: ReadonlyMap<TagName, TagName> };

interface TakenAlongOptions {
  readonly rules: Rules;
  readonly living: LivingImages;
  /** `namespace/name`. */
  readonly repository: string;
  /** Whether every signature counts as one that must stay. */
  readonly spareAll: boolean;
}

/**
 * Names the signatures that the plan keeps and that Quay deletes with their image: Quay 3.18 and later do so with the last
 * tag of the image that is no cosign tag. Where one of them must stay and cannot be restored, a tag of the image is kept.
 */
export function withTakenAlong(
  judged: readonly Judged[],
  { rules, living, repository, spareAll }: TakenAlongOptions,
): WithTakenAlong {
  const hasArtifacts = judged.some(({ candidate }) => isArtifact(candidate.tag.name));
  const images =
    hasArtifacts && rules.expireAt === undefined ? imagesToDelete(judged) : new Map<string, TagName>();
  const spare = new Map<TagName, TagName>();
  const tags: JudgedTag[] = [];
  const hasSeveralRules = rules.tags.length > 1;
  for (const { candidate, verdict } of judged) {
    const { tag, subject = '' } = candidate;
    const image = verdict.kind === 'keep' && isArtifact(tag.name) ? images.get(subject) : undefined;
    let takenAlong: TakenAlong | undefined;
    if (image !== undefined) {
      const isUsed = rules.inUse && usedIn(tag, subject, { repository, inUse: rules.inUse }) !== undefined;
      const isKeptForSure = spareAll || isUsed || verdict.reason.kind === 'list-shifts';
      const mustStay = isKeptForSure ? 'yes' : mayHaveToStay(candidate, living);
      const needs = mustStay === 'unclear' ? needsOf(living, rules) : undefined;
      if (needs) return { kind: 'undecided', needs };
      takenAlong = { image, mustStay: mustStay !== 'no' };
      if (takenAlong.mustStay && !rules.canRestore) spare.set(image, tag.name);
    }
    tags.push(judgedTag({ candidate, verdict }, { hasSeveralRules, takenAlong }));
  }
  return spare.size > 0 ? { kind: 'spare', signatures: spare } : { kind: 'planned', tags };
}

function judgedTag(
  { candidate: { tag, matches }, verdict }: Judged,
  {
    hasSeveralRules,
    takenAlong,
  }: { readonly hasSeveralRules: boolean; readonly takenAlong: TakenAlong | undefined },
): JudgedTag {
  const rule = hasSeveralRules ? matches[0]?.pattern.line : undefined;
  const judged = rule === undefined ? { tag, verdict } : { tag, verdict, rule };
  return takenAlong ? { ...judged, takenAlong } : judged;
}

/** The digests whose tags are all deleted, cosign tags aside, each with the newest of them. */
function imagesToDelete(judged: readonly Judged[]): ReadonlyMap<string, TagName> {
  const images = new Map<string, TagName>();
  const kept = new Set<string>();
  for (const { candidate, verdict } of judged) {
    const { tag, subject } = candidate;
    if (subject !== undefined || tag.digest === undefined) continue;
    if (verdict.kind === 'keep') kept.add(tag.digest);
    else if (!images.has(tag.digest)) images.set(tag.digest, tag.name);
  }
  for (const digest of kept) images.delete(digest);
  return images;
}

function mayHaveToStay(candidate: Candidate, living: LivingImages): 'yes' | 'no' | 'unclear' {
  if (protectionOf(candidate) || living.holderOf(candidate.subject ?? '') !== undefined) return 'yes';
  return living.unclear.length > 0 ? 'unclear' : 'no';
}

/** With a credential that restores, no tag is made to look used: what stays unclear is restored. */
function needsOf(living: LivingImages, rules: Rules): readonly Need[] | undefined {
  if (rules.canRestore && living.unclear.some(({ isTagged }) => isTagged)) return undefined;
  return manifestsToRead(living.unclear, rules);
}
