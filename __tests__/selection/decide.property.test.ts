import { describe, expect } from '@jest/globals';
import fc from 'fast-check';
import type { GitHubFacts } from '../../src/model/facts.ts';
import type { JudgedTag } from '../../src/model/result.ts';
import type { Tag, TagName } from '../../src/model/tag.ts';
import type { Rules } from '../../src/selection/rules.ts';
import { condition, event, exclusion, inputs, patternLines, rules } from './arbitraries.ts';
import { OWN, readFacts, readPatterns, readRules } from './read-scenario.ts';
import { forAny } from './runs.ts';
import { decideInRounds, namesOf } from './stages.ts';
import { decidedBy, deletedBy, imagesOf, type World, world } from './world.ts';

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
  return subjectOf(name) !== undefined;
}

/** Another order of the tags in which those of one second follow each other as before. */
function reordered(tags: readonly Tag[], order: readonly Tag[]): readonly Tag[] {
  const queues = Map.groupBy(tags, ({ lastModified }) => lastModified);
  return order.flatMap(({ lastModified }) => queues.get(lastModified)?.shift() ?? []);
}

const more = fc.record({
  lines: patternLines,
  exclusion,
  inputs,
  condition,
  count: fc.nat(8),
  event,
  pullRequest: fc.integer({ min: 1, max: 6 }),
  kind: fc.constantFrom('own-labels', 'from-labels'),
});
/** Of whatever repository and rules, and what else a sentence speaks of. */
const test = forAny(world, rules, more);

describe('a decision', () => {
  test('has every listed tag once, newest first, tags without a date last, those of a second in the registry’s order', (world, rules) => {
    const age = ({ lastModified }: Tag) => (lastModified === undefined ? Number.MAX_VALUE : -lastModified);
    const inOrder = world.tags.toSorted((one, other) => age(one) - age(other));
    expect(decidedBy(world, rules).map(({ tag }) => tag)).toEqual(inOrder);
  });

  const shuffled = world.chain((world) =>
    fc.tuple(fc.constant(world), fc.shuffledSubarray([...world.tags], { minLength: world.tags.length })),
  );
  forAny(shuffled, rules)(
    'does not depend on the order of tags of different seconds',
    ([world, order], rules) => {
      const other = { ...world, tags: reordered(world.tags, order) };
      expect(decidedBy(other, rules)).toEqual(decidedBy(world, rules));
    },
  );

  test('does not depend on the order of the lines, nor on repeated ones', (world, rules, { lines }) => {
    const forwards = withPatterns(rules, lines);
    const backwards = withPatterns(rules, [...lines.toReversed(), ...lines]);
    const exclude = rules.exclude.toReversed();
    expect(deletedBy(world, { ...backwards, exclude })).toEqual(deletedBy(world, forwards));
  });

  test('deletes no more with one more exclusion', (world, rules, { exclusion }) => {
    const { exclude } = readPatterns('x', exclusion);
    const narrowed = { ...rules, exclude: [...rules.exclude, ...exclude] };
    expectNoMore(decidedBy(world, narrowed), decidedBy(world, rules));
  });

  test('deletes no more with one more condition', (world, _, { inputs, condition }) => {
    fc.pre(Object.keys(condition).every((input) => !(input in inputs)));
    // A tag that expires takes no signature along, so that no tag is kept for the sake of one.
    fc.pre(!('expire-in' in condition));
    expectNoMore(
      decidedBy(world, readRules({ ...inputs, ...condition })),
      decidedBy(world, readRules(inputs)),
    );
  });

  test('deletes no more on the event of one pull request or branch', (world, rules, { event }) => {
    expectNoMore(decidedBy(world, { ...rules, event }), decidedBy(world, { ...rules, event: {} }));
  });

  test('deletes no more by image', (world, rules) => {
    const more = deletedBy(world, { ...rules, byImage: false });
    expect(more).toEqual(expect.arrayContaining([...deletedBy(world, { ...rules, byImage: true })]));
  });

  test('deletes all tags of an image or none by image, and none of an unknown one', (world, rules) => {
    const judged = decidedBy(world, { ...rules, byImage: true });
    for (const [image, tags] of Map.groupBy(judged, ({ tag }) => tag.digest)) {
      const deleted = namesOf(tags, 'delete').filter((name) => image !== undefined || !isAttached(name));
      expect([0, image === undefined ? 0 : tags.length]).toContain(deleted.length);
    }
  });

  test('takes expirations away of what patterns, conditions and exclusions select, whatever else is known', (world, someRules) => {
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
  });

  test('deletes nothing new when it is taken again on what remains', (world, rules) => {
    const judged = decidedBy(world, rules);
    const kept = new Set(namesOf(judged, 'keep'));
    const remaining = { ...world, tags: world.tags.filter(({ name }) => kept.has(name)) };
    expect(deletedBy(remaining, rules)).toEqual([]);
  });
});

