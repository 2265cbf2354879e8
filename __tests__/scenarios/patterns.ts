import { each, type SelectionScenarios } from './scenario.ts';

export const PATTERN_SCENARIOS: SelectionScenarios = {
  'a glob takes the whole name, and its dots are ordinary': {
    inputs: { tags: '1.?' },
    tags: {
      '1.0': 'deleted: matched 1.?',
      '1.0.1': 'kept: not-matched',
      '1x0': 'kept: not-matched',
      'v1.0': 'kept: not-matched',
      '1.0-rc': 'kept: not-matched',
    },
  },
  'globs are case-sensitive, and a regex with `i` is not': {
    inputs: { tags: 'pr-*\n/^sha-/i' },
    tags: {
      'pr-1': 'deleted: matched pr-*',
      'PR-1': 'kept: not-matched',
      'sha-A': 'deleted: matched /^sha-/i',
      'SHA-b': 'deleted: matched /^sha-/i',
    },
  },
  'classes and alternatives choose characters and words': {
    inputs: { tags: '{dev,test}-[a-c]\nprod-[!a]' },
    tags: {
      'dev-a': 'deleted: matched {dev,test}-[a-c]',
      'dev-b': 'deleted: matched {dev,test}-[a-c]',
      'dev-1': 'kept: not-matched',
      'test-c': 'deleted: matched {dev,test}-[a-c]',
      'prod-a': 'kept: not-matched',
    },
  },
  'exclusion always wins, wherever it stands': {
    inputs: { tags: '!main\n*\n# releases stay', 'exclude-tags': 'latest\nv*' },
    tags: {
      latest: 'kept: excluded latest',
      'v1.0.0': 'kept: excluded v*',
      'pr-1': 'deleted: matched *',
      main: 'kept: excluded main',
    },
  },
  'an immutable tag stays': {
    inputs: { tags: 'pr-*' },
    tags: {
      'pr-1': { immutable: true, is: 'kept: immutable' },
      'pr-2': { days: 1, is: 'deleted: matched pr-*' },
    },
  },
  'wildcards keep latest as if it were excluded, and it takes no place among the newest': {
    inputs: { tags: '*\n*test*\n/est/', 'keep-n-most-recent': '1' },
    tags: {
      latest: 'kept: latest-not-named',
      'latest-arm64': 'kept: among-newest 1',
      LATEST: 'deleted: matched *',
      test: 'deleted: matched *',
      main: 'deleted: matched *',
    },
  },
  ...each(['latest', '{latest,edge}', 'latest*', '/^latest$/', '*\n/^(edge|latest)$/'], (tags) => [
    `latest goes where a line names it: ${tags.replace('\n', ' and ')}`,
    {
      inputs: { tags },
      tags: { latest: `deleted: matched ${tags.split('\n').at(-1)}` },
    },
  ]),
  ...each(['/^(?!latest)/', '/(?<!latest)est/', '*est', 'l?test', 'latest-*\n*'], (tags) => [
    `latest stays where no line that matches it names it: ${tags.replace('\n', ' and ')}`,
    {
      inputs: { tags },
      tags: { latest: tags.startsWith('/^(?!') ? 'kept: not-matched' : 'kept: latest-not-named' },
    },
  ]),
  'of several lines that match latest, the one that names it decides, with its conditions': {
    inputs: { tags: '/est/\nlatest older-than=30d' },
    tags: { latest: { days: 10, is: 'kept: newer-than 30d' } },
  },
  'latest that is excluded or immutable is kept for that': {
    inputs: { tags: '*', 'exclude-tags': 'l*' },
    tags: { latest: 'kept: excluded l*' },
  },
};
