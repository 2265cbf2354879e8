import { REFERRERS_OF_A, type SelectionScenarios, SIGNATURE_OF_A } from './scenario.ts';

/** What `by-image` changes. */
export const IMAGE_SCENARIOS: SelectionScenarios = {
  'no tag of an image goes while one of its tags is kept, whatever keeps that': {
    given: {
      tags: 'build-*\npr-{pr}\nv*',
      'exclude-tags': 'v*',
      'by-image': 'true',
      pullRequests: { 4: 'open' },
    },
    'build-5': { image: 'e', is: 'deleted: matched build-*' },
    'build-4': { image: 'd', is: 'kept: sibling-kept pr-4 pull-request-open 4' },
    'pr-4': { image: 'd', is: 'kept: pull-request-open 4' },
    'build-3': { image: 'c', is: 'kept: sibling-kept v1 excluded v*' },
    v1: { image: 'c', is: 'kept: excluded v*' },
    'build-2': { image: 'b', is: 'kept: sibling-kept prod not-matched' },
    prod: { image: 'b', is: 'kept: not-matched' },
    'build-1': { image: 'a', is: 'deleted: matched build-*' },
  },
  'the newest three images stay with all their tags, each counted by its newest tag that matches': {
    given: { tags: '*.*', 'keep-n-most-recent': '3', 'by-image': 'true' },
    stable: { image: 'a', is: 'kept: not-matched' },
    '2.4': { image: 'a', is: 'kept: among-newest 3 images' },
    '2.4.0': { image: 'a', is: 'kept: among-newest 3 images' },
    '2.3.0': { image: 'b', is: 'kept: among-newest 3 images' },
    '2.2.0': { image: 'c', is: 'kept: among-newest 3 images' },
    '2.1.0': { image: 'd', is: 'deleted: matched *.*' },
    '2.2': { image: 'c', is: 'kept: among-newest 3 images' },
  },
  'images are counted within each group': {
    given: { tags: '{group}-? keep-n-most-recent=1', 'by-image': 'true' },
    'dev-2': { image: 'b', is: 'kept: among-newest 1 dev images' },
    'dev-1': { image: 'b', is: 'kept: among-newest 1 dev images' },
    'main-1': { image: 'b', is: 'kept: among-newest 1 main images' },
    'dev-0': { image: 'a', is: 'deleted: matched {group}-? keep-n-most-recent=1' },
    'main-0': { image: 'c', is: 'deleted: matched {group}-? keep-n-most-recent=1' },
  },
  'a tag whose image is not known stays, and takes no place among the newest': {
    given: { tags: 'a-*\nsha256-*', 'keep-n-most-recent': '1', 'by-image': 'true' },
    'a-3': { image: null, is: 'kept: image-unknown' },
    'a-2': { image: 'b', is: 'kept: among-newest 1 images' },
    'a-1': { image: 'a', is: 'deleted: matched a-*' },
    [REFERRERS_OF_A]: { image: null, is: 'kept: image-may-live a-3' },
  },
  'an index and the images of its platforms are different images': {
    given: { tags: '*-amd64', 'by-image': 'true' },
    v1: { image: 'list', manifests: ['a'], is: 'kept: not-matched' },
    'v1-amd64': { image: 'a', is: 'deleted: matched *-amd64' },
  },
  'an image that is kept for its signature is kept with all its tags': {
    given: { tags: 'pr-*', 'exclude-tags': '*.sig', 'by-image': 'true' },
    'pr-2': { image: 'a', is: `kept: signature-would-go ${SIGNATURE_OF_A} excluded *.sig` },
    'pr-1': { image: 'a', is: `kept: sibling-kept pr-2 signature-would-go ${SIGNATURE_OF_A} excluded *.sig` },
    [SIGNATURE_OF_A]: 'kept: excluded *.sig',
  },
};
