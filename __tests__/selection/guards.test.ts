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
import { refusalOf } from './refusal.ts';
import { RULE_CONTEXT, readPatterns } from './rule-context.ts';
import { RUNS } from './runs.ts';

type Inputs = Readonly<Record<string, string>>;

function readRules({ inputs }: { readonly inputs: Inputs }): Patterns & Conditions {
  const { tags = '', 'exclude-tags': exclude, 'older-than': olderThan, 'not-pulled-for': pulled } = inputs;
  const keepNewest = inputs['keep-n-most-recent'];
  return {
    ...readPatterns(tags, exclude),
    ...(olderThan && { olderThan: parseAge(olderThan, RULE_CONTEXT.now) }),
    ...(pulled && { notPulledFor: parseDuration(pulled) }),
    ...(keepNewest && { keepNewest: Number(keepNewest) }),
  };
}

describe('refuseUnbounded', () => {
  const EVERY = ['*', '**', '?*', '/./', '/^/i', '[!-]*', '/^.{1,100}$/', '{*,x}', '* keep-n-most-recent=0'];
  const TOGETHER = [
    '*\npr-{pr}',
    '[a-z]*\n[0-9]*\n[A-Z_]*',
    'pr-* older-than=30d\n*',
    '[a-zA-Z_]* older-than=30d\n*',
  ];

  test.each([...EVERY, ...TOGETHER])('refuses %j, which matches every tag', (tags) => {
    expect(refusalOf(() => refuseUnbounded(readRules({ inputs: { tags } })))).toContain(
      '`tags` matches every tag (',
    );
  });

  test('names what narrows a pattern', () => {
    expect(refusalOf(() => refuseUnbounded(readRules({ inputs: { tags: '*' } })))).toBe(
      '`tags` matches every tag ("*"), releases included. Exclude tags with `exclude-tags`, or set `older-than`, `keep-n-most-recent` or `not-pulled-for`.',
    );
  });

  test.each<Inputs>([
    { tags: 'pr-*\nv*\nlatest\nmain\nsha-*\n1*\n2*' },
    { tags: '*-{pr}*' },
    { tags: '*', 'exclude-tags': 'latest' },
    { tags: '*\n!latest' },
    { tags: '*', 'older-than': '1s' },
    { tags: '*', 'keep-n-most-recent': '1' },
    { tags: '*', 'not-pulled-for': '30d' },
    { tags: '* older-than=1s' },
    { tags: '{group} keep-n-most-recent=1' },
    { tags: '[a-zA-Z_]* older-than=30d\n[0-9]*' },
  ])('accepts %j', (inputs) => {
    expect(() => refuseUnbounded(readRules({ inputs }))).not.toThrow();
  });
});

describe('refuseLoneBranch', () => {
  const LONE = [
    '{branch}',
    '*{branch}*',
    '?{branch}',
    '[a-z]{branch}',
    'pr-1\n{branch}',
    '/(?<branch>\\w+)/',
  ];

  test.each(LONE)('refuses %j, which would take `v1.2.3`', (tags) => {
    expect(refusalOf(() => refuseLoneBranch(readRules({ inputs: { tags } })))).toContain(
      'which would treat `v1.2.3` as a deleted branch. Write text around the branch, such as `preview-{branch}`, or exclude tags with `exclude-tags`.',
    );
  });

  test.each<Inputs>([
    { tags: 'preview-{branch}' },
    { tags: '{branch}-*' },
    { tags: '/^preview-(?<branch>.+)/' },
    { tags: '{branch}', 'exclude-tags': 'latest' },
    { tags: 'latest' },
  ])('accepts %j', (inputs) => {
    expect(() => refuseLoneBranch(readRules({ inputs }))).not.toThrow();
  });
});

