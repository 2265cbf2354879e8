import type { Facts, Need, Undecided } from '../model/facts.ts';
import type { Protection, ReasonToKeep } from '../model/reason.ts';
import { isSelected, type JudgedTag, type Verdict } from '../model/result.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { obstaclesOf } from './deletion-order.ts';
import { heldBy, type KnownManifests } from './manifests.ts';
import type { Pattern } from './patterns/pattern.ts';
import type { Rules } from './rules.ts';

/** What a tag is that hangs on an image. */
export interface Attachment {
  /** The digest of the image, `sha256:<hex>`. */
  readonly subject: string;
  /** All that stands behind the digest, such as `.sig`; may be empty. */
  readonly ending: string;
  /** Whether it is cosign's signature, attestation or SBOM, which newer Quays delete with the last tag of the image. */
  readonly isSignature: boolean;
}

/**
 * Reads what hangs on an image: `sha256-<hex>` with anything behind it, or nothing; undefined for any other tag.
 *
 * Sources: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md and
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 */
export function attachmentOf(name: string): Attachment | undefined {
  const match = /^sha256-([0-9a-f]{64})(.*)$/.exec(name);
  if (!match) return undefined;
  const [, hex, ending = ''] = match;
  return { subject: `sha256:${hex}`, ending, isSignature: /^\.(?:sig|att|sbom)$/.test(ending) };
}

/** The digest of the image with which newer Quays delete a signature; undefined for immutable ones, and for any other tag. */
export function takenWith({ name, immutable }: Tag, attachment = attachmentOf(name)): string | undefined {
  return !immutable && attachment?.isSignature ? attachment.subject : undefined;
}

/** Whether a pattern that matches the tag means it, and is no wildcard: its own text has the beginning or the ending. */
export function isNamedBy(pattern: Pattern, name: TagName, { ending }: Attachment): boolean {
  return pattern.names('sha256-', name) || (ending !== '' && pattern.names(ending, name));
}

/**
 * Whether an exclusion that matches the signature protects it from going with its image too. One that matches it by chance, such
 * as `/^(?!pr-)/`, does not. Here the words alone count: `/\.(sig|att)$/` has no `.sig`.
 */
export function isProtectedBy(pattern: Pattern, name: TagName, { ending, isSignature }: Attachment): boolean {
  return isSignature && (pattern.names('sha256', name) || pattern.names(ending.slice(1), name));
}

/** A tag with the verdict on it alone. */
export interface Judged extends JudgedTag {
  readonly attachment?: Attachment;
  /** What has to be known before an orphan may go, if its image turns out to be gone. */
  readonly needs?: readonly Need[];
  /** Of a signature that Quay would delete with its image: why that may not be. */
  readonly protectedBy?: Protection;
}

interface Settling {
  readonly rules: Pick<Rules, 'mode' | 'byImage'>;
  /** Names of further living images of which nothing is known. */
  readonly invalidNames: readonly string[];
  readonly manifests: Facts['manifests'];
}

/**
 * Brings the verdicts in line that depend on each other. What is kept only grows, until it keeps nothing else:
 *
 * - By image, no tag goes while another of its digest is kept.
 * - What hangs on an image is kept while a tag of the image, or of a multi-arch image with it, is kept or may be. A signature is
 *   an image too, and may be signed.
 * - Newer Quays delete the signatures of an image with the last of its tags, whatever else holds it. Where one of them is
 *   protected, the newest tag of the image is kept. All others are noted as going with it.
 *
 * @param judged - newest first
 */
export function settle(judged: readonly Judged[], settling: Settling): readonly JudgedTag[] | Undecided {
  const hasAttachments = judged.some(({ attachment }) => attachment !== undefined);
  const { mode, byImage } = settling.rules;
  if (mode.kind === 'never-expire' || (!hasAttachments && !byImage)) return judged;
  const settlement = new Settlement(judged, settling);
  settlement.start();
  const needs = settlement.needs();
  return needs.length > 0 ? { kind: 'undecided', needs } : settlement.result();
}

/** A tag whose verdict may still turn from delete to keep. */
interface Entry extends Judged {
  verdict: Verdict;
}

class Settlement {
  readonly #rules: Settling['rules'];
  readonly #entries: readonly Entry[];
  /** By digest: its tags, newest first. */
  readonly #images: ReadonlyMap<string | undefined, readonly Entry[]>;
  /** By digest: what hangs on the image. */
  readonly #attached: ReadonlyMap<string, readonly Entry[]>;
  readonly #known: KnownManifests;
  /** The tags that are kept, and were not told yet to all that depend on them. */
  #untold: Entry[];
  /** The images of which a tag is kept; the manifests that kept tags stand for; and those to read to know of more. */
  readonly #keptImages = new Set<string>();
  readonly #living = new Set<string>();
  readonly #toRead = new Set<string>();
  /** A kept tag that may stand for any image. */
  #mayHoldAny: string | undefined;

