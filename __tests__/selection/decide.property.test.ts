import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Facts } from '../../src/model/facts.ts';
import type { JudgedTag } from '../../src/model/plan.ts';
import type { Tag } from '../../src/model/tag.ts';
import {
  decide,
  needsBranches,
  unansweredPullRequests,
  unansweredPulls,
} from '../../src/selection/decide.ts';
import { parsePatterns, type Rules } from '../../src/selection/rules.ts';
import {
  condition,
  event,
  exclusion,
  facts,
  inputs,
  patternLines,
  rules,
  tags,
  transparentTags,
} from './arbitraries.ts';
import { readRules } from './read-scenario.ts';
import { decideInStages } from './stages.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);
const RUNS = { numRuns: 3000, seed };
console.info(`Property tests with seed ${seed}: set FAST_CHECK_SEED to run them again.`);

const listed = fc.oneof(tags, transparentTags);

function namesOf(judged: readonly JudgedTag[], kind: 'delete' | 'keep'): readonly string[] {
  return judged.filter(({ verdict }) => verdict.kind === kind).map(({ tag }) => tag.name);
}

function deletedBy(list: readonly Tag[], rules: Rules, facts: Facts): readonly string[] {
  return namesOf(decide(list, rules, facts), 'delete');
}

function expectNoMore(fewer: readonly string[], more: readonly string[]): void {
  expect(more).toEqual(expect.arrayContaining([...fewer]));
}

function withPatterns(rules: Rules, lines: readonly string[]): Rules {
  return { ...rules, ...parsePatterns({ tags: lines.join('\n'), excludeTags: '' }), exclude: rules.exclude };
}

describe('a decision', () => {
  test('deletes and keeps: together, every listed tag once', () => {
    fc.assert(
      fc.property(listed, rules, facts, (list, rules, facts) => {
        const judged = decide(list, rules, facts);
        expect(judged.map(({ tag }) => tag.name).toSorted()).toEqual(list.map(({ name }) => name).toSorted());
        expect(new Set(judged.map(({ tag }) => tag))).toEqual(new Set(list));
      }),
      RUNS,
    );
  });

  test('stands newest first, tags without a date last, ties by name', () => {
    fc.assert(
      fc.property(listed, rules, facts, (list, rules, facts) => {
        const keys = decide(list, rules, facts).map(
          ({ tag }) => `${String(9e9 - (tag.lastModified ?? 0)).padStart(12, '0')} ${tag.name}`,
        );
        expect(keys).toEqual(keys.toSorted());
      }),
      RUNS,
    );
  });

  test('does not depend on the order of the tags', () => {
    const shuffled = listed.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, rules, facts, ([list, other], rules, facts) => {
        expect(decide(other, rules, facts)).toEqual(decide(list, rules, facts));
      }),
      RUNS,
    );
  });

  test('does not depend on the order of the lines, nor on repeated ones', () => {
    fc.assert(
      fc.property(listed, rules, facts, patternLines, (list, rules, facts, lines) => {
        const forwards = withPatterns(rules, lines);
        const backwards = withPatterns(rules, [...lines.toReversed(), ...lines]);
        const exclude = rules.exclude.toReversed();
        expect(deletedBy(list, { ...backwards, exclude }, facts)).toEqual(deletedBy(list, forwards, facts));
      }),
      RUNS,
    );
  });

  test('deletes no more with one more exclusion', () => {
    fc.assert(
      fc.property(listed, rules, facts, exclusion, (list, rules, facts, text) => {
        const { exclude } = parsePatterns({ tags: 'x', excludeTags: text });
        const narrowed = { ...rules, exclude: [...rules.exclude, ...exclude] };
        expectNoMore(deletedBy(list, narrowed, facts), deletedBy(list, rules, facts));
      }),
      RUNS,
    );
  });

  test('deletes no more with one more condition', () => {
    fc.assert(
      fc.property(listed, inputs, facts, condition, (list, inputs, facts, condition) => {
        fc.pre(Object.keys(condition).every((input) => !(input in inputs)));
        const wide = readRules({ inputs });
        const narrow = readRules({ inputs: { ...inputs, ...condition } });
        expectNoMore(deletedBy(list, narrow, facts), deletedBy(list, wide, facts));
      }),
      RUNS,
    );
  });

  test('deletes no more on the event of one pull request or branch', () => {
    fc.assert(
      fc.property(listed, rules, facts, event, (list, rules, facts, event) => {
        expectNoMore(
          deletedBy(list, { ...rules, event }, facts),
          deletedBy(list, { ...rules, event: {} }, facts),
        );
      }),
      RUNS,
    );
  });

  test('deletes no more when a fact is missing', () => {
    const missing = fc.subarray(['pullRequests', 'branches', 'lastPulls'] as const, { minLength: 1 });
    fc.assert(
      fc.property(listed, rules, facts, missing, (list, rules, facts, missing) => {
        const partial = Object.fromEntries(
          Object.entries(facts).filter(([fact]) => !missing.some((one) => one === fact)),
        );
        expectNoMore(deletedBy(list, rules, { now: facts.now, ...partial }), deletedBy(list, rules, facts));
      }),
      RUNS,
    );
  });

  test('deletes nothing new when it is taken again on what remains', () => {
    fc.assert(
      fc.property(listed, rules, facts, (list, rules, facts) => {
        const remaining = decide(list, rules, facts).filter(({ verdict }) => verdict.kind === 'keep');
        expect(
          deletedBy(
            remaining.map(({ tag }) => tag),
            rules,
            facts,
          ),
        ).toEqual([]);
      }),
      RUNS,
    );
  });

  test('is the same when facts are asked for step by step', () => {
    fc.assert(
      fc.property(listed, rules, facts, (list, rules, known) => {
        const plain = { ...rules, cleanOrphanedSignatures: false };
        expect(namesOf(decideInStages(list, plain, known), 'delete')).toEqual(deletedBy(list, plain, known));
      }),
      RUNS,
    );
  });

  test('asks each fact at most once', () => {
    fc.assert(
      fc.property(listed, rules, facts, (list, rules, known) => {
        const judged = decideInStages(list, rules, known);
        expect(unansweredPullRequests(judged)).toEqual([]);
        expect(needsBranches(judged)).toBe(false);
        expect(unansweredPulls(judged)).toEqual([]);
        expectNoMore(namesOf(judged, 'delete'), deletedBy(list, rules, known));
      }),
      RUNS,
    );
  });
});

