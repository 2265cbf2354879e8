import type { Facts } from '../src/model/facts.ts';
import { parseTagName, type Tag } from '../src/model/tag.ts';
import { prepareDecision } from '../src/selection/decide.ts';
import { parsePatterns, type Rules } from '../src/selection/rules.ts';

const TAGS = 100_000;
const NOW = 1_700_000_000;

/** Rules of every kind that asks nothing of GitHub. */
export const TWENTY_RULES = [
  'pr-*',
  '{group}-??????? keep-n-most-recent=5',
  'nightly-* older-than=14d',
  '*-arm64 older-than=40d',
  '{dev,test}-[a-c]*',
  'v?.*-rc*',
  '/^build-\\d+$/ older-than=3d',
  'release-*-snapshot older-than=90d',
  'hotfix-* keep-n-most-recent=3',
  ...['alpha', 'beta', 'cache', 'canary', 'e2e', 'feature', 'rc', 'renovate', 'temporary', 'wip', 'x'].map(
    (word) => `${word}-* older-than=1w`,
  ),
].join('\n');

function tagsOfAllKinds(): readonly Tag[] {
  return Array.from({ length: TAGS }, (_, index) => {
    const hash = ((index * 7919) % 2 ** 28).toString(16).padStart(7, '0');
    const text = [`pr-${index}-arm64`, `main-${hash}`, `nightly-${index}`][index % 3] ?? '';
    const name = parseTagName(text);
    if (name === undefined) throw new Error(`${text} is no tag.`);
    const digest = `sha256:${index.toString(16).padStart(64, '0')}`;
    return { name, digest, multiArch: false, lastModified: NOW - index * 60 };
  });
}

const FACTS: Facts = {
  now: NOW,
  pullRequests: new Map(),
  commits: new Map(),
  lastPulls: new Map(),
  manifests: new Map(),
};

/** How many seconds of the processor it takes to decide on 100,000 tags: with one rule, and with twenty. */
export function timeDecisions(): { readonly one: number; readonly twenty: number } {
  const tags = tagsOfAllKinds();
  const decide = (text: string) => {
    const rules: Rules = {
      ...parsePatterns({ tags: text, excludeTags: '' }),
      cleanOrphanedSignatures: false,
      canRestore: true,
      event: {},
    };
    const before = process.cpuUsage();
    const decision = prepareDecision({ repository: 'acme/web', tags, strange: [] }, rules)(FACTS);
    const { user, system } = process.cpuUsage(before);
    if (decision.kind !== 'decided') throw new Error('A measured decision asks for facts.');
    return (user + system) / 1e6;
  };
  const rounds = Array.from({ length: 11 }, () => ({ one: decide('pr-*'), twenty: decide(TWENTY_RULES) }));
  const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[5] ?? Number.NaN;
  return { one: median(rounds.map(({ one }) => one)), twenty: median(rounds.map(({ twenty }) => twenty)) };
}
