import { named, type SelectionScenario } from './scenario.ts';

export const PATTERN_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'a glob takes the whole name, and its dots are ordinary',
    tags: named('1.0', '1.0.1', '1x0', 'v1.0', '1.0-rc'),
    inputs: { tags: '1.?' },
    verdicts: {
      '1.0': 'deleted: matched 1.?',
      '1.0.1': 'kept: not-matched',
      '1x0': 'kept: not-matched',
      'v1.0': 'kept: not-matched',
      '1.0-rc': 'kept: not-matched',
    },
  },
  {
    name: 'globs are case-sensitive, and a regex with `i` is not',
    tags: named('pr-1', 'PR-1', 'sha-A', 'SHA-b'),
    inputs: { tags: 'pr-*\n/^sha-/i' },
    verdicts: {
      'pr-1': 'deleted: matched pr-*',
      'PR-1': 'kept: not-matched',
      'sha-A': 'deleted: matched /^sha-/i',
      'SHA-b': 'deleted: matched /^sha-/i',
    },
  },
  {
    name: 'classes and alternatives choose characters and words',
    tags: named('dev-a', 'dev-b', 'dev-1', 'test-c', 'prod-a'),
    inputs: { tags: '{dev,test}-[a-c]\nprod-[!a]' },
    verdicts: {
      'dev-a': 'deleted: matched {dev,test}-[a-c]',
      'dev-b': 'deleted: matched {dev,test}-[a-c]',
      'dev-1': 'kept: not-matched',
      'test-c': 'deleted: matched {dev,test}-[a-c]',
      'prod-a': 'kept: not-matched',
    },
  },
  {
    name: 'exclusion always wins, wherever it stands',
    tags: named('latest', 'v1.0.0', 'pr-1', 'main'),
    inputs: { tags: '!main\n*\n# releases stay', 'exclude-tags': 'latest\nv*' },
    verdicts: {
      latest: 'kept: excluded latest',
      'v1.0.0': 'kept: excluded v*',
      'pr-1': 'deleted: matched *',
      main: 'kept: excluded main',
    },
  },
  {
    name: 'an immutable tag stays',
    tags: [{ name: 'pr-1', immutable: true }, { name: 'pr-2' }],
    inputs: { tags: 'pr-*' },
    verdicts: { 'pr-1': 'kept: immutable', 'pr-2': 'deleted: matched pr-*' },
  },
  {
    name: 'wildcards keep latest as if it were excluded, and it takes no place among the newest',
    tags: named('latest', 'latest-arm64', 'LATEST', 'test', 'main'),
    inputs: { tags: '*\n*test*\n/est/', 'keep-n-most-recent': '1' },
    verdicts: {
      latest: 'kept: latest-not-named',
      'latest-arm64': 'kept: among-newest 1',
      LATEST: 'deleted: matched *',
      test: 'deleted: matched *',
      main: 'deleted: matched *',
    },
  },
  ...['latest', '{latest,edge}', 'latest*', '/^latest$/', '*\n/^(edge|latest)$/'].map(
    (tags): SelectionScenario => ({
      name: `latest goes where a line names it: ${tags.replace('\n', ' and ')}`,
      tags: named('latest'),
      inputs: { tags },
      verdicts: { latest: `deleted: matched ${tags.split('\n').at(-1)}` },
    }),
  ),
  ...['/^(?!latest)/', '/(?<!latest)est/', '*est', 'l?test', 'latest-*\n*'].map(
    (tags): SelectionScenario => ({
      name: `latest stays where no line that matches it names it: ${tags.replace('\n', ' and ')}`,
      tags: named('latest'),
      inputs: { tags },
      verdicts: { latest: tags.startsWith('/^(?!') ? 'kept: not-matched' : 'kept: latest-not-named' },
    }),
  ),
  {
    name: 'of several lines that match latest, the one that names it decides, with its conditions',
    tags: [{ name: 'latest', days: 10 }],
    inputs: { tags: '/est/\nlatest older-than=30d' },
    verdicts: { latest: 'kept: newer-than 30d' },
  },
  {
    name: 'latest that is excluded or immutable is kept for that',
    tags: [{ name: 'latest', days: 1 }],
    inputs: { tags: '*', 'exclude-tags': 'l*' },
    verdicts: { latest: 'kept: excluded l*' },
  },
];