describe('no plan holds', () => {
  test('a tag of an open or unknown pull request, where a pattern asks for one', () => {
    fc.assert(
      fc.property(listed, rules, facts, (list, rules, facts) => {
        const asking = withPatterns(rules, ['pr-{pr}*', '*']);
        for (const name of deletedBy(list, asking, facts)) {
          const number = /^pr-([1-9]\d*)/.exec(name)?.[1];
          if (number !== undefined)
            expect(['closed', 'merged']).toContain(facts.pullRequests.get(Number(number)));
        }
      }),
      RUNS,
    );
  });

  test('a tag of another pull request than the event’s', () => {
    fc.assert(
      fc.property(listed, rules, facts, fc.integer({ min: 1, max: 6 }), (list, rules, facts, pullRequest) => {
        const asking = {
          ...withPatterns(rules, ['pr-{pr}*']),
          event: { pullRequest },
          cleanOrphanedSignatures: false,
        };
        const own = new RegExp(`^pr-${pullRequest}(?!\\d)`);
        expect(deletedBy(list, asking, facts).filter((name) => !own.test(name))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('a tag of a living branch, whatever the branch is called', () => {
    const branch = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(branch, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('preview-{branch}', 'preview-{branch}*', '/^preview-(?<branch>.+)$/'),
        (branches, pattern) => {
          const slugs = branches.map((name) => name.replace(/[^a-zA-Z0-9._-]+/g, '-'));
          const list = [...new Set(slugs)].map((slug) => ({
            name: `preview-${slug}`.slice(0, 128) as Tag['name'],
            lastModified: 0,
          }));
          const rules = readRules({ inputs: { tags: pattern } });
          expect(deletedBy(list, rules, { now: 1, branches: new Set(branches) })).toEqual([]);
          expect(deletedBy(list, rules, { now: 1, branches: new Set() })).toHaveLength(list.length);
        },
      ),
      RUNS,
    );
  });

  test('an excluded or an immutable tag, or one that is too new', () => {
    fc.assert(
      fc.property(listed, rules, facts, (list, rules, facts) => {
        const excluded = new Set(
          rules.exclude.flatMap((pattern) =>
            list.filter(({ name }) => pattern.match([name])[0]).map(({ name }) => name),
          ),
        );
        for (const { tag } of decide(list, rules, facts).filter(({ verdict }) => verdict.kind === 'delete')) {
          expect(excluded.has(tag.name)).toBe(false);
          expect(tag.immutable).not.toBe(true);
          if (rules.olderThan)
            expect(facts.now - (tag.lastModified ?? facts.now)).toBeGreaterThan(rules.olderThan.seconds);
        }
      }),
      RUNS,
    );
  });

  test('a signature whose image keeps a tag, or a multi-arch image with it does', () => {
    fc.assert(
      fc.property(listed, rules, facts, (list, rules, facts) => {
        const judged = decide(list, rules, facts);
        const staying = judged.filter(({ verdict }) => verdict.kind === 'keep');
        const living = new Set(
          staying.flatMap(({ tag: { digest = '', multiArch } }) => {
            const images = multiArch === false ? undefined : facts.indexedImages.get(digest);
            return [digest, ...(images instanceof Set ? images : [])];
          }),
        );
        for (const name of namesOf(judged, 'delete')) {
          const hex = /^sha256-(\w{64})\./.exec(name)?.[1];
          if (hex !== undefined) expect(living).not.toContain(`sha256:${hex}`);
        }
      }),
      RUNS,
    );
  });
});

describe('keep-n-most-recent', () => {
  test('keeps exactly the newest min(N, matching) tags', () => {
    const dated = listed.map((list) =>
      list.map((tag, index) => ({ lastModified: index, ...tag, immutable: false })),
    );
    fc.assert(
      fc.property(dated, fc.nat(8), exclusion, (list, count, text) => {
        const rules = readRules({
          inputs: { tags: 'pr-*\nv*', 'exclude-tags': text, 'keep-n-most-recent': String(count) },
        });
        const matching = decide(list, rules, { now: 0 }).filter(
          ({ verdict }) => verdict.kind === 'delete' || verdict.reason.kind === 'among-newest',
        );
        expect(namesOf(matching, 'keep')).toHaveLength(Math.min(count, matching.length));
        expect(namesOf(matching, 'keep')).toEqual(matching.slice(0, count).map(({ tag }) => tag.name));
      }),
      RUNS,
    );
  });
});
