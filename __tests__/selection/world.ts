import fc from 'fast-check';
import type { Facts, ImageLabels, KnownCommit, PullRequestState } from '../../src/model/facts.ts';
import type { JudgedTag } from '../../src/model/result.ts';
import type { TagName } from '../../src/model/tag.ts';
import type { Rules } from '../../src/selection/rules.ts';
import {
  imageHex,
  type ScenarioContents,
  type ScenarioFacts,
  type ScenarioRepository,
  type ScenarioTag,
} from '../scenarios/scenario.ts';
import { tagName } from '../support/tag-name.ts';
import { digestOf, OWN, readFacts, readTag } from './read-scenario.ts';
import { decideInRounds, type Listed, namesOf } from './stages.ts';

/** What a registry lists and what can be asked, with the truth behind it. */
export interface World extends Listed {
  readonly known: Facts;
  /** The digest of each tag, whether the list shows it or not. */
  readonly digests: ReadonlyMap<TagName, string>;
  /** The digests in each multi-arch image. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
}

export function decidedBy(world: World, rules: Rules): readonly JudgedTag[] {
  return decideInRounds(world, rules, world.known).judged;
}

export function deletedBy(world: World, rules: Rules): readonly TagName[] {
  return namesOf(decidedBy(world, rules), 'delete');
}

/** The images of the tags, those in their multi-arch images among them, by what is true and not by what is known. */
export function imagesOf({ digests, parts }: World, names: readonly TagName[]): ReadonlySet<string> {
  const held = new Set(names.flatMap((name) => digests.get(name) ?? []));
  // A set is walked to its end, also where that moves away.
  for (const digest of held) for (const part of parts.get(digest) ?? []) held.add(part);
  return held;
}

/** A few numbers, branches and images, so that tags share them. */
const number = fc.integer({ min: 1, max: 6 });
const BRANCHES = ['main', 'feature/x', 'fix/#42', 'feature_X', 'a', 'x-arm64'];
const HASHES = ['0a1b2c3', '1b2c3d4', '2c3d4e5f60718293a4b5c6d7e8f9012345678901'];
const IMAGES = ['0', '1', '2', '3', '4', '5'];

const name = fc.oneof(
  fc.tuple(number, fc.constantFrom('', '-arm64', '-2', '.1')).map(([pr, rest]) => `pr-${pr}${rest}`),
  fc
    .constantFrom('feature-x', 'fix-42', 'gone', 'main', 'a', 'x-arm64', 'fix--42')
    .map((slug) => `preview-${slug}`),
  fc.tuple(number, number).map(([major, minor]) => `v${major}.${minor}`),
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...IMAGES), fc.constantFrom('.sig', '.att', '.sbom', '', '.src', '-x'))
      .map(([subject, ending]) => `sha256-${imageHex(subject)}${ending}`),
  },
  fc.constantFrom('latest', 'main', 'nightly', 'pr-01', 'PR-1', 'cache'),
  fc.constantFrom(...HASHES, '0a1b2c').map((hash) => `sha-${hash}`),
);

const days = fc.integer({ min: -2, max: 90 });

/** What the registry tells of an image: the list all or a part of it, and its manifest. */
interface Image {
  readonly image: string;
  /** Absent for an image of one platform. */
  readonly parts?: readonly string[];
  readonly listed: Pick<ScenarioTag, 'multiArch' | 'manifests' | 'absent'>;
  readonly contents: ScenarioContents | undefined;
}

/** Multi-arch images hold images of higher numbers only, so that none holds itself. */
function imageOf(image: string, isOpen: boolean, images: readonly Image[]): fc.Arbitrary<Image> {
  return fc
    .record({
      parts: fc.option(fc.subarray([...images]), { freq: 2 }),
      shown: isOpen ? fc.constant('all') : fc.constantFrom('all', 'kind', 'nothing'),
      read: isOpen ? fc.constant('yes') : fc.constantFrom('yes', 'yes', 'unknown', 'absent'),
      lacksImages: fc.boolean(),
    })
    .map(({ parts, shown, read, lacksImages }): Image => {
      const held = Map.groupBy(parts ?? [], (part) => (part.parts ? 'indexes' : 'images'));
      const [images = [], indexes = []] = [held.get('images'), held.get('indexes')].map((all) =>
        all?.map((part) => part.image),
      );
      const manifests = lacksImages
        ? { manifests: indexes, absent: images }
        : { manifests: [...images, ...indexes] };
      return {
        image,
        ...(parts && { parts: [...images, ...indexes] }),
        listed: {
          multiArch: shown === 'nothing' ? null : parts !== null,
          ...(shown === 'all' && parts && manifests),
        },
        contents: read === 'yes' ? { images, indexes } : read === 'unknown' ? read : undefined,
      };
    });
}