  constructor(judged: readonly Judged[], { rules, invalidNames, manifests }: Settling) {
    this.#rules = rules;
    this.#entries = judged.map((one) => ({ ...one }));
    this.#images = Map.groupBy(this.#entries, ({ tag }) => tag.digest);
    const attached = this.#entries.filter(({ attachment }) => attachment);
    this.#attached = Map.groupBy(attached, ({ attachment }) => attachment?.subject ?? '');
    this.#known = { rows: this.#images, manifests };
    this.#untold = this.#entries.filter((entry) => !isSelected(entry));
    [this.#mayHoldAny] = invalidNames;
  }

  /** Keeps what need not be asked for, and all that depends on it. */
  start(): void {
    if (this.#rules.byImage) this.#keepUnknown({ kind: 'image-unknown' });
    for (const entry of this.#entries) if (entry.protectedBy) this.#protect(entry, entry.protectedBy);
    const first = this.#entries.find(({ protectedBy }) => protectedBy);
    if (first?.protectedBy)
      this.#keepUnknown(
        first.protectedBy.kind === 'excluded'
          ? { kind: 'signatures-unknown', pattern: first.protectedBy.pattern }
          : { kind: 'signature-would-go', signature: first.tag.name, protectedBy: first.protectedBy },
      );
    this.#spread();
  }

  /** Keeps the tags whose digest is not known: they may be of any image. */
  #keepUnknown(reason: ReasonToKeep): void {
    for (const entry of this.#images.get(undefined) ?? []) if (!entry.attachment) this.#keep(entry, reason);
  }

  /**
   * What has to be asked before all is settled: as long as something depends on it, what every tag stands for, so that it is known
   * which images live and in which order tags may go. What nobody can tell keeps everything that depends on it.
   */
  needs(): readonly Need[] {
    // It is to be deleted, or would be with its image.
    const open = this.#allAttached().filter((one) => isSelected(one) || this.#imageTaking(one));
    if (open.length === 0) return [];
    if (this.#mayHoldAny !== undefined) {
      for (const entry of open) this.#protect(entry, { kind: 'image-may-live', tag: this.#mayHoldAny });
      this.#spread();
      return [];
    }
    const seen = new Set<string>();
    for (const { tag } of this.#entries.filter(isSelected))
      for (const digest of heldBy(tag.digest, this.#known, seen).toRead) this.#toRead.add(digest);
    if (this.#toRead.size > 0) return Array.from(this.#toRead, (digest) => ({ kind: 'manifest', digest }));
    return open.filter(isSelected).flatMap(({ needs = [] }) => needs);
  }

  #allAttached(): readonly Entry[] {
    return [...this.#attached.values()].flat();
  }

  /** The newest tag of the image with whose last tag Quay would delete the signature. */
  #imageTaking({ tag, attachment }: Entry): Entry | undefined {
    const subject = this.#rules.mode.kind === 'delete' ? takenWith(tag, attachment) : undefined;
    // Quay does not count what hangs on another image as a tag of its own.
    const tags = subject === undefined ? [] : (this.#images.get(subject) ?? []);
    const isLeaving = tags.every((one) => one.attachment || isSelected(one));
    return isLeaving ? tags.find((one) => !one.attachment) : undefined;
  }

  /** Keeps what hangs on an image, and the tag with which Quay would delete it. */
  #protect(entry: Entry, protectedBy: Protection): void {
    this.#keep(entry, protectedBy);
    const image = this.#imageTaking(entry);
    if (image) this.#keep(image, { kind: 'signature-would-go', signature: entry.tag.name, protectedBy });
  }

  #keep(entry: Entry, reason: ReasonToKeep): void {
    if (!isSelected(entry)) return;
    entry.verdict = { kind: 'keep', reason };
    this.#untold.push(entry);
  }

  /** Tells what is kept to all that depend on it. */
  #spread(): void {
    // An array is walked to its end, also where that moves away.
    for (const { tag, verdict } of this.#untold) {
      if (this.#rules.byImage && tag.digest !== undefined && !this.#keptImages.has(tag.digest)) {
        this.#keptImages.add(tag.digest);
        for (const sibling of this.#images.get(tag.digest) ?? [])
          if (verdict.kind === 'keep')
            this.#keep(sibling, { kind: 'sibling-kept', tag: tag.name, why: verdict.reason });
      }
      if (this.#attached.size === 0) continue;
      const { digests, toRead, isUnknown } = heldBy(tag.digest, this.#known, this.#living);
      for (const digest of digests)
        for (const attached of this.#attached.get(digest) ?? [])
          this.#protect(attached, { kind: 'image-lives', tag: tag.name });
      for (const digest of toRead) this.#toRead.add(digest);
      if (isUnknown) this.#mayHoldAny ??= tag.name;
    }
    this.#untold = [];
  }

  result(): readonly JudgedTag[] {
    const going = this.#allAttached().filter((entry) => this.#imageTaking(entry));
    const obstacles = obstaclesOf(this.#attached.size > 0 ? this.#entries.filter(isSelected) : [], {
      subjects: this.#attached.keys(),
      signatures: new Map(going.map(({ tag, attachment }) => [attachment?.subject, tag.name])),
      known: this.#known,
    });
    return this.#entries.map((entry) => {
      if (isSelected(entry)) {
        const after = obstacles(entry);
        return after.length > 0 ? { ...entry, after } : entry;
      }
      const image = entry.attachment && this.#imageTaking(entry);
      return image ? { ...entry, deletedWith: image.tag.name } : entry;
    });
  }
}
