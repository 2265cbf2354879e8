import { ATTESTATION_OF_A, REFERRERS_OF_A, SBOM_OF_B, SIGNATURE_OF_A } from './cosign-tags.ts';
import type { SelectionScenario } from './scenario.ts';

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
      'pr-1': 'deleted: matches "pr-*"',
      'pr-2': 'deleted: matches "pr-*"',
      main: 'kept: no pattern matches',
      [SIGNATURE_OF_A]: 'deleted: signature of an image that has no tag left',
      [ATTESTATION_OF_A]: 'deleted: signature of an image that has no tag left',
      [SBOM_OF_B]: 'kept: signature of main, which is kept',
    },
  },
  {
    name: 'without the input a signature is a tag like any other',
    tags: [
      { name: 'pr-1', image: 'a' },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'pr-*' },
    takenAlong: { [SIGNATURE_OF_A]: { image: 'pr-1', mustStay: false } },
    verdicts: { 'pr-1': 'deleted: matches "pr-*"', [SIGNATURE_OF_A]: 'kept: no pattern matches' },
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
      main: 'kept: no pattern matches',
      [SIGNATURE_OF_A]: 'kept: signature of main, which is kept',
      [SBOM_OF_B]: 'deleted: matches "sha256-*"',
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
      latest: 'kept: no pattern matches',
      [SIGNATURE_OF_A]: 'kept: its image may be part of latest, which is kept',
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
      [SIGNATURE_OF_A]: 'deleted: signature of an image that has no tag left',
      [SBOM_OF_B]: 'deleted: signature of an image that has no tag left',
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
      [SIGNATURE_OF_A]: 'kept: newer than 30d',
      [ATTESTATION_OF_A]: 'kept: immutable',
      [SBOM_OF_B]: 'kept: excluded by "*.sbom"',
    },
  },
  {
    name: 'wildcards and braces take no cosign tags, and what begins with `sha256-` does',
    tags: [
      { name: 'sha256-short', days: 1 },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: REFERRERS_OF_A, days: 3 },
      { name: SBOM_OF_B, days: 4 },
      { name: 'SHA256-x.sig', days: 5 },
    ],
    inputs: { tags: '*\n{sha256-,x}*\n/^sha256-.*|x/\n/sha256-/\nsha256-*.sig' },
    verdicts: {
      'sha256-short': 'deleted: matches "*"',
      [SIGNATURE_OF_A]: 'deleted: matches "sha256-*.sig"',
      [REFERRERS_OF_A]: 'kept: a cosign tag, which wildcards do not select',
      [SBOM_OF_B]: 'kept: a cosign tag, which wildcards do not select',
      'SHA256-x.sig': 'deleted: matches "*"',
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
      [SIGNATURE_OF_A]: 'deleted: matches "/^sha256-(?:[0-9a-f]{64})\\.(sig|att)$/"',
      [REFERRERS_OF_A]: 'deleted: matches "sha256-????*[0-9a-f]"',
      [SBOM_OF_B]: `deleted: no branch ${SBOM_OF_B.slice(7, -5)} exists`,
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
      'pr-1': 'deleted: matches "*"',
      [REFERRERS_OF_A]: 'kept: a cosign tag, which wildcards do not select',
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
      [SBOM_OF_B]: 'kept: excluded by "*.sbom"',
    },
  },
  {
    name: 'while a name is listed that no tag can have, no signature is an orphan',
    tags: [
      { name: 'pr-1', days: 1, image: 'a' },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: 'pr-*\nsha256-*.sbom', 'clean-orphaned-signatures': 'true' },
    strange: ['päge'],
    takenAlong: { [SIGNATURE_OF_A]: { image: 'pr-1', mustStay: true } },
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'kept: its image may be part of päge, which is kept',
      [SBOM_OF_B]: 'kept: its image may be part of päge, which is kept',
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
      main: 'kept: no pattern matches',
      [SIGNATURE_OF_A]: 'kept: signature of main, which is kept',
      [SBOM_OF_B]: `kept: signature of ${SIGNATURE_OF_A}, which is kept`,
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
      [SIGNATURE_OF_A]: 'kept: pulled within 30d',
      [ATTESTATION_OF_A]: 'deleted: signature of an image that has no tag left',
      [SBOM_OF_B]: `kept: signature of ${SIGNATURE_OF_A}, which is kept`,
    },
  },
];
