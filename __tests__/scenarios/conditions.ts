import { SBOM_OF_B, SIGNATURE_OF_A } from './cosign-tags.ts';
import type { SelectionScenarios } from './scenario.ts';

export const CONDITION_SCENARIOS: SelectionScenarios = {
  'older-than takes what is older, and keeps what has no date': {
    inputs: { tags: '*', 'older-than': '30d' },
    tags: {
      future: { days: -1, is: 'kept: newer-than 30d' },
      new: { days: 29, is: 'kept: newer-than 30d' },
      exact: { days: 30, is: 'kept: newer-than 30d' },
      old: { days: 31, is: 'deleted: matched *' },
      undated: { days: null, is: 'kept: date-unknown older-than' },
    },
  },
  'the newest matching tags stay, those of one second in the registry’s order, and excluded ones take no place':
    {
      inputs: { tags: '*', 'exclude-tags': 'v*', 'keep-n-most-recent': '2' },
      tags: {
        v2: 'kept: excluded v*',
        b: 'kept: among-newest 2',
        a: { days: 2, is: 'kept: among-newest 2' },
        c: { days: 2, is: 'deleted: matched *' },
        d: { days: 3, is: 'deleted: matched *' },
        e: { days: null, is: 'kept: date-unknown keep-n-most-recent' },
      },
    },
  'conditions add up': {
    inputs: { tags: 'pr-{pr}', 'keep-n-most-recent': '1', 'older-than': '1w 3d' },
    pullRequests: { 1: 'closed', 2: 'closed', 3: 'open', 4: 'merged' },
    tags: {
      'pr-1': 'kept: among-newest 1',
      'pr-2': { days: 20, is: 'deleted: pull-request-closed 2' },
      'pr-3': { days: 40, is: 'kept: pull-request-open 3' },
      'pr-4': { days: 50, is: 'deleted: pull-request-closed 4 merged' },
    },
  },
  'not-pulled-for keeps what was pulled, what is new, and what nobody knows': {
    inputs: { tags: '*', 'not-pulled-for': '30d' },
    pulls: { moved: 40, pulled: 29, unpulled: 'never', forgotten: 31, unknown: 'unknown', undated: 'never' },
    tags: {
      moved: { days: 3, is: 'kept: newer-than 30d' },
      pulled: { days: 60, is: 'kept: pulled-within 30d' },
      unpulled: { days: 61, is: 'deleted: matched *' },
      forgotten: { days: 62, is: 'deleted: matched *' },
      unknown: { days: 63, is: 'kept: pulls-unknown' },
      undated: { days: null, is: 'kept: date-unknown not-pulled-for' },
    },
  },
  'cosign tags take no place among the newest': {
    inputs: { tags: '*\nsha256-*', 'keep-n-most-recent': '1' },
    tags: {
      [SIGNATURE_OF_A]: 'kept: image-lives a',
      a: { image: 'a', is: 'kept: among-newest 1' },
      b: 'deleted: matched *',
      [SBOM_OF_B]: { days: null, is: 'deleted: matched sha256-*' },
    },
  },
};
