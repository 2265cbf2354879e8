import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/model/plan.ts';
import type { Outcome } from '../../src/model/result.ts';
import type { Tag, TagList } from '../../src/model/tag.ts';
import { outcomesOf } from '../../src/selection/outcomes.ts';
import { ATTESTATION_OF_A, SIGNATURE_OF_A, SIGNATURE_OF_B } from '../scenarios/cosign-tags.ts';
import type { ScenarioTag } from '../scenarios/scenario.ts';
import { DAY, NOW, readFacts, readRules, readTag, tagName } from './read-scenario.ts';
import { decideInRounds, inRepository } from './stages.ts';

const DELETED: Outcome = { kind: 'deleted' };
const GONE: Outcome = { kind: 'gone' };
const NO_ANSWER: Outcome = { kind: 'unknown', error: 'no answer' };
const FAILED: Outcome = { kind: 'failed', error: 'no answer' };

const PR_1: ScenarioTag = { name: 'pr-1', image: 'a' };
const SIGNED: readonly ScenarioTag[] = [PR_1, { name: SIGNATURE_OF_A, days: 2 }];

interface Run {
  readonly tags: readonly ScenarioTag[];
  readonly answers: Readonly<Record<string, Outcome>>;
  /** What a new list shows: names of the old one, or other tags; undefined where there is none. */
  readonly list?: readonly (string | ScenarioTag)[];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly namesOnly?: boolean;
}

/** What became of the plan that deletes `pr-*`. */
function became({ tags, answers, list, inputs = {}, namesOnly = false }: Run) {
  const rules = readRules({ inputs: { tags: 'pr-*', ...inputs } });
  const before = tags.map(readTag);
  const { judged } = decideInRounds({ tags: before }, rules, readFacts({}));
  const listed: TagList = { ...inRepository({ tags: before }), namesOnly };
  const plan: Plan = { repository: 'acme/web', list: listed, tags: judged, matches: [] };
  const named = (one: string | ScenarioTag): readonly Tag[] =>
    typeof one === 'string' ? before.filter(({ name }) => name === one) : [readTag(one)];
  const { outcomes, remaining, isSettled } = outcomesOf({
    plan,
    answers: new Map(Object.entries(answers).map(([name, outcome]) => [tagName(name), outcome])),
    remaining: list && { ...listed, tags: list.flatMap(named) },
    rules,
  });
  return {
    outcomes: Object.fromEntries(outcomes),
    ...(remaining && { remaining: remaining.map(({ name }) => name) }),
    isSettled,
  };
}

describe('an answer is the truth', () => {
  const tags: readonly ScenarioTag[] = [PR_1, { name: 'pr-2', days: 2 }, { name: 'main', days: 3 }];
  const answers = { 'pr-1': DELETED, 'pr-2': GONE };

  test('whatever a list says that is older', () => {
    const told = { outcomes: answers, remaining: ['main'], isSettled: true };
    expect(became({ tags, answers, list: ['main'] })).toEqual(told);
    expect(became({ tags, answers, list: ['pr-1', 'pr-2', 'main'] })).toEqual(told);
    expect(became({ tags, answers })).toEqual({ outcomes: answers, isSettled: true });
  });

  test('and what was pushed since is another tag, which remains', () => {
    const list = [{ ...PR_1, days: 0 }, { name: 'pr-2', days: 2, image: 'x' }, { name: 'new' }, 'main'];
    expect(became({ tags, answers, list })).toEqual({
      outcomes: answers,
      remaining: ['pr-1', 'pr-2', 'new', 'main'],
      isSettled: true,
    });
  });

  test('with names alone a name counts as the tag that was deleted', () => {
    const bare = tags.map(({ name }) => ({ name, days: null, image: null, multiArch: null }));
    const { remaining } = became({ tags: bare, answers, list: ['pr-1', 'main'], namesOnly: true });
    expect(remaining).toEqual(['main']);
  });

  test('a selected tag without an answer was not attempted', () => {
    const { outcomes } = became({ tags: [PR_1], answers: {}, list: ['pr-1'] });
    expect(outcomes).toEqual({ 'pr-1': { kind: 'not-attempted' } });
  });
});

describe('where no answer came, the list decides', () => {
  const tags: readonly ScenarioTag[] = [PR_1, { name: 'pr-2', days: 2 }];

  test.each<{ readonly list?: Run['list']; readonly outcome: Outcome; readonly why: string }>([
    { why: 'not listed: deleted', list: [], outcome: DELETED },
    { why: 'listed unchanged: failed', list: ['pr-1'], outcome: FAILED },
    { why: 'pushed since: unknown', list: [{ ...PR_1, days: 0 }], outcome: NO_ANSWER },
    { why: 'no list: unknown', outcome: NO_ANSWER },
  ])('$why', ({ list, outcome }) => {
    const { outcomes } = became({ tags: [PR_1], answers: { 'pr-1': NO_ANSWER }, ...(list && { list }) });
    expect(outcomes).toEqual({ 'pr-1': outcome });
  });

  test('unless it lags: then it is read again, and what it still shows is unknown', () => {
    const answers = { 'pr-1': NO_ANSWER, 'pr-2': DELETED };
    expect(became({ tags, answers, list: ['pr-1', 'pr-2'] })).toEqual({
      outcomes: answers,
      remaining: ['pr-1'],
      isSettled: false,
    });
  });

  test('names alone may be of another push: unknown', () => {
    const bare = [{ name: 'pr-1', days: null, image: null, multiArch: null }];
    const run = { tags: bare, answers: { 'pr-1': NO_ANSWER }, namesOnly: true };
    expect(became({ ...run, list: ['pr-1'] }).outcomes).toEqual({ 'pr-1': NO_ANSWER });
    expect(became({ ...run, list: [] }).outcomes).toEqual({ 'pr-1': DELETED });
  });
});

