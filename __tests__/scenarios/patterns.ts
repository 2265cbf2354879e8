import type { SelectionScenarios } from './scenario.ts';

export const PATTERN_SCENARIOS: SelectionScenarios = {
  'globs are case-sensitive, and a regex with `i` is not': {
    given: { tags: 'pr-*\n/^sha-/i' },
    'pr-1': 'deleted: matched pr-*',
    'PR-1': 'kept: not-matched',
    'sha-A': 'deleted: matched /^sha-/i',
    'SHA-b': 'deleted: matched /^sha-/i',
  },
  'wildcards keep latest as if it were excluded, and it takes no place among the newest': {
    given: { tags: '*\n*test*\n/est/', 'keep-n-most-recent': '1' },
    latest: 'kept: latest-not-named',
    'latest-arm64': 'kept: among-newest 1',
    LATEST: 'deleted: matched *',
    test: 'deleted: matched *',
    main: 'deleted: matched *',
  },
  'latest goes where a line names it': {
    given: { tags: '*\n/^(edge|latest)$/' },
    latest: 'deleted: matched /^(edge|latest)$/',
  },
  'of several lines that match latest, the one that names it decides, with its conditions': {
    given: { tags: '/est/\nlatest older-than=30d' },
    latest: { days: 10, is: 'kept: newer-than 30d' },
  },
  'placeholders of the other lines protect latest': {
    given: { tags: '{branch}\nlatest', branches: ['latest'] },
    latest: 'kept: branch-exists latest',
  },
  'latest that is excluded or immutable is kept for that': {
    given: { tags: '*', 'exclude-tags': 'l*' },
    latest: 'kept: excluded l*',
  },
};
