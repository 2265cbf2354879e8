import { describe, expect, test } from '@jest/globals';
import type { Tag } from '../../src/model/tag.ts';
import { prepareDecision } from '../../src/selection/decide.ts';
import { BRANCH_SCENARIOS } from '../scenarios/branches.ts';
import { COMMIT_SCENARIOS } from '../scenarios/commits.ts';
import { CONDITION_SCENARIOS, RULE_SCENARIOS } from '../scenarios/conditions.ts';
import { EXPIRATION_SCENARIOS } from '../scenarios/expirations.ts';
import { GROUP_SCENARIOS } from '../scenarios/groups.ts';
import { IMAGE_SCENARIOS } from '../scenarios/images.ts';
import { IN_USE_SCENARIOS } from '../scenarios/in-use.ts';
import { MULTI_ARCH_SCENARIOS } from '../scenarios/multi-arch.ts';
import { PATTERN_SCENARIOS } from '../scenarios/patterns.ts';
import { PROTECTED_SIGNATURE_SCENARIOS } from '../scenarios/protected-signatures.ts';
import { PULL_REQUEST_SCENARIOS } from '../scenarios/pull-requests.ts';
import type { JudgedScenarioTag, ScenarioInputs, SelectionScenarios } from '../scenarios/scenario.ts';
import { SIGNATURE_OF_A } from '../scenarios/scenario.ts';
import { SIGNATURE_SCENARIOS } from '../scenarios/signatures.ts';
import { SOURCE_SCENARIOS } from '../scenarios/sources.ts';
import { digestOf, inShort, OWN, readFacts, readRules, readTag } from './read-scenario.ts';
import { answersTo, decideInRounds, inRepository, namesOf, verdictsOf, without } from './stages.ts';

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

  test('a decision that lacks one fact names it, and keeps and deletes nothing', () => {
    const { asked } = decideInRounds({ tags }, rules, known);
    const decide = prepareDecision(inRepository({ tags }), rules);
    expect(verdictsOf(decide(answersTo(asked.flat(), known)))).toHaveLength(tags.length);
    for (const need of asked.flat()) {
      const decision = decide(answersTo(without(asked.flat(), need), known));
      expect(decision).toMatchObject({ kind: 'undecided', needs: expect.arrayContaining([need]) });
    }
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
  const clean = { 'clean-orphaned-signatures': 'true' };
  const decided = (tags: readonly Tag[], inputs: ScenarioInputs) =>
    decideInRounds({ tags }, readRules(inputs), readFacts({})).judged;

  test.each([{ chain: links }, { chain: links.toReversed() }])(
    'goes as a whole with its image',
    ({ chain }) => {
      const judged = decided([image, ...chain], { tags: 'pr-*', ...clean });
      expect(namesOf(judged, 'delete')).toHaveLength(LENGTH + 1);
    },
  );

  test('stays as a whole with its image', () => {
    const judged = decided([image, ...links], { tags: 'sha256-*', ...clean });
    expect(namesOf(judged, 'keep')).toHaveLength(LENGTH + 1);
  });

  test('stays with an image that is kept for its sake', () => {
    const [first] = links;
    const inputs = { tags: 'pr-*', 'exclude-tags': first?.name ?? '', ...clean };
    const judged = decided([image, ...links], inputs);
    expect(namesOf(judged, 'keep')).toHaveLength(LENGTH + 1);
  });
});
