import { describe, expect, test } from '@jest/globals';
import type { JudgedTag } from '../../src/model/plan.ts';
import type { Tag } from '../../src/model/tag.ts';
import { describeReason } from '../../src/report/reasons.ts';
import { prepareDecision } from '../../src/selection/decide.ts';
import { BRANCH_SCENARIOS } from '../scenarios/branches.ts';
import { COMMIT_SCENARIOS } from '../scenarios/commits.ts';
import { CONDITION_SCENARIOS } from '../scenarios/conditions.ts';
import { GROUP_SCENARIOS } from '../scenarios/groups.ts';
import { MULTI_ARCH_SCENARIOS } from '../scenarios/multi-arch.ts';
import { PATTERN_SCENARIOS } from '../scenarios/patterns.ts';
import { PULL_REQUEST_SCENARIOS } from '../scenarios/pull-requests.ts';
import { RULE_SCENARIOS } from '../scenarios/rules.ts';
import { imageHex, type SelectionScenario } from '../scenarios/scenario.ts';
import { SIGNATURE_SCENARIOS } from '../scenarios/signatures.ts';
import { TAKEN_ALONG_SCENARIOS } from '../scenarios/taken-along.ts';
import { readFacts, readRules, readTag } from './read-scenario.ts';
import { decideInRounds, inRepository, namesOf, verdictsOf, without } from './stages.ts';

function inWords(judged: readonly JudgedTag[]): readonly (readonly [string, string])[] {
  return judged.map(({ tag, verdict }) => [
    tag.name,
    `${verdict.kind === 'delete' ? 'deleted' : 'kept'}: ${describeReason(verdict.reason)}`,
  ]);
}

/** Another order of the list in which those of a second stay as they stood. */
function oldestFirst(tags: readonly Tag[]): readonly Tag[] {
  return tags.toSorted((one, other) => (one.lastModified ?? 0) - (other.lastModified ?? 0));
}

function tableOf(scenarios: readonly SelectionScenario[]): void {
  test.each(scenarios)('$name', (scenario) => {
    const { strange = [], takenAlong = {}, verdicts, read } = scenario;
    const tags = scenario.tags.map(readTag);
    const rules = readRules(scenario);
    const facts = readFacts(scenario);
    const { judged, asked } = decideInRounds({ tags, strange }, rules, facts);
    expect(inWords(judged)).toEqual(Object.entries(verdicts));
    expect(decideInRounds({ tags: oldestFirst(tags), strange }, rules, facts).judged).toEqual(judged);
    expect(
      Object.fromEntries(
        judged.flatMap(({ tag, takenAlong }) => (takenAlong ? [[tag.name, takenAlong]] : [])),
      ),
    ).toEqual(takenAlong);
    if (!read) return;
    const digests = asked.flat().flatMap((need) => (need.kind === 'manifest' ? [need.digest] : []));
    expect(digests).toEqual(read.map((image) => `sha256:${imageHex(image)}`));
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
describe('signatures that go with their image', () => tableOf(TAKEN_ALONG_SCENARIOS));

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
    inputs: { tags: 'pr-{pr}*\npreview-{branch}\ncache', 'exclude-tags': 'v*', 'not-pulled-for': '30d' },
  });
  const known = readFacts({ pullRequests: { 1: 'open', 2: 'closed' }, pulls: { cache: 'never' } });

  test('each fact is asked for the tags still in question, and the questions end', () => {
    const { asked, judged } = decideInRounds({ tags }, rules, known);
    expect(asked).toEqual([
      [
        { kind: 'pull-request', number: 1 },
        { kind: 'pull-request', number: 1 },
        { kind: 'pull-request', number: 2 },
        { kind: 'branches' },
        { kind: 'last-pull', tag: 'cache' },
      ],
      [
        { kind: 'last-pull', tag: 'pr-2' },
        { kind: 'last-pull', tag: 'preview-x' },
      ],
    ]);
    expect(namesOf(judged, 'delete')).toEqual(['cache']);
  });

  test('a decision that lacks one fact names it, and keeps and deletes nothing', () => {
    const { asked, facts } = decideInRounds({ tags }, rules, known);
    const decide = prepareDecision(inRepository({ tags }), rules);
    expect(verdictsOf(decide(facts))).toHaveLength(tags.length);
    for (const need of asked.flat()) {
      const decision = decide(without(facts, need));
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
  const decided = (tags: readonly Tag[], inputs: SelectionScenario['inputs'], canRestore = true) =>
    decideInRounds({ tags }, readRules({ inputs, canRestore }), readFacts({})).judged;

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
    const judged = decided([image, ...links], inputs, false);
    expect(namesOf(judged, 'keep')).toHaveLength(LENGTH + 1);
  });
});
