import { parseAge, parseDuration } from '../../src/model/duration.ts';
import type { Facts, GitHubFacts, KnownCommit, ManifestContents } from '../../src/model/facts.ts';
import type { Reason } from '../../src/model/reason.ts';
import type { Tag } from '../../src/model/tag.ts';
import { withinTime } from '../../src/runner/time-limit.ts';
import { readInUse } from '../../src/selection/in-use.ts';
import { type Patterns, parsePatterns, type Rules } from '../../src/selection/rules.ts';
import {
  imageHex,
  type ScenarioContents,
  type ScenarioFacts,
  type ScenarioInputs,
  type ScenarioRepository,
  type ScenarioTag,
} from '../scenarios/scenario.ts';
import { tagName } from '../support/tag-name.ts';

/** 2024-05-21T20:41:03Z, in Unix seconds. */
export const NOW = 1_716_324_063;
export const DAY = 86_400;
/** The workflow's own GitHub repository. */
export const OWN = 'acme/app';

export function digestOf(image: string): string {
  return `sha256:${imageHex(image)}`;
}

export function readTag(tag: ScenarioTag): Tag {
  const { name, days = 1, image = name, immutable, multiArch, manifests, absent = [], expiresIn } = tag;
  return {
    name: tagName(name),
    ...(multiArch !== null && { multiArch: multiArch ?? manifests !== undefined }),
    ...(image !== null && { digest: digestOf(image) }),
    ...(manifests && {
      manifests: new Map([...manifests, ...absent].map((one) => [digestOf(one), !absent.includes(one)])),
    }),
    ...(days !== null && { lastModified: NOW - days * DAY }),
    ...(immutable !== undefined && { immutable }),
    ...(expiresIn !== undefined && { expiration: NOW + expiresIn * DAY }),
  };
}

/** The patterns of the inputs `tags` and `exclude-tags`. */
export function readPatterns(tags: string, excludeTags = ''): Patterns {
  return parsePatterns({ tags, excludeTags }, { limit: withinTime, now: NOW });
}

export function readRules({
  event,
  source = 'given',
  inUse,
  ...inputs
}: ScenarioInputs & Pick<ScenarioFacts, 'event' | 'source' | 'inUse'>): Rules {
  const { 'older-than': olderThan, 'not-pulled-for': notPulledFor } = inputs;
  return {
    ...readPatterns(inputs.tags ?? '', inputs['exclude-tags']),
    mode: readMode(inputs['expire-in']),
    byImage: inputs['by-image'] === 'true',
    cleanOrphanedSignatures: inputs['clean-orphaned-signatures'] === 'true',
    source: { kind: source, repository: OWN, host: 'github.com' },
    event: { repository: OWN, ...event },
    ...(olderThan && { olderThan: parseAge(olderThan, NOW) }),
    ...(notPulledFor && { notPulledFor: parseDuration(notPulledFor) }),
    ...(inputs['keep-n-most-recent'] && { keepNewest: Number(inputs['keep-n-most-recent']) }),
    ...(inUse !== undefined && { inUse: readInUse([{ path: 'pods.yaml', line: 'pods.yaml', text: inUse }]) }),
  };
}

function readMode(expireIn: string | undefined): Rules['mode'] {
  if (expireIn === undefined) return { kind: 'delete' };
  if (expireIn === 'never') return { kind: 'never-expire' };
  return { kind: 'expire', at: NOW + parseDuration(expireIn).seconds };
}

export function readFacts(facts: ScenarioFacts): Facts {
  const { repositories = {}, labels = {}, pulls = {}, images = {}, ...own } = facts;
  const all = Object.entries({ ...repositories, [OWN]: { ...own, ...repositories[OWN] } });
  return {
    now: NOW,
    github: new Map(all.map(([name, repository]) => [name, readRepository(name, repository)])),
    labels: readMap(labels, digestOf, (told) => told),
    lastPulls: readMap(pulls, tagName, (days) => (typeof days === 'number' ? NOW - days * DAY : days)),
    manifests: readMap(images, digestOf, readContents),
  };
}

function readMap<Written, Key, Fact>(
  written: Readonly<Record<string, Written>>,
  keyOf: (key: string) => Key,
  read: (written: Written) => Fact,
): ReadonlyMap<Key, Fact> {
  return new Map(Object.entries(written).map(([key, one]) => [keyOf(key), read(one)]));
}

const NOWHERE: KnownCommit = { kind: 'commit', oid: 'f'.repeat(40), pullRequests: {}, onKeptBranch: false };

function readRepository(asked: string, repository: ScenarioRepository): GitHubFacts {
  const { isUnreadable, name = asked, days = 1000, pullRequests = {} } = repository;
  const { branches = [], proposed = {}, commits = {} } = repository;
  return {
    repository: isUnreadable ? { kind: 'unreadable' } : { kind: 'found', name, createdAt: NOW - days * DAY },
    pullRequests: readMap(pullRequests, Number, (state) => state),
    branches: { names: new Set(branches), proposed: new Map(Object.entries(proposed)) },
    commits: readMap(
      commits,
      (hash) => hash,
      (commit) => (typeof commit === 'string' ? { kind: commit } : { ...NOWHERE, ...commit }),
    ),
  };
}

function readContents(contents: ScenarioContents): ManifestContents {
  if (contents === 'unknown') return contents;
  const { images = [], indexes = [] } = contents;
  return { images: images.map(digestOf), indexes: indexes.map(digestOf) };
}

/** A reason by its kind, and all that it names. */
export function inShort({ kind, ...fields }: Reason): string {
  const parts = Object.entries(fields).flatMap(([key, value]) => {
    if (typeof value === 'boolean') return value ? [key] : [];
    if (value === null) return [];
    if (Array.isArray(value)) return [value.join('|')];
    return [typeof value === 'object' ? inShort(value) : String(value)];
  });
  return [kind, ...parts].join(' ');
}
