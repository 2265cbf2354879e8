import { SBOM_OF_B, SIGNATURE_OF_A } from './cosign-tags.ts';
import type { SelectionScenario } from './scenario.ts';

export const MULTI_ARCH_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'while a multi-arch image stays, a signature may belong to one of its platforms',
    tags: [
      { name: 'latest', days: 1, multiArch: true },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      latest: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-may-live latest',
    },
  },
  {
    name: 'a signature stays with the multi-arch image that it is a part of, and goes where it is part of none',
    tags: [
      { name: 'latest', days: 1, image: 'list', multiArch: true },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    images: { list: { images: ['a', 'c'] } },
    verdicts: {
      latest: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-lives latest',
      [SBOM_OF_B]: 'deleted: orphaned-signature',
    },
  },
  {
    name: 'the signature of a part goes with the last multi-arch image that has it',
    tags: [
      { name: 'pr-1', days: 1, image: 'list', multiArch: true },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    images: { list: { images: ['a'] } },
    verdicts: {
      'pr-1': 'deleted: matched pr-*',
      [SIGNATURE_OF_A]: 'deleted: orphaned-signature',
    },
  },
  {
    name: 'a nested multi-arch image is followed by the list, and nothing is read',
    tags: [
      { name: 'latest', days: 1, image: 'outer', multiArch: true, manifests: ['inner', 'c'] },
      { name: 'inner', days: 2, image: 'inner', multiArch: true, manifests: ['a'] },
      { name: 'child', days: 3, image: 'a' },
      { name: 'other', days: 4, image: 'c' },
      { name: SIGNATURE_OF_A, days: 5 },
      { name: SBOM_OF_B, days: 6 },
    ],
    inputs: { tags: 'inner\nchild\nsha256-*' },
    read: [],
    verdicts: {
      latest: 'kept: not-matched',
      inner: 'deleted: matched inner',
      child: `kept: signature-would-go ${SIGNATURE_OF_A} image-lives latest`,
      other: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-lives latest',
      [SBOM_OF_B]: 'deleted: matched sha256-*',
    },
  },
  {
    name: 'an index tells what its manifests without a tag are, and what is an index again is read, as deep as it goes',
    tags: [
      { name: 'latest', days: 1, image: 'outer', multiArch: true, manifests: ['inner', 'c'] },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: 'sha256-*' },
    images: {
      outer: { images: ['c'], indexes: ['inner'] },
      inner: { indexes: ['inmost'] },
      inmost: { images: ['a'] },
    },
    read: ['outer', 'inner', 'inmost'],
    verdicts: {
      latest: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-lives latest',
      [SBOM_OF_B]: 'deleted: matched sha256-*',
    },
  },
  {
    name: 'a part that the registry does not have is not read, and its signature stays all the same',
    tags: [
      { name: 'latest', days: 1, image: 'outer', multiArch: true, manifests: [], absent: ['a', 'c'] },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: 'sha256-*' },
    read: [],
    verdicts: {
      latest: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-lives latest',
      [SBOM_OF_B]: 'deleted: matched sha256-*',
    },
  },
  {
    name: 'a part that cannot be read keeps every signature',
    tags: [
      { name: 'latest', days: 1, image: 'outer', multiArch: true, manifests: ['inner', 'c'] },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'sha256-*' },
    images: { inner: 'unknown', c: {} },
    verdicts: {
      latest: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-may-live latest',
    },
  },
  {
    name: 'nothing is read where every signature in question is known to stay',
    tags: [
      { name: 'main', days: 1, image: 'a' },
      { name: 'latest', days: 2, image: 'outer', multiArch: true },
      { name: SIGNATURE_OF_A, days: 3 },
    ],
    inputs: { tags: 'sha256-*' },
    read: [],
    verdicts: {
      main: 'kept: not-matched',
      latest: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'kept: image-lives main',
    },
  },
  {
    name: 'an image of which the list does not tell whether it is multi-arch is read too',
    tags: [
      { name: 'latest', days: 1, image: 'outer', multiArch: null },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'sha256-*' },
    images: { outer: {} },
    read: ['outer'],
    verdicts: {
      latest: 'kept: not-matched',
      [SIGNATURE_OF_A]: 'deleted: matched sha256-*',
    },
  },
];
