import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JudgedTag } from '../../src/model/plan.ts';
import type { Tag } from '../../src/model/tag.ts';
import type { Rules } from '../../src/selection/rules.ts';
import { condition, event, exclusion, inputs, patternLines, rules } from './arbitraries.ts';
import { readFacts, readRules } from './read-scenario.ts';
import { readPatterns } from './rule-context.ts';
import { RUNS } from './runs.ts';
import { decideInRounds, namesOf } from './stages.ts';
import { type World, world } from './world.ts';

function decidedBy(world: World, rules: Rules): readonly JudgedTag[] {
  return decideInRounds(world, rules, world.known).judged;
}

function deletedBy(world: World, rules: Rules): readonly string[] {
  return namesOf(decidedBy(world, rules), 'delete');
}

/**
 * One tag of an image is kept for the sake of its signature, and it is the newest of those that would go: where another condition
 * keeps one of them, the others may go. So what goes besides was kept for that reason alone,
 * and no image loses more tags than before.
 */
function expectNoMore(fewer: readonly JudgedTag[], more: readonly JudgedTag[]): void {
  const went = new Set(namesOf(more, 'delete'));
  const besides = namesOf(fewer, 'delete').filter((name) => !went.has(name));
  const spared = more.filter(({ verdict }) => verdict.reason.kind === 'signature-would-go');
  expect(namesOf(spared, 'keep')).toEqual(expect.arrayContaining(besides));
  const before = lossesOf(more);
  for (const [image, losses] of lossesOf(fewer)) expect(losses).toBeLessThanOrEqual(before.get(image) ?? 0);
}

/** How many tags go of each image. */
function lossesOf(judged: readonly JudgedTag[]): ReadonlyMap<string, number> {
  const going = judged.filter(({ verdict }) => verdict.kind === 'delete');
  const byImage = Map.groupBy(going, ({ tag }) => tag.digest ?? tag.name);
  return new Map([...byImage].map(([image, tags]) => [image, tags.length]));
}

function withPatterns(rules: Rules, lines: readonly string[]): Rules {
  return { ...rules, ...readPatterns(lines.join('\n')), exclude: rules.exclude };
}

function isAttached(name: string): boolean {
  return /^sha256-[0-9a-f]{64}/.test(name);
}

/** Another order of the tags in which those of one second follow each other as before. */
function reordered(tags: readonly Tag[], order: readonly Tag[]): readonly Tag[] {
  const queues = Map.groupBy(tags, ({ lastModified }) => lastModified);
  return order.flatMap(({ lastModified }) => queues.get(lastModified)?.shift() ?? []);
}

