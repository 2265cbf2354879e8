import {
  ATTESTATION_OF_A,
  REFERRERS_OF_A,
  SBOM_OF_B,
  SIGNATURE_OF_A,
  SIGNATURE_OF_B,
} from './cosign-tags.ts';
import type { SelectionScenario } from './scenario.ts';

const PR_WITH_SIGNATURE = [
  { name: 'pr-1', days: 1, image: 'a' },
  { name: SIGNATURE_OF_A, days: 2 },
];

export const TAKEN_ALONG_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'a signature that nothing asks to keep may go',
    tags: [
      { name: 'pr-1', days: 1, image: 'a' },
      { name: 'pr-2', days: 2, image: 'a' },
      { name: SIGNATURE_OF_A, days: 3 },
      { name: REFERRERS_OF_A, days: 4 },
      { name: SBOM_OF_B, days: 5 },
    ],
    inputs: { tags: 'pr-*' },
    canRestore: false,
    takenAlong: { [SIGNATURE_OF_A]: { image: 'pr-1', mustStay: false } },
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      'pr-2': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'kept: no pattern matches',
      [REFERRERS_OF_A]: 'kept: no pattern matches',
      [SBOM_OF_B]: 'kept: no pattern matches',
    },
  },
  {
    name: 'no signature goes while another tag of its image is kept',
    tags: [...PR_WITH_SIGNATURE, { name: 'main', days: 3, image: 'a' }],
    inputs: { tags: 'pr-*', 'exclude-tags': '*.sig' },
    canRestore: false,
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'kept: excluded by "*.sig"',
      main: 'kept: no pattern matches',
    },
  },
  {
    name: 'a tag that is to expire takes no signature along now',
    tags: PR_WITH_SIGNATURE,
    inputs: { tags: 'pr-*', 'exclude-tags': '*.sig', 'expire-in': '7d' },
    canRestore: false,
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'kept: excluded by "*.sig"',
    },
  },
  {
    name: 'excluded and immutable signatures are restored',
    tags: [...PR_WITH_SIGNATURE, { name: ATTESTATION_OF_A, days: 3, immutable: true }],
    inputs: { tags: 'pr-*', 'exclude-tags': '*.sig' },
    takenAlong: {
      [SIGNATURE_OF_A]: { image: 'pr-1', mustStay: true },
      [ATTESTATION_OF_A]: { image: 'pr-1', mustStay: true },
    },
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'kept: excluded by "*.sig"',
      [ATTESTATION_OF_A]: 'kept: immutable',
    },
  },
  {
    name: 'where nothing can be restored, an excluded signature keeps its image, and that its other signatures',
    tags: [...PR_WITH_SIGNATURE, { name: ATTESTATION_OF_A, days: 3 }],
    inputs: { tags: 'pr-*', 'exclude-tags': '*.sig', 'clean-orphaned-signatures': 'true' },
    canRestore: false,
    verdicts: {
      'pr-1': `kept: Quay would delete ${SIGNATURE_OF_A} with it, which must be kept; an OAuth token can restore it`,
      [SIGNATURE_OF_A]: 'kept: excluded by "*.sig"',
      [ATTESTATION_OF_A]: 'kept: signature of pr-1, which is kept',
    },
  },
  {
    name: 'where nothing can be restored, the newest tag of an image is enough to keep it',
    tags: [...PR_WITH_SIGNATURE, { name: 'pr-2', days: 3, image: 'a' }],
    inputs: { tags: 'pr-*\nsha256-*', 'exclude-tags': '*.sig' },
    canRestore: false,
    verdicts: {
      'pr-1': `kept: Quay would delete ${SIGNATURE_OF_A} with it, which must be kept; an OAuth token can restore it`,
      [SIGNATURE_OF_A]: 'kept: excluded by "*.sig"',
      'pr-2': 'deleted: matches "pr-*"',
    },
  },
  {
    name: 'a signature whose image lives on in a multi-arch image must stay',
    tags: [
      ...PR_WITH_SIGNATURE,
      { name: 'latest', days: 3, image: 'list', multiArch: true, manifests: ['a'] },
    ],
    inputs: { tags: 'pr-*' },
    takenAlong: { [SIGNATURE_OF_A]: { image: 'pr-1', mustStay: true } },
    read: [],
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'kept: no pattern matches',
      latest: 'kept: no pattern matches',
    },
  },
  {
    name: 'where nothing can be restored, such an image keeps its tag',
    tags: [
      ...PR_WITH_SIGNATURE,
      { name: 'latest', days: 3, image: 'list', multiArch: true, manifests: ['a'] },
    ],
    inputs: { tags: 'pr-*' },
    canRestore: false,
    verdicts: {
      'pr-1': `kept: Quay would delete ${SIGNATURE_OF_A} with it, which must be kept; an OAuth token can restore it`,
      [SIGNATURE_OF_A]: 'kept: no pattern matches',
      latest: 'kept: no pattern matches',
    },
  },
  {
    name: 'with a credential that restores, no tag is made to look used: the signature is restored',
    tags: [...PR_WITH_SIGNATURE, { name: 'latest', days: 3, image: 'list', multiArch: true }],
    inputs: { tags: 'pr-*' },
    images: { list: {} },
    takenAlong: { [SIGNATURE_OF_A]: { image: 'pr-1', mustStay: true } },
    read: [],
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'kept: no pattern matches',
      latest: 'kept: no pattern matches',
    },
  },
  {
    name: 'where nothing can be restored, what is unclear is read',
    tags: [...PR_WITH_SIGNATURE, { name: 'latest', days: 3, image: 'list', multiArch: true }],
    inputs: { tags: 'pr-*' },
    images: { list: { images: ['c'] } },
    canRestore: false,
    takenAlong: { [SIGNATURE_OF_A]: { image: 'pr-1', mustStay: false } },
    read: ['list'],
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'kept: no pattern matches',
      latest: 'kept: no pattern matches',
    },
  },
  {
    name: 'what cannot be known counts as living: of a tag without a digest, and of a name that no tag can have',
    tags: [...PR_WITH_SIGNATURE, { name: 'latest', days: 3, image: null }],
    inputs: { tags: 'pr-*' },
    strange: ['-'],
    canRestore: false,
    verdicts: {
      'pr-1': `kept: Quay would delete ${SIGNATURE_OF_A} with it, which must be kept; an OAuth token can restore it`,
      [SIGNATURE_OF_A]: 'kept: no pattern matches',
      latest: 'kept: no pattern matches',
    },
  },
  {
    name: 'where pulls are judged nothing is read, and what is unclear must stay',
    tags: [
      { name: 'pr-1', days: 40, image: 'a' },
      { name: SIGNATURE_OF_A, days: 41 },
      { name: 'latest', days: 42, image: 'list', multiArch: true },
    ],
    inputs: { tags: 'pr-*', 'not-pulled-for': '30d' },
    pulls: { 'pr-1': 'never' },
    images: { list: {} },
    takenAlong: { [SIGNATURE_OF_A]: { image: 'pr-1', mustStay: true } },
    read: [],
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'kept: no pattern matches',
      latest: 'kept: no pattern matches',
    },
  },
  {
    name: 'a multi-arch image that is kept for its signature keeps the tags of its images that have one',
    tags: [
      { name: 'pr-1', days: 1, image: 'a', multiArch: true, manifests: ['b'] },
      { name: 'pr-1-arm64', days: 2, image: 'b' },
      { name: SIGNATURE_OF_A, days: 3 },
      { name: SIGNATURE_OF_B, days: 4 },
    ],
    inputs: { tags: 'pr-*', 'exclude-tags': SIGNATURE_OF_A, 'clean-orphaned-signatures': 'true' },
    canRestore: false,
    verdicts: {
      'pr-1': `kept: Quay would delete ${SIGNATURE_OF_A} with it, which must be kept; an OAuth token can restore it`,
      'pr-1-arm64': `kept: Quay would delete ${SIGNATURE_OF_B} with it, which must be kept; an OAuth token can restore it`,
      [SIGNATURE_OF_A]: `kept: excluded by "${SIGNATURE_OF_A}"`,
      [SIGNATURE_OF_B]: 'kept: signature of pr-1, which is kept',
    },
  },
];
