import { SIGNATURE_OF_A } from './cosign-tags.ts';
import { named, type SelectionScenario } from './scenario.ts';

export const RULE_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'the conditions of the first line that matches apply, and no others',
    tags: [
      { name: 'nightly-1', days: 20 },
      { name: 'nightly-2', days: 10 },
      { name: 'night', days: 5 },
      { name: 'other', days: 1 },
    ].toReversed(),
    inputs: { tags: 'nightly-* older-than=14d\nnight*\n* older-than=3d' },
    verdicts: {
      other: 'kept: newer-than 3d',
      night: 'deleted: matched night*',
      'nightly-2': 'kept: newer-than 14d',
      'nightly-1': 'deleted: matched nightly-* older-than=14d',
    },
  },
  {
    name: 'a condition on a line takes the place of the input of that name, and of no other',
    tags: [
      { name: 'a-1', days: 2 },
      { name: 'b-1', days: 3 },
      { name: 'a-2', days: 40 },
      { name: 'b-2', days: 41 },
    ],
    inputs: { tags: 'a-* older-than=1d\nb-*', 'older-than': '30d', 'not-pulled-for': '10d' },
    pulls: { 'a-1': 'never', 'a-2': 5, 'b-1': 'never', 'b-2': 'never' },
    verdicts: {
      'a-1': 'kept: newer-than 10d',
      'b-1': 'kept: newer-than 30d',
      'a-2': 'kept: pulled-within 10d',
      'b-2': 'deleted: matched b-*',
    },
  },
  {
    name: 'placeholders of every line that matches protect, wherever they stand',
    tags: named('pr-1', 'pr-2', 'pr-3-x', 'x'),
    inputs: { tags: 'pr-* older-than=1s\n*-x\npr-{pr}*\n*-{branch}\nx keep-n-most-recent=0' },
    pullRequests: { 1: 'open', 2: 'closed', 3: 'closed' },
    branches: ['3-x'],
    verdicts: {
      'pr-1': 'kept: pull-request-open 1',
      'pr-2': 'deleted: pull-request-closed 2',
      'pr-3-x': 'kept: branch-exists 3-x',
      x: 'deleted: matched x keep-n-most-recent=0',
    },
  },
  {
    name: 'keep-n-most-recent on a line counts the tags that the line decides on; as an input, those of all lines without a number',
    tags: named('a-1', 'b-1', 'c-1', 'a-2', 'b-2', 'c-2', 'a-3', 'b-3'),
    inputs: { tags: 'a-* keep-n-most-recent=1\nb-*\nc-*\n*', 'keep-n-most-recent': '3' },
    verdicts: {
      'a-1': 'kept: among-newest 1',
      'b-1': 'kept: among-newest 3',
      'c-1': 'kept: among-newest 3',
      'a-2': 'deleted: matched a-* keep-n-most-recent=1',
      'b-2': 'kept: among-newest 3',
      'c-2': 'deleted: matched c-*',
      'a-3': 'deleted: matched a-* keep-n-most-recent=1',
      'b-3': 'deleted: matched b-*',
    },
  },
  {
    name: 'keep-n-most-recent=0 on a line keeps none for their rank, whatever the input says',
    tags: named('a-1', 'b-1', 'b-2'),
    inputs: { tags: 'a-* keep-n-most-recent=0\nb-*', 'keep-n-most-recent': '1' },
    verdicts: {
      'a-1': 'deleted: matched a-* keep-n-most-recent=0',
      'b-1': 'kept: among-newest 1',
      'b-2': 'deleted: matched b-*',
    },
  },
  {
    name: 'excluded tags and cosign tags take no place among the newest of a line',
    tags: [
      { name: 'sha256-x', days: 1 },
      { name: SIGNATURE_OF_A, days: 2, image: 's' },
      { name: 'sha256-y', days: 3 },
      { name: 'sha256-z', days: 4 },
    ],
    inputs: { tags: 'sha256-* keep-n-most-recent=1', 'exclude-tags': '*-x' },
    verdicts: {
      'sha256-x': 'kept: excluded *-x',
      [SIGNATURE_OF_A]: 'deleted: matched sha256-* keep-n-most-recent=1',
      'sha256-y': 'kept: among-newest 1',
      'sha256-z': 'deleted: matched sha256-* keep-n-most-recent=1',
    },
  },
  {
    name: 'an orphaned signature is judged by the inputs, as no line decides on it',
    tags: [
      { name: 'new', days: 1 },
      { name: SIGNATURE_OF_A, days: 20, image: 's' },
    ],
    inputs: { tags: '* older-than=30d', 'older-than': '10d', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      new: 'kept: newer-than 30d',
      [SIGNATURE_OF_A]: 'deleted: orphaned-signature',
    },
  },
];
