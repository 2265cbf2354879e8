declare const tagName: unique symbol;

/** The name of a tag, never a digest: only {@link parseTagName} makes one, and only such a value can be deleted. */
export type TagName = string & { readonly [tagName]: true };

/** In characters. */
export const LONGEST_TAG = 128;

const TAG_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/**
 * Reads a tag name by the registry's own grammar.
 *
 * Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 *
 * @returns undefined for anything else, including a digest (`sha256:…`)
 */
export function parseTagName(text: string): TagName | undefined {
  return isTagName(text) ? text : undefined;
}

function isTagName(text: string): text is TagName {
  return TAG_NAME.test(text);
}

/** A digest goes into paths: what does not look like one is none. */
export function readDigest(value: unknown): string | undefined {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value) ? value : undefined;
}

/** No tag expires within an hour of its push, or of its return, in seconds. */
export const SHORTEST_LIFE = 3600;

/** A living tag as a registry lists it. A fact that the registry does not tell is absent. */
export interface Tag {
  readonly name: TagName;
  /** `sha256:<hex>` of the manifest. */
  readonly digest?: string;
  /** When the tag was created or last moved, in Unix seconds. */
  readonly lastModified?: number;
  /** Compressed size in bytes; absent for a multi-arch image, whose size Quay does not tell. */
  readonly size?: number;
  /** When Quay will expire the tag, in Unix seconds. */
  readonly expiration?: number;
  readonly immutable?: boolean;
  /** Whether the tag stands for a multi-arch image (a manifest list or image index). */
  readonly multiArch?: boolean;
  /** The digests of the manifests in a multi-arch image, where the list shows them, and whether the registry has each. */
  readonly manifests?: ReadonlyMap<string, boolean>;
}

/** The living tags of one repository, from its complete list: each name once, in the registry's order. */
export interface TagList {
  /** `namespace/name`. */
  readonly repository: string;
  /** Newest first where the list has dates. */
  readonly tags: readonly Tag[];
  /** Whether the registry shows these credentials names alone: no dates, no digests. */
  readonly namesOnly: boolean;
  /** Listed names that no tag can have; their images live all the same. */
  readonly invalidNames: readonly string[];
  /** Whether no two readings of the list agree on what lives: then nothing is taken for an orphan. */
  readonly isUnstable?: boolean;
  /** When it was asked for, in Unix seconds by the runner's clock. */
  readonly askedAt: number;
  /** When its first page came, in Unix seconds: by the registry's clock, and by the runner's. */
  readonly at: number;
  readonly seenAt: number;
}

/** Whether two rows of one name are the same push of the same image. */
export function isSameTag(one: Tag, other: Tag): boolean {
  return one.digest === other.digest && one.lastModified === other.lastModified;
}
