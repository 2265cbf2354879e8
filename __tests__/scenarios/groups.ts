import type { SelectionScenarios } from './scenario.ts';

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
