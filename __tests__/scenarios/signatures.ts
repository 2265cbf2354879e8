import {
  ATTESTATION_OF_A,
  each,
  imageHex,
  REFERRERS_OF_A,
  SBOM_OF_B,
  type SelectionScenarios,
  SIGNATURE_OF_A,
  SIGNATURE_OF_B,
  SOURCES_OF_A,
} from './scenario.ts';

export const SIGNATURE_SCENARIOS: SelectionScenarios = {
  'signatures go with the last tag of their image, and stay with any other': {
    given: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    'pr-1': { image: 'a', is: 'deleted: matched pr-*' },
    'pr-2': { image: 'b', is: 'deleted: matched pr-*' },
    main: { image: 'b', is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: 'deleted: orphaned-signature',
    [ATTESTATION_OF_A]: 'deleted: orphaned-signature',
    [SBOM_OF_B]: 'kept: image-lives main',
  },
  'while a tag of an unknown digest stays, no signature is an orphan': {
    given: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    latest: { image: null, is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: 'kept: image-may-live latest',
  },
  'an orphan that is excluded, immutable or too new stays': {
    given: {
      tags: 'pr-*',
      'exclude-tags': '*.sbom',
      'older-than': '30d',
      'clean-orphaned-signatures': 'true',
    },
    [SIGNATURE_OF_A]: { days: 3, is: 'kept: newer-than 30d' },
    [ATTESTATION_OF_A]: { days: 40, immutable: true, is: 'kept: immutable' },
    [SBOM_OF_B]: { days: 41, is: 'kept: excluded *.sbom' },
  },
  'wildcards take nothing that hangs on an image, whatever it is; a pattern takes it that names its beginning or ending':
    {
      given: { tags: '*\n/./\n[s]ha256-*\n*.{src,dockerfile}\n/\\.sig$/\n{sha256-b*,sha256-62*,x}' },
      'sha256-short': 'deleted: matched *',
      [SIGNATURE_OF_A]: 'deleted: matched /\\.sig$/',
      [REFERRERS_OF_A]: 'kept: hangs-on-image',
      [SOURCES_OF_A]: 'deleted: matched *.{src,dockerfile}',
      [`${REFERRERS_OF_A}.prefetch`]: 'kept: hangs-on-image',
      [`${REFERRERS_OF_A}-x`]: 'kept: hangs-on-image',
      [SBOM_OF_B]: 'deleted: matched {sha256-b*,sha256-62*,x}',
      'SHA256-x.sig': 'deleted: matched *',
    },
  'nothing that a build system attached goes while its image lives, and orphans of it go by a pattern alone':
    {
      given: { tags: '*.src', 'clean-orphaned-signatures': 'true' },
      v1: { image: 'a', is: 'kept: not-matched' },
      [SOURCES_OF_A]: 'kept: image-lives v1',
      [`sha256-${imageHex('b')}.src`]: 'deleted: matched *.src',
      [`sha256-${imageHex('b')}.git`]: 'kept: not-matched',
    },
  'a regex, braces and a placeholder that begin with `sha256-` take cosign tags': {
    given: { tags: '/^sha256-(?:[0-9a-f]{64})\\.(sig|att)$/\nsha256-????*[0-9a-f]\nsha256-{branch}.sbom' },
    [SIGNATURE_OF_A]: 'deleted: matched /^sha256-(?:[0-9a-f]{64})\\.(sig|att)$/',
    [REFERRERS_OF_A]: 'deleted: matched sha256-????*[0-9a-f]',
    [SBOM_OF_B]: `deleted: branch-gone ${SBOM_OF_B.slice(7, -5)}`,
  },
  'the index of the referrers of an image, into which other tools write, is not cleaned up': {
    given: { tags: '*', 'clean-orphaned-signatures': 'true' },
    'pr-1': { image: 'a', is: 'deleted: matched *' },
    [REFERRERS_OF_A]: 'kept: hangs-on-image',
  },
  'an exclusion keeps a cosign tag although only wildcards match it': {
    given: { tags: '*', 'exclude-tags': '*.sbom' },
    [SIGNATURE_OF_A]: { immutable: true, is: 'kept: immutable' },
    [SBOM_OF_B]: 'kept: excluded *.sbom',
  },
  'while a name is listed that no tag can have, no signature is an orphan, and signed images stay': {
    given: { tags: 'pr-*\nsha256-*.sbom', 'clean-orphaned-signatures': 'true', invalidNames: ['päge'] },
    'pr-1': { image: 'a', is: `kept: signature-would-go ${SIGNATURE_OF_A} image-may-live päge` },
    [SIGNATURE_OF_A]: 'kept: image-may-live päge',
    [SBOM_OF_B]: 'kept: image-may-live päge',
  },
  'a signature stays with an image of which only another signature has a tag': {
    given: { tags: 'sha256-*' },
    main: { image: 'a', is: 'kept: not-matched' },
    [SIGNATURE_OF_A]: { image: 'b', is: 'kept: image-lives main' },
    [SBOM_OF_B]: `kept: image-lives ${SIGNATURE_OF_A}`,
  },
  'an orphan that was pulled stays, and keeps the signature of its own': {
    given: {
      tags: 'pr-*',
      'not-pulled-for': '30d',
      'clean-orphaned-signatures': 'true',
      pulls: { [SIGNATURE_OF_A]: 3, [ATTESTATION_OF_A]: 'never', [SBOM_OF_B]: 'never' },
    },
    [SIGNATURE_OF_A]: { days: 40, image: 'b', is: 'kept: pulled-within 30d' },
    [ATTESTATION_OF_A]: { days: 41, is: 'deleted: orphaned-signature' },
    [SBOM_OF_B]: { days: 42, is: `kept: image-lives ${SIGNATURE_OF_A}` },
  },
};

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

const wouldGo = (why: string) => `kept: signature-would-go ${SIGNATURE_OF_A} ${why}` as const;

/** What happens to signatures that Quay deletes with their image. */
export const PROTECTED_SIGNATURE_SCENARIOS: SelectionScenarios = {
  'the signatures of an image whose last tag goes are noted, and nothing else that hangs on it': {
    given: { tags: 'pr-*' },
    'pr-1': { image: 'a', is: 'deleted: matched pr-*' },
    'pr-2': { image: 'a', is: 'deleted: matched pr-*' },
    [SIGNATURE_OF_A]: { deletedWith: 'pr-1', is: 'kept: not-matched' },
    [ATTESTATION_OF_A]: { days: 3, immutable: true, is: 'kept: immutable' },
    [REFERRERS_OF_A]: { days: 4, is: 'kept: not-matched' },
    [SOURCES_OF_A]: { days: 4, is: 'kept: not-matched' },
    [SBOM_OF_B]: { days: 5, is: 'kept: not-matched' },
  },
  'no signature goes while another tag of its image is kept': {
    given: { tags: 'pr-*', 'exclude-tags': '*.sig' },
    'pr-1': { image: 'a', is: 'deleted: matched pr-*' },
    [SIGNATURE_OF_A]: 'kept: excluded *.sig',
    main: { image: 'a', is: 'kept: not-matched' },
  },
  'a tag that is to expire takes no signature along': {
    given: { tags: 'pr-*', 'exclude-tags': '*.sig', 'expire-in': '7d' },
    'pr-1': { image: 'a', is: 'deleted: matched pr-*' },
    [SIGNATURE_OF_A]: 'kept: excluded *.sig',
  },
  ...each(['*.sig', 'sha256-*', 'sha256*', '{v*,*.sig}', '/\\.(sig|att)$/', '/^sha256/'], (pattern) => [
    `an exclusion that names signatures keeps their image: ${pattern}`,
    {
      given: { tags: 'pr-*', 'exclude-tags': pattern },
      'pr-1': { image: 'a', is: wouldGo(`excluded ${pattern}`) },
      [SIGNATURE_OF_A]: `kept: excluded ${pattern}`,
    },
  ]),
  ...each(['/^(?!pr-)/', '*[0-9a-z]0*'], (pattern) => [
    `an exclusion that matches a signature by chance protects it from being selected alone: ${pattern}`,
    {
      given: { tags: 'pr-*\nsha256-*', 'exclude-tags': pattern },
      'pr-1': { image: 'a', is: 'deleted: matched pr-*' },
      [SIGNATURE_OF_A]: { deletedWith: 'pr-1', is: `kept: excluded ${pattern}` },
    },
  ]),
  'an excluded signature that is immutable protects nothing, as Quay does not take it': {
    given: { tags: 'pr-*', 'exclude-tags': '*.sig' },
    'pr-1': { image: 'a', is: 'deleted: matched pr-*' },
    [SIGNATURE_OF_A]: { immutable: true, is: 'kept: excluded *.sig' },
  },
  'an excluded signature keeps its image, and that its other signatures': {
    given: { tags: 'pr-*', 'exclude-tags': '*.sig', 'clean-orphaned-signatures': 'true' },
    'pr-1': { image: 'a', is: wouldGo('excluded *.sig') },
    [SIGNATURE_OF_A]: 'kept: excluded *.sig',
    [ATTESTATION_OF_A]: 'kept: image-lives pr-1',
  },
  'the newest tag of an image is enough to keep it': {
    given: { tags: 'pr-*\nsha256-*', 'exclude-tags': '*.sig' },
    'pr-1': { image: 'a', is: wouldGo('excluded *.sig') },
    [SIGNATURE_OF_A]: 'kept: excluded *.sig',
    'pr-2': { image: 'a', is: 'deleted: matched pr-*' },
  },
  'what hangs on another image is no tag of its own, and holds it all the same': {
    given: { tags: 'pr-*' },
    'pr-1': { image: 'a', is: wouldGo(`image-lives ${SIGNATURE_OF_B}`) },
    [SIGNATURE_OF_A]: 'kept: not-matched',
    [SIGNATURE_OF_B]: { image: 'a', is: 'kept: not-matched' },
  },
  'what was made by hand to hang on itself waits for nothing, and others for it': {
    given: { tags: 'sha256-*' },
    [SIGNATURE_OF_A]: { image: 'a', is: 'deleted: matched sha256-*' },
    [ATTESTATION_OF_A]: { after: [SIGNATURE_OF_A], is: 'deleted: matched sha256-*' },
  },
  'a signature that is in use keeps its image': {
    given: { tags: 'pr-*', inUse: `image: quay.io/acme/web@sha256:${imageHex('s')}` },
    'pr-1': { image: 'a', is: wouldGo('in-use pods.yaml') },
    [SIGNATURE_OF_A]: { image: 's', is: 'kept: not-matched' },
  },
  'an image that lives on in a multi-arch image keeps its tag, and nothing is read that the list tells': {
    given: { tags: 'pr-*', read: [] },
    'pr-1': { image: 'a', is: wouldGo('image-lives v1') },
    [SIGNATURE_OF_A]: 'kept: not-matched',
    v1: { image: 'list', manifests: ['a'], is: 'kept: not-matched' },
  },
  'what a multi-arch image holds is read where the list does not tell': {
    given: { tags: 'pr-*', images: { list: { images: ['a', 'c'] } }, read: ['list'] },
    'pr-1': { image: 'a', is: wouldGo('image-lives v1') },
    [SIGNATURE_OF_A]: 'kept: not-matched',
    'pr-2': { image: 'b', is: 'deleted: matched pr-*' },
    [SIGNATURE_OF_B]: { deletedWith: 'pr-2', is: 'kept: not-matched' },
    v1: { image: 'list', multiArch: true, is: 'kept: not-matched' },
  },
  'what cannot be known counts as living: of a tag without a digest, and of a name that no tag can have': {
    given: { tags: 'pr-*', invalidNames: ['-'] },
    'pr-1': { image: 'a', is: wouldGo('image-may-live -') },
    [SIGNATURE_OF_A]: 'kept: not-matched',
    v1: { image: null, is: 'kept: not-matched' },
  },
  'while the list is unstable, the images of all signatures are kept, and what hangs on any is not selected':
    {
      given: { tags: 'pr-*\nsha256-*', isUnstable: true },
      'pr-1': { image: 'a', is: wouldGo('list-unstable') },
      [SIGNATURE_OF_A]: 'kept: list-unstable',
      [SBOM_OF_B]: 'kept: list-unstable',
      [`sha256-${imageHex('b')}.src`]: 'kept: list-unstable',
      'pr-2': 'deleted: matched pr-*',
    },
  'with names alone an exclusion that names signatures keeps everything, as nobody knows whose they are': {
    given: { tags: 'pr-*', 'exclude-tags': 'v*\n*.sig' },
    'pr-1': { days: null, image: null, multiArch: null, is: 'kept: signatures-unknown *.sig' },
    [SIGNATURE_OF_A]: { days: null, image: null, multiArch: null, is: 'kept: excluded *.sig' },
  },
  'with names alone a signature that is in use keeps everything, too': {
    given: { tags: 'pr-*', inUse: `quay.io/acme/web:${SIGNATURE_OF_A}` },
    'pr-1': { days: null, image: null, multiArch: null, is: wouldGo('in-use pods.yaml') },
    [SIGNATURE_OF_A]: { days: null, image: null, multiArch: null, is: 'kept: not-matched' },
  },
  'with names alone any other exclusion keeps nothing else, nor does one that names signatures where there are none':
    {
      given: { tags: 'pr-*', 'exclude-tags': 'v*\n*.sig' },
      'pr-1': { days: null, image: null, multiArch: null, is: 'deleted: matched pr-*' },
      [REFERRERS_OF_A]: { days: null, image: null, multiArch: null, is: 'kept: not-matched' },
    },
  'a multi-arch image that is kept for its signature keeps the tags of its images that have one': {
    given: { tags: 'pr-*', 'exclude-tags': SIGNATURE_OF_A, 'clean-orphaned-signatures': 'true' },
    'pr-1': { image: 'a', manifests: ['b'], is: wouldGo(`excluded ${SIGNATURE_OF_A}`) },
    'pr-1-arm64': { image: 'b', is: `kept: signature-would-go ${SIGNATURE_OF_B} image-lives pr-1` },
    [SIGNATURE_OF_A]: `kept: excluded ${SIGNATURE_OF_A}`,
    [SIGNATURE_OF_B]: 'kept: image-lives pr-1',
  },
  'an image with signatures goes after every selected index that holds it, and what hangs on it after both': {
    given: { tags: `pr-*\n${SIGNATURE_OF_B}` },
    'pr-1': { image: 'list', manifests: ['a', 'b'], is: 'deleted: matched pr-*' },
    'pr-1-amd64': { image: 'a', after: ['pr-1'], is: 'deleted: matched pr-*' },
    'pr-1-arm64': { image: 'b', after: ['pr-1'], is: 'deleted: matched pr-*' },
    'pr-1-s390x': { image: 'c', is: 'deleted: matched pr-*' },
    [SIGNATURE_OF_A]: { deletedWith: 'pr-1-amd64', is: 'kept: not-matched' },
    [SIGNATURE_OF_B]: { after: ['pr-1', 'pr-1-arm64'], is: `deleted: matched ${SIGNATURE_OF_B}` },
  },
  'a selected index is read where the list does not show what it holds; one that cannot be read may hold anything':
    {
      given: {
        tags: 'pr-*',
        images: { list: { images: ['a'] }, other: { images: ['b'] }, third: 'unknown' },
        read: ['list', 'other', 'third'],
      },
      'pr-1': { image: 'list', multiArch: true, is: 'deleted: matched pr-*' },
      'pr-2': { image: 'other', multiArch: true, is: 'deleted: matched pr-*' },
      'pr-3': { image: 'third', multiArch: true, is: 'deleted: matched pr-*' },
      'pr-1-amd64': { image: 'a', after: ['pr-1', 'pr-3'], is: 'deleted: matched pr-*' },
      [SIGNATURE_OF_A]: { deletedWith: 'pr-1-amd64', is: 'kept: not-matched' },
    },
  'so is one of which the list does not show whether it holds an index again': {
    given: {
      tags: 'pr-*',
      images: { list: { images: ['b'], indexes: ['inner'] }, inner: { images: ['a'] } },
      read: ['list', 'inner'],
    },
    'pr-1': { image: 'list', manifests: ['b', 'inner'], is: 'deleted: matched pr-*' },
    'pr-1-amd64': { image: 'a', after: ['pr-1'], is: 'deleted: matched pr-*' },
    [SIGNATURE_OF_A]: { deletedWith: 'pr-1-amd64', is: 'kept: not-matched' },
  },
};
