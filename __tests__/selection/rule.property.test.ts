import { describe, expect } from '@jest/globals';
import fc from 'fast-check';
import type { Rules } from '../../src/selection/rules.ts';
import type { ScenarioInputs } from '../scenarios/scenario.ts';
import { tagName } from '../support/tag-name.ts';
import { event, exclusions, type Line, lineCondition, lines, writeLines } from './arbitraries.ts';
import { readFacts, readRules } from './read-scenario.ts';
import { forAny } from './runs.ts';
import { decideInRounds, namesOf } from './stages.ts';
import { decidedBy, deletedBy, world } from './world.ts';

/** The rest of the rules, besides `tags` and conditions. */
const others = fc.record({
  event,
  inputs: fc.record<ScenarioInputs>({
    'exclude-tags': exclusions,
    'clean-orphaned-signatures': fc.constantFrom('true', 'false'),
  }),
});

type Others = Pick<Rules, 'event'> & { readonly inputs: ScenarioInputs };

function rulesOf(lines: readonly Line[], { event, inputs }: Others, condition: ScenarioInputs = {}): Rules {
  return { ...readRules({ tags: writeLines(lines), ...inputs, ...condition }), event };
}

/** Lines, and which of them is meant. */
const linesAndOne = lines.chain((lines) =>
  fc.record({ lines: fc.constant(lines), index: fc.nat(lines.length - 1) }),
);

function withCondition(line: Line, condition: Line['conditions']): Line {
  return { ...line, conditions: { ...condition, ...line.conditions } };
}

const test = forAny(world, linesAndOne, others, lineCondition);

describe('conditions on lines', () => {
  test('that stand on every line without one of that name do what the input does', (world, one, others, condition) => {
    // Among which tags the newest are counted is the line's own, and orphans are judged by the inputs alone.
    fc.pre(!('keep-n-most-recent' in condition));
    const inputs = { ...others.inputs, 'clean-orphaned-signatures': 'false' };
    const rest = { ...others, inputs };
    const onLines = one.lines.map((line) => withCondition(line, condition));
    expect(deletedBy(world, rulesOf(onLines, rest))).toEqual(
      deletedBy(world, rulesOf(one.lines, rest, condition)),
    );
  });

  test('delete no more with one more of them, where no input of that name is given', (world, one, others, condition) => {
    const { lines, index } = one;
    const narrow = lines.map((line, at) => (at === index ? withCondition(line, condition) : line));
    // Which one tag holds an image for its signature may change with the tags that are kept anyway.
    const wide = decidedBy(world, rulesOf(lines, others)).filter(
      ({ verdict }) => verdict.kind === 'delete' || verdict.reason.kind === 'signature-would-go',
    );
    expect(wide.map(({ tag }) => tag.name)).toEqual(
      expect.arrayContaining([...deletedBy(world, rulesOf(narrow, others))]),
    );
  });

  test('of a line that matches nothing change nothing, wherever it stands', (world, one, others, conditions) => {
    const { lines, index } = one;
    // A line that judges pulls forbids to read manifests, whatever it matches.
    fc.pre(!('not-pulled-for' in conditions));
    const unmatched = lines.toSpliced(index, 0, { pattern: 'nothing-at-all-*', conditions });
    expect(deletedBy(world, rulesOf(unmatched, others))).toEqual(deletedBy(world, rulesOf(lines, others)));
  });

  const tag = fc.record({ prefix: fc.constantFrom('a', 'b', 'c.x'), group: fc.constantFrom('', 'm-', 'n-') });
  const count = fc.integer({ min: 1, max: 3 });
  forAny(
    fc.array(tag, { maxLength: 20 }),
    count,
    count,
  )('count the newest N of each line and of each group', (tags, ofLine, ofGroup) => {
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
  });
});
