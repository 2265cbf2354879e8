import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/model/result.ts';
import { deletionOrder } from '../../src/selection/deletion-order.ts';
import type { ScenarioTag } from '../scenarios/scenario.ts';
import { SIGNATURE_OF_A, SIGNATURE_OF_B } from '../scenarios/scenario.ts';
import { readFacts, readRules, readTag } from './read-scenario.ts';
import { decideInRounds, inRepository } from './stages.ts';

/** The plan that deletes all tags. */
function planOf(tags: Plan['list']['tags'], exclude = ''): Plan {
  const rules = readRules({ tags: '*\nsha256-*\nlatest', 'exclude-tags': exclude });
  const { judged } = decideInRounds({ tags }, rules, readFacts({}));
  return { repository: 'acme/web', list: inRepository({ tags }), tags: judged, matches: [] };
}

function inSteps(tags: readonly ScenarioTag[], exclude?: string): readonly (readonly string[])[] {
  return namesOf(planOf(tags.map(readTag), exclude));
}

function namesOf(plan: Plan): readonly (readonly string[])[] {
  return deletionOrder(plan).map((step) => step.map(({ tag }) => tag.name));
}

const image: ScenarioTag = { name: 'pr-1', image: 'a' };
const signature: ScenarioTag = { name: SIGNATURE_OF_A, image: 'b', days: 2 };
const second: ScenarioTag = { name: SIGNATURE_OF_B, image: 'c', days: 3 };

describe('tags are deleted', () => {
  test('all at once where none waits for another, and in no step where none is selected', () => {
    expect(inSteps([image, { name: 'pr-2' }])).toEqual([['pr-1', 'pr-2']]);
    expect(inSteps([])).toEqual([]);
  });

  test('after their image, and their own signatures after them', () => {
    expect(inSteps([second, signature, image])).toEqual([['pr-1'], [SIGNATURE_OF_A], [SIGNATURE_OF_B]]);
    expect(inSteps([signature])).toEqual([[SIGNATURE_OF_A]]);
  });

  test('after every index that holds their image, where that has signatures', () => {
    const index: ScenarioTag = { name: 'v1', image: 'list', manifests: ['a'] };
    const steps = deletionOrder(planOf([index, image, signature].map(readTag)));
    const notGone = (tag: string) => ({ name: tag, otherwise: { kind: 'image-not-gone', tag } });
    const otherwise = { kind: 'index-not-gone', index: 'v1', signature: SIGNATURE_OF_A };
    expect(steps.map((step) => step.map(({ tag, after }) => [tag.name, after]))).toEqual([
      [['v1', undefined]],
      [['pr-1', [{ name: 'v1', otherwise }]]],
      [[SIGNATURE_OF_A, [notGone('v1'), notGone('pr-1')]]],
    ]);
    expect(inSteps([index, image])).toEqual([['v1', 'pr-1']]);
  });

  test('also where one was made by hand to hang on itself, and where two wait for each other', () => {
    const odd: ScenarioTag = { name: SIGNATURE_OF_A, image: 'a' };
    expect(inSteps([odd])).toEqual([[SIGNATURE_OF_A]]);
    const one: ScenarioTag = { name: SIGNATURE_OF_A, image: 'b' };
    const other: ScenarioTag = { name: SIGNATURE_OF_B, image: 'a' };
    expect(inSteps([one, other, image])).toEqual([[SIGNATURE_OF_A, SIGNATURE_OF_B, 'pr-1']]);
  });

  test('in a long chain of signatures on signatures each by itself, and each is looked at a few times only', () => {
    const hex = (index: number) => index.toString(16).padStart(64, '0');
    const chain = Array.from({ length: 2000 }, (_, index) => ({
      ...readTag({ name: index === 0 ? 'pr-1' : `sha256-${hex(index)}.sig`, days: index }),
      digest: `sha256:${hex(index + 1)}`,
    }));
    const plan = planOf(chain);
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
