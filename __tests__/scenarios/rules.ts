import { SIGNATURE_OF_A } from './cosign-tags.ts';
import type { SelectionScenarios } from './scenario.ts';

export const RULE_SCENARIOS: SelectionScenarios = {
  'the conditions of the first line that matches apply, and no others': {
    inputs: { tags: 'nightly-* older-than=14d\nnight*\n* older-than=3d' },
    tags: {
      other: 'kept: newer-than 3d',
      night: { days: 5, is: 'deleted: matched night*' },
      'nightly-2': { days: 10, is: 'kept: newer-than 14d' },
      'nightly-1': { days: 20, is: 'deleted: matched nightly-* older-than=14d' },
    },
  },
  'a condition on a line takes the place of the input of that name, and of no other': {
    inputs: { tags: 'a-* older-than=1d\nb-*', 'older-than': '30d', 'not-pulled-for': '10d' },
    pulls: { 'a-1': 'never', 'a-2': 5, 'b-1': 'never', 'b-2': 'never' },
    tags: {
      'a-1': { days: 2, is: 'kept: newer-than 10d' },
      'b-1': { days: 3, is: 'kept: newer-than 30d' },
      'a-2': { days: 40, is: 'kept: pulled-within 10d' },
      'b-2': { days: 41, is: 'deleted: matched b-*' },
    },
  },
  'placeholders of every line that matches protect, wherever they stand': {
    inputs: { tags: 'pr-* older-than=1s\n*-x\npr-{pr}*\n*-{branch}\nx keep-n-most-recent=0' },
    pullRequests: { 1: 'open', 2: 'closed', 3: 'closed' },
    branches: ['3-x'],
    tags: {
      'pr-1': 'kept: pull-request-open 1',
      'pr-2': 'deleted: pull-request-closed 2',
      'pr-3-x': 'kept: branch-exists 3-x',
      x: 'deleted: matched x keep-n-most-recent=0',
    },
  },
  'keep-n-most-recent on a line counts the tags that the line decides on; as an input, those of all lines without a number':
    {
      inputs: { tags: 'a-* keep-n-most-recent=1\nb-*\nc-*\n*', 'keep-n-most-recent': '3' },
      tags: {
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
  'keep-n-most-recent=0 on a line keeps none for their rank, whatever the input says': {
    inputs: { tags: 'a-* keep-n-most-recent=0\nb-*', 'keep-n-most-recent': '1' },
    tags: {
      'a-1': 'deleted: matched a-* keep-n-most-recent=0',
      'b-1': 'kept: among-newest 1',
      'b-2': 'deleted: matched b-*',
    },
  },
  'excluded tags and cosign tags take no place among the newest of a line': {
    inputs: { tags: 'sha256-* keep-n-most-recent=1', 'exclude-tags': '*-x' },
    tags: {
      'sha256-x': 'kept: excluded *-x',
      [SIGNATURE_OF_A]: { image: 's', is: 'deleted: matched sha256-* keep-n-most-recent=1' },
      'sha256-y': 'kept: among-newest 1',
      'sha256-z': 'deleted: matched sha256-* keep-n-most-recent=1',
    },
  },
  'an orphaned signature is judged by the inputs, as no line decides on it': {
    inputs: { tags: '* older-than=30d', 'older-than': '10d', 'clean-orphaned-signatures': 'true' },
    tags: {
      new: 'kept: newer-than 30d',
      [SIGNATURE_OF_A]: { days: 20, image: 's', is: 'deleted: orphaned-signature' },
    },
  },
};
