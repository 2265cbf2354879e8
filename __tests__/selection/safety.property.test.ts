import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TagName } from '../../src/model/tag.ts';
import { parsePatterns, type Rules } from '../../src/selection/rules.ts';
import { rules } from './arbitraries.ts';
import { readRules } from './read-scenario.ts';
import { RUNS } from './runs.ts';
import { decideInRounds, namesOf } from './stages.ts';
import { type World, world } from './world.ts';

function withPatterns(rules: Rules, lines: readonly string[]): Rules {
  return { ...rules, ...parsePatterns({ tags: lines.join('\n'), excludeTags: '' }), exclude: rules.exclude };
}

function subjectOf(name: string): string | undefined {
  const hex = /^sha256-(\w{64})(?:\.(?:sig|att|sbom))?$/.exec(name)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/** The images of the tags, those in their multi-arch images among them, by what is true and not by what is known. */
function imagesOf({ digests, parts }: World, names: readonly string[]): ReadonlySet<string> {
  const open = [...digests].flatMap(([name, digest]) => (names.includes(name) ? [digest] : []));
  const living = new Set<string>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    living.add(next);
    open.push(...(parts.get(next) ?? []));
  }
  return living;
}

/** The conditions by which a tag goes: those of the first line that takes it, over those of the inputs. */
function conditionsOf(rules: Rules, name: TagName): Pick<Rules, 'olderThan' | 'notPulledFor'> {
  const isCosign = subjectOf(name) !== undefined;
  const deciding = rules.tags.find((rule) => rule.match([name])[0] && (rule.takesCosignTags || !isCosign));
  return { ...rules, ...deciding?.conditions };
}

function excludedNames({ exclude }: Rules, names: readonly TagName[]): ReadonlySet<string> {
  return new Set(exclude.flatMap((pattern) => names.filter((name) => pattern.match([name])[0])));
}

describe('no plan holds', () => {
  test('a tag of an open or unknown pull request, where a pattern asks for one', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const asking = withPatterns(rules, ['pr-{pr}*', '*']);
        for (const name of namesOf(decideInRounds(world, asking, world.known).judged, 'delete')) {
          const number = /^pr-([1-9]\d*)/.exec(name)?.[1];
          if (number !== undefined)
            expect(['closed', 'merged']).toContain(world.known.pullRequests.get(Number(number)));
        }
      }),
      RUNS,
    );
  });

  test('a tag of a commit that lives on or is not known, where a pattern asks for one', () => {
    const asking = readRules({ inputs: { tags: 'sha-*\nsha-{commit}\n*' } });
    fc.assert(
      fc.property(world, (world) => {
        for (const name of namesOf(decideInRounds(world, asking, world.known).judged, 'delete')) {
          const hash = /^sha-([0-9a-f]{7,40})$/.exec(name)?.[1];
          if (hash === undefined) continue;
          const commit = world.known.commits.get(hash);
          if (commit?.kind !== 'commit' || commit.parents === 'unknown')
            throw new Error(`${hash} is unknown.`);
          expect(commit).toMatchObject({ onKeptBranch: false });
          expect(commit).not.toHaveProperty('headOfBranch');
          expect(commit).not.toHaveProperty('gitTag');
          // Of a commit with one parent, the parent says nothing.
          const merged = commit.parents.length > 1 ? commit.parents : [];
          expect(JSON.stringify([commit.pullRequests, merged])).not.toMatch(/"open"|"unknown"/);
        }
      }),
      RUNS,
    );
  });

  test('a tag of another pull request than the event’s', () => {
    fc.assert(
      fc.property(world, rules, fc.integer({ min: 1, max: 6 }), (world, rules, pullRequest) => {
        const asking = {
          ...withPatterns(rules, ['pr-{pr}*']),
          event: { pullRequest },
          cleanOrphanedSignatures: false,
        };
        const own = new RegExp(`^pr-${pullRequest}(?!\\d)`);
        const deleted = namesOf(decideInRounds(world, asking, world.known).judged, 'delete');
        expect(deleted.filter((name) => !own.test(name))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('an excluded or an immutable tag, or one that is too new', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const excluded = excludedNames(
          rules,
          world.tags.map(({ name }) => name),
        );
        const { judged } = decideInRounds(world, rules, world.known);
        for (const { tag } of judged.filter(({ verdict }) => verdict.kind === 'delete')) {
          expect(excluded).not.toContain(tag.name);
          expect(tag.immutable).not.toBe(true);
          const age = world.known.now - (tag.lastModified ?? world.known.now);
          const { olderThan, notPulledFor } = conditionsOf(rules, tag.name);
          if (olderThan) expect(age).toBeGreaterThan(olderThan.seconds);
          if (notPulledFor) expect(age).toBeGreaterThan(notPulledFor.seconds);
        }
      }),
      RUNS,
    );
  });

  test('a cosign tag that only wildcards match, unless orphans are cleaned up', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const broad = {
          ...withPatterns(rules, ['*', '/./', '{sha256-*,x*}']),
          cleanOrphanedSignatures: false,
        };
        const deleted = namesOf(decideInRounds(world, broad, world.known).judged, 'delete');
        expect(deleted.filter((name) => subjectOf(name) !== undefined)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('a signature whose image keeps a tag, or a multi-arch image with it does, known or not', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const { judged } = decideInRounds(world, rules, world.known);
        const living = imagesOf(world, namesOf(judged, 'keep'));
        for (const name of namesOf(judged, 'delete')) expect(living).not.toContain(subjectOf(name));
      }),
      RUNS,
    );
  });

  test('a signature while a name is listed that no tag can have', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const { judged } = decideInRounds({ ...world, strange: ['-'] }, rules, world.known);
        const deleted = namesOf(judged, 'delete');
        expect(deleted.filter((name) => subjectOf(name) !== undefined)).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('a signature that Quay deletes with its image', () => {
  test('is named with a tag of the image, exactly where all of them are deleted', () => {
    fc.assert(
      fc.property(world, rules, (world, { expireAt: _, ...rules }) => {
        const { judged } = decideInRounds(world, rules, world.known);
        for (const { tag, verdict, takenAlong } of judged) {
          const subject = /\.(?:sig|att|sbom)$/.test(tag.name) ? subjectOf(tag.name) : undefined;
          const images = judged.filter(
            (one) => one.tag.digest === subject && subjectOf(one.tag.name) === undefined,
          );
          const goes =
            subject !== undefined &&
            images.length > 0 &&
            images.every((one) => one.verdict.kind === 'delete');
          expect(takenAlong?.image).toBe(goes && verdict.kind === 'keep' ? images[0]?.tag.name : undefined);
        }
      }),
      RUNS,
    );
  });

  test('must stay where it is excluded or immutable, or its image lives on', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const { judged } = decideInRounds(world, rules, world.known);
        const living = imagesOf(world, namesOf(judged, 'keep'));
        for (const { tag, takenAlong } of judged) {
          if (!takenAlong) continue;
          const mustStay =
            tag.immutable ||
            excludedNames(rules, [tag.name]).size > 0 ||
            living.has(subjectOf(tag.name) ?? '') ||
            (world.strange ?? []).length > 0;
          if (mustStay) expect(takenAlong.mustStay).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('never has to stay where nothing can be restored, nor where tags expire', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        fc.pre(!rules.canRestore || rules.expireAt !== undefined);
        const { judged } = decideInRounds(world, rules, world.known);
        expect(judged.filter(({ takenAlong }) => takenAlong?.mustStay)).toEqual([]);
      }),
      RUNS,
    );
  });
});
