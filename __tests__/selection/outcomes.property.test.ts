import { describe, expect } from '@jest/globals';
import fc from 'fast-check';
import type { Outcome, Plan } from '../../src/model/result.ts';
import type { Tag, TagName } from '../../src/model/tag.ts';
import { deletionOrder } from '../../src/selection/deletion-order.ts';
import { outcomesOf } from '../../src/selection/outcomes.ts';
import type { Rules } from '../../src/selection/rules.ts';
import { readRules } from './read-scenario.ts';
import { forAny } from './runs.ts';
import { planOf } from './stages.ts';
import { imagesOf, openWorld, type World } from './world.ts';

/** More often as it should. */
const FATES = [
  'answered',
  'answered',
  'answered',
  'failed',
  'lost',
  'lost-undone',
  'deleted-before',
] as const;

/** How a request for one tag goes. */
type Fate = (typeof FATES)[number];

/** What happens to the requests of a run: for each its order within a step, and how it goes. */
interface Weather {
  /** Whether Quay deletes signatures with the last tag of their image. */
  readonly takesSignatures: boolean;
  readonly ranks: readonly number[];
  readonly fates: readonly Fate[];
  /** Which of the states a list shows that lags. */
  readonly lag: number;
}

const weather: fc.Arbitrary<Weather> = fc.record({
  lag: fc.nat(),
  takesSignatures: fc.boolean(),
  ranks: fc.array(fc.nat(99), { minLength: 14, maxLength: 14 }),
  fates: fc.array(fc.constantFrom(...FATES), { minLength: 14, maxLength: 14 }),
});

/** What a Quay does with a plan, as a run carries it out. */
interface CarriedOut {
  readonly answers: ReadonlyMap<TagName, Outcome>;
  /** The living tags, from before the first request to after the last. */
  readonly states: readonly (readonly Tag[])[];
}

/** Carries a plan out on a Quay of which the true digest of each tag is known. */
function carryOut(
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
  for (const tags of deletionOrder(plan)) {
    const inOrder = tags.toSorted(
      (one, other) => (of(ranks, one.tag.name) ?? 0) - (of(ranks, other.tag.name) ?? 0),
    );
    for (const { tag, after = [] } of inOrder) {
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

/** Rules that let much go, and protect some signatures. */
const rules: fc.Arbitrary<Rules> = fc
  .record({
    tags: fc.subarray(['*', '*.sig', 'sha256-*', 'pr-*', 'preview-*\nv*', 'sha-*'], { minLength: 1 }),
    'exclude-tags': fc.constantFrom('', '', '*.sig', '/^(?!pr-)/', 'v*', 'pr-1'),
    'clean-orphaned-signatures': fc.constantFrom('true', 'false'),
    'by-image': fc.constantFrom('true', 'false', 'false'),
  })
  .map(({ tags, ...inputs }) => readRules({ ...inputs, tags: tags.join('\n') }));

/** A repository in which no signature is older than what it signs, as hashes do not go in circles. */
const signedWorld = openWorld.map(({ tags, digests, ...world }): World => {
  const whole = tags.map((tag): Tag => {
    const [, subject = '', ending = ''] = /^sha256-(\w{64})(.*)$/.exec(tag.name) ?? [];
    const isNewer = subject === '' || (tag.digest ?? '') < `sha256:${subject}`;
    const digest = `sha256:${'abcdef'[ending.length]}${subject.slice(1)}`;
    return isNewer ? tag : { ...tag, digest, multiArch: false, manifests: new Map() };
  });
  const own = whole.flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest] as const]));
  return { ...world, tags: whole, digests: new Map([...digests, ...own]) };
});

const test = forAny(signedWorld, rules, weather);

describe('whatever the answers, their order and the kind of Quay', () => {
  const run = (world: World, rules: Rules, weather: Weather) => {
    const plan = planOf(world, rules, world.known);
    const { answers, states } = carryOut(plan, weather, world.digests);
    const living = states.at(-1) ?? [];
    return { plan, answers, states, living, names: new Set(living.map(({ name }) => name)) };
  };

  test('no tag that the plan keeps is lost, but for signatures that nothing protects', (world, rules, weather) => {
    const { plan, names } = run(world, rules, weather);
    const held = imagesOf(world, [...names]);
    for (const { tag, verdict, deletedWith } of plan.tags) {
      if (names.has(tag.name) || verdict.kind === 'delete') continue;
      expect(deletedWith).toBeDefined();
      expect(held).not.toContain(`sha256:${tag.name.slice(7, 71)}`);
      const named = rules.exclude.filter(({ text }) => text === '*.sig' || text.startsWith('sha256-'));
      expect(named.flatMap((pattern) => pattern.match([tag.name])[0] ?? [])).toEqual([]);
    }
  });

  test('nothing that hangs on an image is deleted while the image lives', (world, rules, weather) => {
    const { plan, names } = run(world, rules, weather);
    const held = imagesOf(world, [...names]);
    for (const { tag } of plan.tags) {
      if (names.has(tag.name) || !tag.name.startsWith('sha256-')) continue;
      // A tag of the image may be pushed or fail only after its signature was deleted before by somebody else.
      expect(held).not.toContain(`sha256:${tag.name.slice(7, 71)}`);
    }
  });

  test('a list that is up to date tells of each tag what became of it: deleted, gone and remaining are all', (world, rules, weather) => {
    const { plan, answers, living, names } = run(world, rules, weather);
    const remaining = { ...plan.list, tags: living };
    const after = outcomesOf({ plan, answers, remaining, rules });
    const unanswered = [...answers].flatMap(([name, { kind }]) => (kind === 'unknown' ? [name] : []));
    // Only where something has gone by this run is the list shown to be up to date: what it failed to delete went by others.
    const shows = [...answers].some(
      ([name, { kind }]) => (kind === 'deleted' || kind === 'unknown') && !names.has(name),
    );
    expect(after.isSettled).toBe(shows || !unanswered.some((name) => names.has(name)));
    expect(new Set(after.remaining?.map(({ name }) => name))).toEqual(names);
    for (const { tag } of plan.tags) {
      const kind = after.outcomes.get(tag.name)?.kind;
      expect(['deleted', 'deleted-with-image', 'gone'].includes(kind ?? '')).toBe(!names.has(tag.name));
    }
  });

  test('a list that lags, or none, contradicts no answer, and says nothing that is not so', (world, rules, weather) => {
    const { plan, answers, states, names } = run(world, rules, weather);
    const old = states[weather.lag % states.length] ?? [];
    const isAnswered = ![...answers.values()].some(({ kind }) => kind === 'unknown');
    for (const remaining of [undefined, { ...plan.list, tags: old }]) {
      const after = outcomesOf({ plan, answers, remaining, rules });
      for (const { tag } of plan.tags) {
        const outcome = after.outcomes.get(tag.name);
        const answer = answers.get(tag.name);
        if (answer?.kind === 'deleted') expect(outcome).toEqual(answer);
        if (['deleted', 'deleted-with-image', 'gone'].includes(outcome?.kind ?? ''))
          expect(names).not.toContain(tag.name);
        // An older list cannot be told from a new one where nothing was answered.
        if (!names.has(tag.name) && isAnswered && after.isSettled)
          expect(['deleted', 'deleted-with-image', 'gone']).toContain(outcome?.kind);
      }
      const gone = [...answers].filter(([, { kind }]) => kind === 'deleted' || kind === 'gone');
      const shown = new Set(after.remaining?.map(({ name }) => name));
      expect(gone.filter(([name]) => shown.has(name))).toEqual([]);
    }
  });
});
