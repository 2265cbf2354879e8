import type { TagName } from '../model/tag.ts';

/** What every cosign tag begins with. */
export const COSIGN_BEGINNING = 'sha256-';

/**
 * The digest of the image that a cosign tag belongs to: its signature, attestation or SBOM, or the index of its referrers
 * (`sha256-<hex>` alone); undefined for any other tag.
 *
 * Sources: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md and
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 */
export function subjectOf(name: TagName): string | undefined {
  const hex = /^sha256-([0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/.exec(name)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/**
 * Whether the tag is a signature, attestation or SBOM, which Quay 3.18 and later delete with the last other tag of its image.
 * An index of referrers is none: other tools than cosign write into it.
 */
export function isArtifact(name: TagName): boolean {
  return /^sha256-[0-9a-f]{64}\.(?:sig|att|sbom)$/.test(name);
}
