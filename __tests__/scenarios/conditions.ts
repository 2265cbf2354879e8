import { SBOM_OF_B, SIGNATURE_OF_A } from './cosign-tags.ts';
import type { SelectionScenario } from './scenario.ts';

export const CONDITION_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'older-than takes what is older, and keeps what has no date',
    tags: [
      { name: 'future', days: -1 },
      { name: 'new', days: 29 },
      { name: 'exact', days: 30 },
      { name: 'old', days: 31 },
      { name: 'undated', days: null },
    ],
    inputs: { tags: '*', 'older-than': '30d' },
    verdicts: {
      future: 'kept: newer-than 30d',
      new: 'kept: newer-than 30d',
      exact: 'kept: newer-than 30d',
      old: 'deleted: matched *',
      undated: 'kept: date-unknown older-than',
    },
  },
  {
    name: 'the newest matching tags stay, those of one second in the registry’s order, and excluded ones take no place',
    tags: [
      { name: 'v2', days: 1 },
      { name: 'b', days: 2 },
      { name: 'a', days: 2 },
      { name: 'c', days: 2 },
      { name: 'd', days: 3 },
      { name: 'e', days: null },
    ],
    inputs: { tags: '*', 'exclude-tags': 'v*', 'keep-n-most-recent': '2' },
    verdicts: {
      v2: 'kept: excluded v*',
      b: 'kept: among-newest 2',
      a: 'kept: among-newest 2',
      c: 'deleted: matched *',
      d: 'deleted: matched *',
      e: 'kept: date-unknown keep-n-most-recent',
    },
  },
  {
    name: 'conditions add up',
    tags: [
      { name: 'pr-1', days: 1 },
      { name: 'pr-2', days: 20 },
      { name: 'pr-3', days: 40 },
      { name: 'pr-4', days: 50 },
    ],
    inputs: { tags: 'pr-{pr}', 'keep-n-most-recent': '1', 'older-than': '1w 3d' },
    pullRequests: { 1: 'closed', 2: 'closed', 3: 'open', 4: 'merged' },
    verdicts: {
      'pr-1': 'kept: among-newest 1',
      'pr-2': 'deleted: pull-request-closed 2',
      'pr-3': 'kept: pull-request-open 3',
      'pr-4': 'deleted: pull-request-closed 4 merged',
    },
  },
  {
    name: 'not-pulled-for keeps what was pulled, what is new, and what nobody knows',
    tags: [
      { name: 'moved', days: 3 },
      { name: 'pulled', days: 60 },
      { name: 'unpulled', days: 61 },
      { name: 'forgotten', days: 62 },
      { name: 'unknown', days: 63 },
      { name: 'undated', days: null },
    ],
    inputs: { tags: '*', 'not-pulled-for': '30d' },
    pulls: { moved: 40, pulled: 29, unpulled: 'never', forgotten: 31, unknown: 'unknown', undated: 'never' },
    verdicts: {
      moved: 'kept: newer-than 30d',
      pulled: 'kept: pulled-within 30d',
      unpulled: 'deleted: matched *',
      forgotten: 'deleted: matched *',
      unknown: 'kept: pulls-unknown',
      undated: 'kept: date-unknown not-pulled-for',
    },
  },
  {
    name: 'cosign tags take no place among the newest',
    tags: [
      { name: SIGNATURE_OF_A, days: 1 },
      { name: 'a', days: 2, image: 'a' },
      { name: 'b', days: 3 },
      { name: SBOM_OF_B, days: null },
    ],
    inputs: { tags: '*\nsha256-*', 'keep-n-most-recent': '1' },
    verdicts: {
      [SIGNATURE_OF_A]: 'kept: image-lives a',
      a: 'kept: among-newest 1',
      b: 'deleted: matched *',
      [SBOM_OF_B]: 'deleted: matched sha256-*',
    },
  },
];
