import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Rules } from '../../src/selection/rules.ts';
import { event, exclusion, type Line, lineCondition, lines, writeLines } from './arbitraries.ts';
import { readFacts, readRules, tagName } from './read-scenario.ts';
import { RUNS } from './runs.ts';
import { decideInRounds, namesOf } from './stages.ts';
import { type World, world } from './world.ts';

function deletedBy(world: World, rules: Rules): readonly string[] {
  return namesOf(decideInRounds(world, rules, world.known).judged, 'delete');
}

/** The rest of the inputs, besides `tags` and conditions. */
const others = fc.record({
  excludeTags: fc.array(exclusion, { maxLength: 2 }).map((all) => all.join('\n')),
  clean: fc.boolean(),
  event,
});

interface Others {
  readonly excludeTags: string;
  readonly clean: boolean;
  readonly event: Rules['event'];
}

function rulesOf(
  lines: readonly Line[],
  { excludeTags, clean, event }: Others,
  conditions: Readonly<Record<string, string>> = {},
): Rules {
  const inputs = {
    tags: writeLines(lines),
    'exclude-tags': excludeTags,
    'clean-orphaned-signatures': String(clean),
    ...conditions,
  };
  return { ...readRules(inputs), event };
}

/** Lines, and which of them is meant. */
const linesAndOne = lines.chain((lines) =>
  fc.record({ lines: fc.constant(lines), index: fc.nat(lines.length - 1) }),
);

function withCondition(line: Line, condition: Line['conditions']): Line {
  return { ...line, conditions: { ...condition, ...line.conditions } };
}

describe('conditions on lines', () => {
  test('that stand on every line without one of that name do what the input does', () => {
    fc.assert(
      fc.property(world, lines, others, lineCondition, (world, lines, others, condition) => {
        // Among which tags the newest are counted is the line's own, and orphans are judged by the inputs alone.
        fc.pre(!('keep-n-most-recent' in condition));
        const asInput = rulesOf(lines, { ...others, clean: false }, condition);
        const onLines = rulesOf(
          lines.map((line) => withCondition(line, condition)),
          { ...others, clean: false },
        );
        expect(deletedBy(world, onLines)).toEqual(deletedBy(world, asInput));
      }),
      RUNS,
    );
  });

  test('delete no more with one more of them, where no input of that name is given', () => {
    fc.assert(
      fc.property(world, linesAndOne, others, lineCondition, (world, { lines, index }, others, condition) => {
        const narrow = lines.map((line, at) => (at === index ? withCondition(line, condition) : line));
        const { judged } = decideInRounds(world, rulesOf(lines, others), world.known);
        // Which one tag holds an image for its signature may change with the tags that are kept anyway.
        const holders = judged.filter(
          ({ verdict }) => 'reason' in verdict && verdict.reason.kind === 'signature-would-go',
        );
        const wide = [...namesOf(judged, 'delete'), ...holders.map(({ tag }) => tag.name)];
        expect(wide).toEqual(expect.arrayContaining([...deletedBy(world, rulesOf(narrow, others))]));
      }),
      RUNS,
    );
  });

  test('of a line that matches nothing change nothing, wherever it stands', () => {
    fc.assert(
      fc.property(world, linesAndOne, others, lineCondition, (world, { lines, index }, others, condition) => {
        // A line that judges pulls forbids to read manifests, whatever it matches.
        fc.pre(!('not-pulled-for' in condition));
        const unmatched = lines.toSpliced(index, 0, { pattern: 'nothing-at-all-*', conditions: condition });
        expect(deletedBy(world, rulesOf(unmatched, others))).toEqual(
          deletedBy(world, rulesOf(lines, others)),
        );
      }),
      RUNS,
    );
  });

  test('count the newest N of each line and of each group', () => {
    const tag = fc.record({
      prefix: fc.constantFrom('a', 'b', 'c.x'),
      group: fc.constantFrom('', 'm-', 'n-'),
    });
    const count = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 20 }), count, count, (tags, ofLine, ofGroup) => {
        const listed = tags.map(({ prefix, group }, index) => ({
          name: tagName(`${prefix}-${group}${index}`),
          lastModified: 1_000_000 - index,
        }));
        const rules = readRules({
          tags: `a-* keep-n-most-recent=${ofLine}\n/^(?<group>.-[mn])/ keep-n-most-recent=${ofGroup}`,
        });
        const deleted = namesOf(decideInRounds({ tags: listed }, rules, readFacts({})).judged, 'delete');
        const older = (prefix: string, most: number) =>
          listed.filter(({ name }) => name.startsWith(prefix)).slice(most);
        const expected = [...older('a-', ofLine), ...older('b-m', ofGroup), ...older('b-n', ofGroup)];
        expect(deleted.toSorted()).toEqual(expected.map(({ name }) => name).toSorted());
      }),
      RUNS,
    );
  });
});
