import fc from 'fast-check';
import type {
  CommitFacts,
  CommitPullRequests,
  Facts,
  GitHubFacts,
  GitHubRepository,
  ImageLabels,
  KnownCommit,
  LastPull,
  ManifestContents,
  PullRequestState,
} from '../../src/model/facts.ts';
import type { Tag, TagName } from '../../src/model/tag.ts';
import { DAY, NOW, OWN, tagName } from './read-scenario.ts';
import type { Listed } from './stages.ts';

/** What a registry lists and what can be asked, with the truth behind it. */
export interface World extends Listed {
  readonly known: Facts;
  /** The digest of each tag, whether the list shows it or not. */
  readonly digests: ReadonlyMap<TagName, string>;
  /** The digests in each multi-arch image. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
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
      .tuple(image, fc.constantFrom('.sig', '.att', '.sbom', '', '.src', '-x'))
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

function allImages(isOpen: boolean): fc.Arbitrary<readonly Image[]> {
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

const pullRequests: fc.Arbitrary<CommitPullRequests | 'unknown'> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      { open: number, closed: fc.record({ number, merged: fc.boolean() }) },
      { requiredKeys: [] },
    ),
  },
  fc.constant('unknown' as const),
);

/** Commits of which about a third are left over, and what keeps each of the others. */
const commit: fc.Arbitrary<CommitFacts> = fc
  .tuple(
    pullRequests,
    fc.constantFrom<Partial<KnownCommit>>(
      {},
      {},
      {},
      { onKeptBranch: { name: 'main' } },
      { onKeptBranch: 'unknown' },
      { headOfBranch: 'main' },
      { gitTag: 'v1' },
    ),
    fc.constantFrom('commit', 'commit', 'commit', 'commit', 'unknown', 'ambiguous'),
  )
  .map(([pullRequests, difference, kind]) =>
    kind === 'commit'
      ? { kind, oid: 'f'.repeat(40), pullRequests, onKeptBranch: false, ...difference }
      : { kind },
  );

/** Repositories that an image may name: the workflow's own, its old name, others of its owner, and one of another. */
const REPOSITORIES = [OWN, 'acme/old', 'acme/shop', 'acme/young', 'umbrella/app'];

function repositoryOf(name: string): GitHubRepository {
  if (name === 'umbrella/app') return { kind: 'unreadable' };
  const createdAt = NOW - (name === 'acme/young' ? 30 : 1000) * DAY;
  return { kind: 'found', name: name === 'acme/old' ? 'Acme/App' : name, createdAt };
}

const github: fc.Arbitrary<Facts['github']> = fc
  .tuple(
    ...REPOSITORIES.map((name) =>
      fc
        .record({
          pullRequests: fc.array(fc.tuple(number, state)).map((states) => new Map(states)),
          names: fc.subarray(BRANCHES).map((branches) => new Set(branches)),
          proposed: fc.array(fc.tuple(fc.constantFrom(...BRANCHES), number), { maxLength: 2 }),
          commits: fc.tuple(commit, commit, commit),
        })
        .map(({ pullRequests, names, proposed, commits }): [string, GitHubFacts] => [
          name,
          {
            repository: repositoryOf(name),
            pullRequests,
            branches: { names, proposed: new Map(proposed) },
            commits: new Map(
              HASHES.flatMap((hash, index) => (commits[index] ? [[hash, commits[index]]] : [])),
            ),
          },
        ]),
    ),
  )
  .map((all) => new Map(all));

const labels: fc.Arbitrary<ImageLabels | 'unknown'> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        source: fc.constantFrom(...REPOSITORIES, OWN).map((name) => `https://github.com/${name}`),
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

const known = fc.record({
  now: fc.constant(NOW),
  github,
  labels: fc
    .tuple(...IMAGES.map(() => labels))
    .map((all) => new Map(all.map((told, index) => [`sha256:${hexOf(index)}`, told]))),
  lastPulls: fc
    .array(fc.tuple(name, lastPull), { maxLength: 30 })
    .map((pulls) => new Map(pulls.map(([text, pull]): [TagName, LastPull] => [tagName(text), pull]))),
});

function worldOf(isOpen: boolean): fc.Arbitrary<World> {
  return allImages(isOpen).chain((images) => {
    const tags = fc.uniqueArray(tagOf(images, isOpen), { selector: ({ tag }) => tag.name, maxLength: 14 });
    const invalidNames = isOpen ? fc.constant([]) : fc.subarray(['päge']);
    return fc.tuple(tags, invalidNames, known).map(
      ([listed, invalidNames, facts]): World => ({
        tags: listed.map(({ tag }) => tag),
        invalidNames,
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
