import fc from 'fast-check';
import type {
  CommitFacts,
  Facts,
  KnownCommit,
  LastPull,
  ManifestContents,
  PullRequestState,
} from '../../src/model/facts.ts';
import type { Tag, TagName } from '../../src/model/tag.ts';
import { DAY, NOW, tagName } from './read-scenario.ts';
import type { Listed } from './stages.ts';

/** What a registry lists and what can be asked, with the truth behind it. */
export interface World extends Listed {
  readonly known: Required<Facts>;
  /** The digest of each tag, whether the list shows it or not. */
  readonly digests: ReadonlyMap<TagName, string>;
  /** The digests in each multi-arch image. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
}

/** A few numbers, branches and images, so that tags share them. */
const number = fc.integer({ min: 1, max: 6 });
const BRANCHES = ['main', 'feature/x', 'fix/#42', 'feature_X', 'a', 'x-arm64'];
const HASHES = ['0a1b2c3', '1b2c3d4', '2c3d4e5f60718293a4b5c6d7e8f9012345678901'];
const IMAGES = [0, 1, 2, 3, 4, 5];
const image = fc.constantFrom(...IMAGES);

function hexOf(image: number): string {
  return String(image).repeat(64);
}

const name = fc.oneof(
  fc.tuple(number, fc.constantFrom('', '-arm64', '-2', '.1')).map(([pr, rest]) => `pr-${pr}${rest}`),
  fc
    .constantFrom('feature-x', 'fix-42', 'gone', 'main', 'a', 'x-arm64', 'fix--42')
    .map((slug) => `preview-${slug}`),
  fc.tuple(number, number).map(([major, minor]) => `v${major}.${minor}`),
  {
    weight: 2,
    arbitrary: fc
      .tuple(image, fc.constantFrom('.sig', '.att', '.sbom', ''))
      .map(([subject, ending]) => `sha256-${hexOf(subject)}${ending}`),
  },
  fc.constantFrom('latest', 'main', 'nightly', 'pr-01', 'PR-1', 'cache'),
  fc.constantFrom(...HASHES, '0a1b2c').map((hash) => `sha-${hash}`),
);

const days = fc.integer({ min: -2, max: 90 });

/** What the registry tells of an image: the list all or a part of it, and its manifest. */
interface Image {
  readonly digest: string;
  /** Absent for an image of one platform. */
  readonly parts?: readonly string[];
  readonly listed: Pick<Tag, 'multiArch' | 'manifests'>;
  readonly contents: ManifestContents | undefined;
}

/** Multi-arch images hold images of higher numbers only, so that none holds itself. */
function imageOf(index: number, isOpen: boolean, images: readonly Image[]): fc.Arbitrary<Image> {
  const digest = `sha256:${hexOf(index)}`;
  return fc
    .record({
      parts: fc.option(fc.subarray([...images]), { freq: 2 }),
      shown: isOpen ? fc.constant('all') : fc.constantFrom('all', 'kind', 'nothing'),
      read: isOpen ? fc.constant('yes') : fc.constantFrom('yes', 'yes', 'unknown', 'absent'),
      lacksImages: fc.boolean(),
    })
    .map(({ parts, shown, read, lacksImages }): Image => {
      const held = parts ?? [];
      const manifests = new Map(held.map((part) => [part.digest, part.parts !== undefined || !lacksImages]));
      const contents = {
        images: held.filter((part) => !part.parts).map((part) => part.digest),
        indexes: held.filter((part) => part.parts).map((part) => part.digest),
      };
      return {
        digest,
        ...(parts && { parts: held.map((part) => part.digest) }),
        listed: {
          ...(shown !== 'nothing' && { multiArch: parts !== null }),
          ...(shown === 'all' && parts && { manifests }),
        },
        contents: read === 'yes' ? contents : read === 'unknown' ? read : undefined,
      };
    });
}

function imagesOf(isOpen: boolean): fc.Arbitrary<readonly Image[]> {
  return IMAGES.toReversed().reduce<fc.Arbitrary<readonly Image[]>>(
    (rest, index) =>
      rest.chain((images) => imageOf(index, isOpen, images).map((image) => [image, ...images])),
    fc.constant([]),
  );
}

function tagOf(images: readonly Image[], isOpen: boolean): fc.Arbitrary<{ tag: Tag; digest: string }> {
  return fc
    .record({
      name,
      image: fc.constantFrom(...images),
      isHidden: isOpen ? fc.constant(false) : fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
      age: fc.option(days, { freq: 8 }),
      expiresIn: fc.option(days),
      immutable: fc.constantFrom(false, false, false, true, undefined),
    })
    .map(({ name, image: { digest, listed }, isHidden, age, expiresIn, immutable }) => ({
      digest,
      tag: {
        name: tagName(name),
        ...(isHidden ? {} : { digest, ...listed }),
        ...(age !== null && { lastModified: NOW - age * DAY }),
        ...(expiresIn !== null && { expiration: NOW + expiresIn * DAY }),
        ...(immutable !== undefined && { immutable }),
      },
    }));
}

const state = fc.constantFrom<PullRequestState>('open', 'closed', 'merged', 'unknown');
const lastPull = fc.oneof(
  days.map((age) => NOW - age * DAY),
  fc.constantFrom<LastPull>('never', 'never', 'unknown'),
);

const pullRequests = fc.option(
  fc.array(fc.record({ number, state: fc.constantFrom('open', 'closed', 'merged', 'closed') }), {
    minLength: 1,
    maxLength: 2,
  }),
  { nil: 'unknown' as const, freq: 9 },
);

/** Commits of which about a third are left over, and what keeps each of the others. */
const commit: fc.Arbitrary<CommitFacts> = fc
  .tuple(
    pullRequests,
    fc.array(fc.record({ oid: fc.constantFrom('a', 'b'), pullRequests }), { maxLength: 2 }),
    fc.constantFrom<Partial<KnownCommit>>(
      {},
      {},
      {},
      { onKeptBranch: { name: 'main' } },
      { isTemporaryMerge: true },
      { onKeptBranch: 'unknown' },
      { headOfBranch: 'main' },
      { gitTag: 'v1' },
      { pullRequests: [] },
      { parents: 'unknown' },
    ),
    fc.constantFrom('commit', 'commit', 'commit', 'commit', 'unknown', 'ambiguous'),
  )
  .map(([pullRequests, parents, difference, kind]) =>
    kind === 'commit'
      ? {
          kind,
          oid: 'f'.repeat(40),
          parents,
          pullRequests,
          isTemporaryMerge: false,
          onKeptBranch: false,
          ...difference,
        }
      : { kind },
  );

const known = fc.record({
  now: fc.constant(NOW),
  pullRequests: fc.array(fc.tuple(number, state)).map((states) => new Map(states)),
  branches: fc.subarray(BRANCHES).map((branches) => new Set(branches)),
  commits: fc
    .tuple(commit, commit, commit)
    .map(
      (commits) => new Map(HASHES.flatMap((hash, index) => (commits[index] ? [[hash, commits[index]]] : []))),
    ),
  lastPulls: fc
    .array(fc.tuple(name, lastPull), { maxLength: 30 })
    .map((pulls) => new Map(pulls.map(([text, pull]): [TagName, LastPull] => [tagName(text), pull]))),
});

function worldOf(isOpen: boolean): fc.Arbitrary<World> {
  return imagesOf(isOpen).chain((images) => {
    const tags = fc.uniqueArray(tagOf(images, isOpen), { selector: ({ tag }) => tag.name, maxLength: 14 });
    const strange = isOpen ? fc.constant([]) : fc.subarray(['päge']);
    return fc.tuple(tags, strange, known).map(
      ([listed, strange, facts]): World => ({
        tags: listed.map(({ tag }) => tag),
        strange,
        known: {
          ...facts,
          manifests: new Map(
            images.flatMap(({ digest, contents }) => (contents ? [[digest, contents] as const] : [])),
          ),
        },
        digests: new Map(listed.map(({ tag, digest }) => [tag.name, digest])),
        parts: new Map(images.flatMap(({ digest, parts }) => (parts ? [[digest, parts] as const] : []))),
      }),
    );
  });
}

/** A repository of which all images can be known, so that orphaned signatures do go. */
export const openWorld: fc.Arbitrary<World> = worldOf(true);

/** Any repository: with each name once, and with facts of which some are missing. */
export const world: fc.Arbitrary<World> = fc.oneof(worldOf(false), openWorld);
