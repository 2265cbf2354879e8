import { SBOM_OF_B, type SelectionScenarios, SIGNATURE_OF_A } from './scenario.ts';

export const MULTI_ARCH_SCENARIOS: SelectionScenarios = {
  'while a multi-arch image stays, a signature may belong to one of its platforms': {
    given: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    latest: { multiArch: true, is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: 'kept: image-may-live latest',
  },
  'a signature stays with the multi-arch image that it is a part of, and goes where it is part of none': {
    given: { tags: 'pr-*', 'clean-orphaned-signatures': 'true', images: { list: { images: ['a', 'c'] } } },
    latest: { image: 'list', multiArch: true, is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: 'kept: image-lives latest',
    [SBOM_OF_B]: 'deleted: orphaned-signature',
  },
  'the signature of a part goes with the last multi-arch image that has it': {
    given: { tags: 'pr-*', 'clean-orphaned-signatures': 'true', images: { list: { images: ['a'] } } },
    'pr-1': { image: 'list', multiArch: true, is: 'deleted: matched pr-*' },
    [SIGNATURE_OF_A]: 'deleted: orphaned-signature',
  },
  'a nested multi-arch image is followed by the list, and nothing is read': {
    given: { tags: 'inner\nchild\nsha256-*', read: [] },
    latest: { image: 'outer', manifests: ['inner', 'c'], is: 'kept: not-matched' },
    inner: { image: 'inner', manifests: ['a'], is: 'deleted: matched inner' },
    child: { image: 'a', is: `kept: signature-would-go ${SIGNATURE_OF_A} image-lives latest` },
    other: { image: 'c', is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: 'kept: image-lives latest',
    [SBOM_OF_B]: 'deleted: matched sha256-*',
  },
  'an index tells what its manifests without a tag are, and what is an index again is read, as deep as it goes':
    {
      given: {
        tags: 'sha256-*',
        images: {
          outer: { images: ['c'], indexes: ['inner'] },
          inner: { indexes: ['inmost'] },
          inmost: { images: ['a'] },
        },
        read: ['outer', 'inner', 'inmost'],
      },
      latest: { image: 'outer', manifests: ['inner', 'c'], is: 'kept: not-matched' },
      [SIGNATURE_OF_A]: 'kept: image-lives latest',
      [SBOM_OF_B]: 'deleted: matched sha256-*',
    },
  'a part that the registry does not have is not read, and its signature stays all the same': {
    given: { tags: 'sha256-*', read: [] },
    latest: { image: 'outer', manifests: [], absent: ['a', 'c'], is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: 'kept: image-lives latest',
    [SBOM_OF_B]: 'deleted: matched sha256-*',
  },
  'a part that cannot be read keeps every signature': {
    given: { tags: 'sha256-*', images: { inner: 'unknown', c: {} } },
    latest: { image: 'outer', manifests: ['inner', 'c'], is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: 'kept: image-may-live latest',
  },
  'nothing is read where every signature in question is known to stay': {
    given: { tags: 'sha256-*', read: [] },
    main: { image: 'a', is: 'kept: not-matched' },
    latest: { image: 'outer', multiArch: true, is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: 'kept: image-lives main',
  },
  'an image of which the list does not tell whether it is multi-arch is read too': {
    given: { tags: 'sha256-*', images: { outer: {} }, read: ['outer'] },
    latest: { image: 'outer', multiArch: null, is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: 'deleted: matched sha256-*',
  },
};
