import { ATTESTATION_OF_A, REFERRERS_OF_A, SBOM_OF_B, SIGNATURE_OF_A, SOURCES_OF_A } from './cosign-tags.ts';
import { imageHex, type SelectionScenario } from './scenario.ts';

export const SIGNATURE_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'signatures go with the last tag of their image, and stay with any other',
    tags: [
      { name: 'pr-1', days: 1, image: 'a' },
      { name: 'pr-2', days: 2, image: 'b' },
      { name: 'main', days: 3, image: 'b' },
      { name: SIGNATURE_OF_A, days: 4 },
      { name: ATTESTATION_OF_A, days: 5 },
      { name: SBOM_OF_B, days: 6 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      'pr-1': 'deleted: matched pr-*',
      'pr-2': 'deleted: matched pr-*',
      main: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'deleted: orphaned-signature',
      [ATTESTATION_OF_A]: 'deleted: orphaned-signature',
      [SBOM_OF_B]: 'kept: image-lives main',
    },
  },
  {
    name: 'without the input a signature is a tag like any other',
    tags: [
      { name: 'pr-1', image: 'a' },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'pr-*' },
    deletedWith: { [SIGNATURE_OF_A]: 'pr-1' },
    verdicts: { 'pr-1': 'deleted: matched pr-*', [SIGNATURE_OF_A]: 'kept: not-matched' },
  },
  {
    name: 'a pattern never takes the signature of a living image',
    tags: [
      { name: 'main', days: 1, image: 'a' },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: 'sha256-*' },
    verdicts: {
      main: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-lives main',
      [SBOM_OF_B]: 'deleted: matched sha256-*',
    },
  },
  {
    name: 'while a tag of an unknown digest stays, no signature is an orphan',
    tags: [
      { name: 'latest', days: 1, image: null },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      latest: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-may-live latest',
    },
  },
  {
    name: 'a signature of a signature goes with it',
    tags: [
      { name: SIGNATURE_OF_A, days: 1, image: 'b' },
      { name: SBOM_OF_B, days: 2 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      [SIGNATURE_OF_A]: 'deleted: orphaned-signature',
      [SBOM_OF_B]: 'deleted: orphaned-signature',
    },
  },
  {
    name: 'an orphan that is excluded, immutable or too new stays',
    tags: [
      { name: SIGNATURE_OF_A, days: 3 },
      { name: ATTESTATION_OF_A, days: 40, immutable: true },
      { name: SBOM_OF_B, days: 41 },
    ],
    inputs: {
      tags: 'pr-*',
      'exclude-tags': '*.sbom',
      'older-than': '30d',
      'clean-orphaned-signatures': 'true',
    },
    verdicts: {
      [SIGNATURE_OF_A]: 'kept: newer-than 30d',
      [ATTESTATION_OF_A]: 'kept: immutable',
      [SBOM_OF_B]: 'kept: excluded *.sbom',
    },
  },
  {
    name: 'wildcards take nothing that hangs on an image, whatever it is; a pattern takes it that names its beginning or ending',
    tags: [
      { name: 'sha256-short', days: 1 },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: REFERRERS_OF_A, days: 3 },
      { name: SOURCES_OF_A, days: 4 },
      { name: `${REFERRERS_OF_A}.prefetch`, days: 5 },
      { name: `${REFERRERS_OF_A}-x`, days: 6 },
      { name: SBOM_OF_B, days: 7 },
      { name: 'SHA256-x.sig', days: 8 },
    ],
    inputs: { tags: '*\n/./\n[s]ha256-*\n*.{src,dockerfile}\n/\\.sig$/\n{sha256-b*,sha256-62*,x}' },
    verdicts: {
      'sha256-short': 'deleted: matched *',
      [SIGNATURE_OF_A]: 'deleted: matched /\\.sig$/',
      [REFERRERS_OF_A]: 'kept: hangs-on-image',
      [SOURCES_OF_A]: 'deleted: matched *.{src,dockerfile}',
      [`${REFERRERS_OF_A}.prefetch`]: 'kept: hangs-on-image',
      [`${REFERRERS_OF_A}-x`]: 'kept: hangs-on-image',
      [SBOM_OF_B]: 'deleted: matched {sha256-b*,sha256-62*,x}',
      'SHA256-x.sig': 'deleted: matched *',
    },
  },
  {
    name: 'nothing that a build system attached goes while its image lives, and orphans of it go by a pattern alone',
    tags: [
      { name: 'v1', days: 1, image: 'a' },
      { name: SOURCES_OF_A, days: 2 },
      { name: `sha256-${imageHex('b')}.src`, days: 3 },
      { name: `sha256-${imageHex('b')}.git`, days: 4 },
    ],
    inputs: { tags: '*.src', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      v1: 'kept: not-matched',
      [SOURCES_OF_A]: 'kept: image-lives v1',
      [`sha256-${imageHex('b')}.src`]: 'deleted: matched *.src',
      [`sha256-${imageHex('b')}.git`]: 'kept: not-matched',
    },
  },
  {
    name: 'a regex, braces and a placeholder that begin with `sha256-` take cosign tags',
    tags: [
      { name: SIGNATURE_OF_A, days: 1 },
      { name: REFERRERS_OF_A, days: 2 },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: '/^sha256-(?:[0-9a-f]{64})\\.(sig|att)$/\nsha256-????*[0-9a-f]\nsha256-{branch}.sbom' },
    verdicts: {
      [SIGNATURE_OF_A]: 'deleted: matched /^sha256-(?:[0-9a-f]{64})\\.(sig|att)$/',
      [REFERRERS_OF_A]: 'deleted: matched sha256-????*[0-9a-f]',
      [SBOM_OF_B]: `deleted: branch-gone ${SBOM_OF_B.slice(7, -5)}`,
    },
  },
  {
    name: 'the index of the referrers of an image, into which other tools write, is not cleaned up',
    tags: [
      { name: 'pr-1', days: 1, image: 'a' },
      { name: REFERRERS_OF_A, days: 2 },
    ],
    inputs: { tags: '*', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      'pr-1': 'deleted: matched *',
      [REFERRERS_OF_A]: 'kept: hangs-on-image',
    },
  },
  {
    name: 'an exclusion keeps a cosign tag although only wildcards match it',
    tags: [
      { name: SIGNATURE_OF_A, days: 1, immutable: true },
      { name: SBOM_OF_B, days: 2 },
    ],
    inputs: { tags: '*', 'exclude-tags': '*.sbom' },
    verdicts: {
      [SIGNATURE_OF_A]: 'kept: immutable',
      [SBOM_OF_B]: 'kept: excluded *.sbom',
    },
  },
  {
    name: 'while a name is listed that no tag can have, no signature is an orphan, and signed images stay',
    tags: [
      { name: 'pr-1', days: 1, image: 'a' },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: 'pr-*\nsha256-*.sbom', 'clean-orphaned-signatures': 'true' },
    invalidNames: ['päge'],
    verdicts: {
      'pr-1': `kept: signature-would-go ${SIGNATURE_OF_A} image-may-live päge`,
      [SIGNATURE_OF_A]: 'kept: image-may-live päge',
      [SBOM_OF_B]: 'kept: image-may-live päge',
    },
  },
  {
    name: 'a signature stays with an image of which only another signature has a tag',
    tags: [
      { name: 'main', days: 1, image: 'a' },
      { name: SIGNATURE_OF_A, days: 2, image: 'b' },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: 'sha256-*' },
    verdicts: {
      main: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-lives main',
      [SBOM_OF_B]: `kept: image-lives ${SIGNATURE_OF_A}`,
    },
  },
  {
    name: 'an orphan that was pulled stays, and keeps the signature of its own',
    tags: [
      { name: SIGNATURE_OF_A, days: 40, image: 'b' },
      { name: ATTESTATION_OF_A, days: 41 },
      { name: SBOM_OF_B, days: 42 },
    ],
    inputs: { tags: 'pr-*', 'not-pulled-for': '30d', 'clean-orphaned-signatures': 'true' },
    pulls: { [SIGNATURE_OF_A]: 3, [ATTESTATION_OF_A]: 'never', [SBOM_OF_B]: 'never' },
    verdicts: {
      [SIGNATURE_OF_A]: 'kept: pulled-within 30d',
      [ATTESTATION_OF_A]: 'deleted: orphaned-signature',
      [SBOM_OF_B]: `kept: image-lives ${SIGNATURE_OF_A}`,
    },
  },
];
