import { describe, expect, test } from '@jest/globals';
import type { Tag } from '../../src/model/tag.ts';
import { BRANCH_SCENARIOS } from '../scenarios/branches.ts';
import { COMMIT_SCENARIOS } from '../scenarios/commits.ts';
import {
  CONDITION_SCENARIOS,
  GROUP_SCENARIOS,
  IMAGE_SCENARIOS,
  RULE_SCENARIOS,
} from '../scenarios/conditions.ts';
import { EXPIRATION_SCENARIOS } from '../scenarios/expirations.ts';
import { IN_USE_SCENARIOS } from '../scenarios/in-use.ts';
import { PATTERN_SCENARIOS } from '../scenarios/patterns.ts';
import { PULL_REQUEST_SCENARIOS } from '../scenarios/pull-requests.ts';
import type { JudgedScenarioTag, SelectionScenarios } from '../scenarios/scenario.ts';
import { SIGNATURE_OF_A } from '../scenarios/scenario.ts';
import {
  MULTI_ARCH_SCENARIOS,
  PROTECTED_SIGNATURE_SCENARIOS,
  SIGNATURE_SCENARIOS,
} from '../scenarios/signatures.ts';
import { SOURCE_SCENARIOS } from '../scenarios/sources.ts';
import { digestOf, inShort, OWN, readFacts, readRules, readTag } from './read-scenario.ts';
import { decideInRounds, namesOf } from './stages.ts';

/** Another order of the list in which those of a second stay as they stood. */
function oldestFirst(tags: readonly Tag[]): readonly Tag[] {
  return tags.toSorted((one, other) => (one.lastModified ?? 0) - (other.lastModified ?? 0));
}

function tableOf(scenarios: SelectionScenarios): void {
  test.each(Object.entries(scenarios))('%s', (_, scenario) => {
    const { given, ...judgedTags } = scenario;
    const { invalidNames = [], isUnstable = false, read } = given;
    const expected = Object.entries(judgedTags).map(([name, one], index) => ({
      name,
      days: index + 1,
      ...(typeof one === 'string' ? { is: one } : (one as JudgedScenarioTag)),
    }));
    const tags = expected.map(readTag);
    const rules = readRules(given);
    const facts = readFacts(given);
    const { judged, asked } = decideInRounds({ tags, invalidNames, isUnstable }, rules, facts);
    const comparesOrder = expected.some(({ after }) => after);
    const told = judged.map(({ tag, verdict, deletedWith, after }) => ({
      name: tag.name,
      is: `${verdict.kind === 'delete' ? 'deleted' : 'kept'}: ${inShort(verdict.reason)}`,
      deletedWith,
      after: comparesOrder ? after?.map(({ name }) => name) : undefined,
    }));
    expect(told).toEqual(
      expected.map(({ name, is, deletedWith, after }) => ({ name, is, deletedWith, after })),
    );
    const listed = { tags: oldestFirst(tags), invalidNames, isUnstable };
    expect(decideInRounds(listed, rules, facts).judged).toEqual(judged);
    if (!read) return;
    const digests = asked.flat().flatMap((need) => ('digest' in need ? [need.digest] : []));
    expect(new Set(digests)).toEqual(new Set(read.map(digestOf)));
  });
}

describe('patterns', () => tableOf(PATTERN_SCENARIOS));
describe('pull requests', () => tableOf(PULL_REQUEST_SCENARIOS));
describe('branches', () => tableOf(BRANCH_SCENARIOS));
describe('commits', () => tableOf(COMMIT_SCENARIOS));
describe('conditions', () => tableOf(CONDITION_SCENARIOS));
describe('lines with conditions', () => tableOf(RULE_SCENARIOS));
describe('groups', () => tableOf(GROUP_SCENARIOS));
describe('signatures', () => tableOf(SIGNATURE_SCENARIOS));
describe('multi-arch images', () => tableOf(MULTI_ARCH_SCENARIOS));
describe('signatures that go with their image', () => tableOf(PROTECTED_SIGNATURE_SCENARIOS));
describe('where images come from', () => tableOf(SOURCE_SCENARIOS));
describe('images as one', () => tableOf(IMAGE_SCENARIOS));
describe('what is in use', () => tableOf(IN_USE_SCENARIOS));
describe('expirations', () => tableOf(EXPIRATION_SCENARIOS));

describe('questions', () => {
  const tags = [
    { name: 'v1', days: 90 },
    { name: 'pr-1', days: 91 },
    { name: 'pr-1-arm64', days: 92 },
    { name: 'pr-2', days: 93 },
    { name: 'preview-x', days: 94 },
    { name: 'cache', days: 95 },
    { name: 'pr-3', days: 1 },
  ].map(readTag);
  const rules = readRules({
    tags: 'pr-{pr}*\npreview-{branch}\ncache',
    'exclude-tags': 'v*',
    'not-pulled-for': '30d',
  });
  const known = readFacts({ pullRequests: { 1: 'open', 2: 'closed' }, pulls: { cache: 'never' } });

  test('each fact is asked for the tags still in question, and the questions end', () => {
    const { asked, judged } = decideInRounds({ tags }, rules, known);
    expect(asked).toEqual([
      [
        { kind: 'pull-request', repository: OWN, number: 1 },
        { kind: 'pull-request', repository: OWN, number: 1 },
        { kind: 'pull-request', repository: OWN, number: 2 },
        { kind: 'branches', repository: OWN },
        { kind: 'last-pull', tag: 'cache' },
      ],
      [
        { kind: 'last-pull', tag: 'pr-2' },
        { kind: 'last-pull', tag: 'preview-x' },
      ],
    ]);
    expect(namesOf(judged, 'delete')).toEqual(['cache']);
  });

  test('nothing is asked of a signature whose image lives', () => {
    const signed = [
      { name: 'main', image: 'a' },
      { name: SIGNATURE_OF_A, days: 90 },
    ].map(readTag);
    const inputs = { tags: 'pr-*', 'not-pulled-for': '30d', 'clean-orphaned-signatures': 'true' };
    expect(decideInRounds({ tags: signed }, readRules(inputs), readFacts({})).asked).toEqual([]);
  });
});

describe('a chain of signatures on signatures', () => {
  const LENGTH = 8000;
  const hexOf = (link: number) => link.toString(16).padStart(64, '0');
  const links = Array.from({ length: LENGTH }, (_, link) => ({
    ...readTag({ name: `sha256-${hexOf(link)}.sig`, days: link + 2 }),
    digest: `sha256:${hexOf(link + 1)}`,
  }));
  const image = { ...readTag({ name: 'pr-1', days: 1 }), digest: `sha256:${hexOf(0)}` };

  test.each([
    ['goes as a whole with its image', 'pr-*', '', 'delete'],
    ['stays as a whole with its image', 'sha256-*', '', 'keep'],
    ['stays with an image that is kept for its sake', 'pr-*', links[0]?.name ?? '', 'keep'],
  ] as const)('%s, in whatever order it is listed', (_, tags, excluded, verdict) => {
    const rules = readRules({ tags, 'exclude-tags': excluded, 'clean-orphaned-signatures': 'true' });
    for (const chain of [links, links.toReversed()]) {
      const { judged } = decideInRounds({ tags: [image, ...chain] }, rules, readFacts({}));
      expect(namesOf(judged, verdict)).toHaveLength(LENGTH + 1);
    }
  });
});
