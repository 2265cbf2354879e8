import { SIGNATURE_OF_A } from './cosign-tags.ts';
import type { ScenarioTag, SelectionScenario } from './scenario.ts';

/** Tags with the images that they stand for, the first one the newest. */
function of(...tags: readonly (readonly [name: string, image: string | null])[]): readonly ScenarioTag[] {
  return tags.map(([name, image], index) => ({ name, image, days: index + 1 }));
}

/** What `by-image` changes. */
export const IMAGE_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'no tag of an image goes while one of its tags is kept, whatever keeps that',
    tags: of(
      ['build-5', 'e'],
      ['build-4', 'd'],
      ['pr-4', 'd'],
      ['build-3', 'c'],
      ['v1', 'c'],
      ['build-2', 'b'],
      ['prod', 'b'],
      ['build-1', 'a'],
    ),
    inputs: { tags: 'build-*\npr-{pr}\nv*', 'exclude-tags': 'v*', 'by-image': 'true' },
    pullRequests: { 4: 'open' },
    verdicts: {
      'build-5': 'deleted: matched build-*',
      'build-4': 'kept: sibling-kept pr-4 pull-request-open 4',
      'pr-4': 'kept: pull-request-open 4',
      'build-3': 'kept: sibling-kept v1 excluded v*',
      v1: 'kept: excluded v*',
      'build-2': 'kept: sibling-kept prod not-matched',
      prod: 'kept: not-matched',
      'build-1': 'deleted: matched build-*',
    },
  },
  {
    name: 'the newest three images stay with all their tags, each counted by its newest tag that matches',
    tags: of(
      ['stable', 'a'],
      ['2.4', 'a'],
      ['2.4.0', 'a'],
      ['2.3.0', 'b'],
      ['2.2.0', 'c'],
      ['2.1.0', 'd'],
      ['2.2', 'c'],
    ),
    inputs: { tags: '*.*', 'keep-n-most-recent': '3', 'by-image': 'true' },
    verdicts: {
      stable: 'kept: not-matched',
      '2.4': 'kept: among-newest 3 images',
      '2.4.0': 'kept: among-newest 3 images',
      '2.3.0': 'kept: among-newest 3 images',
      '2.2.0': 'kept: among-newest 3 images',
      '2.1.0': 'deleted: matched *.*',
      '2.2': 'kept: among-newest 3 images',
    },
  },
  {
    name: 'images are counted within each group',
    tags: of(['dev-2', 'b'], ['dev-1', 'b'], ['main-1', 'b'], ['dev-0', 'a'], ['main-0', 'c']),
    inputs: { tags: '{group}-? keep-n-most-recent=1', 'by-image': 'true' },
    verdicts: {
      'dev-2': 'kept: among-newest 1 dev images',
      'dev-1': 'kept: among-newest 1 dev images',
      'main-1': 'kept: among-newest 1 main images',
      'dev-0': 'deleted: matched {group}-? keep-n-most-recent=1',
      'main-0': 'deleted: matched {group}-? keep-n-most-recent=1',
    },
  },
  {
    name: 'a tag whose image is not known stays, and takes no place among the newest',
    tags: of(['a-3', null], ['a-2', 'b'], ['a-1', 'a']),
    inputs: { tags: 'a-*', 'keep-n-most-recent': '1', 'by-image': 'true' },
    verdicts: {
      'a-3': 'kept: image-unknown',
      'a-2': 'kept: among-newest 1 images',
      'a-1': 'deleted: matched a-*',
    },
  },
  {
    name: 'an index and the images of its platforms are different images',
    tags: [
      { name: 'v1', image: 'list', multiArch: true, manifests: ['a'], days: 1 },
      { name: 'v1-amd64', image: 'a', days: 2 },
    ],
    inputs: { tags: '*-amd64', 'by-image': 'true' },
    verdicts: { v1: 'kept: not-matched', 'v1-amd64': 'deleted: matched *-amd64' },
  },
  {
    name: 'an image that is kept for its signature is kept with all its tags',
    tags: [...of(['pr-2', 'a'], ['pr-1', 'a']), { name: SIGNATURE_OF_A, days: 3 }],
    inputs: { tags: 'pr-*', 'exclude-tags': '*.sig', 'by-image': 'true' },
    verdicts: {
      'pr-2': `kept: signature-would-go ${SIGNATURE_OF_A} excluded *.sig`,
      'pr-1': `kept: sibling-kept pr-2 signature-would-go ${SIGNATURE_OF_A} excluded *.sig`,
      [SIGNATURE_OF_A]: 'kept: excluded *.sig',
    },
  },
];
