import type { QuayOptions } from './options.ts';

/** What a Quay of a version can, and how it was configured. */
export interface Features {
  /** `filter_tag_name`: Quay 3.10 and later. */
  readonly filters: boolean;
  /** DELETE by tag over the v2 API: Quay 3.13 and later. */
  readonly deletesByTag: boolean;
  /** Keyless sign-in: Quay 3.13 and later. */
  readonly federation: boolean;
  /** Quay 3.16 and later. */
  readonly pullStatistics: boolean;
  /** The list shows what an index holds, and `immutable` of every tag: Quay 3.18 and later. */
  readonly fullRows: boolean;
  /** An image's cosign tags end with its last tag: Quay 3.18 and later. */
  readonly takesSignaturesAlong: boolean;
  readonly permanentDeletion: boolean;
}

export function featuresOf(options: QuayOptions): Features {
  const [major = 3, minor = 18] = (options.version ?? '3.18').split('.').map(Number);
  const since = (first: number) => major > 3 || minor >= first;
  return {
    filters: since(10),
    deletesByTag: since(13),
    federation: since(13),
    pullStatistics: options.pullStatistics ?? since(16),
    fullRows: since(18),
    takesSignaturesAlong: options.deletesSignatures ?? since(18),
    permanentDeletion: options.permanentDeletion ?? false,
  };
}
