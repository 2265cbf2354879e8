import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GitHubFacts } from '../../src/model/facts.ts';
import type { TagName } from '../../src/model/tag.ts';
import type { Rules } from '../../src/selection/rules.ts';
import { rules } from './arbitraries.ts';
import { OWN, readRules } from './read-scenario.ts';
import { readPatterns } from './rule-context.ts';
import { RUNS } from './runs.ts';
import { decideInRounds, namesOf } from './stages.ts';
import { type World, world } from './world.ts';

function withPatterns(rules: Rules, lines: readonly string[]): Rules {
  return { ...rules, ...readPatterns(lines.join('\n')), exclude: rules.exclude };
}

function subjectOf(name: string): string | undefined {
  const hex = /^sha256-(\w{64})/.exec(name)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/** What GitHub says of the repository that the rules name. */
function own({ known }: World): GitHubFacts {
  const facts = known.github.get(OWN);
  if (!facts) throw new Error('Nothing is known.');
  return facts;
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
  const ending = subjectOf(name) === undefined ? undefined : name.slice('sha256-'.length + 64);
  const deciding = rules.tags.find(
    (rule) =>
      rule.match([name])[0] &&
      (ending === undefined ||
        rule.text.includes('sha256-') ||
        (ending !== '' && rule.text.includes(ending))),
  );
  return { ...rules, ...deciding?.conditions };
}

function excludedNames({ exclude }: Rules, names: readonly TagName[]): ReadonlySet<string> {
  return new Set(exclude.flatMap((pattern) => names.filter((name) => pattern.match([name])[0])));
}

const GIVEN = { kind: 'given', repository: OWN } as const;
const OWNED = ['acme/app', 'acme/old', 'acme/shop', 'acme/young'];

describe('no plan holds', () => {
  test('a tag of an open or unknown pull request, where a pattern asks for one', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const asking = { ...withPatterns(rules, ['pr-{pr}*', '*']), source: GIVEN };
        for (const name of namesOf(decideInRounds(world, asking, world.known).judged, 'delete')) {
          const number = /^pr-([1-9]\d*)/.exec(name)?.[1];
          if (number !== undefined)
            expect(['closed', 'merged']).toContain(own(world).pullRequests.get(Number(number)));
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
          const commit = own(world).commits.get(hash);
          expect(commit).toMatchObject({ kind: 'commit', onKeptBranch: false });
          expect(commit).not.toHaveProperty('headOfBranch');
          expect(commit).not.toHaveProperty('gitTag');
          expect(commit).not.toHaveProperty('pullRequests.open');
          expect(commit).toHaveProperty('pullRequests.closed');
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
          event: { repository: OWN, pullRequest },
          source: GIVEN,
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
          if (olderThan?.kind === 'duration') expect(age).toBeGreaterThan(olderThan.seconds);
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
          ...withPatterns(rules, ['*', '/./', '{x*,*6-*}', 'pr-*.sig']),
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
        const { judged } = decideInRounds({ ...world, invalidNames: ['-'] }, rules, world.known);
        const deleted = namesOf(judged, 'delete');
        expect(deleted.filter((name) => subjectOf(name) !== undefined)).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('a signature that Quay deletes with its image', () => {
  test('is named with a tag of the image, exactly where all of them are deleted and it is not immutable', () => {
    fc.assert(
      fc.property(world, rules, (world, someRules) => {
        const rules = { ...someRules, mode: { kind: 'delete' } } as const;
        const { judged } = decideInRounds(world, rules, world.known);
        for (const { tag, verdict, deletedWith } of judged) {
          const subject = /\.(?:sig|att|sbom)$/.test(tag.name) ? subjectOf(tag.name) : undefined;
          const images = judged.filter(
            (one) => one.tag.digest === subject && subjectOf(one.tag.name) === undefined,
          );
          const goes =
            subject !== undefined &&
            !tag.immutable &&
            images.length > 0 &&
            images.every((one) => one.verdict.kind === 'delete');
          expect(deletedWith).toBe(goes && verdict.kind === 'keep' ? images[0]?.tag.name : undefined);
        }
      }),
      RUNS,
    );
  });
});

describe('by the labels of images', () => {
  test('no tag goes whose image does not say that it comes from the repository that is asked', () => {
    fc.assert(
      fc.property(world, rules, fc.constantFrom('own-labels', 'from-labels'), (world, rules, kind) => {
        const asking = { ...withPatterns(rules, ['pr-{pr}*']), cleanOrphanedSignatures: false };
        const { judged } = decideInRounds(
          world,
          { ...asking, source: { kind, repository: OWN, host: 'github.com' } },
          world.known,
        );
        for (const { tag } of judged.filter(({ verdict }) => verdict.kind === 'delete')) {
          const labels = world.known.labels.get(tag.digest ?? '');
          if (!labels || labels === 'unknown') throw new Error('Its labels are unknown.');
          const siblings = world.tags.filter(({ digest }) => digest === tag.digest);
          const { source = '', version = '' } = labels;
          expect(siblings.some(({ name }) => name === version || name.startsWith(`${version}-`))).toBe(true);
          const asked = source.slice('https://github.com/'.length);
          expect(kind === 'own-labels' ? ['acme/app', 'acme/old'] : OWNED).toContain(asked);
          const judge = world.known.github.get(asked === 'acme/old' ? OWN : asked);
          const number = Number(/^pr-([1-9]\d*)/.exec(tag.name)?.[1]);
          expect(['closed', 'merged']).toContain(judge?.pullRequests.get(number));
        }
      }),
      RUNS,
    );
  });
});