describe('keep-n-most-recent', () => {
  test('keeps exactly the newest min(N, matching) tags, cosign tags aside', ({ tags }, _, more) => {
    const { count, exclusion } = more;
    const dated = tags.map((tag, index) => ({ lastModified: index, ...tag, immutable: false }));
    const rules = readRules({
      tags: 'pr-*\nv*\nsha256-*',
      'exclude-tags': exclusion,
      'keep-n-most-recent': String(count),
    });
    const counted = decideInRounds({ tags: dated }, rules, readFacts({})).judged.filter(
      ({ tag, verdict }) =>
        !tag.name.startsWith('sha256-') &&
        (verdict.kind === 'delete' || verdict.reason.kind === 'among-newest'),
    );
    expect(namesOf(counted, 'keep')).toEqual(
      counted.slice(0, Math.min(count, counted.length)).map(({ tag }) => tag.name),
    );
  });
});

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
  test('a tag of an open or unknown pull request, where a pattern asks for one', (world, rules) => {
    const asking = { ...withPatterns(rules, ['pr-{pr}*', '*']), source: GIVEN };
    for (const name of deletedBy(world, asking)) {
      const number = /^pr-([1-9]\d*)/.exec(name)?.[1];
      if (number !== undefined)
        expect(['closed', 'merged']).toContain(own(world).pullRequests.get(Number(number)));
    }
  });

  const asking = readRules({ tags: 'sha-*\nsha-{commit}\n*' });
  test('a tag of a commit that lives on or is not known, where a pattern asks for one', (world) => {
    for (const name of deletedBy(world, asking)) {
      const hash = /^sha-([0-9a-f]{7,40})$/.exec(name)?.[1];
      if (hash === undefined) continue;
      const commit = own(world).commits.get(hash);
      expect(commit).toMatchObject({ kind: 'commit', onKeptBranch: false });
      expect(commit).not.toHaveProperty('headOfBranch');
      expect(commit).not.toHaveProperty('gitTag');
      expect(commit).not.toHaveProperty('pullRequests.open');
      expect(commit).toHaveProperty('pullRequests.closed');
    }
  });

  test('a tag of another pull request than the event’s', (world, rules, { pullRequest }) => {
    const asking = {
      ...withPatterns(rules, ['pr-{pr}*']),
      event: { repository: OWN, pullRequest },
      source: GIVEN,
      cleanOrphanedSignatures: false,
    };
    const own = new RegExp(`^pr-${pullRequest}(?!\\d)`);
    const deleted = deletedBy(world, asking);
    expect(deleted.filter((name) => !own.test(name))).toEqual([]);
  });

  test('an excluded or an immutable tag, or one that is too new', (world, rules) => {
    const names = world.tags.map(({ name }) => name);
    const excluded = excludedNames(rules, names);
    const judged = decidedBy(world, rules);
    for (const { tag } of judged.filter(({ verdict }) => verdict.kind === 'delete')) {
      expect(excluded).not.toContain(tag.name);
      expect(tag.immutable).not.toBe(true);
      const age = world.known.now - (tag.lastModified ?? world.known.now);
      const { olderThan, notPulledFor } = conditionsOf(rules, tag.name);
      if (olderThan?.kind === 'duration') expect(age).toBeGreaterThan(olderThan.seconds);
      if (notPulledFor) expect(age).toBeGreaterThan(notPulledFor.seconds);
    }
  });

  test('a cosign tag that only wildcards match, unless orphans are cleaned up', (world, rules) => {
    const broad = {
      ...withPatterns(rules, ['*', '/./', '{x*,*6-*}', 'pr-*.sig']),
      cleanOrphanedSignatures: false,
    };
    const deleted = deletedBy(world, broad);
    expect(deleted.filter(isAttached)).toEqual([]);
  });

  test('a signature whose image keeps a tag, or a multi-arch image with it does, known or not', (world, rules) => {
    const judged = decidedBy(world, rules);
    const living = imagesOf(world, namesOf(judged, 'keep'));
    for (const name of namesOf(judged, 'delete')) expect(living).not.toContain(subjectOf(name));
  });

  test('a signature while a name is listed that no tag can have', (world, rules) => {
    const deleted = deletedBy({ ...world, invalidNames: ['-'] }, rules);
    expect(deleted.filter(isAttached)).toEqual([]);
  });
});

describe('a signature that Quay deletes with its image', () => {
  test('is named with a tag of the image, exactly where all of them are deleted and it is not immutable', (world, someRules) => {
    const rules = { ...someRules, mode: { kind: 'delete' } } as const;
    const judged = decidedBy(world, rules);
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
  });
});

describe('by the labels of images', () => {
  test('no tag goes whose image does not say that it comes from the repository that is asked', (world, rules, more) => {
    const source = { kind: more.kind, repository: OWN, host: 'github.com' };
    const asking = { ...withPatterns(rules, ['pr-{pr}*']), cleanOrphanedSignatures: false, source };
    const deleted = decidedBy(world, asking).filter(({ verdict }) => verdict.kind === 'delete');
    for (const { tag } of deleted) {
      const labels = world.known.labels.get(tag.digest ?? '');
      if (!labels || labels === 'unknown') throw new Error('Its labels are unknown.');
      const siblings = world.tags.filter(({ digest }) => digest === tag.digest);
      const { source: address = '', version = '' } = labels;
      expect(siblings.some(({ name }) => name === version || name.startsWith(`${version}-`))).toBe(true);
      const asked = address.slice('https://github.com/'.length);
      expect(more.kind === 'own-labels' ? ['acme/app', 'acme/old'] : OWNED).toContain(asked);
      const judge = world.known.github.get(asked === 'acme/old' ? OWN : asked);
      const number = Number(/^pr-([1-9]\d*)/.exec(tag.name)?.[1]);
      expect(['closed', 'merged']).toContain(judge?.pullRequests.get(number));
    }
  });
});
