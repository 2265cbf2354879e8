import { SBOM_OF_B, type SelectionScenarios, SIGNATURE_OF_A } from './scenario.ts';

export const CONDITION_SCENARIOS: SelectionScenarios = {
  'older-than takes what is older, and keeps what has no date': {
    given: { tags: '*', 'older-than': '30d' },
    future: { days: -1, is: 'kept: newer-than 30d' },
    new: { days: 29, is: 'kept: newer-than 30d' },
    exact: { days: 30, is: 'kept: newer-than 30d' },
    old: { days: 31, is: 'deleted: matched *' },
    undated: { days: null, is: 'kept: date-unknown older-than' },
  },
  'the newest matching tags stay, those of one second in the registry’s order, and excluded ones take no place':
    {
      given: { tags: '*', 'exclude-tags': 'v*', 'keep-n-most-recent': '2' },
      v2: 'kept: excluded v*',
      b: 'kept: among-newest 2',
      a: { days: 2, is: 'kept: among-newest 2' },
      c: { days: 2, is: 'deleted: matched *' },
      d: { days: 3, is: 'deleted: matched *' },
      e: { days: null, is: 'kept: date-unknown keep-n-most-recent' },
    },
  'conditions add up': {
    given: {
      tags: 'pr-{pr}',
      'keep-n-most-recent': '1',
      'older-than': '1w 3d',
      pullRequests: { 1: 'closed', 2: 'closed', 3: 'open', 4: 'merged' },
    },
    'pr-1': 'kept: among-newest 1',
    'pr-2': { days: 20, is: 'deleted: pull-request-closed 2' },
    'pr-3': { days: 40, is: 'kept: pull-request-open 3' },
    'pr-4': { days: 50, is: 'deleted: pull-request-closed 4 merged' },
  },
  'not-pulled-for keeps what was pulled, what is new, and what nobody knows': {
    given: {
      tags: '*',
      'not-pulled-for': '30d',
      pulls: {
        moved: 40,
        pulled: 29,
        unpulled: 'never',
        forgotten: 31,
        unknown: 'unknown',
        undated: 'never',
      },
    },
    moved: { days: 3, is: 'kept: newer-than 30d' },
    pulled: { days: 60, is: 'kept: pulled-within 30d' },
    unpulled: { days: 61, is: 'deleted: matched *' },
    forgotten: { days: 62, is: 'deleted: matched *' },
    unknown: { days: 63, is: 'kept: pulls-unknown' },
    undated: { days: null, is: 'kept: date-unknown not-pulled-for' },
  },
  'cosign tags take no place among the newest': {
    given: { tags: '*\nsha256-*', 'keep-n-most-recent': '1' },
    [SIGNATURE_OF_A]: 'kept: image-lives a',
    a: { image: 'a', is: 'kept: among-newest 1' },
    b: 'deleted: matched *',
    [SBOM_OF_B]: { days: null, is: 'deleted: matched sha256-*' },
  },
};

/** Conditions on lines. */
export const RULE_SCENARIOS: SelectionScenarios = {
  'the conditions of the first line that matches apply, and no others': {
    given: { tags: 'nightly-* older-than=14d\nnight*\n* older-than=3d' },
    other: 'kept: newer-than 3d',
    night: { days: 5, is: 'deleted: matched night*' },
    'nightly-2': { days: 10, is: 'kept: newer-than 14d' },
    'nightly-1': { days: 20, is: 'deleted: matched nightly-* older-than=14d' },
  },
  'a condition on a line takes the place of the input of that name, and of no other': {
    given: {
      tags: 'a-* older-than=1d\nb-*',
      'older-than': '30d',
      'not-pulled-for': '10d',
      pulls: { 'a-1': 'never', 'a-2': 5, 'b-1': 'never', 'b-2': 'never' },
    },
    'a-1': { days: 2, is: 'kept: newer-than 10d' },
    'b-1': { days: 3, is: 'kept: newer-than 30d' },
    'a-2': { days: 40, is: 'kept: pulled-within 10d' },
    'b-2': { days: 41, is: 'deleted: matched b-*' },
  },
  'placeholders of every line that matches protect, wherever they stand': {
    given: {
      tags: 'pr-* older-than=1s\n*-x\npr-{pr}*\n*-{branch}\nx keep-n-most-recent=0',
      pullRequests: { 1: 'open', 2: 'closed', 3: 'closed' },
      branches: ['3-x'],
    },
    'pr-1': 'kept: pull-request-open 1',
    'pr-2': 'deleted: pull-request-closed 2',
    'pr-3-x': 'kept: branch-exists 3-x',
    x: 'deleted: matched x keep-n-most-recent=0',
  },
  'keep-n-most-recent on a line counts the tags that the line decides on; as an input, those of all lines without a number':
    {
      given: { tags: 'a-* keep-n-most-recent=1\nb-*\nc-*\n*', 'keep-n-most-recent': '3' },
      'a-1': 'kept: among-newest 1',
      'b-1': 'kept: among-newest 3',
      'c-1': 'kept: among-newest 3',
      'a-2': 'deleted: matched a-* keep-n-most-recent=1',
      'b-2': 'kept: among-newest 3',
      'c-2': 'deleted: matched c-*',
      'a-3': 'deleted: matched a-* keep-n-most-recent=1',
      'b-3': 'deleted: matched b-*',
    },
  'keep-n-most-recent=0 on a line keeps none for their rank, whatever the input says': {
    given: { tags: 'a-* keep-n-most-recent=0\nb-*', 'keep-n-most-recent': '1' },
    'a-1': 'deleted: matched a-* keep-n-most-recent=0',
    'b-1': 'kept: among-newest 1',
    'b-2': 'deleted: matched b-*',
  },
  'excluded tags and cosign tags take no place among the newest of a line': {
    given: { tags: 'sha256-* keep-n-most-recent=1', 'exclude-tags': '*-x' },
    'sha256-x': 'kept: excluded *-x',
    [SIGNATURE_OF_A]: { image: 's', is: 'deleted: matched sha256-* keep-n-most-recent=1' },
    'sha256-y': 'kept: among-newest 1',
    'sha256-z': 'deleted: matched sha256-* keep-n-most-recent=1',
  },
  'an orphaned signature is judged by the inputs, as no line decides on it': {
    given: { tags: '* older-than=30d', 'older-than': '10d', 'clean-orphaned-signatures': 'true' },
    new: 'kept: newer-than 30d',
    [SIGNATURE_OF_A]: { days: 20, image: 's', is: 'deleted: orphaned-signature' },
  },
};
