import { imageHex } from './scenario.ts';

export const SIGNATURE_OF_A = `sha256-${imageHex('a')}.sig`;
export const ATTESTATION_OF_A = `sha256-${imageHex('a')}.att`;
/** The index of the referrers of an image. */
export const REFERRERS_OF_A = `sha256-${imageHex('a')}`;
/** Attached by a build system. */
export const SOURCES_OF_A = `sha256-${imageHex('a')}.src`;
export const SIGNATURE_OF_B = `sha256-${imageHex('b')}.sig`;
export const SBOM_OF_B = `sha256-${imageHex('b')}.sbom`;
