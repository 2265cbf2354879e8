import { parseDuration } from '../../src/model/duration.ts';
import type { Facts, LastPull, ManifestContents } from '../../src/model/facts.ts';
import { parseTagName, type Tag, type TagName } from '../../src/model/tag.ts';
import { parsePatterns, type Rules } from '../../src/selection/rules.ts';
import {
  imageHex,
  type ScenarioContents,
  type ScenarioTag,
  type SelectionScenario,
} from '../scenarios/scenario.ts';

/** Unix seconds. */
export const NOW = 1_716_324_063;
export const DAY = 86_400;

export function tagName(text: string): TagName {
  const name = parseTagName(text);
  if (name === undefined) throw new Error(`${text} is no tag.`);
  return name;
}

function digestOf(image: string): string {
  return `sha256:${imageHex(image)}`;
}

export function readTag(tag: ScenarioTag): Tag {
  const { name, days = 1, image = name, immutable, multiArch, manifests, absent = [], expiresIn } = tag;
  return {
    name: tagName(name),
    ...(multiArch !== null && { multiArch: multiArch ?? false }),
    ...(image !== null && { digest: digestOf(image) }),
    ...(manifests && {
      manifests: new Map([...manifests, ...absent].map((one) => [digestOf(one), !absent.includes(one)])),
    }),
    ...(days !== null && { lastModified: NOW - days * DAY }),
    ...(immutable !== undefined && { immutable }),
    ...(expiresIn !== undefined && { expiration: NOW + expiresIn * DAY }),
  };
}

export function readRules({
  inputs,
  event,
  canRestore = true,
}: Pick<SelectionScenario, 'inputs' | 'event' | 'canRestore'>): Rules {
  const duration = (input: string) =>
    inputs[input] === undefined ? undefined : parseDuration(inputs[input]);
  const [olderThan, notPulledFor, expireIn] = ['older-than', 'not-pulled-for', 'expire-in'].map(duration);
  return {
    ...parsePatterns({ tags: inputs['tags'] ?? '', excludeTags: inputs['exclude-tags'] ?? '' }),
    cleanOrphanedSignatures: inputs['clean-orphaned-signatures'] === 'true',
    canRestore,
    ...(olderThan && { olderThan }),
    ...(notPulledFor && { notPulledFor }),
    ...(expireIn && { expireAt: NOW + expireIn.seconds }),
    ...(inputs['keep-n-most-recent'] !== undefined && { keepNewest: Number(inputs['keep-n-most-recent']) }),
    event: readEvent(event),
  };
}

function readEvent(event: SelectionScenario['event']): Rules['event'] {
  if (!event) return {};
  return event.name === 'delete' ? { branch: event.branch } : { pullRequest: event.number };
}

export function readFacts({
  pullRequests = {},
  branches = [],
  commits = {},
  pulls = {},
  images = {},
}: Pick<SelectionScenario, 'pullRequests' | 'branches' | 'commits' | 'pulls' | 'images'>): Required<Facts> {
  return {
    now: NOW,
    pullRequests: new Map(Object.entries(pullRequests).map(([number, state]) => [Number(number), state])),
    branches: new Set(branches),
    commits: new Map(Object.entries(commits)),
    lastPulls: new Map(
      Object.entries(pulls).map(([name, days]): [TagName, LastPull] => [
        tagName(name),
        typeof days === 'number' ? NOW - days * DAY : days,
      ]),
    ),
    manifests: new Map(
      Object.entries(images).map(([index, contents]) => [digestOf(index), readContents(contents)]),
    ),
  };
}

function readContents(contents: ScenarioContents): ManifestContents {
  if (contents === 'unknown') return contents;
  const { images = [], indexes = [] } = contents;
  return { images: images.map(digestOf), indexes: indexes.map(digestOf) };
}
