import fc from 'fast-check';
import type { Facts, IndexedImages, LastPull, PullRequestState } from '../../src/model/facts.ts';
import type { Tag, TagName } from '../../src/model/tag.ts';
import type { Rules } from '../../src/selection/rules.ts';
import { DAY, NOW, readRules, tagName } from './read-scenario.ts';

/** A few numbers, branches and images, so that tags share them. */
const number = fc.integer({ min: 1, max: 6 });
const BRANCHES = ['main', 'feature/x', 'fix/#42', 'feature_X', 'a', 'x-arm64'];
const hex = fc.integer({ min: 0, max: 5 }).map((image) => String(image).repeat(64));

const name = fc.oneof(
  fc.tuple(number, fc.constantFrom('', '-arm64', '-2', '.1')).map(([pr, rest]) => `pr-${pr}${rest}`),
  fc
    .constantFrom('feature-x', 'fix-42', 'gone', 'main', 'a', 'x-arm64', 'fix--42')
    .map((slug) => `preview-${slug}`),
  fc.tuple(number, number).map(([major, minor]) => `v${major}.${minor}`),
  fc.tuple(hex, fc.constantFrom('sig', 'att', 'sbom')).map(([image, kind]) => `sha256-${image}.${kind}`),
  fc.constantFrom('latest', 'main', 'nightly', 'pr-01', 'PR-1', 'cache'),
);

const days = fc.integer({ min: -2, max: 90 });

const tag: fc.Arbitrary<Tag> = fc
  .record({
    name,
    digest: fc.option(hex),
    age: fc.option(days, { freq: 8 }),
    expiresIn: fc.option(days),
    multiArch: fc.constantFrom(false, false, false, true, undefined),
    immutable: fc.constantFrom(false, false, false, true, undefined),
  })
  .map(({ name, digest, age, expiresIn, multiArch, immutable }) => ({
    name: tagName(name),
    ...(digest !== null && { digest: `sha256:${digest}` }),
    ...(age !== null && { lastModified: NOW - age * DAY }),
    ...(expiresIn !== null && { expiration: NOW + expiresIn * DAY }),
    ...(multiArch !== undefined && { multiArch }),
    ...(immutable !== undefined && { immutable }),
  }));

/** What a registry lists: each name once. */
export const tags: fc.Arbitrary<readonly Tag[]> = fc.uniqueArray(tag, {
  selector: ({ name }) => name,
  maxLength: 14,
});

/** As above, of images whose platforms are all known, so that orphaned signatures do go. */
export const transparentTags: fc.Arbitrary<readonly Tag[]> = tags.map((list) =>
  list.map((listed) => ({ digest: `sha256:${'9'.repeat(64)}`, ...listed, multiArch: false })),
);

const wanted = fc.constantFrom(
  'pr-{pr}*',
  'pr-{pr}',
  '*-{pr}',
  'preview-{branch}',
  'preview-{branch}*',
  '{branch}',
  '*',
  'pr-*',
  'v?.*',
  'sha256-*',
  'latest',
  '{nightly,cache}',
  'preview-[a-f]*',
);
export const exclusion = fc.constantFrom('latest', 'v*', '*-arm64', 'preview-*', '*.sig', 'pr-1', 'nothing');

export const patternLines = fc.array(wanted, { minLength: 1, maxLength: 4 });

const conditions = {
  olderThan: fc.integer({ min: 1, max: 60 }).map((count) => ({ 'older-than': `${count}d` })),
  keepNewest: fc.integer({ min: 0, max: 5 }).map((count) => ({ 'keep-n-most-recent': String(count) })),
  notPulledFor: fc.integer({ min: 1, max: 60 }).map((count) => ({ 'not-pulled-for': `${count}d` })),
  expireIn: fc.integer({ min: 1, max: 60 }).map((count) => ({ 'expire-in': `${count}d` })),
};

/** The inputs of one condition that narrows a run. */
export const condition: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  ...Object.values(conditions),
);

export const event: fc.Arbitrary<Rules['event']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: number.map((pullRequest) => ({ pullRequest })) },
  { weight: 1, arbitrary: fc.constantFrom('feature/x', 'gone', null).map((branch) => ({ branch })) },
);

/** Rules as a workflow writes them. */
export const inputs: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .tuple(
    patternLines,
    fc.array(exclusion, { maxLength: 2 }),
    fc.option(condition),
    fc.option(condition),
    fc.boolean(),
  )
  .map(([lines, exclusions, one, other, clean]) => ({
    tags: lines.join('\n'),
    'exclude-tags': exclusions.join('\n'),
    'clean-orphaned-signatures': String(clean),
    ...one,
    ...other,
  }));

export const rules: fc.Arbitrary<Rules> = fc
  .tuple(inputs, event)
  .map(([written, scope]) => ({ ...readRules({ inputs: written }), event: scope }));

const state = fc.constantFrom<PullRequestState>('open', 'closed', 'merged', 'unknown');
const lastPull = fc.oneof(
  days.map((age) => NOW - age * DAY),
  fc.constantFrom<LastPull>('never', 'never', 'unknown'),
);

const digest = hex.map((image) => `sha256:${image}`);
const indexedImages = fc.oneof(
  fc.array(digest, { maxLength: 3 }).map((images) => new Set(images)),
  fc.constant<IndexedImages>('unknown'),
);

/** All facts, asked for; those about a single pull request or tag may still be missing. */
export const facts: fc.Arbitrary<Required<Facts>> = fc.record({
  now: fc.constant(NOW),
  pullRequests: fc.array(fc.tuple(number, state)).map((states) => new Map(states)),
  branches: fc.subarray(BRANCHES).map((branches) => new Set(branches)),
  lastPulls: fc
    .array(fc.tuple(name, lastPull), { maxLength: 30 })
    .map((pulls) => new Map(pulls.map(([text, pull]): [TagName, LastPull] => [tagName(text), pull]))),
  indexedImages: fc.array(fc.tuple(digest, indexedImages), { maxLength: 6 }).map((images) => new Map(images)),
});
