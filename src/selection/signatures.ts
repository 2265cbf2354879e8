import type { IndexedImages } from '../model/facts.ts';
import type { JudgedTag } from '../model/plan.ts';
import type { Reason } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * The digest of the image that a cosign tag belongs to: its signature, attestation or SBOM; undefined for any other tag.
 *
 * Source: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
function subjectOf(name: TagName): string | undefined {
  const hex = /^sha256-([0-9a-f]{64})\.(?:sig|att|sbom)$/.exec(name)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

interface SignatureFacts {
  /**
   * What keeps each tag although its image has gone, in the order of the tags: then signatures whose image has no tag left
   * go too. Undefined where they stay.
   */
  readonly spared: readonly (Reason | undefined)[] | undefined;
  /** By the digest of the multi-arch image. */
  readonly indexedImages: ReadonlyMap<string, IndexedImages>;
}

/**
 * Brings the verdicts on cosign tags in line with those on their images: a signature stays as long as a tag of its image, or
 * of a multi-arch image with it, does.
 */
export function settleSignatures(
  judged: readonly JudgedTag[],
  { spared, indexedImages }: SignatureFacts,
): readonly JudgedTag[] {
  if (!judged.some(({ tag }) => subjectOf(tag.name))) return judged;
  const settled = untilStable(judged, (tags) => keepThoseInUse(tags, indexedImages));
  return spared ? untilStable(settled, (tags) => deleteOrphans(tags, { spared, indexedImages })) : settled;
}

/** A signature is an image too, and may be signed: one change can bring about another. */
function untilStable(
  judged: readonly JudgedTag[],
  step: (judged: readonly JudgedTag[]) => readonly JudgedTag[],
): readonly JudgedTag[] {
  const next = step(judged);
  const isStable = next.every((tag, index) => tag.verdict.kind === judged[index]?.verdict.kind);
  return isStable ? next : untilStable(next, step);
}

function keepThoseInUse(
  judged: readonly JudgedTag[],
  indexedImages: SignatureFacts['indexedImages'],
): readonly JudgedTag[] {
  const living = livingImages(judged, indexedImages);
  return judged.map((judgedTag) => {
    const image = living.get(subjectOf(judgedTag.tag.name) ?? '');
    return judgedTag.verdict.kind === 'keep' || image === undefined
      ? judgedTag
      : kept(judgedTag, { kind: 'signature-of-living-image', tag: image });
  });
}

function deleteOrphans(
  judged: readonly JudgedTag[],
  { spared, indexedImages }: SignatureFacts,
): readonly JudgedTag[] {
  const living = livingImages(judged, indexedImages);
  const opaque = judged.find((tag) => isOpaque(tag, indexedImages))?.tag.name;
  return judged.map((judgedTag, index) => {
    const digest = subjectOf(judgedTag.tag.name);
    if (digest === undefined || !isOpen(judgedTag)) return judgedTag;
    const image = living.get(digest);
    if (image !== undefined) return kept(judgedTag, { kind: 'signature-of-living-image', tag: image });
    if (opaque !== undefined) return kept(judgedTag, { kind: 'signature-may-be-in-use', tag: opaque });
    const reason = spared?.[index];
    if (reason) return kept(judgedTag, reason);
    return {
      tag: judgedTag.tag,
      verdict: { kind: 'delete', reason: { kind: 'orphaned-signature', digest } },
    };
  });
}

/** Whether a signature's image decides on it: no pattern spoke of it, or its image goes in this very plan. */
function isOpen({ verdict: { kind, reason } }: JudgedTag): boolean {
  return kind === 'keep' && ['not-matched', 'signature-of-living-image'].includes(reason.kind);
}

/** Whether a tag stays of which not all images are known, so that any signature may belong to one of them. */
function isOpaque({ tag, verdict }: JudgedTag, indexedImages: SignatureFacts['indexedImages']): boolean {
  return verdict.kind === 'keep' && imagesOf(tag, indexedImages) === 'unknown';
}

/** A tag that stays of each digest, those in multi-arch images among them. */
function livingImages(
  judged: readonly JudgedTag[],
  indexedImages: SignatureFacts['indexedImages'],
): ReadonlyMap<string, TagName> {
  const living = new Map<string, TagName>();
  for (const { tag, verdict } of judged) {
    if (verdict.kind !== 'keep' || tag.digest === undefined) continue;
    living.set(tag.digest, tag.name);
    const images = imagesOf(tag, indexedImages);
    if (images !== 'unknown') for (const digest of images) living.set(digest, tag.name);
  }
  return living;
}

/** The images that a tag stands for besides its own digest. */
function imagesOf({ digest, multiArch }: Tag, indexedImages: SignatureFacts['indexedImages']): IndexedImages {
  if (digest === undefined) return 'unknown';
  return multiArch === false ? NONE : (indexedImages.get(digest) ?? 'unknown');
}

/** Whether a signature would go, or stays only because its image may be part of a multi-arch image. */
export function isSignatureInQuestion({ tag, verdict }: JudgedTag): boolean {
  const mayGo = verdict.kind === 'delete' || verdict.reason.kind === 'signature-may-be-in-use';
  return mayGo && subjectOf(tag.name) !== undefined;
}

function kept({ tag }: JudgedTag, reason: Reason): JudgedTag {
  return { tag, verdict: { kind: 'keep', reason } };
}
