import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/model/result.ts';
import { deletionOrder } from '../../src/selection/deletion-order.ts';
import type { ScenarioTag } from '../scenarios/scenario.ts';
import { SIGNATURE_OF_A, SIGNATURE_OF_B } from '../scenarios/scenario.ts';
import { readFacts, readRules, readTag } from './read-scenario.ts';
import { planOf } from './stages.ts';

/** The plan that deletes all tags. */
function deletingAll(tags: Plan['list']['tags']): Plan {
  return planOf({ tags }, readRules({ tags: '*\nsha256-*\nlatest' }), readFacts({}));
}

function inSteps(tags: readonly ScenarioTag[]): readonly (readonly string[])[] {
  return namesOf(deletingAll(tags.map(readTag)));
}

function namesOf(plan: Plan): readonly (readonly string[])[] {
  return deletionOrder(plan).map((step) => step.map(({ tag }) => tag.name));
}

const image: ScenarioTag = { name: 'pr-1', image: 'a' };
const signature: ScenarioTag = { name: SIGNATURE_OF_A, image: 'b', days: 2 };
const second: ScenarioTag = { name: SIGNATURE_OF_B, image: 'c', days: 3 };

describe('tags are deleted', () => {
  const itself: ScenarioTag = { name: SIGNATURE_OF_A, image: 'a' };
  const other: ScenarioTag = { name: SIGNATURE_OF_B, image: 'a' };
  test.each<[string, readonly ScenarioTag[], readonly (readonly string[])[]]>([
    ['all at once where none waits for another', [image, { name: 'pr-2' }], [['pr-1', 'pr-2']]],
    ['in no step where none is selected', [], []],
    ['after their image', [signature, image], [['pr-1'], [SIGNATURE_OF_A]]],
    ['and their own signatures after them', [second, signature], [[SIGNATURE_OF_A], [SIGNATURE_OF_B]]],
    ['also where one was made by hand to hang on itself', [itself], [[SIGNATURE_OF_A]]],
    [
      'and where two wait for each other',
      [signature, other, image],
      [[SIGNATURE_OF_B, 'pr-1', SIGNATURE_OF_A]],
    ],
  ])('%s', (_, tags, steps) => {
    expect(inSteps(tags)).toEqual(steps);
  });

  test('after every index that holds their image, where that has signatures', () => {
    const index: ScenarioTag = { name: 'v1', image: 'list', manifests: ['a'] };
    const steps = deletionOrder(deletingAll([index, image, signature].map(readTag)));
    const notGone = (tag: string) => ({ name: tag, otherwise: { kind: 'image-not-gone', tag } });
    const otherwise = { kind: 'index-not-gone', index: 'v1', signature: SIGNATURE_OF_A };
    expect(steps.map((step) => step.map(({ tag, after }) => [tag.name, after]))).toEqual([
      [['v1', undefined]],
      [['pr-1', [{ name: 'v1', otherwise }]]],
      [[SIGNATURE_OF_A, [notGone('v1'), notGone('pr-1')]]],
    ]);
    expect(inSteps([index, image])).toEqual([['v1', 'pr-1']]);
  });

  test('in a long chain of signatures on signatures each by itself, and each is looked at a few times only', () => {
    const hex = (index: number) => index.toString(16).padStart(64, '0');
    const chain = Array.from({ length: 2000 }, (_, index) => ({
      ...readTag({ name: index === 0 ? 'pr-1' : `sha256-${hex(index)}.sig`, days: index }),
      digest: `sha256:${hex(index + 1)}`,
    }));
    const plan = deletingAll(chain);
    let looks = 0;
    const counted = plan.tags.map((judged) => ({
      ...judged,
      get after() {
        looks += 1;
        return judged.after;
      },
    }));
    expect(namesOf({ ...plan, tags: counted as Plan['tags'] })).toEqual(chain.map(({ name }) => [name]));
    expect(looks).toBeLessThan(10 * chain.length);
  });
});
