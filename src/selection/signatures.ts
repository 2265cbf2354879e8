import type { Facts, Need, Undecided } from '../model/facts.ts';
import type { Protection, ReasonToKeep } from '../model/reason.ts';
import { isSelected, type JudgedTag, type Obstacle, type Verdict } from '../model/result.ts';
import type { TagName } from '../model/tag.ts';
import { type Held, heldBy, type KnownManifests } from './manifests.ts';
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
export interface Judged extends Pick<JudgedTag, 'tag' | 'verdict' | 'rule'> {
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

function settled({ tag, verdict, rule }: Judged, others: Partial<JudgedTag> = {}): JudgedTag {
  return { tag, verdict, ...(rule !== undefined && { rule }), ...others };
}

/** A tag whose verdict may still turn from delete to keep. */
interface Entry extends Judged {
  verdict: Verdict;
}

/** A tag of which not all is known that it stands for. */
interface Unclear extends NonNullable<Held['unclear']> {
  readonly tag: string;
}

class Settlement {
  readonly #rules: Settling['rules'];
  readonly #entries: readonly Entry[];
  /** By digest: its tags, newest first. */
  readonly #images: ReadonlyMap<string | undefined, readonly Entry[]>;
  /** The same, by image, for as long as no tag of it is kept. */
  readonly #siblings: Map<string | undefined, readonly Entry[]>;
  /** By digest: what hangs on the image. */
  readonly #attached: ReadonlyMap<string | undefined, readonly Entry[]>;
  readonly #known: KnownManifests;
  /** The manifests that kept tags stand for, and the tags of which more may live. */
  readonly #living = new Set<string>();
  readonly #unclear: Unclear[];
  /** The tags that are kept, and were not told yet to all that depend on them. */
  #untold: Entry[];

  constructor(judged: readonly Judged[], { rules, invalidNames, manifests }: Settling) {
    this.#rules = rules;
    this.#entries = judged.map((one) => ({ ...one }));
    this.#images = Map.groupBy(this.#entries, ({ tag }) => tag.digest);
    this.#siblings = new Map(rules.byImage ? this.#images : []);
    this.#siblings.delete(undefined);
    const attachments = this.#entries.filter(({ attachment }) => attachment !== undefined);
    this.#attached = Map.groupBy(attachments, ({ attachment }) => attachment?.subject);
    this.#known = { rows: this.#images, manifests };
    this.#unclear = invalidNames.map((tag) => ({ tag }));
    this.#untold = this.#entries.filter((entry) => !isSelected(entry));
  }

