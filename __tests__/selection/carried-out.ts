import fc from 'fast-check';
import { isSelected, type Plan } from '../../src/model/plan.ts';
import type { Outcome } from '../../src/model/result.ts';
import type { Tag, TagName } from '../../src/model/tag.ts';
import { deletionOrder } from '../../src/selection/deletion-order.ts';

/** How a request for one tag goes. */
export type Fate = 'answered' | 'failed' | 'lost' | 'lost-undone' | 'deleted-before';

/** What happens to the requests of a run: for each its order within a step, and how it goes. */
export interface Weather {
  /** Whether Quay deletes signatures with the last tag of their image. */
  readonly takesSignatures: boolean;
  readonly ranks: readonly number[];
  readonly fates: readonly Fate[];
}

export const weather: fc.Arbitrary<Weather> = fc.record({
  takesSignatures: fc.boolean(),
  ranks: fc.array(fc.nat(99), { minLength: 14, maxLength: 14 }),
  fates: fc.array(
    fc.constantFrom<Fate>(
      'answered',
      'answered',
      'answered',
      'failed',
      'lost',
      'lost-undone',
      'deleted-before',
    ),
    { minLength: 14, maxLength: 14 },
  ),
});

/** What a Quay does with a plan, as a run carries it out. */
export interface CarriedOut {
  readonly answers: ReadonlyMap<TagName, Outcome>;
  /** The living tags, from before the first request to after the last. */
  readonly states: readonly (readonly Tag[])[];
}

/** Carries a plan out on a Quay of which the true digest of each tag is known. */
export function carryOut(
  plan: Plan,
  { takesSignatures, ranks, fates }: Weather,
  digests: ReadonlyMap<TagName, string>,
): CarriedOut {
  const places = new Map(plan.tags.map(({ tag }, place) => [tag.name, place]));
  const of = <Value>(values: readonly Value[], name: TagName) => values[places.get(name) ?? 0];
  const living = new Map(plan.list.tags.map((tag) => [tag.name, tag]));
  const states = [[...living.values()]];
  const answers = new Map<TagName, Outcome>();
  const remove = (tag: Tag) => {
    if (!living.delete(tag.name)) return;
    const digest = digests.get(tag.name) ?? '';
    const others = [...living.keys()].some(
      (name) => digests.get(name) === digest && !name.startsWith('sha256-'),
    );
    if (!takesSignatures || others || tag.name.startsWith('sha256-')) return;
    for (const ending of ['sig', 'att', 'sbom']) {
      const signature = [...living.values()].find(
        ({ name }) => name === `${digest.replace(':', '-')}.${ending}`,
      );
      if (signature && !signature.immutable) living.delete(signature.name);
    }
  };
  for (const { tags } of deletionOrder(plan)) {
    const inOrder = tags.toSorted(
      (one, other) => (of(ranks, one.tag.name) ?? 0) - (of(ranks, other.tag.name) ?? 0),
    );
    for (const { tag, after } of inOrder) {
      const obstacle = after.find(({ name }) => !['deleted', 'gone'].includes(answers.get(name)?.kind ?? ''));
      if (obstacle) {
        answers.set(tag.name, { kind: 'kept', reason: obstacle.otherwise });
        continue;
      }
      const fate = of(fates, tag.name) ?? 'answered';
      if (fate === 'deleted-before') remove(tag);
      const wasThere = living.has(tag.name);
      if (fate !== 'failed' && fate !== 'lost-undone') remove(tag);
      states.push([...living.values()]);
      answers.set(tag.name, answerOf(fate, wasThere));
    }
  }
  return { answers, states };
}

function answerOf(fate: Fate, wasThere: boolean): Outcome {
  if (fate === 'failed') return { kind: 'failed', error: 'refused' };
  if (fate === 'lost' || fate === 'lost-undone') return { kind: 'unknown', error: 'no answer' };
  return { kind: wasThere ? 'deleted' : 'gone' };
}

export function selectedNames({ tags }: Plan): readonly TagName[] {
  return tags.filter(isSelected).map(({ tag }) => tag.name);
}
