import type { Facts, Need, Undecided } from '../model/facts.ts';
import type { JudgedTag, Verdict } from '../model/plan.ts';
import type { Protection, ReasonToKeep } from '../model/reason.ts';
import type { Tag, TagList, TagName } from '../model/tag.ts';
import { LivingImages } from './living-images.ts';
import { type ContentsSource, contentsOf, rowsByDigest } from './manifest-contents.ts';
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
  const [, hex, ending = ''] = /^sha256-([0-9a-f]{64})(.*)$/.exec(name) ?? [];
  if (hex === undefined) return undefined;
  return { subject: `sha256:${hex}`, ending, isSignature: /^\.(?:sig|att|sbom)$/.test(ending) };
}

/** The digest of the image that the tag hangs on; undefined where it hangs on none. */
export function imageOf(name: string): string | undefined {
  return attachmentOf(name)?.subject;
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
export interface Judged {
  readonly tag: Tag;
  readonly attachment?: Attachment;
  readonly verdict: Verdict;
  /** What has to be known before an orphan may go, if its image turns out to be gone. */
  readonly needs?: readonly Need[];
  /** Of a signature that Quay would delete with its image: why that may not be. */
  readonly protectedBy?: Protection;
}

interface Settling {
  readonly rules: Pick<Rules, 'mode' | 'byImage'>;
  readonly list: Pick<TagList, 'tags' | 'invalidNames'>;
  readonly manifests: Facts['manifests'];
}

/** What {@link settle} says of a tag. */
export type Settled = Pick<JudgedTag, 'verdict' | 'deletedWith' | 'after'>;

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
export function settle(
  judged: readonly Judged[],
  settling: Settling,
): { readonly kind: 'settled'; readonly tags: readonly Settled[] } | Undecided {
  const hasAttachments = judged.some(({ attachment }) => attachment !== undefined);
  const { mode, byImage } = settling.rules;
  if (mode.kind === 'never-expire' || (!hasAttachments && !byImage)) return { kind: 'settled', tags: judged };
  const settlement = new Settlement(judged, settling);
  settlement.start();
  const needs = settlement.needs();
  if (needs.length > 0) return { kind: 'undecided', needs };
  return settlement.result();
}

/** A tag whose verdict may still turn from delete to keep. */
interface Entry extends Judged {
  verdict: Verdict;
}

class Settlement {
  readonly #settling: Settling;
  readonly #source: ContentsSource;
  readonly #living: LivingImages;
  readonly #entries: readonly Entry[];
  /** By digest: what hangs on the image. */
  readonly #attached: ReadonlyMap<string | undefined, readonly Entry[]>;
  /** By digest: its tags, where they share one verdict. */
  readonly #siblings: ReadonlyMap<string | undefined, readonly Entry[]>;
  /** By digest: the newest tag of an image with attachments of which every tag is to be deleted. */
  readonly #leaving = new Map<string, Entry>();
  /** The tags that are kept, and how many of them were told to all that depend on them. */
  readonly #kept: Entry[];
  #told = 0;

  constructor(judged: readonly Judged[], settling: Settling) {
    this.#settling = settling;
    this.#entries = judged.map((one) => ({ ...one }));
    const attachments = this.#entries.filter(({ attachment }) => attachment !== undefined);
    this.#attached = Map.groupBy(attachments, ({ attachment }) => attachment?.subject);
    this.#siblings = settling.rules.byImage ? Map.groupBy(this.#entries, ({ tag }) => tag.digest) : new Map();
    this.#source = { rows: rowsByDigest(settling.list.tags), manifests: settling.manifests };
    this.#living = new LivingImages({
      ...this.#source,
      invalidNames: settling.list.invalidNames,
      onHeld: (digest, tag) => {
        for (const entry of this.#attached.get(digest) ?? [])
          this.#keepWithImage(entry, { kind: 'image-lives', tag });
      },
    });
    this.#kept = this.#entries.filter(({ verdict }) => verdict.kind === 'keep');
    if (settling.rules.mode.kind === 'delete') this.#findLeaving();
  }

  #findLeaving(): void {
    const staying = new Set<string>();
    for (const entry of this.#entries) {
      const { digest } = entry.tag;
      if (entry.attachment || digest === undefined || !this.#attached.has(digest)) continue;
      if (entry.verdict.kind === 'keep') staying.add(digest);
      else if (!this.#leaving.has(digest)) this.#leaving.set(digest, entry);
    }
    for (const digest of staying) this.#leaving.delete(digest);
  }

  /** Keeps what need not be asked for, and all that depends on it. */
  start(): void {
    if (this.#settling.rules.byImage) this.#keepUnknown({ kind: 'image-unknown' });
    const protectedOnes = this.#entries.filter(({ protectedBy }) => protectedBy !== undefined);
    for (const entry of protectedOnes) this.#protect(entry, entry.protectedBy);
    const [first] = protectedOnes;
    if (first?.protectedBy && this.#settling.rules.mode.kind === 'delete')
      this.#keepUnknown(
        first.protectedBy.kind === 'excluded'
          ? { kind: 'signatures-unknown', pattern: first.protectedBy.pattern }
          : { kind: 'signature-would-go', signature: first.tag.name, protectedBy: first.protectedBy },
      );
    this.#spread();
  }

  /** Keeps the tags whose digest is not known: they may be of any image. */
  #keepUnknown(reason: ReasonToKeep): void {
    for (const entry of this.#entries)
      if (entry.tag.digest === undefined && !entry.attachment) this.#keep(entry, reason);
  }

  /**
   * What has to be asked before all is settled: as long as something depends on it, every image that lives, and in which order
   * tags may go. What nobody can tell keeps everything that depends on it.
   */
  needs(): readonly Need[] {
    const open = [...this.#attached.values()].flat().filter((entry) => this.#isOpen(entry));
    if (open.length === 0) return [];
    const { unclear } = this.#living;
    const blocker = unclear.find(({ digest }) => digest === undefined);
    if (blocker) {
      for (const entry of open) this.#keepWithImage(entry, { kind: 'image-may-live', tag: blocker.tag });
      this.#spread();
      return [];
    }
    const digests = [...unclear.flatMap(({ digest }) => digest ?? []), ...this.#unreadLeaving()];
    if (digests.length > 0) return [...new Set(digests)].map((digest) => ({ kind: 'manifest', digest }));
    return open.flatMap(({ verdict, needs = [] }) => (verdict.kind === 'delete' ? needs : []));
  }

  /** Whether it depends on what lives: it is to be deleted, or would be with its image. */
  #isOpen(entry: Entry): boolean {
    return entry.verdict.kind === 'delete' || this.#imageTaking(entry) !== undefined;
  }

  /** The newest tag of the image with whose last tag Quay would delete the signature. */
  #imageTaking({ tag, attachment }: Entry): Entry | undefined {
    return attachment?.isSignature && !tag.immutable ? this.#leaving.get(attachment.subject) : undefined;
  }

  #keepWithImage(entry: Entry, reason: ReasonToKeep & Protection): void {
    this.#keep(entry, reason);
    this.#protect(entry, reason);
  }

  /** Keeps the tag with which Quay would delete the signature. */
  #protect(entry: Entry, protectedBy: Protection | undefined): void {
    const image = this.#imageTaking(entry);
    if (image && protectedBy)
      this.#keep(image, { kind: 'signature-would-go', signature: entry.tag.name, protectedBy });
  }

  #keep(entry: Entry, reason: ReasonToKeep): void {
    if (entry.verdict.kind === 'keep') return;
    entry.verdict = { kind: 'keep', reason };
    this.#kept.push(entry);
    if (!entry.attachment && entry.tag.digest !== undefined) this.#leaving.delete(entry.tag.digest);
  }

  /** Tells what is kept to all that depend on it. */
  #spread(): void {
    for (; this.#told < this.#kept.length; this.#told += 1) {
      const entry = this.#kept[this.#told];
      if (entry?.verdict.kind !== 'keep') continue;
      const { tag, verdict } = entry;
      const siblings = tag.digest === undefined ? undefined : this.#siblings.get(tag.digest);
      for (const sibling of siblings ?? [])
        this.#keep(sibling, { kind: 'sibling-kept', tag: tag.name, why: verdict.reason });
      if (this.#attached.size > 0) this.#living.keep(tag);
    }
  }

  /** The selected indexes of which the list does not show what they hold. */
  #unreadLeaving(): readonly string[] {
    return this.#entries.flatMap(({ tag: { digest }, verdict }) =>
      verdict.kind === 'delete' &&
      digest !== undefined &&
      contentsOf(digest, this.#source).kind === 'not-read'
        ? [digest]
        : [],
    );
  }

  result(): { readonly kind: 'settled'; readonly tags: readonly Settled[] } {
    const isSigned = (entry: Entry) =>
      this.#attached.get(entry.tag.digest)?.some((attached) => this.#imageTaking(attached)) ?? false;
    const goingFirst = this.#goingFirst();
    const tags = this.#entries.map((entry): Settled => {
      const { tag, attachment, verdict } = entry;
      if (verdict.kind === 'keep') {
        const image = this.#imageTaking(entry);
        return { verdict, ...(image && { deletedWith: image.tag.name }) };
      }
      const subject = attachment?.subject ?? (isSigned(entry) ? tag.digest : undefined);
      const first = subject === undefined ? [] : goingFirst(subject, attachment !== undefined);
      // A tag that was made by hand may hang on itself.
      const after =
        attachment && first.includes(tag.name) ? first.filter((name) => name !== tag.name) : first;
      return { verdict, ...(after.length > 0 && { after }) };
    });
    return { kind: 'settled', tags };
  }

  /**
   * What goes before a selected tag: before an image with signatures every selected index that holds it, as the image lives on where
   * the index's deletion fails; before what hangs on an image these, and the image.
   *
   * A manifest in a selected index that has no tag of its own, and that was not read, is taken for an image.
   */
  #goingFirst(): (subject: string, isAttached: boolean) => readonly TagName[] {
    const going = this.#entries.filter(({ verdict }) => verdict.kind === 'delete');
    const tags = new Map<string, TagName[]>();
    const indexes = new Map<string, TagName[]>();
    const mayHoldAny: TagName[] = [];
    const note = (map: Map<string, TagName[]>, digest: string, name: TagName) => {
      const names = map.get(digest);
      if (names) names.push(name);
      else if (this.#attached.has(digest)) map.set(digest, [name]);
    };
    for (const { tag, attachment } of this.#attached.size > 0 ? going : []) {
      // Quay does not count what hangs on another image as a tag of its own.
      if (tag.digest !== undefined) note(attachment ? indexes : tags, tag.digest, tag.name);
      const held = this.#heldBy(tag);
      if (held !== 'unknown') for (const digest of held) note(indexes, digest, tag.name);
      else if (!attachment) mayHoldAny.push(tag.name);
    }
    const lists = new Map<string, readonly TagName[]>();
    return (subject, isAttached) => {
      const key = `${subject}${isAttached}`;
      const known = lists.get(key);
      if (known) return known;
      const own = tags.get(subject) ?? [];
      if (own.length === 0 && !indexes.has(subject)) return mayHoldAny;
      const holders = [...(indexes.get(subject) ?? []), ...mayHoldAny].filter((name) => !own.includes(name));
      const list = isAttached ? [...own, ...holders] : holders;
      lists.set(key, list);
      return list;
    };
  }

  /** The manifests in a selected index, however deep. */
  #heldBy({ digest }: Tag): ReadonlySet<string> | 'unknown' {
    if (digest === undefined || contentsOf(digest, this.#source).kind !== 'known') return 'unknown';
    const held = new Set([digest]);
    // A set is walked to its end, also where that moves away.
    for (const each of held) {
      const contents = contentsOf(each, this.#source);
      if (contents.kind !== 'known') continue;
      for (const inner of [...contents.images, ...contents.mayBeIndexes]) held.add(inner);
    }
    held.delete(digest);
    return held;
  }
}
