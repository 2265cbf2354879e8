import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/model/result.ts';
import type { Tag, TagList } from '../../src/model/tag.ts';
import { outcomesOf } from '../../src/selection/outcomes.ts';
import {
  ATTESTATION_OF_A,
  each,
  type ScenarioTag,
  SIGNATURE_OF_A,
  SIGNATURE_OF_B,
} from '../scenarios/scenario.ts';
import { tagName } from '../support/tag-name.ts';
import { DAY, NOW, readFacts, readRules, readTag } from './read-scenario.ts';
import { planOf } from './stages.ts';

const DELETED: Outcome = { kind: 'deleted' };
const GONE: Outcome = { kind: 'gone' };
const NO_ANSWER: Outcome = { kind: 'unknown', error: 'no answer' };
const FAILED: Outcome = { kind: 'failed', error: 'no answer' };
const PUSHED_AGAIN: Outcome = { kind: 'kept', reason: { kind: 'pushed-again' } };
const WITH_IMAGE: Outcome = { kind: 'deleted-with-image', image: tagName('pr-1') };
const UNKNOWN = expect.objectContaining({ kind: 'unknown' });

const PR_1: ScenarioTag = { name: 'pr-1', image: 'a' };
const PR_2: ScenarioTag = { name: 'pr-2', days: 2 };
const MAIN: ScenarioTag = { name: 'main', days: 3 };
const SIGNED: readonly ScenarioTag[] = [PR_1, { name: SIGNATURE_OF_A, days: 2 }];
const bare = (...names: readonly string[]): readonly ScenarioTag[] =>
  names.map((name) => ({ name, days: null, image: null, multiArch: null }));

/** What became of the plan that deletes `pr-*`. */
interface Aftermath {
  /** `pr-1` alone by default. */
  readonly tags?: readonly ScenarioTag[];
  /** Of `pr-1`, or by name. */
  readonly answers?: Outcome | Readonly<Record<string, Outcome>>;
  /** What a new list shows: names of the old one, or other tags; undefined where there is none. */
  readonly list?: readonly (string | ScenarioTag)[] | undefined;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly namesOnly?: boolean;
  /** Of `pr-1`, or by name. */
  readonly is?: unknown;
  readonly remaining?: readonly string[];
  readonly isSettled?: boolean;
}

function byName<Value>(values: Value | Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  const isOfOne = typeof values === 'object' && values !== null && ('kind' in values || '$$typeof' in values);
  return isOfOne ? { 'pr-1': values as Value } : (values as Readonly<Record<string, Value>>);
}

function tableOf(cases: Readonly<Record<string, Aftermath>>, given: Partial<Aftermath> = {}): void {
  test.each(Object.entries(cases))('%s', (_, one) => {
    const {
      tags = [PR_1],
      answers = {},
      list,
      inputs = {},
      namesOnly = false,
      ...expected
    } = { ...given, ...one };
    const rules = readRules({ tags: 'pr-*', ...inputs });
    const before = tags.map(readTag);
    const plan = planOf({ tags: before }, rules, readFacts({}));
    const listed: TagList = { ...plan.list, namesOnly };
    const shown = (row: string | ScenarioTag): readonly Tag[] =>
      typeof row === 'string' ? before.filter(({ name }) => name === row) : [readTag(row)];
    const { outcomes, remaining, isSettled } = outcomesOf({
      plan: { ...plan, list: listed },
      answers: new Map(Object.entries(byName(answers)).map(([name, outcome]) => [tagName(name), outcome])),
      remaining: list && { ...listed, tags: list.flatMap(shown) },
      rules,
    });
    expect(Object.fromEntries(outcomes)).toEqual(byName(expected.is));
    if (expected.remaining) expect(remaining?.map(({ name }) => name)).toEqual(expected.remaining);
    if (expected.isSettled !== undefined) expect(isSettled).toBe(expected.isSettled);
  });
}

