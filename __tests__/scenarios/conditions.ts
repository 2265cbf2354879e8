import { REFERRERS_OF_A, SBOM_OF_B, type SelectionScenarios, SIGNATURE_OF_A } from './scenario.ts';

export const CONDITION_SCENARIOS: SelectionScenarios = {
  'older-than takes what is older, and keeps what has no date': {
    given: { tags: '*', 'older-than': '30d' },
    future: { days: -1, is: 'kept: newer-than 30d' },
    new: { days: 29, is: 'kept: newer-than 30d' },
    exact: { days: 30, is: 'kept: newer-than 30d' },
    old: { days: 31, is: 'deleted: matched *' },
    undated: { days: null, is: 'kept: date-unknown older-than' },
  },
  'the newest matching tags stay, those of one second in the registry’s order, and excluded ones take no place':
    {
      given: { tags: '*', 'exclude-tags': 'v*', 'keep-n-most-recent': '2' },
      v2: 'kept: excluded v*',
      b: 'kept: among-newest 2',
      a: { days: 2, is: 'kept: among-newest 2' },
      c: { days: 2, is: 'deleted: matched *' },
      d: { days: 3, is: 'deleted: matched *' },
      e: { days: null, is: 'kept: date-unknown keep-n-most-recent' },
    },
  'conditions add up': {
    given: {
      tags: 'pr-{pr}',
      'keep-n-most-recent': '1',
      'older-than': '1w 3d',
      pullRequests: { 1: 'closed', 2: 'closed', 3: 'open', 4: 'merged' },
    },
    'pr-1': 'kept: among-newest 1',
    'pr-2': { days: 20, is: 'deleted: pull-request-closed 2' },
    'pr-3': { days: 40, is: 'kept: pull-request-open 3' },
    'pr-4': { days: 50, is: 'deleted: pull-request-closed 4 merged' },
  },
  'not-pulled-for keeps what was pulled, what is new, and what nobody knows': {
    given: {
      tags: '*',
      'not-pulled-for': '30d',
      pulls: {
        moved: 40,
        pulled: 29,
        unpulled: 'never',
        forgotten: 31,
        unknown: 'unknown',
        undated: 'never',
      },
    },
    moved: { days: 3, is: 'kept: newer-than 30d' },
    pulled: { days: 60, is: 'kept: pulled-within 30d' },
    unpulled: { days: 61, is: 'deleted: matched *' },
    forgotten: { days: 62, is: 'deleted: matched *' },
    unknown: { days: 63, is: 'kept: pulls-unknown' },
    undated: { days: null, is: 'kept: date-unknown not-pulled-for' },
  },
  'cosign tags take no place among the newest': {
    given: { tags: '*\nsha256-*', 'keep-n-most-recent': '1' },
    [SIGNATURE_OF_A]: 'kept: image-lives a',
    a: { image: 'a', is: 'kept: among-newest 1' },
    b: 'deleted: matched *',
    [SBOM_OF_B]: { days: null, is: 'deleted: matched sha256-*' },
  },
};

/** Conditions on lines. */
export const RULE_SCENARIOS: SelectionScenarios = {
  'the conditions of the first line that matches apply, and no others': {
    given: { tags: 'nightly-* older-than=14d\nnight*\n* older-than=3d' },
    other: 'kept: newer-than 3d',
    night: { days: 5, is: 'deleted: matched night*' },
    'nightly-2': { days: 10, is: 'kept: newer-than 14d' },
    'nightly-1': { days: 20, is: 'deleted: matched nightly-* older-than=14d' },
  },
  'a condition on a line takes the place of the input of that name, and of no other': {
    given: {
      tags: 'a-* older-than=1d\nb-*',
      'older-than': '30d',
      'not-pulled-for': '10d',
      pulls: { 'a-1': 'never', 'a-2': 5, 'b-1': 'never', 'b-2': 'never' },
    },
    'a-1': { days: 2, is: 'kept: newer-than 10d' },
    'b-1': { days: 3, is: 'kept: newer-than 30d' },
    'a-2': { days: 40, is: 'kept: pulled-within 10d' },
    'b-2': { days: 41, is: 'deleted: matched b-*' },
  },
  'placeholders of every line that matches protect, wherever they stand': {
    given: {
      tags: 'pr-* older-than=1s\n*-x\npr-{pr}*\n*-{branch}\nx keep-n-most-recent=0',
      pullRequests: { 1: 'open', 2: 'closed', 3: 'closed' },
      branches: ['3-x'],
    },
    'pr-1': 'kept: pull-request-open 1',
    'pr-2': 'deleted: pull-request-closed 2',
    'pr-3-x': 'kept: branch-exists 3-x',
    x: 'deleted: matched x keep-n-most-recent=0',
  },
  'keep-n-most-recent on a line counts the tags that the line decides on; as an input, those of all lines without a number':
    {
      given: { tags: 'a-* keep-n-most-recent=1\nb-*\nc-*\n*', 'keep-n-most-recent': '3' },
      'a-1': 'kept: among-newest 1',
      'b-1': 'kept: among-newest 3',
      'c-1': 'kept: among-newest 3',
      'a-2': 'deleted: matched a-* keep-n-most-recent=1',
      'b-2': 'kept: among-newest 3',
      'c-2': 'deleted: matched c-*',
      'a-3': 'deleted: matched a-* keep-n-most-recent=1',
      'b-3': 'deleted: matched b-*',
    },
  'keep-n-most-recent=0 on a line keeps none for their rank, whatever the input says': {
    given: { tags: 'a-* keep-n-most-recent=0\nb-*', 'keep-n-most-recent': '1' },
    'a-1': 'deleted: matched a-* keep-n-most-recent=0',
    'b-1': 'kept: among-newest 1',
    'b-2': 'deleted: matched b-*',
  },
  'an orphaned signature is judged by the inputs, as no line decides on it': {
    given: { tags: '* older-than=30d', 'older-than': '10d', 'clean-orphaned-signatures': 'true' },
    new: 'kept: newer-than 30d',
    [SIGNATURE_OF_A]: { days: 20, image: 's', is: 'deleted: orphaned-signature' },
  },
};