describe('a signature that Quay may have deleted with its image', () => {
  const withImage: Outcome = { kind: 'deleted-with-image', image: tagName('pr-1') };
  const unknown = expect.objectContaining({ kind: 'unknown' });
  const answers = { 'pr-1': DELETED };

  test('went with it where the list has neither, and stays where it is listed', () => {
    expect(became({ tags: SIGNED, answers, list: [] })).toEqual({
      outcomes: { ...answers, [SIGNATURE_OF_A]: withImage },
      remaining: [],
      isSettled: true,
    });
    expect(became({ tags: SIGNED, answers, list: [SIGNATURE_OF_A] })).toEqual({
      outcomes: answers,
      remaining: [SIGNATURE_OF_A],
      isSettled: true,
    });
  });

  test('is unknown by a list that lags, unless that lacks it already', () => {
    expect(became({ tags: SIGNED, answers, list: ['pr-1', SIGNATURE_OF_A] })).toEqual({
      outcomes: { ...answers, [SIGNATURE_OF_A]: unknown },
      remaining: [SIGNATURE_OF_A],
      isSettled: false,
    });
    expect(became({ tags: SIGNED, answers, list: ['pr-1'] })).toEqual({
      outcomes: { ...answers, [SIGNATURE_OF_A]: withImage },
      remaining: [],
      isSettled: true,
    });
  });

  test('is unknown without a list, and named with its image', () => {
    const { outcomes, isSettled } = became({ tags: SIGNED, answers });
    expect(outcomes[SIGNATURE_OF_A]).toEqual({
      kind: 'unknown',
      error: 'Quay may have deleted it with its image pr-1: the list of what remains could not be read.',
    });
    expect(isSettled).toBe(false);
  });

  test('went with it although its own deletion was answered 404, or was not attempted', () => {
    const inputs = { tags: 'pr-*\n*.sig' };
    for (const answer of [GONE, FAILED, { kind: 'not-attempted' } as const])
      expect(
        became({ tags: SIGNED, answers: { ...answers, [SIGNATURE_OF_A]: answer }, list: [], inputs })
          .outcomes,
      ).toEqual({ ...answers, [SIGNATURE_OF_A]: withImage });
    const lagging = became({
      tags: SIGNED,
      answers: { ...answers, [SIGNATURE_OF_A]: GONE },
      list: ['pr-1', SIGNATURE_OF_A],
      inputs,
    });
    expect(lagging).toEqual({
      outcomes: { ...answers, [SIGNATURE_OF_A]: withImage },
      remaining: [],
      isSettled: true,
    });
  });

  test('is told by a tag that this run deleted, and is gone where another had deleted the image', () => {
    const tags: readonly ScenarioTag[] = [...SIGNED, { name: 'pr-2', image: 'a', days: 3 }];
    expect(became({ tags, answers: { 'pr-1': GONE, 'pr-2': DELETED }, list: [] }).outcomes).toEqual({
      'pr-1': GONE,
      'pr-2': DELETED,
      [SIGNATURE_OF_A]: { kind: 'deleted-with-image', image: 'pr-2' },
    });
    expect(became({ tags, answers: { 'pr-1': GONE, 'pr-2': GONE }, list: [] }).outcomes).toEqual({
      'pr-1': GONE,
      'pr-2': GONE,
      [SIGNATURE_OF_A]: GONE,
    });
  });

  test('stays untold while a tag of its image is there, and where it is immutable or of another image', () => {
    const tags: readonly ScenarioTag[] = [
      PR_1,
      { name: 'pr-2', image: 'a', days: 2 },
      { name: SIGNATURE_OF_A, days: 3 },
      { name: ATTESTATION_OF_A, days: 4, immutable: true },
      { name: SIGNATURE_OF_B, days: 5 },
    ];
    const answers = { 'pr-1': DELETED, 'pr-2': FAILED };
    expect(became({ tags, answers }).outcomes).toEqual(answers);
    const all = { 'pr-1': DELETED, 'pr-2': DELETED };
    expect(became({ tags, answers: all }).outcomes).toEqual({ ...all, [SIGNATURE_OF_A]: unknown });
  });

  test('went with some image where names alone are known', () => {
    const bare = SIGNED.map(({ name }) => ({ name, days: null, image: null, multiArch: null }));
    expect(became({ tags: bare, answers, list: [], namesOnly: true }).outcomes).toEqual({
      ...answers,
      [SIGNATURE_OF_A]: { kind: 'deleted-with-image' },
    });
    expect(became({ tags: bare, answers: { 'pr-1': GONE }, list: [], namesOnly: true }).outcomes).toEqual({
      'pr-1': GONE,
      [SIGNATURE_OF_A]: GONE,
    });
    // A list that is older than the answers tells of no signature.
    const old = ['pr-1', SIGNATURE_OF_A];
    expect(became({ tags: bare, answers, list: old, namesOnly: true }).isSettled).toBe(false);
    expect(became({ tags: bare, answers, list: [SIGNATURE_OF_A], namesOnly: true }).isSettled).toBe(true);
  });
});