describe('an answer is the truth', () => {
  const answers = { 'pr-1': DELETED, 'pr-2': GONE };
  tableOf(
    {
      'whatever a list says that is older': { list: ['pr-1', 'pr-2', 'main'], remaining: ['main'] },
      'without a list': {},
      'and what was pushed since is another tag, which remains': {
        list: [{ ...PR_1, days: 0 }, { ...PR_2, image: 'x' }, { name: 'new' }, 'main'],
        remaining: ['pr-1', 'pr-2', 'new', 'main'],
      },
      'with names alone a name counts as the tag that was deleted': {
        tags: bare('pr-1', 'pr-2', 'main'),
        list: ['pr-1', 'main'],
        namesOnly: true,
        remaining: ['main'],
      },
    },
    { tags: [PR_1, PR_2, MAIN], answers, is: answers, isSettled: true },
  );
  tableOf({ 'a tag without one was not attempted': { list: ['pr-1'], is: { kind: 'not-attempted' } } });
});

describe('where no answer came, the list decides', () => {
  tableOf(
    {
      'not listed: deleted': { list: [], is: DELETED, isSettled: true },
      'listed: failed, and it is read again, as it may be older': { list: ['pr-1'], is: FAILED },
      'pushed since: unknown': { list: [{ ...PR_1, days: 0 }], is: NO_ANSWER, isSettled: true },
      'no list: unknown': { is: NO_ANSWER },
    },
    { answers: NO_ANSWER, isSettled: false },
  );
  const beside = (other: Outcome) => ({
    tags: [PR_1, PR_2],
    answers: { 'pr-1': NO_ANSWER, 'pr-2': other },
    is: { 'pr-1': FAILED, 'pr-2': other === NO_ANSWER ? DELETED : other },
    list: ['pr-1'],
  });
  tableOf({
    'a list that shows another deletion is not older': { ...beside(DELETED), isSettled: true },
    'nor one that shows that of the other': { ...beside(NO_ANSWER), isSettled: true },
    'what was gone before shows nothing': { ...beside(GONE), isSettled: false },
    'nor does what was pushed again': {
      ...beside(DELETED),
      list: ['pr-1', { ...PR_2, days: 0 }],
      isSettled: false,
    },
    'a list that lags: unknown, and it is read again': {
      ...beside(DELETED),
      list: ['pr-1', 'pr-2'],
      is: { 'pr-1': NO_ANSWER, 'pr-2': DELETED },
      remaining: ['pr-1'],
      isSettled: false,
    },
    'names alone: unknown, as they may be of another push': {
      ...beside(NO_ANSWER),
      tags: bare('pr-1', 'pr-2'),
      namesOnly: true,
      is: { 'pr-1': NO_ANSWER, 'pr-2': DELETED },
    },
  });
});

describe('a signature that Quay may have deleted with its image', () => {
  const answers = { 'pr-1': DELETED };
  const went = { ...answers, [SIGNATURE_OF_A]: WITH_IMAGE };
  const unknown = { ...answers, [SIGNATURE_OF_A]: UNKNOWN };
  const error = 'Quay may have deleted it with its image pr-1: the list of what remains could not be read.';
  const lagging = ['pr-1', SIGNATURE_OF_A];
  const others = [
    { name: ATTESTATION_OF_A, days: 4, immutable: true },
    { name: SIGNATURE_OF_B, days: 5 },
  ];
  tableOf(
    {
      'went with it where the list has neither': { list: [], is: went, isSettled: true },
      'stays where it is listed, and its image is not': {
        list: [SIGNATURE_OF_A],
        is: answers,
        isSettled: true,
      },
      'is unknown by a list that lags': { list: lagging, is: unknown, isSettled: false },
      'went by a list that lags and lacks it already': { list: ['pr-1'], is: went, isSettled: true },
      'is unknown without a list, and named with its image': {
        is: { ...answers, [SIGNATURE_OF_A]: { kind: 'unknown', error } },
        isSettled: false,
      },
      'stays untold where it is immutable, or of another image': {
        tags: [...SIGNED, ...others],
        is: unknown,
      },
    },
    { tags: SIGNED, answers },
  );
  tableOf(
    each([GONE, FAILED, { kind: 'not-attempted' }] as const, (answer) => [
      `went with it although its own deletion was answered otherwise: ${answer.kind}`,
      { answers: { ...answers, [SIGNATURE_OF_A]: answer }, list: answer === GONE ? lagging : [], is: went },
    ]),
    { tags: SIGNED, inputs: { tags: 'pr-*\n*.sig' }, remaining: [] },
  );
  const ofTwo = (other: Outcome, signature?: Outcome) => ({
    answers: { 'pr-1': GONE, 'pr-2': other },
    is: { 'pr-1': GONE, 'pr-2': other, ...(signature && { [SIGNATURE_OF_A]: signature }) },
  });
  tableOf(
    {
      'went with the last tag of its image': {
        ...ofTwo(DELETED, { kind: 'deleted-with-image', image: tagName('pr-2') }),
        list: [],
      },
      'is gone with the tags of its image': { ...ofTwo(GONE, GONE), list: [] },
      'stays untold while a tag of its image is left': ofTwo(FAILED),
    },
    { tags: [...SIGNED, { name: 'pr-2', image: 'a', days: 3 }] },
  );
  const withSome = { ...answers, [SIGNATURE_OF_A]: { kind: 'deleted-with-image' } };
  const allGone = { 'pr-1': GONE, [SIGNATURE_OF_A]: GONE };
  tableOf(
    {
      'went with some image, where names alone are known': { list: [], is: withSome },
      'is looked for there where the list lags': { list: lagging, is: answers, isSettled: false },
      'is gone there where another had deleted all': { answers: GONE, list: [], is: allGone },
      'stays there where the list is new': { list: [SIGNATURE_OF_A], is: answers, isSettled: true },
    },
    { tags: bare('pr-1', SIGNATURE_OF_A), answers, namesOnly: true },
  );
});

