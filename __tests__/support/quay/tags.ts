import { digestFor, type TagSeed } from './state.ts';

export interface PreviewOptions {
  /** The number of the first pull request. */
  readonly from?: number;
  /** Unix seconds: when the newest was pushed. */
  readonly now?: number;
  /** Seconds between two pushes. */
  readonly every?: number;
}

/** The images of pull requests as a team pushes them: `pr-1`, `pr-2` and so on, the last one newest. */
export function previews(
  count: number,
  { from = 1, now = Math.floor(Date.now() / 1000), every = 3600 }: PreviewOptions = {},
): readonly TagSeed[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `pr-${from + index}`;
    return {
      name,
      digest: digestFor(name),
      size: 40_000_000 + ((index * 7919) % 1000) * 10_000,
      lastModified: now - (count - index) * every,
    };
  });
}
