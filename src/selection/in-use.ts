import type { Facts } from '../model/facts.ts';
import type { Tag } from '../model/tag.ts';
/** Placeholder until the real one is merged. */
export interface InUse {
  readonly names: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly digests: ReadonlyMap<string, string>;
  readonly namesDigests: boolean;
  readonly bare: ReadonlySet<string>;
}
export function usedIn(
  _tag: Tag,
  _subject: string | undefined,
  _options: { readonly repository: string; readonly inUse: InUse },
): string | undefined {
  return undefined;
}
export type PlatformUse =
  | { readonly kind: 'no' }
  | { readonly kind: 'used'; readonly file: string }
  | { readonly kind: 'undecided'; readonly digests: readonly string[] }
  | { readonly kind: 'unclear' };
export function platformInUse(
  _tag: Tag,
  _options: {
    readonly inUse: InUse;
    readonly rows: ReadonlyMap<string, Tag>;
    readonly manifests: Facts['manifests'];
  },
): PlatformUse {
  return { kind: 'no' };
}
export function readInUse(_files: readonly { readonly path: string; readonly text: string }[]): InUse {
  return { names: new Map(), digests: new Map(), namesDigests: false, bare: new Set() };
}