describe('expirations', () => {
  const set: Outcome = { kind: 'expiring', expiration: NOW + 7 * DAY, isLater: false };
  const later: Outcome = { kind: 'expiring', expiration: NOW + 8 * DAY, isLater: true };
  const removed: Outcome = { kind: 'expiration-removed', was: NOW + 3 * DAY };
  const expiring = (days: number): ScenarioTag => ({ ...PR_1, expiresIn: days });
  const again = [{ ...expiring(7), days: 0 }];
  const failed = (error: string): Outcome => ({ kind: 'failed', error });
  const inputs = { 'expire-in': '7d' };
  tableOf(
    {
      'the list shows it: so it is, and no signature is taken for gone': {
        list: [expiring(7)],
        is: set,
        isSettled: true,
      },
      'the registry set a later one, which is told': { list: [expiring(8)], is: later },
      'the registry set an earlier one: failed': {
        list: [expiring(6)],
        is: failed('The registry set an earlier expiration than asked for.'),
      },
      'no list: as answered': { is: set, isSettled: true },
      'the list does not show it: unknown': { list: ['pr-1', SIGNATURE_OF_A], is: UNKNOWN, isSettled: false },
      'the tag is gone: failed': { list: [], is: expect.objectContaining({ kind: 'failed' }) },
      'pushed again without it: kept': { list: [{ ...PR_1, days: 0 }], is: PUSHED_AGAIN },
      'pushed again before it was set, and nothing judges a push: so it is': { list: again, is: set },
      'pushed again before it was set, where a push is judged: failed': {
        list: again,
        inputs: { ...inputs, 'older-than': '1h' },
        is: failed(
          'It was pushed again during this run, before its expiration was set: Quay will expire the new push at 2024-05-28 20:41 UTC. To keep it, change its expiration in Quay before then.',
        ),
      },
    },
    { tags: SIGNED, answers: set, inputs },
  );
  tableOf(
    {
      'no answer, and the list shows it: so it is': { list: [expiring(7)], is: set },
      'no answer, and not shown: failed': { list: [PR_1], is: FAILED, isSettled: false },
      'no answer, and the tag is gone: unknown': { list: [], is: NO_ANSWER },
    },
    { tags: SIGNED, answers: NO_ANSWER, inputs },
  );
  tableOf(
    {
      'taken away by the answer': { answers: removed, list: [expiring(3)], is: removed },
      'taken away without one, by the list': { list: [PR_1], is: removed },
      'not shown to be taken away: failed': { list: [expiring(3)], is: FAILED, isSettled: false },
      'gone with the tag: unknown': { list: [], is: NO_ANSWER },
    },
    { tags: [expiring(3)], answers: NO_ANSWER, inputs: { 'expire-in': 'never' } },
  );
});