describe('a decision', () => {
  test('deletes and keeps: together, every listed tag once', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const { judged } = decideInRounds(world, rules, world.known);
        expect(judged).toHaveLength(world.tags.length);
        expect(new Set(judged.map(({ tag }) => tag))).toEqual(new Set(world.tags));
      }),
      RUNS,
    );
  });

  test('stands newest first, tags without a date last, those of a second in the registry’s order', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const key = (tag: Tag) =>
          [tag.lastModified ?? Number.NEGATIVE_INFINITY, -world.tags.indexOf(tag)] as const;
        const keys = decideInRounds(world, rules, world.known).judged.map(({ tag }) => key(tag));
        for (const [index, [time, place]] of keys.entries()) {
          const [nextTime, nextPlace] = keys[index + 1] ?? [
            Number.NEGATIVE_INFINITY,
            Number.NEGATIVE_INFINITY,
          ];
          expect(time > nextTime || (time === nextTime && place > nextPlace)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('does not depend on the order of tags of different seconds', () => {
    const shuffled = world.chain((world) =>
      fc.tuple(fc.constant(world), fc.shuffledSubarray([...world.tags], { minLength: world.tags.length })),
    );
    fc.assert(
      fc.property(shuffled, rules, ([world, order], rules) => {
        const other = { ...world, tags: reordered(world.tags, order) };
        expect(decideInRounds(other, rules, world.known).judged).toEqual(
          decideInRounds(world, rules, world.known).judged,
        );
      }),
      RUNS,
    );
  });

  test('does not depend on the order of the lines, nor on repeated ones', () => {
    fc.assert(
      fc.property(world, rules, patternLines, (world, rules, lines) => {
        const forwards = withPatterns(rules, lines);
        const backwards = withPatterns(rules, [...lines.toReversed(), ...lines]);
        const exclude = rules.exclude.toReversed();
        expect(deletedBy(world, { ...backwards, exclude })).toEqual(deletedBy(world, forwards));
      }),
      RUNS,
    );
  });

  test('deletes no more with one more exclusion', () => {
    fc.assert(
      fc.property(world, rules, exclusion, (world, rules, text) => {
        const { exclude } = readPatterns('x', text);
        const narrowed = { ...rules, exclude: [...rules.exclude, ...exclude] };
        expectNoMore(decidedBy(world, narrowed), decidedBy(world, rules));
      }),
      RUNS,
    );
  });

  test('deletes no more with one more condition', () => {
    fc.assert(
      fc.property(world, inputs, condition, (world, inputs, condition) => {
        fc.pre(Object.keys(condition).every((input) => !(input in inputs)));
        // A tag that expires takes no signature along, so that no tag is kept for the sake of one.
        fc.pre(!('expire-in' in condition));
        expectNoMore(
          decidedBy(world, readRules({ inputs: { ...inputs, ...condition } })),
          decidedBy(world, readRules({ inputs })),
        );
      }),
      RUNS,
    );
  });

  test('deletes no more on the event of one pull request or branch', () => {
    fc.assert(
      fc.property(world, rules, event, (world, rules, event) => {
        expectNoMore(decidedBy(world, { ...rules, event }), decidedBy(world, { ...rules, event: {} }));
      }),
      RUNS,
    );
  });

  test('deletes no more by image', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const more = deletedBy(world, { ...rules, byImage: false });
        expect(more).toEqual(expect.arrayContaining([...deletedBy(world, { ...rules, byImage: true })]));
      }),
      RUNS,
    );
  });

  test('deletes all tags of an image or none by image, and none of an unknown one', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const judged = decidedBy(world, { ...rules, byImage: true });
        for (const [image, tags] of Map.groupBy(judged, ({ tag }) => tag.digest)) {
          const deleted = namesOf(tags, 'delete').filter((name) => image !== undefined || !isAttached(name));
          expect([0, image === undefined ? 0 : tags.length]).toContain(deleted.length);
        }
      }),
      RUNS,
    );
  });

  test('takes expirations away of what patterns, conditions and exclusions select, whatever else is known', () => {
    fc.assert(
      fc.property(world, rules, (world, someRules) => {
        const rules = { ...someRules, cleanOrphanedSignatures: false };
        const never = { ...rules, mode: { kind: 'never-expire' } } as const;
        const expiring = world.tags.map((tag) => ({ expiration: 1, ...tag }));
        const selected = deletedBy({ ...world, tags: expiring }, never);
        const lines = rules.tags.map((rule) => rule.match(world.tags.map(({ name }) => name)));
        const deleted = deletedBy({ ...world, tags: expiring }, { ...rules, mode: { kind: 'delete' } });
        const isMatched = (name: string) =>
          !isAttached(name) &&
          lines.some((line) => line[world.tags.findIndex((tag) => tag.name === name)] !== undefined);
        expect(selected).toEqual(expect.arrayContaining(deleted.filter(isMatched)));
        expect(selected.filter((name) => !isAttached(name) && !isMatched(name))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('deletes nothing new when it is taken again on what remains', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const { judged } = decideInRounds(world, rules, world.known);
        const kept = new Set(namesOf(judged, 'keep'));
        const remaining = { ...world, tags: world.tags.filter(({ name }) => kept.has(name)) };
        expect(deletedBy(remaining, rules)).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('keep-n-most-recent', () => {
  test('keeps exactly the newest min(N, matching) tags, cosign tags aside', () => {
    const dated = world.map((world) => ({
      ...world,
      tags: world.tags.map((tag, index) => ({ lastModified: index, ...tag, immutable: false })),
    }));
    fc.assert(
      fc.property(dated, fc.nat(8), exclusion, (world, count, text) => {
        const rules = readRules({
          inputs: { tags: 'pr-*\nv*\nsha256-*', 'exclude-tags': text, 'keep-n-most-recent': String(count) },
        });
        const counted = decideInRounds(world, rules, readFacts({})).judged.filter(
          ({ tag, verdict }) =>
            !tag.name.startsWith('sha256-') &&
            (verdict.kind === 'delete' || verdict.reason.kind === 'among-newest'),
        );
        expect(namesOf(counted, 'keep')).toEqual(
          counted.slice(0, Math.min(count, counted.length)).map(({ tag }) => tag.name),
        );
      }),
      RUNS,
    );
  });
});
