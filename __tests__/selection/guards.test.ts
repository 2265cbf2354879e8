import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAge, parseDuration } from '../../src/model/duration.ts';
import type { Conditions } from '../../src/selection/conditions.ts';
import {
  exceedsLimit,
  parseLimit,
  refuseLoneBranch,
  refuseUnbounded,
  refuseUncountedGroups,
} from '../../src/selection/guards.ts';
import type { Patterns } from '../../src/selection/rules.ts';
import { NOW, readPatterns } from './read-scenario.ts';
import { refusalOf } from './refusal.ts';
import { forAny } from './runs.ts';

const OLD: Conditions = { olderThan: parseAge('1s', NOW) };
const UNUSED: Conditions = { notPulledFor: parseDuration('30d') };

function rulesOf(tags: string, excludeTags = '', conditions: Conditions = {}): Patterns & Conditions {
  return { ...readPatterns(tags, excludeTags), ...conditions };
}

const NARROWING =
  'Exclude tags with `exclude-tags`, or set `older-than`, `keep-n-most-recent` or `not-pulled-for`.';
const EVERY = ['*', '**', '?*', '/./', '/^/i', '[!-]*', '/^.{1,100}$/', '{*,x}', '* keep-n-most-recent=0'];
const TOGETHER = ['*\npr-{pr}', '[a-z]*\n[0-9]*\n[A-Z_]*', '* older-than=30d\n?*'];

describe('a pattern that takes everything', () => {
  test.each([...EVERY, ...TOGETHER])('is refused: %j', (tags) => {
    expect(refusalOf(() => refuseUnbounded(rulesOf(tags)))).toContain('`tags` matches every tag (');
  });

  test.each<[string, string, Conditions]>([
    ['pr-*\nv*\nlatest\nmain\nsha-*\n1*\n2*', '', {}],
    ['*-{pr}*', '', {}],
    ['*', 'latest', {}],
    ['*\n!latest', '', {}],
    ['*', '', OLD],
    ['*', '', { keepNewest: 1 }],
    ['*', '', UNUSED],
    ['* older-than=1s', '', {}],
    ['{group} keep-n-most-recent=1', '', {}],
    ['[a-zA-Z_]* older-than=30d\n[0-9]*', '', {}],
  ])('is narrowed by text, an exclusion or a condition: %j, %j, %j', (...rules) => {
    expect(() => refuseUnbounded(rulesOf(...rules))).not.toThrow();
  });

  const branches = ['{branch}', '*{branch}*', '?{branch}', '[a-z]{branch}', 'x\n{branch}'];

  test.each([...branches, '/(?<branch>\\w+)/'])('is refused for branches that are gone: %j', (tags) => {
    expect(refusalOf(() => refuseLoneBranch(rulesOf(tags)))).toContain(
      'which would treat `v1.2.3` as a deleted branch. Write text around the branch, such as `preview-{branch}`, or exclude tags with `exclude-tags`.',
    );
  });

  test.each(['preview-{branch}', '{branch}-*', '/^preview-(?<branch>.+)/', '{branch}\n!latest', 'latest'])(
    'takes no branches with text around them, or an exclusion: %j',
    (tags) => {
      expect(() => refuseLoneBranch(rulesOf(tags))).not.toThrow();
    },
  );
});

describe('an exclusion narrows only where it matches a tag', () => {
  const everything = rulesOf('*', 'latets\nv*');
  const branches = rulesOf('{branch}', 'latets');

  test('so that one with a slip is refused, by name', () => {
    expect(refusalOf(() => refuseUnbounded(rulesOf('*')))).toBe(
      `\`tags\` matches every tag ("*"), releases included. ${NARROWING}`,
    );
    expect(refusalOf(() => refuseUnbounded(everything, ['latest', 'pr-1']))).toBe(
      `\`tags\` matches every tag ("*"), releases included, and none of the exclusions ("latets", "v*") matches a tag here. ${NARROWING}`,
    );
    expect(refusalOf(() => refuseLoneBranch(branches, ['latest']))).toBe(
      '`tags` has "{branch}", which would treat `v1.2.3` as a deleted branch, and the exclusion "latets" matches no tag here. Write text around the branch, such as `preview-{branch}`, or exclude tags with `exclude-tags`.',
    );
  });

  test('and one match is enough, as is a repository without tags, or another condition', () => {
    for (const names of [['v1', 'pr-1'], []]) expect(() => refuseUnbounded(everything, names)).not.toThrow();
    for (const names of [['latets'], []]) expect(() => refuseLoneBranch(branches, names)).not.toThrow();
    expect(() => refuseUnbounded({ ...everything, ...OLD }, ['latest'])).not.toThrow();
  });

  test('and a line’s `keep-n-most-recent=0` takes away what the input narrows', () => {
    const rules = rulesOf('* keep-n-most-recent=0', '', { keepNewest: 5 });
    expect(refusalOf(() => refuseUnbounded(rules, ['latest']))).toContain('every tag ("*")');
  });
});

describe('`{group}`', () => {
  const count = (tags: string, keepNewest: number) => () =>
    refuseUncountedGroups(rulesOf(tags, '', { keepNewest }));

  test.each([
    ['{group}-?', 0],
    ['pr-* keep-n-most-recent=5\n/^(?<group>.+)-.$/ older-than=7d', 0],
    ['{group}-? keep-n-most-recent=0', 5],
  ])('without a number of tags to keep is refused: %j beside %j', (tags, keepNewest) => {
    expect(refusalOf(count(tags, keepNewest))).toContain(
      'has `{group}`, but nothing says how many tags of each group to keep. Write `keep-n-most-recent=5` after the pattern, or set the input `keep-n-most-recent`.',
    );
  });

  test('has its number from its line or from the input', () => {
    expect(count('{group}-? keep-n-most-recent=5', 0)).not.toThrow();
    expect(count('{group}-?', 5)).not.toThrow();
  });
});

describe('max-deletes', () => {
  test('is a number of tags, or a share', () => {
    for (const count of [0, 50]) expect(parseLimit(String(count))).toEqual({ kind: 'count', count });
    for (const percent of [0, 100]) expect(parseLimit(`${percent}%`)).toEqual({ kind: 'share', percent });
    expect(parseLimit('50 %')).toEqual({ kind: 'share', percent: 50 });
  });

  test.each(['', '-1', '1.5', '101%', '12.5%', '%', 'all', '1e3', '9'.repeat(400)])('refuses %j', (text) => {
    expect(refusalOf(() => parseLimit(text))).toContain(
      'is not a valid limit. Write a number of tags such as `50`, or a share from `0%` to `100%`.',
    );
  });

  test.each([
    ['5', '5'],
    ['50%', '50%, which is 5 of 11 listed tags'],
  ])('says what the plan and the limit are: %s', (limit, allowed) => {
    expect(exceedsLimit(parseLimit(limit), { selected: 6, listed: 11 })).toBe(
      `The plan deletes 6 tags, and \`max-deletes\` allows ${allowed}. Check the plan, and raise \`max-deletes\` if it is right.`,
    );
  });

  forAny(
    fc.nat(100),
    fc.nat(200_000),
    fc.nat(200_000),
  )('allows a share exactly while planned/listed is at most that share', (percent, selected, listed) => {
    const problem = exceedsLimit({ kind: 'share', percent }, { selected, listed });
    expect(problem !== undefined).toBe(selected * 100 > percent * listed);
  });
});
