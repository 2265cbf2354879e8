import { SIGNATURE_OF_A } from './cosign-tags.ts';
import { each, imageHex, type SelectionScenarios } from './scenario.ts';

const running = `image: quay.io/acme/web@sha256:${imageHex('x')}`;
const all = { tags: '*' };

/** A pod that runs a multi-arch image reports the digest of one platform. */
export const IN_USE_SCENARIOS: SelectionScenarios = {
  'an image is in use by its own digest, and so is its signature; a platform with a tag of its own need not be read':
    {
      inputs: { tags: '*\nsha256-*' },
      inUse: `image: quay.io/acme/web@sha256:${imageHex('a')}`,
      read: [],
      tags: {
        'pr-1': { image: 'a', is: 'kept: in-use pods.yaml' },
        [SIGNATURE_OF_A]: 'kept: in-use pods.yaml',
        'pr-2': { image: 'b', is: 'deleted: matched *' },
        'pr-3': { image: 'list', multiArch: true, manifests: ['b'], is: 'deleted: matched *' },
      },
    },
  'a multi-arch image is in use by a platform that the list shows, whether the registry has that or not': {
    inputs: all,
    inUse: running,
    tags: {
      'pr-1': { multiArch: true, manifests: ['x', 'c'], is: 'kept: in-use pods.yaml' },
      'pr-2': { multiArch: true, manifests: [], absent: ['x'], is: 'kept: in-use pods.yaml' },
    },
  },
  'the index is read that tells what its platforms are, and then what is an index again': {
    inputs: all,
    inUse: running,
    images: {
      one: { images: ['a', 'b'] },
      other: { images: ['a'], indexes: ['inner'] },
      inner: { images: ['x'] },
      third: { images: ['a'] },
    },
    read: ['one', 'other', 'inner', 'third'],
    tags: {
      'pr-1': { image: 'one', multiArch: true, manifests: ['a', 'b'], is: 'deleted: matched *' },
      'pr-2': { image: 'other', multiArch: true, manifests: ['a', 'inner'], is: 'kept: in-use pods.yaml' },
      'pr-3': { image: 'third', multiArch: null, is: 'deleted: matched *' },
    },
  },
  'an index within an index is followed by the list too, and indexes that hold each other come to an end': {
    inputs: { tags: 'pr-*' },
    inUse: running,
    images: { loop: { indexes: ['loop', 'back'] }, back: { indexes: ['loop'] } },
    tags: {
      'pr-1': { image: 'outer', multiArch: true, manifests: ['inner'], is: 'kept: in-use pods.yaml' },
      inner: { image: 'inner', multiArch: true, manifests: ['x'], is: 'kept: not-matched' },
      'pr-2': { image: 'loop', multiArch: true, is: 'deleted: matched pr-*' },
    },
  },
  'what cannot be read, and what has no digest, may be in use': {
    inputs: all,
    inUse: running,
    images: { a: 'unknown' },
    tags: {
      'pr-1': { multiArch: true, manifests: ['a', 'b'], is: 'kept: in-use-unclear' },
      'pr-2': { multiArch: true, manifests: ['a', 'x'], is: 'kept: in-use pods.yaml' },
      'pr-3': { image: null, is: 'kept: in-use-unclear' },
    },
  },
  ...each(['image: quay.io/acme/web:v1', `image: quay.io/acme/web:v1\n${imageHex('x')}`], (inUse) => [
    `a tag without a digest goes where no digest is named as one: ${inUse.slice(-8)}`,
    {
      inputs: all,
      inUse,
      read: [],
      tags: { 'pr-1': { image: null, is: 'deleted: matched *' } },
    },
  ]),
};