describe('expirations', () => {
  const at = NOW + 7 * DAY;
  const inputs = { 'expire-in': '7d' };
  const set: Outcome = { kind: 'expiring', expiration: at, isLater: false };
  const expiring = (days: number): ScenarioTag => ({ ...PR_1, expiresIn: days });

  test.each<{ readonly why: string; readonly run: Partial<Run>; readonly outcome: unknown }>([
    { why: 'the list shows it: so it is', run: { list: [expiring(7)] }, outcome: set },
    {
      why: 'the registry set a later one, which is told',
      run: { list: [expiring(8)] },
      outcome: { kind: 'expiring', expiration: NOW + 8 * DAY, isLater: true },
    },
    {
      why: 'the registry set an earlier one: failed',
      run: { list: [expiring(6)] },
      outcome: { kind: 'failed', error: 'The registry set an earlier expiration than asked for.' },
    },
    { why: 'no list: as answered', run: {}, outcome: set },
    {
      why: 'the list does not show it: unknown',
      run: { list: [PR_1] },
      outcome: expect.objectContaining({ kind: 'unknown' }),
    },
    {
      why: 'the tag is gone: failed',
      run: { list: [] },
      outcome: expect.objectContaining({ kind: 'failed' }),
    },
    {
      why: 'pushed again without it: kept',
      run: { list: [{ ...PR_1, days: 0 }] },
      outcome: { kind: 'kept', reason: { kind: 'pushed-again' } },
    },
    {
      why: 'pushed again before it was set, and nothing judges a push: so it is',
      run: { list: [{ ...expiring(7), days: 0 }] },
      outcome: set,
    },
    {
      why: 'pushed again before it was set, where a push is judged: failed',
      run: { list: [{ ...expiring(7), days: 0 }], inputs: { 'older-than': '1h' } },
      outcome: {
        kind: 'failed',
        error:
          'It was pushed again during this run, before its expiration was set: Quay will expire the new push at 2024-05-28 20:41 UTC. To keep it, change its expiration in Quay before then.',
      },
    },
    {
      why: 'no answer, and the list shows it: so it is',
      run: { list: [expiring(7)], answers: { 'pr-1': NO_ANSWER } },
      outcome: set,
    },
    {
      why: 'no answer, and the list shows none: failed',
      run: { list: [PR_1], answers: { 'pr-1': NO_ANSWER } },
      outcome: FAILED,
    },
    {
      why: 'no answer, and the tag is gone: unknown',
      run: { list: [], answers: { 'pr-1': NO_ANSWER } },
      outcome: NO_ANSWER,
    },
  ])('$why', ({ run, outcome }) => {
    const told = became({
      tags: [PR_1],
      answers: { 'pr-1': set },
      ...run,
      inputs: { ...inputs, ...run.inputs },
    });
    expect(told.outcomes).toEqual({ 'pr-1': outcome });
  });

  test('that were set and do not show yet are looked for again, and no expiring tag is taken for gone', () => {
    const run = { tags: SIGNED, answers: { 'pr-1': set }, inputs };
    expect(became({ ...run, list: ['pr-1', SIGNATURE_OF_A] })).toMatchObject({
      isSettled: false,
      remaining: ['pr-1', SIGNATURE_OF_A],
    });
    expect(became({ ...run, list: [expiring(7)] })).toEqual({
      outcomes: { 'pr-1': set },
      remaining: ['pr-1'],
      isSettled: true,
    });
  });

  test('that were taken away are gone by the answer, and without one by the list', () => {
    const never = { 'expire-in': 'never' };
    const removed: Outcome = { kind: 'expiration-removed', was: NOW + 3 * DAY };
    const run = { tags: [expiring(3)], inputs: never };
    expect(became({ ...run, answers: { 'pr-1': removed }, list: [expiring(3)] }).outcomes).toEqual({
      'pr-1': removed,
    });
    const unanswered = { ...run, answers: { 'pr-1': NO_ANSWER } };
    expect(became({ ...unanswered, list: [PR_1] }).outcomes).toEqual({ 'pr-1': removed });
    expect(became({ ...unanswered, list: [expiring(3)] }).outcomes).toEqual({ 'pr-1': FAILED });
    expect(became({ ...unanswered, list: [] }).outcomes).toEqual({ 'pr-1': NO_ANSWER });
  });
});
