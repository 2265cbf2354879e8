import type { Facts, Need, Undecided } from '../model/facts.ts';
import type { Verdict } from '../model/plan.ts';
import type { Reason } from '../model/reason.ts';
import { type Candidate, protectionOf } from './candidate.ts';
import { conditionsUsed } from './conditions.ts';
import { isArtifact } from './cosign-tag.ts';
import { LivingImages, type Unclear } from './living-images.ts';
import type { Rules } from './rules.ts';

/** A tag with the verdict on it alone. */
export interface Judged {
  readonly candidate: Candidate;
  readonly verdict: Verdict;
}

interface SignatureFacts {
  readonly rules: Rules;
  readonly facts: Facts;
  /** Listed names that no tag can have, of images that live all the same. */
  readonly strange: readonly string[];
  /** What keeps an orphan for now: it is too new, was pulled, or its last pull has to be asked for. */
  readonly hold: (candidate: Candidate) => Reason | Undecided | undefined;
}

/** The verdicts with those on cosign tags settled, and the images that they keep; or what has to be asked first. */
type Settled =
  | { readonly kind: 'settled'; readonly judged: readonly Judged[]; readonly living: LivingImages }
  | { readonly kind: 'undecided'; readonly needs: readonly Need[] };

/**
 * Brings the verdicts on cosign tags in line with those on their images: a signature is kept as long as a tag of its image,
 * or of a multi-arch image with it, is kept or may be. A signature is an image too, and may be signed.
 */
export function settleSignatures(judged: readonly Judged[], options: SignatureFacts): Settled {
  const { facts, strange } = options;
  if (judged.every(({ candidate }) => candidate.subject === undefined)) {
    // Nobody asks which images live: to find out takes most of the memory of a large repository.
    const living = new LivingImages({ tags: [], manifests: facts.manifests, strange, onHeld: () => {} });
    return { kind: 'settled', judged, living };
  }
  const verdicts = judged.map(({ verdict }) => verdict);
  const needs = new Map<number, readonly Need[]>();
  const selected = new Map<string, Set<number>>();
  for (const [index, { candidate, verdict }] of judged.entries()) {
    const { subject } = candidate;
    if (subject === undefined || !(verdict.kind === 'delete' || isOrphanToClean(candidate, verdict, options)))
      continue;
    const hold = verdict.kind === 'delete' ? undefined : options.hold(candidate);
    if (hold?.kind === 'undecided') needs.set(index, hold.needs);
    else if (hold) {
      verdicts[index] = { kind: 'keep', reason: hold };
      continue;
    }
    selected.set(subject, (selected.get(subject) ?? new Set()).add(index));
  }

  const kept: number[] = [];
  const living = new LivingImages({
    tags: judged.map(({ candidate }) => candidate.tag),
    manifests: facts.manifests,
    strange,
    onHeld: (digest) => {
      for (const index of selected.get(digest) ?? []) kept.push(index);
      selected.delete(digest);
    },
  });
  const isSelected = new Set([...selected.values()].flatMap((indexes) => [...indexes]));
  judged.forEach(({ candidate, verdict }, index) => {
    if (!isSelected.has(index) && verdict.kind === 'keep') living.keep(candidate.tag);
  });
  const settle = (reasonOf: (candidate: Candidate) => Reason) => {
    for (let index = kept.pop(); index !== undefined; index = kept.pop()) {
      const candidate = judged[index]?.candidate;
      if (!candidate) continue;
      verdicts[index] = { kind: 'keep', reason: reasonOf(candidate) };
      living.keep(candidate.tag);
    }
  };
  settle(({ subject = '' }) => ({ kind: 'signature-of-living-image', tag: living.holderOf(subject) ?? '' }));

  const left = [...selected.values()].flatMap((indexes) => [...indexes]);
  const blocker = left.length === 0 ? undefined : living.unclear[0];
  if (blocker) {
    const toRead = manifestsToRead(living.unclear, options.rules);
    if (toRead) return { kind: 'undecided', needs: toRead };
    const { tag } = blockerOf(living.unclear);
    for (const index of left) kept.push(index);
    settle(() => ({ kind: 'signature-may-be-in-use', tag }));
  } else {
    const open = left.flatMap((index) => needs.get(index) ?? []);
    if (open.length > 0) return { kind: 'undecided', needs: open };
    for (const index of left) verdicts[index] = orphaned(judged[index]);
  }
  return {
    kind: 'settled',
    judged: judged.map((one, index) => ({ ...one, verdict: verdicts[index] ?? one.verdict })),
    living,
  };
}

function isOrphanToClean(candidate: Candidate, { reason }: Verdict, { rules }: SignatureFacts): boolean {
  return (
    rules.cleanOrphanedSignatures &&
    isArtifact(candidate.tag.name) &&
    (reason.kind === 'not-matched' || reason.kind === 'cosign-tag') &&
    protectionOf(candidate) === undefined
  );
}

function orphaned(judged: Judged | undefined): Verdict {
  if (judged?.verdict.kind === 'delete') return judged.verdict;
  return { kind: 'delete', reason: { kind: 'orphaned-signature' } };
}

/**
 * What to read to know every image that lives; undefined where that cannot be known. Reading a manifest counts as a pull, so
 * none is read where pulls are judged.
 */
export function manifestsToRead(unclear: readonly Unclear[], rules: Rules): readonly Need[] | undefined {
  if (conditionsUsed(rules).has('notPulledFor')) return undefined;
  const digests = unclear.map(({ digest }) => digest);
  if (!digests.every((digest) => digest !== undefined)) return undefined;
  return [...new Set(digests)].map((digest) => ({ kind: 'manifest', digest }));
}

/** One that stays unclear for good, where there is one. */
function blockerOf(unclear: readonly Unclear[]): Unclear {
  const blocker = unclear.find(({ digest }) => digest === undefined) ?? unclear[0];
  if (!blocker) throw new Error('Nothing is unclear.');
  return blocker;
}