function allImages(isOpen: boolean): fc.Arbitrary<readonly Image[]> {
  return IMAGES.toReversed().reduce<fc.Arbitrary<readonly Image[]>>(
    (rest, image) => rest.chain((images) => imageOf(image, isOpen, images).map((one) => [one, ...images])),
    fc.constant([]),
  );
}

function tagOf(images: readonly Image[], isOpen: boolean): fc.Arbitrary<{ tag: ScenarioTag; image: string }> {
  return fc
    .record({
      name,
      image: fc.constantFrom(...images),
      isHidden: isOpen ? fc.constant(false) : fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
      days: fc.option(days, { freq: 8 }),
      expiresIn: fc.option(days, { nil: undefined }),
      immutable: fc.constantFrom(false, false, false, true, undefined),
    })
    .map(({ image: { image, listed }, isHidden, ...tag }) => ({
      image,
      tag: { ...tag, ...(isHidden ? { image: null, multiArch: null } : { image, ...listed }) },
    }));
}

/** Commits of which about a third are left over, and what keeps each of the others. */
const commit = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.oneof(
          {
            weight: 9,
            arbitrary: fc.record(
              { open: number, closed: fc.record({ number, merged: fc.boolean() }) },
              { requiredKeys: [] },
            ),
          },
          fc.constant('unknown' as const),
        ),
        fc.constantFrom<Partial<KnownCommit>>(
          {},
          {},
          {},
          { onKeptBranch: { name: 'main' } },
          { onKeptBranch: 'unknown' },
          { headOfBranch: 'main' },
          { gitTag: 'v1' },
        ),
      )
      .map(([pullRequests, kept]): Partial<KnownCommit> => ({ pullRequests, ...kept })),
  },
  fc.constantFrom('unknown' as const, 'ambiguous' as const),
);

/** Repositories that an image may name: the workflow's own, its old name, others of its owner, and one of another. */
const REPOSITORIES: Readonly<Record<string, ScenarioRepository>> = {
  [OWN]: {},
  'acme/old': { name: 'Acme/App' },
  'acme/shop': {},
  'acme/young': { days: 30 },
  'umbrella/app': { isUnreadable: true },
};

const repository: fc.Arbitrary<ScenarioRepository> = fc.record({
  pullRequests: fc.dictionary(
    number.map(String),
    fc.constantFrom<PullRequestState>('open', 'closed', 'merged', 'unknown'),
  ),
  branches: fc.subarray(BRANCHES),
  proposed: fc.dictionary(fc.constantFrom(...BRANCHES), number, { maxKeys: 2 }),
  commits: fc.record(Object.fromEntries(HASHES.map((hash) => [hash, commit]))),
});

const labels: fc.Arbitrary<ImageLabels | 'unknown'> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        source: fc
          .constantFrom(...Object.keys(REPOSITORIES), OWN)
          .map((name) => `https://github.com/${name}`),
        version: fc.oneof(
          name,
          number.map((pr) => `pr-${pr}`),
          fc.constantFrom('', 'preview', 'sha'),
        ),
      },
      { requiredKeys: ['source'] },
    ),
  },
  fc.constant('unknown' as const),
);

const facts: fc.Arbitrary<ScenarioFacts> = fc.record({
  repositories: fc.record(
    Object.fromEntries(
      Object.entries(REPOSITORIES).map(([name, is]) => [
        name,
        repository.map((facts) => ({ ...facts, ...is })),
      ]),
    ),
  ),
  labels: fc.record(Object.fromEntries(IMAGES.map((image) => [image, labels]))),
  pulls: fc.dictionary(
    name,
    fc.oneof(days, fc.constantFrom('never' as const, 'never' as const, 'unknown' as const)),
    { maxKeys: 30 },
  ),
});

function worldOf(isOpen: boolean): fc.Arbitrary<World> {
  return allImages(isOpen).chain((all) => {
    const tags = fc.uniqueArray(tagOf(all, isOpen), { selector: ({ tag }) => tag.name, maxLength: 14 });
    const invalidNames = isOpen ? fc.constant([]) : fc.subarray(['päge']);
    return fc.tuple(tags, invalidNames, facts).map(
      ([listed, invalidNames, facts]): World => ({
        tags: listed.map(({ tag }) => readTag(tag)),
        invalidNames,
        known: readFacts({
          ...facts,
          images: Object.fromEntries(
            all.flatMap(({ image, contents }) => (contents ? [[image, contents]] : [])),
          ),
        }),
        digests: new Map(listed.map(({ tag, image }) => [tagName(tag.name), digestOf(image)])),
        parts: new Map(
          all.flatMap(({ image, parts }) => (parts ? [[digestOf(image), parts.map(digestOf)]] : [])),
        ),
      }),
    );
  });
}

/** A repository of which all images can be known, so that orphaned signatures do go. */
export const openWorld: fc.Arbitrary<World> = worldOf(true);

/** Any repository: with each name once, and with facts of which some are missing. */
export const world: fc.Arbitrary<World> = fc.oneof(worldOf(false), openWorld);