export const GROUP_SCENARIOS: SelectionScenarios = {
  'the newest of each group stay, by the number of the line': {
    given: { tags: '{group}-? keep-n-most-recent=1', 'keep-n-most-recent': '9' },
    'main-1': 'kept: among-newest 1 main',
    'dev-1': 'kept: among-newest 1 dev',
    'main-2': 'deleted: matched {group}-? keep-n-most-recent=1',
    'main-3': 'deleted: matched {group}-? keep-n-most-recent=1',
    'dev-2': 'deleted: matched {group}-? keep-n-most-recent=1',
    'my-dev-1': 'kept: among-newest 1 my-dev',
  },
  'or by the number of the input, which other lines count by themselves': {
    given: { tags: 'pr-??\n/^(?<group>[a-z]+)-\\d$/', 'keep-n-most-recent': '1' },
    'main-1': 'kept: among-newest 1 main',
    'pr-10': 'kept: among-newest 1',
    'main-2': 'deleted: matched /^(?<group>[a-z]+)-\\d$/',
    'dev-1': 'kept: among-newest 1 dev',
    'pr-11': 'deleted: matched pr-??',
    'main-3': 'deleted: matched /^(?<group>[a-z]+)-\\d$/',
  },
  'a name that can be split in several ways stays, and takes no place in a group': {
    given: { tags: '{group}-* keep-n-most-recent=1' },
    'a-b-1': 'kept: ambiguous group {group}-* a|a-b',
    'a-1': 'kept: among-newest 1 a',
    'a-2': 'deleted: matched {group}-* keep-n-most-recent=1',
  },
  'two lines may read two groups, and the first one counts': {
    given: { tags: '{group}-? keep-n-most-recent=1\n?-{group}' },
    'a-b': 'kept: among-newest 1 a',
    'a-c': 'deleted: matched {group}-? keep-n-most-recent=1',
  },
  'so does a name in which a regex finds several groups, or none': {
    given: { tags: '/(?:(?<group>[a-z]*)-|x)\\d/ keep-n-most-recent=1' },
    'main-1': 'kept: among-newest 1 main',
    'main-2-dev-3': 'kept: ambiguous group /(?:(?<group>[a-z]*)-|x)\\d/ dev|main',
    '_-4': 'kept: placeholder-empty /(?:(?<group>[a-z]*)-|x)\\d/',
    x5: 'kept: placeholder-empty /(?:(?<group>[a-z]*)-|x)\\d/',
    'main-6': 'deleted: matched /(?:(?<group>[a-z]*)-|x)\\d/ keep-n-most-recent=1',
    'x-7-': 'kept: among-newest 1 x',
  },
  'a name with one empty group and another stays: it can be read in two ways': {
    given: { tags: '/(?<group>[a-z]*)-\\d/ keep-n-most-recent=1' },
    'a-1': 'kept: among-newest 1 a',
    'a-2': 'deleted: matched /(?<group>[a-z]*)-\\d/ keep-n-most-recent=1',
    'a-3-_-4': 'kept: placeholder-empty /(?<group>[a-z]*)-\\d/',
  },
  'excluded tags take no place in a group, other conditions add up, and each line counts by itself': {
    given: {
      tags: '{group}-? keep-n-most-recent=1 older-than=4d\n{group}.? keep-n-most-recent=1',
      'exclude-tags': '*-1',
    },
    'main-1': 'kept: excluded *-1',
    'main-2': 'kept: among-newest 1 main',
    'main-3': 'kept: newer-than 4d',
    'main.4': 'kept: among-newest 1 main',
    'main-5': 'deleted: matched {group}-? keep-n-most-recent=1 older-than=4d',
    'main.6': 'deleted: matched {group}.? keep-n-most-recent=1',
  },
  'a group that a later line reads protects where it cannot be told, and counts nothing': {
    given: { tags: '*-?\n{group}-* keep-n-most-recent=1' },
    'a-b-1': 'kept: ambiguous group {group}-* a|a-b',
    'a-1': 'deleted: matched *-?',
    'a-2': 'deleted: matched *-?',
  },
};

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
