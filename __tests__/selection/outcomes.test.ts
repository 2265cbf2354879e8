import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/model/result.ts';
import type { Tag, TagList } from '../../src/model/tag.ts';
import { outcomesOf } from '../../src/selection/outcomes.ts';
import type { ScenarioTag } from '../scenarios/scenario.ts';
import { ATTESTATION_OF_A, SIGNATURE_OF_A, SIGNATURE_OF_B } from '../scenarios/scenario.ts';
import { DAY, NOW, readFacts, readRules, readTag, tagName } from './read-scenario.ts';
import { decideInRounds, inRepository } from './stages.ts';

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
  readonly why: string;
  /** `pr-1` alone by default. */
  readonly tags?: readonly ScenarioTag[];
  /** Of `pr-1`, or by name. */
  readonly answers?: Outcome | Readonly<Record<string, Outcome>>;
  /** What a new list shows: names of the old one, or other tags; undefined where there is none. */
  readonly list?: readonly (string | ScenarioTag)[] | undefined;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly namesOnly?: boolean;
  /** Of `pr-1`, or by name. */
  readonly is: unknown;
  readonly remaining?: readonly string[];
  readonly isSettled?: boolean;
}

function byName<Value>(values: Value | Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  const isOfOne = typeof values === 'object' && values !== null && ('kind' in values || '$$typeof' in values);
  return isOfOne ? { 'pr-1': values as Value } : (values as Readonly<Record<string, Value>>);
}

