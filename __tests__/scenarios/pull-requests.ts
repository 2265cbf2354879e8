import type { SelectionScenarios } from './scenario.ts';

export const PULL_REQUEST_SCENARIOS: SelectionScenarios = {
  'a tag goes when GitHub says that its pull request is closed or merged': {
    given: { tags: 'pr-{pr}', pullRequests: { 1: 'open', 2: 'closed', 3: 'merged' } },
    'pr-1': 'kept: pull-request-open 1',
    'pr-2': 'deleted: pull-request-closed 2',
    'pr-3': 'deleted: pull-request-closed 3 merged',
    'pr-4': 'kept: pull-request-unknown 4',
  },
  'a pull request number is whole': {
    given: { tags: 'pr-{pr}*', pullRequests: { 1: 'closed', 12: 'open', 2: 'closed' } },
    'pr-1': 'deleted: pull-request-closed 1',
    'pr-12': 'kept: pull-request-open 12',
    'pr-12-arm64': 'kept: pull-request-open 12',
    'pr-01': 'kept: not-matched',
    'pr-1.2': 'deleted: pull-request-closed 1',
    'xpr-1': 'kept: not-matched',
  },
  'a number that no pull request can have is not looked up': {
    given: { tags: 'pr-{pr}', pullRequests: { 2147483647: 'closed', 2147483648: 'closed' } },
    'pr-2147483647': 'deleted: pull-request-closed 2147483647',
    'pr-2147483648': 'kept: pull-request-unknown 2147483648',
  },
  'on a pull request only its own tags are considered': {
    given: {
      tags: 'pr-{pr}\ncache-*',
      event: { pullRequest: 2 },
      pullRequests: { 1: 'closed', 2: 'merged' },
    },
    'pr-1': 'kept: other-pull-request 1 2',
    'pr-2': 'deleted: pull-request-closed 2 merged',
    'cache-2': 'deleted: matched cache-*',
  },
  'a pull request that was reopened keeps its tags, whatever the event said': {
    given: { tags: 'pr-{pr}', event: { pullRequest: 2 }, pullRequests: { 2: 'open' } },
    'pr-2': 'kept: pull-request-open 2',
  },
  'a name that can be read as two pull requests stays': {
    given: { tags: 'build-{*-,}{pr}*', pullRequests: { 12: 'closed', 34: 'closed', 7: 'closed' } },
    'build-12-34': 'kept: ambiguous pr build-{*-,}{pr}* 12|34',
    'build-7': 'deleted: pull-request-closed 7',
    'build-7-7': 'deleted: pull-request-closed 7',
  },
  'patterns that disagree on the pull request keep the tag, in any order': {
    given: { tags: 'pr-{pr}*\n*-{pr}', pullRequests: { 1: 'closed', 2: 'closed' } },
    'pr-1-2': 'kept: ambiguous pr pr-{pr}* 1|2',
    'pr-1': 'deleted: pull-request-closed 1',
  },
  'a regex reads a whole number too, and nothing where its group takes no part': {
    given: { tags: '/^web-(?:(?<pr>\\d)|x)/', pullRequests: { 1: 'closed', 0: 'closed' } },
    'web-1': 'deleted: pull-request-closed 1',
    'web-12': 'kept: not-matched',
    'web-012': 'kept: not-matched',
    'web-x': 'kept: placeholder-empty /^web-(?:(?<pr>\\d)|x)/',
  },
};
