import {
  each,
  imageHex,
  type SelectionScenarios,
  SIGNATURE_OF_A,
  SIGNATURE_OF_B,
  SOURCES_OF_A,
} from './scenario.ts';

const ofImage = (image: string) => `image: quay.io/acme/web@sha256:${imageHex(image)}`;
const running = ofImage('x');

/** A pod that runs a multi-arch image reports the digest of one platform. */
export const IN_USE_SCENARIOS: SelectionScenarios = {
  'an image is in use by its own digest, and so is its signature; a platform with a tag of its own need not be read':
    {
      given: { tags: '*\nsha256-*', inUse: ofImage('a'), read: [] },
      'pr-1': { image: 'a', is: 'kept: in-use pods.yaml' },
      [SIGNATURE_OF_A]: 'kept: in-use pods.yaml',
      'pr-2': { image: 'b', is: 'deleted: matched *' },
      'pr-3': { image: 'list', manifests: ['b'], is: 'deleted: matched *' },
    },
  'what hangs on an image that runs without a tag is in use': {
    given: { tags: 'sha256-*', inUse: ofImage('a') },
    [SIGNATURE_OF_A]: 'kept: in-use pods.yaml',
    [SOURCES_OF_A]: 'kept: in-use pods.yaml',
    [SIGNATURE_OF_B]: 'deleted: matched sha256-*',
  },
  'a multi-arch image is in use by a platform that the list shows, whether the registry has that or not': {
    given: { tags: '*', inUse: running },
    'pr-1': { manifests: ['x', 'c'], is: 'kept: in-use pods.yaml' },
    'pr-2': { manifests: [], absent: ['x'], is: 'kept: in-use pods.yaml' },
  },
  'the index is read that tells what its platforms are, and then what is an index again': {
    given: {
      tags: '*',
      inUse: running,
      images: {
        one: { images: ['a', 'b'] },
        other: { images: ['a'], indexes: ['inner'] },
        inner: { images: ['x'] },
        third: { images: ['a'] },
      },
      read: ['one', 'other', 'inner', 'third'],
    },
    'pr-1': { image: 'one', manifests: ['a', 'b'], is: 'deleted: matched *' },
    'pr-2': { image: 'other', manifests: ['a', 'inner'], is: 'kept: in-use pods.yaml' },
    'pr-3': { image: 'third', multiArch: null, is: 'deleted: matched *' },
  },
  'an index within an index is followed by the list too, and indexes that hold each other come to an end': {
    given: {
      tags: 'pr-*',
      inUse: running,
      images: { loop: { indexes: ['loop', 'back'] }, back: { indexes: ['loop'] } },
    },
    'pr-1': { image: 'outer', manifests: ['inner'], is: 'kept: in-use pods.yaml' },
    inner: { image: 'inner', manifests: ['x'], is: 'kept: not-matched' },
    'pr-2': { image: 'loop', multiArch: true, is: 'deleted: matched pr-*' },
  },
  'what cannot be read, and what has no digest, may be in use': {
    given: { tags: '*', inUse: running, images: { a: 'unknown' } },
    'pr-1': { manifests: ['a', 'b'], is: 'kept: in-use-unclear' },
    'pr-2': { manifests: ['a', 'x'], is: 'kept: in-use pods.yaml' },
    'pr-3': { image: null, is: 'kept: in-use-unclear' },
  },
  ...each(['image: quay.io/acme/web:v1', `image: quay.io/acme/web:v1\n${imageHex('x')}`], (inUse) => [
    `a tag without a digest goes where no digest is named as one: ${inUse.slice(-8)}`,
    { given: { tags: '*', inUse, read: [] }, 'pr-1': { image: null, is: 'deleted: matched *' } },
  ]),
};
