/** A release's version, of a tag such as `v1.2.3`. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads `v1.2.3`; undefined for every other text. */
export function parseVersion(tag: string): Version | undefined {
  const [, major, minor, patch] = /^v(\d+)\.(\d+)\.(\d+)$/.exec(tag) ?? [];
  if (major === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** Orders tags by their versions, older first; what is no version comes before all. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parseVersion(one), parseVersion(other)];
  if (!a || !b) return Number(a !== undefined) - Number(b !== undefined);
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}