function tableOf(cases: readonly Aftermath[], given: Partial<Aftermath> = {}): void {
  test.each(cases)('$why', (one) => {
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
    const { judged } = decideInRounds({ tags: before }, rules, readFacts({}));
    const listed: TagList = { ...inRepository({ tags: before }), namesOnly };
    const shown = (row: string | ScenarioTag): readonly Tag[] =>
      typeof row === 'string' ? before.filter(({ name }) => name === row) : [readTag(row)];
    const { outcomes, remaining, isSettled } = outcomesOf({
      plan: { repository: 'acme/web', list: listed, tags: judged, matches: [] },
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
    [
      { why: 'whatever a list says that is older', list: ['pr-1', 'pr-2', 'main'], remaining: ['main'] },
      { why: 'without a list' },
      {
        why: 'and what was pushed since is another tag, which remains',
        list: [{ ...PR_1, days: 0 }, { ...PR_2, image: 'x' }, { name: 'new' }, 'main'],
        remaining: ['pr-1', 'pr-2', 'new', 'main'],
      },
      {
        why: 'with names alone a name counts as the tag that was deleted',
        tags: bare('pr-1', 'pr-2', 'main'),
        list: ['pr-1', 'main'],
        namesOnly: true,
        remaining: ['main'],
      },
    ].map((one) => ({ tags: [PR_1, PR_2, MAIN], answers, is: answers, isSettled: true, ...one })),
  );
  const is = { kind: 'not-attempted' };
  tableOf([{ why: 'a tag without one was not attempted', answers: {}, list: ['pr-1'], is }]);
});

describe('where no answer came, the list decides', () => {
  const again = { ...PR_2, days: 0 };
  tableOf(
    [
      { why: 'not listed: deleted', list: [], is: DELETED, isSettled: true },
      {
        why: 'listed: failed, and it is read again, as it may be older',
        list: ['pr-1'],
        is: FAILED,
        isSettled: false,
      },
      { why: 'pushed since: unknown', list: [{ ...PR_1, days: 0 }], is: NO_ANSWER, isSettled: true },
      { why: 'no list: unknown', is: NO_ANSWER, isSettled: false },
    ],
    { answers: NO_ANSWER },
  );
  tableOf(
    [
      {
        why: 'a list that shows another deletion is not older',
        other: DELETED,
        list: ['pr-1'],
        isSettled: true,
      },
      { why: 'nor one that shows that of the other', other: NO_ANSWER, list: ['pr-1'], isSettled: true },
      { why: 'what was gone before shows nothing', other: GONE, list: ['pr-1'], isSettled: false },
      { why: 'nor does what was pushed again', other: DELETED, list: ['pr-1', again], isSettled: false },
    ].map(({ other, ...one }) => ({
      ...one,
      tags: [PR_1, PR_2],
      answers: { 'pr-1': NO_ANSWER, 'pr-2': other },
      is: { 'pr-1': FAILED, 'pr-2': other === NO_ANSWER ? DELETED : other },
    })),
  );
  tableOf([
    {
      why: 'a list that lags: unknown, and it is read again',
      tags: [PR_1, PR_2],
      answers: { 'pr-1': NO_ANSWER, 'pr-2': DELETED },
      list: ['pr-1', 'pr-2'],
      is: { 'pr-1': NO_ANSWER, 'pr-2': DELETED },
      remaining: ['pr-1'],
      isSettled: false,
    },
    {
      why: 'names alone: unknown, as they may be of another push',
      tags: bare('pr-1', 'pr-2'),
      answers: { 'pr-1': NO_ANSWER, 'pr-2': NO_ANSWER },
      namesOnly: true,
      list: ['pr-1'],
      is: { 'pr-1': NO_ANSWER, 'pr-2': DELETED },
    },
  ]);
});

describe('a signature that Quay may have deleted with its image', () => {
  const answers = { 'pr-1': DELETED };
  const went = { ...answers, [SIGNATURE_OF_A]: WITH_IMAGE };
  const unknown = { ...answers, [SIGNATURE_OF_A]: UNKNOWN };
  const error = 'Quay may have deleted it with its image pr-1: the list of what remains could not be read.';
  const twice: readonly ScenarioTag[] = [...SIGNED, { name: 'pr-2', image: 'a', days: 3 }];
  const others = [
    { name: ATTESTATION_OF_A, days: 4, immutable: true },
    { name: SIGNATURE_OF_B, days: 5 },
  ];
  tableOf(
    [
      { why: 'went with it where the list has neither', list: [], is: went, isSettled: true },
      {
        why: 'stays where it is listed, and its image is not',
        list: [SIGNATURE_OF_A],
        is: answers,
        isSettled: true,
      },
      {
        why: 'is unknown by a list that lags',
        list: ['pr-1', SIGNATURE_OF_A],
        is: unknown,
        isSettled: false,
      },
      { why: 'went by a list that lags and lacks it already', list: ['pr-1'], is: went, isSettled: true },
      {
        why: 'is unknown without a list, and named with its image',
        is: { ...answers, [SIGNATURE_OF_A]: { kind: 'unknown', error } },
        isSettled: false,
      },
      ...[GONE, FAILED, { kind: 'not-attempted' } as const].map((answer) => ({
        why: `went with it although its own deletion was answered otherwise: ${answer.kind}`,
        answers: { ...answers, [SIGNATURE_OF_A]: answer },
        list: answer === GONE ? ['pr-1', SIGNATURE_OF_A] : [],
        inputs: { tags: 'pr-*\n*.sig' },
        is: went,
        remaining: [],
      })),
      ...[DELETED, GONE, FAILED].map((other) => ({
        why: `is told by the tags of its image: ${other.kind}`,
        tags: twice,
        answers: { 'pr-1': GONE, 'pr-2': other },
        ...(other !== FAILED && { list: [] }),
        is: {
          'pr-1': GONE,
          'pr-2': other,
          ...(other === DELETED && { [SIGNATURE_OF_A]: { ...WITH_IMAGE, image: 'pr-2' } }),
          ...(other === GONE && { [SIGNATURE_OF_A]: GONE }),
        },
      })),
      {
        why: 'stays untold where it is immutable, or of another image',
        tags: [...SIGNED, ...others],
        is: unknown,
      },
    ],
    { tags: SIGNED, answers },
  );
  tableOf(
    [
      {
        why: 'went with some image',
        list: [],
        is: { ...answers, [SIGNATURE_OF_A]: { kind: 'deleted-with-image' } },
      },
      {
        why: 'is looked for where the list lags',
        list: ['pr-1', SIGNATURE_OF_A],
        is: answers,
        isSettled: false,
      },
      {
        why: 'is gone where another had deleted all',
        answers: GONE,
        list: [],
        is: { 'pr-1': GONE, [SIGNATURE_OF_A]: GONE },
      },
      { why: 'stays where the list is new', list: [SIGNATURE_OF_A], is: answers, isSettled: true },
    ].map((one) => ({ ...one, why: `${one.why}, where names alone are known` })),
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
    [
      { why: 'the list shows it: so it is', list: [expiring(7)], is: set },
      { why: 'the registry set a later one, which is told', list: [expiring(8)], is: later },
      {
        why: 'the registry set an earlier one: failed',
        list: [expiring(6)],
        is: failed('The registry set an earlier expiration than asked for.'),
      },
      { why: 'no list: as answered', is: set, isSettled: true },
      {
        why: 'the list does not show it: unknown',
        list: ['pr-1', SIGNATURE_OF_A],
        is: UNKNOWN,
        isSettled: false,
      },
      { why: 'no signature is taken for gone', list: [expiring(7)], is: set, isSettled: true },
      { why: 'the tag is gone: failed', list: [], is: expect.objectContaining({ kind: 'failed' }) },
      { why: 'pushed again without it: kept', list: [{ ...PR_1, days: 0 }], is: PUSHED_AGAIN },
      { why: 'pushed again before it was set, and nothing judges a push: so it is', list: again, is: set },
      {
        why: 'pushed again before it was set, where a push is judged: failed',
        list: again,
        inputs: { ...inputs, 'older-than': '1h' },
        is: failed(
          'It was pushed again during this run, before its expiration was set: Quay will expire the new push at 2024-05-28 20:41 UTC. To keep it, change its expiration in Quay before then.',
        ),
      },
      { why: 'no answer, and the list shows it: so it is', answers: NO_ANSWER, list: [expiring(7)], is: set },
      {
        why: 'no answer, and not shown: failed',
        answers: NO_ANSWER,
        list: [PR_1],
        is: FAILED,
        isSettled: false,
      },
      { why: 'no answer, and the tag is gone: unknown', answers: NO_ANSWER, list: [], is: NO_ANSWER },
    ],
    { tags: SIGNED, answers: set, inputs },
  );
  tableOf(
    [
      { why: 'taken away by the answer', answers: removed, list: [expiring(3)], is: removed },
      { why: 'taken away without one, by the list', list: [PR_1], is: removed },
      { why: 'not shown to be taken away: failed', list: [expiring(3)], is: FAILED, isSettled: false },
      { why: 'gone with the tag: unknown', list: [], is: NO_ANSWER },
    ],
    { tags: [expiring(3)], answers: NO_ANSWER, inputs: { 'expire-in': 'never' } },
  );
});