  /** Keeps what need not be asked for, and all that depends on it. */
  start(): void {
    if (this.#rules.byImage) this.#keepUnknown({ kind: 'image-unknown' });
    const protectedOnes = this.#entries.filter(({ protectedBy }) => protectedBy !== undefined);
    for (const entry of protectedOnes) this.#protect(entry, entry.protectedBy);
    const [first] = protectedOnes;
    if (first?.protectedBy && this.#rules.mode.kind === 'delete')
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
    const open = [...this.#attached.values()]
      .flat()
      .filter((one) => isSelected(one) || this.#imageTaking(one));
    if (open.length === 0) return [];
    const blocker = this.#unclear.find(({ toRead }) => toRead === undefined);
    if (blocker) {
      for (const entry of open) this.#keepWithImage(entry, { kind: 'image-may-live', tag: blocker.tag });
      this.#spread();
      return [];
    }
    const seen = new Set<string>();
    const going = this.#entries
      .filter(isSelected)
      .flatMap(({ tag }) => heldBy(tag.digest, this.#known, seen));
    const unclear = [...this.#unclear, ...going.flatMap((held) => held.unclear ?? [])];
    const digests = new Set(unclear.flatMap(({ toRead }) => toRead ?? []));
    if (digests.size > 0) return Array.from(digests, (digest) => ({ kind: 'manifest', digest }));
    return open.flatMap((entry) => (isSelected(entry) ? (entry.needs ?? []) : []));
  }

  /** The newest tag of the image with whose last tag Quay would delete the signature. */
  #imageTaking({ tag, attachment }: Entry): Entry | undefined {
    if (this.#rules.mode.kind !== 'delete' || !attachment?.isSignature || tag.immutable) return undefined;
    // Quay does not count what hangs on another image as a tag of its own.
    const images = this.#images.get(attachment.subject) ?? [];
    const isLeaving = images.every((one) => one.attachment || isSelected(one));
    return isLeaving ? images.find((one) => !one.attachment) : undefined;
  }

  #keepWithImage(entry: Entry, reason: Protection): void {
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
    if (!isSelected(entry)) return;
    entry.verdict = { kind: 'keep', reason };
    this.#untold.push(entry);
  }

  /** Tells what is kept to all that depend on it. */
  #spread(): void {
    // An array is walked to its end, also where that moves away.
    for (const { tag, verdict } of this.#untold) {
      for (const sibling of this.#siblings.get(tag.digest) ?? [])
        if (verdict.kind === 'keep')
          this.#keep(sibling, { kind: 'sibling-kept', tag: tag.name, why: verdict.reason });
      this.#siblings.delete(tag.digest);
      if (this.#attached.size === 0) continue;
      for (const { digest, unclear } of heldBy(tag.digest, this.#known, this.#living)) {
        for (const attached of this.#attached.get(digest) ?? [])
          this.#keepWithImage(attached, { kind: 'image-lives', tag: tag.name });
        if (unclear) this.#unclear.push({ tag: tag.name, ...unclear });
      }
    }
    this.#untold = [];
  }

  result(): readonly JudgedTag[] {
    /** By digest of an image that loses its last tag: a signature that Quay would delete with it. */
    const signatures = new Map<string | undefined, TagName>();
    const images = new Map<Entry, TagName>();
    for (const entry of [...this.#attached.values()].flat()) {
      const image = this.#imageTaking(entry)?.tag;
      if (!image) continue;
      signatures.set(image.digest, entry.tag.name);
      images.set(entry, image.name);
    }
    const goingFirst = this.#goingFirst();
    return this.#entries.map((entry) => {
      const deletedWith = images.get(entry);
      if (!isSelected(entry)) return settled(entry, deletedWith === undefined ? {} : { deletedWith });
      const after = goingFirst(entry, entry.attachment ? undefined : signatures.get(entry.tag.digest));
      return settled(entry, after.length > 0 ? { after } : {});
    });
  }

  /**
   * What goes before a selected tag: before what hangs on an image, all that stands for the image; before a tag of an image with a
   * signature, only what else does, as the image lives on where that fails to go.
   */
  #goingFirst(): (entry: Entry, signature: TagName | undefined) => readonly Obstacle[] {
    const holders = new Map<string | undefined, Entry[]>();
    const mayHoldAny: Entry[] = [];
    for (const entry of this.#attached.size > 0 ? this.#entries.filter(isSelected) : []) {
      const held = heldBy(entry.tag.digest, this.#known);
      for (const { digest } of held) {
        const others = holders.get(digest);
        if (others) others.push(entry);
        else if (this.#attached.has(digest)) holders.set(digest, [entry]);
      }
      if (!entry.attachment && held.some(({ unclear }) => unclear)) mayHoldAny.push(entry);
    }
    const lists = new Map<string, readonly Obstacle[]>();
    return (entry, signature) => {
      const subject = entry.attachment?.subject ?? (signature === undefined ? undefined : entry.tag.digest);
      if (subject === undefined) return [];
      const own = holders.get(subject) ?? [];
      const key = own.length === 0 ? '' : `${subject}${signature}`;
      const list =
        lists.get(key) ??
        [...new Set([...own, ...mayHoldAny])]
          .filter(({ tag, attachment }) => signature === undefined || attachment || tag.digest !== subject)
          .map(({ tag: { name } }): Obstacle => ({ name, otherwise: notGone(name, signature) }));
      lists.set(key, list);
      // A tag that was made by hand may hang on itself.
      return entry.attachment && own.includes(entry)
        ? list.filter(({ name }) => name !== entry.tag.name)
        : list;
    };
  }
}

function notGone(name: TagName, signature: TagName | undefined): ReasonToKeep {
  return signature === undefined
    ? { kind: 'image-not-gone', tag: name }
    : { kind: 'index-not-gone', index: name, signature };
}
