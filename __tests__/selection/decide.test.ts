import { describe, expect, test } from '@jest/globals';
import type { JudgedTag } from '../../src/model/plan.ts';
import { describeReason } from '../../src/report/reason-text.ts';
import {
  decide,
  needsBranches,
  unansweredPullRequests,
  unansweredPulls,
} from '../../src/selection/decide.ts';
import {
  BRANCH_SCENARIOS,
  CONDITION_SCENARIOS,
  PATTERN_SCENARIOS,
  PULL_REQUEST_SCENARIOS,
  type SelectionScenario,
  SIGNATURE_SCENARIOS,
} from '../scenarios/selection-scenarios.ts';
import { NOW, readFacts, readRules, readTag } from './read-scenario.ts';
import { decideInStages } from './stages.ts';

function inWords(judged: readonly JudgedTag[]): readonly (readonly [string, string])[] {
  return judged.map(({ tag, verdict }) => [
    tag.name,
    `${verdict.kind === 'delete' ? 'deleted' : 'kept'}: ${describeReason(verdict.reason)}`,
  ]);
}

function tableOf(scenarios: readonly SelectionScenario[]): void {
  test.each(scenarios)('$name', (scenario) => {
    const tags = scenario.tags.map(readTag);
    const rules = readRules(scenario);
    const facts = readFacts(scenario);
    expect(inWords(decide(tags, rules, facts))).toEqual(Object.entries(scenario.verdicts));
    expect(inWords(decideInStages(tags.toReversed(), rules, facts))).toEqual(
      Object.entries(scenario.verdicts),
    );
  });
}

describe('patterns', () => tableOf(PATTERN_SCENARIOS));
describe('pull requests', () => tableOf(PULL_REQUEST_SCENARIOS));
describe('branches', () => tableOf(BRANCH_SCENARIOS));
describe('conditions', () => tableOf(CONDITION_SCENARIOS));
describe('signatures', () => tableOf(SIGNATURE_SCENARIOS));

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

  test('each fact is asked for the tags still in question, once, and the questions end', () => {
    const first = decide(tags, rules, { now: NOW });
    expect(unansweredPullRequests(first)).toEqual([1, 2]);
    expect(needsBranches(first)).toBe(true);
    expect(unansweredPulls(first)).toEqual(['cache']);

    const pullRequests = new Map([[1, 'open' as const]]);
    const second = decide(tags, rules, { now: NOW, pullRequests });
    expect(unansweredPullRequests(second)).toEqual([]);

    const third = decide(tags, rules, { now: NOW, pullRequests, branches: new Set(['main']) });
    expect(needsBranches(third)).toBe(false);
    expect(unansweredPulls(third)).toEqual(['preview-x', 'cache']);

    const lastPulls = new Map(tags.map(({ name }) => [name, 'unknown'] as const));
    const last = decide(tags, rules, { now: NOW, pullRequests, branches: new Set(), lastPulls });
    expect(unansweredPulls(last)).toEqual([]);
    expect(last.every(({ verdict }) => verdict.kind === 'keep')).toBe(true);
  });

  test('a fact that was not asked for keeps the tag and says so', () => {
    expect(inWords(decide(tags, rules, { now: NOW }))).toEqual([
      ['pr-3', 'kept: newer than 30d'],
      ['v1', 'kept: matches no pattern'],
      ['pr-1', 'kept: pull request #1 was not looked up'],
      ['pr-1-arm64', 'kept: pull request #1 was not looked up'],
      ['pr-2', 'kept: pull request #2 was not looked up'],
      ['preview-x', 'kept: the branches were not looked up'],
      ['cache', 'kept: the last pull was not looked up'],
    ]);
  });
});
