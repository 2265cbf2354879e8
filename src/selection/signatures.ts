import type { JudgedTag } from './plan.ts';
import type { Reason } from './reason.ts';
import type { TagName } from './tag.ts';

/**
 * The digest of the image that a cosign tag belongs to: its signature, attestation or SBOM; undefined for any other tag.
 *
 * Source: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export function subjectOf(name: TagName): string | undefined {
  const hex = /^sha256-([0-9a-f]{64})\.(?:sig|att|sbom)$/.exec(name)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/**
 * Brings the verdicts on cosign tags in line with those on their images: a signature stays as long as a tag of its image does.
 *
 * @param spared - what keeps each tag although its image has gone, in the order of `judged`: then signatures whose image
 * has no tag left go too. Absent where they stay.
 */
export function settleSignatures(
  judged: readonly JudgedTag[],
  spared: readonly (Reason | undefined)[] | undefined,
): readonly JudgedTag[] {
  if (!judged.some(({ tag }) => subjectOf(tag.name))) return judged;
  const settled = untilStable(judged, keepThoseInUse);
  return spared ? untilStable(settled, (tags) => deleteOrphans(tags, spared)) : settled;
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

function keepThoseInUse(judged: readonly JudgedTag[]): readonly JudgedTag[] {
  const living = livingImages(judged);
  return judged.map((judgedTag) => {
    const image = living.get(subjectOf(judgedTag.tag.name) ?? '');
    return judgedTag.verdict.kind === 'keep' || image === undefined
      ? judgedTag
      : kept(judgedTag, { kind: 'signature-of-living-image', tag: image });
  });
}

function deleteOrphans(
  judged: readonly JudgedTag[],
  spared: readonly (Reason | undefined)[],
): readonly JudgedTag[] {
  const living = livingImages(judged);
  const opaque = judged.find(isOpaque)?.tag.name;
  return judged.map((judgedTag, index) => {
    const digest = subjectOf(judgedTag.tag.name);
    if (digest === undefined || !isOpen(judgedTag)) return judgedTag;
    const image = living.get(digest);
    if (image !== undefined) return kept(judgedTag, { kind: 'signature-of-living-image', tag: image });
    if (opaque !== undefined) return kept(judgedTag, { kind: 'signature-may-be-in-use', tag: opaque });
    const reason = spared[index];
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
function isOpaque({ tag, verdict }: JudgedTag): boolean {
  return verdict.kind === 'keep' && (tag.digest === undefined || tag.multiArch !== false);
}

/** A tag that stays of each digest. */
function livingImages(judged: readonly JudgedTag[]): ReadonlyMap<string, TagName> {
  return new Map(
    judged.flatMap(({ tag: { name, digest }, verdict }) =>
      verdict.kind === 'keep' && digest !== undefined ? [[digest, name] as const] : [],
    ),
  );
}

function kept({ tag }: JudgedTag, reason: Reason): JudgedTag {
  return { tag, verdict: { kind: 'keep', reason } };
}