describe('an exclusion narrows only where it matches a tag', () => {
  const everything = readRules({ inputs: { tags: '*', 'exclude-tags': 'latets\nv*' } });
  const branches = readRules({ inputs: { tags: '{branch}', 'exclude-tags': 'latets' } });

  test('so that one with a slip is refused, by name', () => {
    expect(refusalOf(() => refuseUnbounded(everything, ['latest', 'pr-1']))).toBe(
      '`tags` matches every tag ("*"), releases included, and none of the exclusions ("latets", "v*") matches a tag here. Exclude tags with `exclude-tags`, or set `older-than`, `keep-n-most-recent` or `not-pulled-for`.',
    );
    expect(refusalOf(() => refuseLoneBranch(branches, ['latest']))).toBe(
      '`tags` has "{branch}", which would treat `v1.2.3` as a deleted branch, and the exclusion "latets" matches no tag here. Write text around the branch, such as `preview-{branch}`, or exclude tags with `exclude-tags`.',
    );
  });

  test('and one match is enough, as is a repository without tags', () => {
    for (const names of [['v1', 'pr-1'], []]) {
      expect(() => refuseUnbounded(everything, names)).not.toThrow();
    }
    expect(() => refuseLoneBranch(branches, ['latets'])).not.toThrow();
    expect(() => refuseLoneBranch(branches, [])).not.toThrow();
  });

  test('and a line’s `keep-n-most-recent=0` takes away what the input narrows', () => {
    const inputs = { tags: '* keep-n-most-recent=0', 'keep-n-most-recent': '5' };
    expect(refusalOf(() => refuseUnbounded(readRules({ inputs }), ['latest']))).toContain('every tag ("*")');
  });

  test('and another condition narrows without it', () => {
    const rules = readRules({ inputs: { tags: '*', 'exclude-tags': 'latets', 'older-than': '30d' } });
    expect(() => refuseUnbounded(rules, ['latest'])).not.toThrow();
  });
});

describe('`{group}`', () => {
  const UNCOUNTED =
    'has `{group}`, but nothing says how many tags of each group to keep. Write `keep-n-most-recent=5` after the pattern, or set the input `keep-n-most-recent`.';

  test.each([
    { tags: '{group}-?' },
    { tags: 'pr-* keep-n-most-recent=5\n/^(?<group>.+)-.$/ older-than=7d' },
    { tags: '{group}-? keep-n-most-recent=0', 'keep-n-most-recent': '5' },
    { tags: '{group}-?', 'keep-n-most-recent': '0' },
  ])('without a number of tags to keep is refused: %j', (inputs) => {
    expect(refusalOf(() => refuseUncountedGroups(readRules({ inputs })))).toContain(UNCOUNTED);
  });

  test.each([
    { tags: '{group}-? keep-n-most-recent=5' },
    { tags: '{group}-?', 'keep-n-most-recent': '5' },
    { tags: '{group}-? keep-n-most-recent=5', 'keep-n-most-recent': '0' },
  ])('has its number from its line or from the input: %j', (inputs) => {
    expect(() => refuseUncountedGroups(readRules({ inputs }))).not.toThrow();
  });
});

describe('max-deletes', () => {
  test.each([
    ['0', { kind: 'count', count: 0 }],
    ['50', { kind: 'count', count: 50 }],
    ['0%', { kind: 'share', percent: 0 }],
    ['50 %', { kind: 'share', percent: 50 }],
    ['100%', { kind: 'share', percent: 100 }],
  ])('reads %j', (text, limit) => {
    expect(parseLimit(text)).toEqual(limit);
  });

  test.each(['', '-1', '1.5', '101%', '12.5%', '%', 'all', '1e3', '9'.repeat(400)])('refuses %j', (text) => {
    expect(refusalOf(() => parseLimit(text))).toContain(
      'is not a valid limit. Write a number of tags such as `50`, or a share from `0%` to `100%`.',
    );
  });

  test('says what the plan and the limit are', () => {
    expect(exceedsLimit(parseLimit('5'), { selected: 6, listed: 10 })).toBe(
      'The plan deletes 6 tags, and `max-deletes` allows 5. Check the plan, and raise `max-deletes` if it is right.',
    );
    expect(exceedsLimit(parseLimit('50%'), { selected: 6, listed: 11 })).toBe(
      'The plan deletes 6 tags, and `max-deletes` allows 50%, which is 5 of 11 listed tags. Check the plan, and raise `max-deletes` if it is right.',
    );
  });

  test('allows a share exactly while planned/listed is at most that share', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(200_000), fc.nat(200_000), (percent, planned, listed) => {
        const isExceeded =
          exceedsLimit({ kind: 'share', percent }, { selected: planned, listed }) !== undefined;
        expect(isExceeded).toBe(planned * 100 > percent * listed);
      }),
      RUNS,
    );
  });
});
