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
      future: 'kept: newer than 30d',
      new: 'kept: newer than 30d',
      exact: 'kept: newer than 30d',
      old: 'deleted: matches "*"',
      undated: 'kept: last-modified date unknown (needed by older-than)',
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
      v2: 'kept: excluded by "v*"',
      b: 'kept: among the newest 2',
      a: 'kept: among the newest 2',
      c: 'deleted: matches "*"',
      d: 'deleted: matches "*"',
      e: 'kept: last-modified date unknown (needed by keep-n-most-recent)',
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
      'pr-1': 'kept: among the newest 1',
      'pr-2': 'deleted: pull request #2 is closed',
      'pr-3': 'kept: pull request #3 is open',
      'pr-4': 'deleted: pull request #4 is merged',
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
      moved: 'kept: newer than 30d',
      pulled: 'kept: pulled within 30d',
      unpulled: 'deleted: matches "*"',
      forgotten: 'deleted: matches "*"',
      unknown: 'kept: last pull unknown',
      undated: 'kept: last-modified date unknown (needed by not-pulled-for)',
    },
  },
  {
    name: 'an expiration is never put off',
    tags: [
      { name: 'soon', days: 1, expiresIn: 2 },
      { name: 'late', days: 2, expiresIn: 30 },
      { name: 'never', days: 3 },
    ],
    inputs: { tags: '/./', 'exclude-tags': 'v*', 'expire-in': '7d' },
    verdicts: {
      soon: 'kept: already expires earlier',
      late: 'deleted: matches "/./"',
      never: 'deleted: matches "/./"',
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
      [SIGNATURE_OF_A]: 'kept: signature of a, which is kept',
      a: 'kept: among the newest 1',
      b: 'deleted: matches "*"',
      [SBOM_OF_B]: 'deleted: matches "sha256-*"',
    },
  },
  {
    name: 'a tag that Quay would expire earlier than asked stays, whatever its expiration now',
    tags: [
      { name: 'new', days: 1 },
      { name: 'exact', days: 27 },
      { name: 'old', days: 28 },
      { name: 'late', days: 29, expiresIn: 9999 },
      { name: 'ancient', days: 1000 },
      { name: 'undated', days: null },
    ],
    inputs: { tags: '*', 'exclude-tags': 'v*', 'expire-in': '701d' },
    verdicts: {
      new: 'deleted: matches "*"',
      exact: 'deleted: matches "*"',
      old: 'kept: Quay would expire it earlier than asked: at 2026-04-21 20:41 UTC at the latest',
      late: 'kept: Quay would expire it earlier than asked: at 2026-04-20 20:41 UTC at the latest',
      ancient: 'kept: Quay would expire it earlier than asked: at 2023-08-23 20:41 UTC at the latest',
      undated: 'kept: last-modified date unknown (needed by expire-in)',
    },
  },
];
