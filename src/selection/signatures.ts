import type { JudgedTag, Verdict } from './plan.ts';
import type { Tag, TagName } from './tag.ts';

/** What settling needs besides the verdicts. */
export interface SignatureRules {
  /** Whether signatures whose image has no living tag go too. */
  readonly clean: boolean;
  /** The tags that an exclusion matches. */
  readonly excluded: ReadonlySet<TagName>;
}

/**
 * The digest of the image that a cosign tag belongs to: its signature, attestation or SBOM; undefined for any other tag.
 */
export function subjectOf(name: TagName): string | undefined {
  const hex = /^sha256-([0-9a-f]{64})\.(?:sig|att|sbom)$/.exec(name)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/**
 * Brings the verdicts on cosign tags in line with those on their images.
 *
 * A signature stays as long as a tag of its image does. With `clean`, one whose image has no tag left goes, unless a tag
 * remains whose digest or whose images are unknown: the signature may belong to it.
 */
export function settleSignatures(judged: readonly JudgedTag[], rules: SignatureRules): readonly JudgedTag[] {
  if (!judged.some(({ tag }) => subjectOf(tag.name))) return judged;
  const settled = untilStable(judged, keepThoseInUse);
  return rules.clean ? untilStable(settled, (tags) => deleteOrphans(tags, rules)) : settled;
}

/** A signature is an image too, and may be signed: one change can bring about another. */
function untilStable(
  judged: readonly JudgedTag[],
  step: (judged: readonly JudgedTag[]) => readonly JudgedTag[],
): readonly JudgedTag[] {
  const next = step(judged);
  return next.every((tag, index) => tag.verdict.kind === judged[index]?.verdict.kind)
    ? next
    : untilStable(next, step);
}

function keepThoseInUse(judged: readonly JudgedTag[]): readonly JudgedTag[] {
  const living = tagsByDigest(judged);
  return judged.map(({ tag, verdict }) => {
    const image = living.get(subjectOf(tag.name) ?? '');
    const inUse = verdict.kind === 'delete' && image !== undefined;
    return { tag, verdict: inUse ? keep({ kind: 'signature-of-living-image', tag: image.name }) : verdict };
  });
}

function deleteOrphans(judged: readonly JudgedTag[], { excluded }: SignatureRules): readonly JudgedTag[] {
  const living = tagsByDigest(judged);
  const opaque = judged.find(
    ({ tag, verdict }) =>
      verdict.kind === 'keep' &&
      (tag.digest === undefined || tag.multiArch !== false) &&
      !subjectOf(tag.name),
  );
  return judged.map((judgedTag) => {
    const { tag, verdict } = judgedTag;
    const digest = subjectOf(tag.name);
    const mayGo =
      verdict.kind === 'keep' && MAY_GO.has(verdict.reason.kind) && !tag.immutable && !excluded.has(tag.name);
    if (digest === undefined || !mayGo) return judgedTag;
    const image = living.get(digest);
    if (image) return { tag, verdict: keep({ kind: 'signature-of-living-image', tag: image.name }) };
    if (opaque) return { tag, verdict: keep({ kind: 'signature-may-be-in-use', tag: opaque.tag.name }) };
    return { tag, verdict: { kind: 'delete', reason: { kind: 'orphaned-signature', digest } } };
  });
}

/** Signatures that no pattern spoke of, or whose image this very plan deletes. */
const MAY_GO: ReadonlySet<string> = new Set([
  'not-matched',
  'signature-of-living-image',
  'signature-may-be-in-use',
]);

function tagsByDigest(judged: readonly JudgedTag[]): ReadonlyMap<string, Tag> {
  return new Map(
    judged.flatMap(({ tag, verdict }) =>
      verdict.kind === 'keep' && tag.digest !== undefined ? [[tag.digest, tag] as const] : [],
    ),
  );
}

function keep(reason: Verdict['reason']): Verdict {
  return { kind: 'keep', reason };
}
