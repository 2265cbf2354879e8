import {
  ATTESTATION_OF_A,
  REFERRERS_OF_A,
  SBOM_OF_B,
  SIGNATURE_OF_A,
  SIGNATURE_OF_B,
  SOURCES_OF_A,
} from './cosign-tags.ts';
import { imageHex, type ScenarioTag, type SelectionScenario } from './scenario.ts';

const PR: ScenarioTag = { name: 'pr-1', days: 1, image: 'a' };
const SIGNED: readonly ScenarioTag[] = [PR, { name: SIGNATURE_OF_A, days: 2 }];
const wouldGo = (why: string) => `kept: signature-would-go ${SIGNATURE_OF_A} ${why}` as const;

/** What happens to signatures that Quay deletes with their image. */
export const PROTECTED_SIGNATURE_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'the signatures of an image whose last tag goes are noted, and nothing else that hangs on it',
    tags: [
      PR,
      { name: 'pr-2', days: 2, image: 'a' },
      { name: SIGNATURE_OF_A, days: 3 },
      { name: ATTESTATION_OF_A, days: 3, immutable: true },
      { name: REFERRERS_OF_A, days: 4 },
      { name: SOURCES_OF_A, days: 4 },
      { name: SBOM_OF_B, days: 5 },
    ],
    inputs: { tags: 'pr-*' },
    deletedWith: { [SIGNATURE_OF_A]: 'pr-1' },
    verdicts: {
      'pr-1': 'deleted: matched pr-*',
      'pr-2': 'deleted: matched pr-*',
      [SIGNATURE_OF_A]: 'kept: not-matched',
      [ATTESTATION_OF_A]: 'kept: immutable',
      [REFERRERS_OF_A]: 'kept: not-matched',
      [SOURCES_OF_A]: 'kept: not-matched',
      [SBOM_OF_B]: 'kept: not-matched',
    },
  },
  {
    name: 'no signature goes while another tag of its image is kept',
    tags: [...SIGNED, { name: 'main', days: 3, image: 'a' }],
    inputs: { tags: 'pr-*', 'exclude-tags': '*.sig' },
    verdicts: {
      'pr-1': 'deleted: matched pr-*',
      [SIGNATURE_OF_A]: 'kept: excluded *.sig',
      main: 'kept: not-matched',
    },
  },
  {
    name: 'a tag that is to expire takes no signature along',
    tags: SIGNED,
    inputs: { tags: 'pr-*', 'exclude-tags': '*.sig', 'expire-in': '7d' },
    verdicts: { 'pr-1': 'deleted: matched pr-*', [SIGNATURE_OF_A]: 'kept: excluded *.sig' },
  },
  ...['*.sig', 'sha256-*', 'sha256*', '{v*,*.sig}', '/\\.(sig|att)$/', '/^sha256/'].map(
    (pattern): SelectionScenario => ({
      name: `an exclusion that names signatures keeps their image: ${pattern}`,
      tags: SIGNED,
      inputs: { tags: 'pr-*', 'exclude-tags': pattern },
      verdicts: {
        'pr-1': wouldGo(`excluded ${pattern}`),
        [SIGNATURE_OF_A]: `kept: excluded ${pattern}`,
      },
    }),
  ),
  ...['/^(?!pr-)/', '*[0-9a-z]0*'].map(
    (pattern): SelectionScenario => ({
      name: `an exclusion that matches a signature by chance protects it from being selected alone: ${pattern}`,
      tags: SIGNED,
      inputs: { tags: 'pr-*\nsha256-*', 'exclude-tags': pattern },
      deletedWith: { [SIGNATURE_OF_A]: 'pr-1' },
      verdicts: { 'pr-1': 'deleted: matched pr-*', [SIGNATURE_OF_A]: `kept: excluded ${pattern}` },
    }),
  ),
  {
    name: 'an excluded signature that is immutable protects nothing, as Quay does not take it',
    tags: [PR, { name: SIGNATURE_OF_A, days: 2, immutable: true }],
    inputs: { tags: 'pr-*', 'exclude-tags': '*.sig' },
    verdicts: { 'pr-1': 'deleted: matched pr-*', [SIGNATURE_OF_A]: 'kept: excluded *.sig' },
  },
  {
    name: 'an excluded signature keeps its image, and that its other signatures',
    tags: [...SIGNED, { name: ATTESTATION_OF_A, days: 3 }],
    inputs: { tags: 'pr-*', 'exclude-tags': '*.sig', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      'pr-1': wouldGo('excluded *.sig'),
      [SIGNATURE_OF_A]: 'kept: excluded *.sig',
      [ATTESTATION_OF_A]: 'kept: image-lives pr-1',
    },
  },
  {
    name: 'the newest tag of an image is enough to keep it',
    tags: [...SIGNED, { name: 'pr-2', days: 3, image: 'a' }],
    inputs: { tags: 'pr-*\nsha256-*', 'exclude-tags': '*.sig' },
    verdicts: {
      'pr-1': wouldGo('excluded *.sig'),
      [SIGNATURE_OF_A]: 'kept: excluded *.sig',
      'pr-2': 'deleted: matched pr-*',
    },
  },
  {
    name: 'a signature that is in use keeps its image',
    tags: [PR, { name: SIGNATURE_OF_A, days: 2, image: 's' }],
    inputs: { tags: 'pr-*' },
    inUse: `image: quay.io/acme/web@sha256:${imageHex('s')}`,
    verdicts: { 'pr-1': wouldGo('in-use pods.yaml'), [SIGNATURE_OF_A]: 'kept: not-matched' },
  },
  {
    name: 'an image that lives on in a multi-arch image keeps its tag, and nothing is read that the list tells',
    tags: [...SIGNED, { name: 'v1', days: 3, image: 'list', multiArch: true, manifests: ['a'] }],
    inputs: { tags: 'pr-*' },
    read: [],
    verdicts: {
      'pr-1': wouldGo('image-lives v1'),
      [SIGNATURE_OF_A]: 'kept: not-matched',
      v1: 'kept: not-matched',
    },
  },
  {
    name: 'what a multi-arch image holds is read where the list does not tell',
    tags: [
      ...SIGNED,
      { name: 'pr-2', days: 3, image: 'b' },
      { name: SIGNATURE_OF_B, days: 4 },
      { name: 'v1', days: 5, image: 'list', multiArch: true },
    ],
    inputs: { tags: 'pr-*' },
    images: { list: { images: ['a', 'c'] } },
    read: ['list'],
    deletedWith: { [SIGNATURE_OF_B]: 'pr-2' },
    verdicts: {
      'pr-1': wouldGo('image-lives v1'),
      [SIGNATURE_OF_A]: 'kept: not-matched',
      'pr-2': 'deleted: matched pr-*',
      [SIGNATURE_OF_B]: 'kept: not-matched',
      v1: 'kept: not-matched',
    },
  },
  {
    name: 'what cannot be known counts as living: of a tag without a digest, and of a name that no tag can have',
    tags: [...SIGNED, { name: 'v1', days: 3, image: null }],
    inputs: { tags: 'pr-*' },
    invalidNames: ['-'],
    verdicts: {
      'pr-1': wouldGo('image-may-live -'),
      [SIGNATURE_OF_A]: 'kept: not-matched',
      v1: 'kept: not-matched',
    },
  },
  {
    name: 'while the list is unstable, the images of all signatures are kept, and what hangs on any is not selected',
    tags: [...SIGNED, { name: SBOM_OF_B, days: 3 }, { name: 'pr-2', days: 4 }],
    inputs: { tags: 'pr-*\nsha256-*.sbom' },
    isUnstable: true,
    verdicts: {
      'pr-1': wouldGo('list-unstable'),
      [SIGNATURE_OF_A]: 'kept: not-matched',
      [SBOM_OF_B]: 'kept: list-unstable',
      'pr-2': 'deleted: matched pr-*',
    },
  },
  {
    name: 'with names alone an exclusion that names signatures keeps everything, as nobody knows whose they are',
    tags: [
      { name: 'pr-1', days: null, image: null, multiArch: null },
      { name: SIGNATURE_OF_A, days: null, image: null, multiArch: null },
    ],
    inputs: { tags: 'pr-*', 'exclude-tags': 'v*\n*.sig' },
    verdicts: { 'pr-1': 'kept: signatures-unknown *.sig', [SIGNATURE_OF_A]: 'kept: excluded *.sig' },
  },
  {
    name: 'with names alone any other exclusion keeps nothing else, nor does one that names signatures where there are none',
    tags: [
      { name: 'pr-1', days: null, image: null, multiArch: null },
      { name: REFERRERS_OF_A, days: null, image: null, multiArch: null },
    ],
    inputs: { tags: 'pr-*', 'exclude-tags': 'v*\n*.sig' },
    verdicts: { 'pr-1': 'deleted: matched pr-*', [REFERRERS_OF_A]: 'kept: not-matched' },
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
    verdicts: {
      'pr-1': wouldGo(`excluded ${SIGNATURE_OF_A}`),
      'pr-1-arm64': `kept: signature-would-go ${SIGNATURE_OF_B} image-lives pr-1`,
      [SIGNATURE_OF_A]: `kept: excluded ${SIGNATURE_OF_A}`,
      [SIGNATURE_OF_B]: 'kept: image-lives pr-1',
    },
  },
  {
    name: 'an image with signatures goes after every selected index that holds it, and what hangs on it after both',
    tags: [
      { name: 'pr-1', days: 1, image: 'list', multiArch: true, manifests: ['a', 'b'] },
      { name: 'pr-1-amd64', days: 2, image: 'a' },
      { name: 'pr-1-arm64', days: 3, image: 'b' },
      { name: 'pr-1-s390x', days: 4, image: 'c' },
      { name: SIGNATURE_OF_A, days: 5 },
      { name: SIGNATURE_OF_B, days: 6 },
    ],
    inputs: { tags: `pr-*\n${SIGNATURE_OF_B}` },
    deletedWith: { [SIGNATURE_OF_A]: 'pr-1-amd64' },
    after: {
      'pr-1-amd64': ['pr-1'],
      'pr-1-arm64': ['pr-1'],
      [SIGNATURE_OF_B]: ['pr-1-arm64', 'pr-1'],
    },
    verdicts: {
      'pr-1': 'deleted: matched pr-*',
      'pr-1-amd64': 'deleted: matched pr-*',
      'pr-1-arm64': 'deleted: matched pr-*',
      'pr-1-s390x': 'deleted: matched pr-*',
      [SIGNATURE_OF_A]: 'kept: not-matched',
      [SIGNATURE_OF_B]: `deleted: matched ${SIGNATURE_OF_B}`,
    },
  },
  {
    name: 'a selected index is read where the list does not show what it holds; one that cannot be read may hold anything',
    tags: [
      { name: 'pr-1', days: 1, image: 'list', multiArch: true },
      { name: 'pr-2', days: 2, image: 'other', multiArch: true },
      { name: 'pr-3', days: 3, image: 'third', multiArch: true },
      { name: 'pr-1-amd64', days: 4, image: 'a' },
      { name: SIGNATURE_OF_A, days: 5 },
    ],
    inputs: { tags: 'pr-*' },
    images: { list: { images: ['a'] }, other: { images: ['b'] }, third: 'unknown' },
    read: ['list', 'other', 'third'],
    deletedWith: { [SIGNATURE_OF_A]: 'pr-1-amd64' },
    after: { 'pr-1-amd64': ['pr-1', 'pr-3'] },
    verdicts: {
      'pr-1': 'deleted: matched pr-*',
      'pr-2': 'deleted: matched pr-*',
      'pr-3': 'deleted: matched pr-*',
      'pr-1-amd64': 'deleted: matched pr-*',
      [SIGNATURE_OF_A]: 'kept: not-matched',
    },
  },
];
