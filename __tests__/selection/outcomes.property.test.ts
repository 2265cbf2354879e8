import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Plan } from '../../src/model/plan.ts';
import type { Tag, TagName } from '../../src/model/tag.ts';
import { outcomesOf } from '../../src/selection/outcomes.ts';
import type { Rules } from '../../src/selection/rules.ts';
import { carryOut, type Weather, weather } from './carried-out.ts';
import { readRules } from './read-scenario.ts';
import { RUNS } from './runs.ts';
import { decideInRounds, inRepository } from './stages.ts';
import { openWorld, type World } from './world.ts';

/** Rules that let much go, and protect some signatures. */
const rules: fc.Arbitrary<Rules> = fc
  .record({
    tags: fc.subarray(['*', '*.sig', 'sha256-*', 'pr-*', 'preview-*\nv*', 'sha-*'], { minLength: 1 }),
    'exclude-tags': fc.constantFrom('', '', '*.sig', '/^(?!pr-)/', 'v*', 'pr-1'),
    'clean-orphaned-signatures': fc.constantFrom('true', 'false'),
    'by-image': fc.constantFrom('true', 'false', 'false'),
  })
  .map(({ tags, ...inputs }) => readRules({ inputs: { ...inputs, tags: tags.join('\n') } }));

function planOf(world: World, rules: Rules): Plan {
  const { judged } = decideInRounds(world, rules, world.known);
  return { repository: 'acme/web', list: inRepository(world), tags: judged, matches: [] };
}

/** All images that the names hold, by what is true. */
function imagesOf({ digests, parts }: World, names: readonly string[]): ReadonlySet<string> {
  const held = new Set(names.flatMap((name) => digests.get(name as TagName) ?? []));
  for (const digest of held) for (const part of parts.get(digest) ?? []) held.add(part);
  return held;
}

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

describe('whatever the answers, their order and the kind of Quay', () => {
  const run = (world: World, rules: Rules, weather: Weather) => {
    const plan = planOf(world, rules);
    const { answers, states } = carryOut(plan, weather, world.digests);
    const living = states.at(-1) ?? [];
    return { plan, answers, states, living, names: new Set(living.map(({ name }) => name)) };
  };

  test('no tag that the plan keeps is lost, but for signatures that nothing protects', () => {
    fc.assert(
      fc.property(signedWorld, rules, weather, (world, rules, weather) => {
        const { plan, names } = run(world, rules, weather);
        const held = imagesOf(world, [...names]);
        for (const { tag, verdict, deletedWith } of plan.tags) {
          if (names.has(tag.name) || verdict.kind === 'delete') continue;
          expect(deletedWith).toBeDefined();
          expect(held).not.toContain(`sha256:${tag.name.slice(7, 71)}`);
          const named = rules.exclude.filter(({ text }) => text === '*.sig' || text.startsWith('sha256-'));
          expect(named.flatMap((pattern) => pattern.match([tag.name])[0] ?? [])).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('nothing that hangs on an image is deleted while the image lives', () => {
    fc.assert(
      fc.property(signedWorld, rules, weather, (world, rules, weather) => {
        const { plan, names } = run(world, rules, weather);
        const held = imagesOf(world, [...names]);
        for (const { tag } of plan.tags) {
          if (names.has(tag.name) || !tag.name.startsWith('sha256-')) continue;
          // A tag of the image may be pushed or fail only after its signature was deleted before by somebody else.
          expect(held).not.toContain(`sha256:${tag.name.slice(7, 71)}`);
        }
      }),
      RUNS,
    );
  });

  test('a list that is up to date tells of each tag what became of it: deleted, gone and remaining are all', () => {
    fc.assert(
      fc.property(signedWorld, rules, weather, (world, rules, weather) => {
        const { plan, answers, living, names } = run(world, rules, weather);
        const remaining = { ...plan.list, tags: living };
        const after = outcomesOf({ plan, answers, remaining, rules });
        const unanswered = [...answers].flatMap(([name, { kind }]) => (kind === 'unknown' ? [name] : []));
        // Only where something has gone by this run is the list shown to be up to date.
        const shows = [...answers].some(([name, { kind }]) => kind !== 'gone' && !names.has(name));
        expect(after.isSettled).toBe(shows || !unanswered.some((name) => names.has(name)));
        expect(new Set(after.remaining?.map(({ name }) => name))).toEqual(names);
        for (const { tag } of plan.tags) {
          const kind = after.outcomes.get(tag.name)?.kind;
          expect(['deleted', 'deleted-with-image', 'gone'].includes(kind ?? '')).toBe(!names.has(tag.name));
        }
      }),
      RUNS,
    );
  });

  test('a list that lags, or none, contradicts no answer, and says nothing that is not so', () => {
    fc.assert(
      fc.property(signedWorld, rules, weather, fc.nat(), (world, rules, weather, lag) => {
        const { plan, answers, states, names } = run(world, rules, weather);
        const old = states[lag % states.length] ?? [];
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
      }),
      RUNS,
    );
  });
});
