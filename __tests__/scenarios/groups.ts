import { named, type SelectionScenario } from './scenario.ts';

export const GROUP_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'the newest of each group stay, by the number of the line',
    tags: named('main-1', 'dev-1', 'main-2', 'main-3', 'dev-2', 'my-dev-1'),
    inputs: { tags: '{group}-? keep-n-most-recent=1', 'keep-n-most-recent': '9' },
    verdicts: {
      'main-1': 'kept: among the newest 1 of main',
      'dev-1': 'kept: among the newest 1 of dev',
      'main-2': 'deleted: matches "{group}-? keep-n-most-recent=1"',
      'main-3': 'deleted: matches "{group}-? keep-n-most-recent=1"',
      'dev-2': 'deleted: matches "{group}-? keep-n-most-recent=1"',
      'my-dev-1': 'kept: among the newest 1 of my-dev',
    },
  },
  {
    name: 'or by the number of the input, which other lines count by themselves',
    tags: named('main-1', 'pr-10', 'main-2', 'dev-1', 'pr-11', 'main-3'),
    inputs: { tags: 'pr-??\n/^(?<group>[a-z]+)-\\d$/', 'keep-n-most-recent': '1' },
    verdicts: {
      'main-1': 'kept: among the newest 1 of main',
      'pr-10': 'kept: among the newest 1',
      'main-2': 'deleted: matches "/^(?<group>[a-z]+)-\\d$/"',
      'dev-1': 'kept: among the newest 1 of dev',
      'pr-11': 'deleted: matches "pr-??"',
      'main-3': 'deleted: matches "/^(?<group>[a-z]+)-\\d$/"',
    },
  },
  {
    name: 'a name that can be split in several ways stays, and takes no place in a group',
    tags: named('a-b-1', 'a-1', 'a-2'),
    inputs: { tags: '{group}-* keep-n-most-recent=1' },
    verdicts: {
      'a-b-1': 'kept: "{group}-*" is ambiguous here: group "a" or "a-b"',
      'a-1': 'kept: among the newest 1 of a',
      'a-2': 'deleted: matches "{group}-* keep-n-most-recent=1"',
    },
  },
  {
    name: 'so does a name in which a regex finds several groups, or none',
    tags: named('main-1', 'main-2-dev-3', '_-4', 'x5', 'main-6', 'x-7-'),
    inputs: { tags: '/(?:(?<group>[a-z]*)-|x)\\d/ keep-n-most-recent=1' },
    verdicts: {
      'main-1': 'kept: among the newest 1 of main',
      'main-2-dev-3': 'kept: "/(?:(?<group>[a-z]*)-|x)\\d/" is ambiguous here: group "dev" or "main"',
      '_-4':
        'kept: "/(?:(?<group>[a-z]*)-|x)\\d/" matches, but what its placeholder stands for cannot be read from the name',
      x5: 'kept: "/(?:(?<group>[a-z]*)-|x)\\d/" matches, but what its placeholder stands for cannot be read from the name',
      'main-6': 'deleted: matches "/(?:(?<group>[a-z]*)-|x)\\d/ keep-n-most-recent=1"',
      'x-7-': 'kept: among the newest 1 of x',
    },
  },
  {
    name: 'a name with one empty group and another stays: it can be read in two ways',
    tags: named('a-1', 'a-2', 'a-3-_-4'),
    inputs: { tags: '/(?<group>[a-z]*)-\\d/ keep-n-most-recent=1' },
    verdicts: {
      'a-1': 'kept: among the newest 1 of a',
      'a-2': 'deleted: matches "/(?<group>[a-z]*)-\\d/ keep-n-most-recent=1"',
      'a-3-_-4':
        'kept: "/(?<group>[a-z]*)-\\d/" matches, but what its placeholder stands for cannot be read from the name',
    },
  },
  {
    name: 'excluded tags take no place in a group, other conditions add up, and each line counts by itself',
    tags: named('main-1', 'main-2', 'main-3', 'main.4', 'main-5', 'main.6'),
    inputs: {
      tags: '{group}-? keep-n-most-recent=1 older-than=4d\n{group}.? keep-n-most-recent=1',
      'exclude-tags': '*-1',
    },
    verdicts: {
      'main-1': 'kept: excluded by "*-1"',
      'main-2': 'kept: among the newest 1 of main',
      'main-3': 'kept: newer than 4d',
      'main.4': 'kept: among the newest 1 of main',
      'main-5': 'deleted: matches "{group}-? keep-n-most-recent=1 older-than=4d"',
      'main.6': 'deleted: matches "{group}.? keep-n-most-recent=1"',
    },
  },
  {
    name: 'a group that a later line reads protects where it cannot be told, and counts nothing',
    tags: named('a-b-1', 'a-1', 'a-2'),
    inputs: { tags: '*-?\n{group}-* keep-n-most-recent=1' },
    verdicts: {
      'a-b-1': 'kept: "{group}-*" is ambiguous here: group "a" or "a-b"',
      'a-1': 'deleted: matches "*-?"',
      'a-2': 'deleted: matches "*-?"',
    },
  },
];
