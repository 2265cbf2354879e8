import {
  ATTESTATION_OF_A,
  imageHex,
  REFERRERS_OF_A,
  SBOM_OF_B,
  type SelectionScenarios,
  SIGNATURE_OF_A,
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
