import { named, type SelectionScenario } from './scenario.ts';

export const PATTERN_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'a glob takes the whole name, and its dots are ordinary',
    tags: named('1.0', '1.0.1', '1x0', 'v1.0', '1.0-rc'),
    inputs: { tags: '1.?' },
    verdicts: {
      '1.0': 'deleted: matches "1.?"',
      '1.0.1': 'kept: no pattern matches',
      '1x0': 'kept: no pattern matches',
      'v1.0': 'kept: no pattern matches',
      '1.0-rc': 'kept: no pattern matches',
    },
  },
  {
    name: 'globs are case-sensitive, and a regex with `i` is not',
    tags: named('pr-1', 'PR-1', 'sha-A', 'SHA-b'),
    inputs: { tags: 'pr-*\n/^sha-/i' },
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      'PR-1': 'kept: no pattern matches',
      'sha-A': 'deleted: matches "/^sha-/i"',
      'SHA-b': 'deleted: matches "/^sha-/i"',
    },
  },
  {
    name: 'classes and alternatives choose characters and words',
    tags: named('dev-a', 'dev-b', 'dev-1', 'test-c', 'prod-a'),
    inputs: { tags: '{dev,test}-[a-c]\nprod-[!a]' },
    verdicts: {
      'dev-a': 'deleted: matches "{dev,test}-[a-c]"',
      'dev-b': 'deleted: matches "{dev,test}-[a-c]"',
      'dev-1': 'kept: no pattern matches',
      'test-c': 'deleted: matches "{dev,test}-[a-c]"',
      'prod-a': 'kept: no pattern matches',
    },
  },
  {
    name: 'exclusion always wins, wherever it stands',
    tags: named('latest', 'v1.0.0', 'pr-1', 'main'),
    inputs: { tags: '!main\n*\n# releases stay', 'exclude-tags': 'latest\nv*' },
    verdicts: {
      latest: 'kept: excluded by "latest"',
      'v1.0.0': 'kept: excluded by "v*"',
      'pr-1': 'deleted: matches "*"',
      main: 'kept: excluded by "main"',
    },
  },
  {
    name: 'an immutable tag stays',
    tags: [{ name: 'pr-1', immutable: true }, { name: 'pr-2' }],
    inputs: { tags: 'pr-*' },
    verdicts: { 'pr-1': 'kept: immutable', 'pr-2': 'deleted: matches "pr-*"' },
  },
];
