import { parseAge } from '../src/model/duration.ts';
import { problemsWith } from '../src/model/errors.ts';
import type { Facts, GitHubFacts } from '../src/model/facts.ts';
import { present } from '../src/model/json.ts';
import { isSelected, type JudgedTag, type Plan } from '../src/model/result.ts';
import type { TagList } from '../src/model/tag.ts';
import { formatCount, formatSize, formatTime } from '../src/report/format.ts';
import { describeHint } from '../src/report/hint-text.ts';
import { countReasons, describeVerdict } from '../src/report/reasons.ts';
import { describeCleanup } from '../src/report/sentences.ts';
import { tallyCleanup } from '../src/report/tally.ts';
import { repositoryRows } from '../src/report/totals-tables.ts';
import { parseCount } from '../src/selection/conditions.ts';
import { prepareDecision } from '../src/selection/decide.ts';
import * as guards from '../src/selection/guards.ts';
import { findHints } from '../src/selection/hints.ts';
import type { TimeLimit } from '../src/selection/patterns/pattern.ts';
import { parsePatterns, type Rules } from '../src/selection/rules.ts';
import { parseGitHubRepository } from '../src/selection/source.ts';

/** The inputs of the action that the page has fields for. */
export const INPUTS = [
  'tags',
  'exclude-tags',
  'older-than',
  'keep-n-most-recent',
  'by-image',
  'max-deletes',
  'github-repository',
] as const;
type InputName = (typeof INPUTS)[number];
/** The inputs as they stand in their fields; `by-image` is `true` or empty. */
export type Inputs = Readonly<Record<InputName, string>>;
export type Answer = ReturnType<typeof answer>;
export type Shown = ReturnType<typeof show>;

export interface Question {
  readonly inputs: Inputs;
  /** Absent where no tags are read: then the inputs are looked at alone. */
  readonly list: TagList | undefined;
  /** What GitHub tells without a token, if it was asked. */
  readonly github: GitHubFacts | undefined;
  /** Unix seconds. */
  readonly now: number;
}

/** Reads the inputs as the action does, and decides as it does in a dry run. */
export function answer({ inputs, list, github, now }: Question, limit: TimeLimit) {
  const problems: Partial<Record<InputName, string>> = {};
  const attempt = <T>(input: InputName, read: (text: string) => T): T | undefined => {
    try {
      return read(inputs[input]);
    } catch (error) {
      const before = problems[input] ? [problems[input]] : [];
      problems[input] = [...before, ...problemsWith(input, error)].join('\n');
      return undefined;
    }
  };
  const optional = <T>(input: InputName, parse: (text: string) => T) =>
    inputs[input] === '' ? undefined : attempt(input, parse);
  const context = { limit, now };
  const wanted = attempt('tags', (tags) => parsePatterns({ tags, excludeTags: '' }, context));
  const unwanted = optional('exclude-tags', (excludeTags) =>
    parsePatterns({ tags: 'x', excludeTags }, context),
  );
  const repository = optional('github-repository', parseGitHubRepository) ?? '';
  const rules: Rules = present({
    tags: wanted?.tags ?? [],
    exclude: [...(wanted?.exclude ?? []), ...(unwanted?.exclude ?? [])],
    mode: { kind: 'delete' } as const,
    byImage: inputs['by-image'] === 'true',
    cleanOrphanedSignatures: false,
    event: {},
    source:
      repository === 'from-labels'
        ? ({ kind: repository, repository: '', host: 'github.com' } as const)
        : ({ kind: 'given', repository } as const),
    olderThan: optional('older-than', (text) => parseAge(text, now)),
    keepNewest: optional('keep-n-most-recent', parseCount) || undefined,
  });
  const most = optional('max-deletes', guards.parseLimit);
  const names = list?.tags.map(({ name }) => name);
  for (const refuse of [guards.refuseUncountedGroups, guards.refuseUnbounded, guards.refuseLoneBranch])
    if (wanted) attempt('tags', () => refuse(rules, names));
  const placeholders = rules.tags.flatMap(({ placeholder }) => placeholder ?? []);
  const read = { problems, placeholders };
  const isReady = list && Object.keys(problems).length === 0;
  const decide = isReady && attempt('tags', () => prepareDecision(list, rules));
  if (!decide) return { kind: 'unread', ...read } as const;
  const decision = decide(factsFrom(github, repository, now));
  if (decision.kind === 'undecided')
    throw new Error(`Nobody here knows ${decision.needs.map(({ kind }) => kind).join()}.`);
  const plan = { ...decision, repository: list.repository, list };
  return { kind: 'decided', ...read, ...show(plan, rules, most) } as const;
}

/** What is known here. The rest is unknown, which keeps tags: a run asks for it. */
function factsFrom(github: GitHubFacts | undefined, repository: string, now: number): Facts {
  const asked: GitHubFacts = {
    pullRequests: withDefault('unknown', github?.pullRequests),
    commits: withDefault({ kind: 'unknown' }),
    branches: github?.branches ?? 'unknown',
  };
  return {
    now,
    lastPulls: withDefault('unknown'),
    manifests: withDefault('unknown'),
    labels: withDefault('unknown'),
    github: new Map([[repository, asked]]),
  };
}

/** The entries, and the same value for every other key. */
function withDefault<K, V>(rest: V, entries: Iterable<readonly [K, V]> = []): ReadonlyMap<K, V> {
  const map = new Map(entries);
  return Object.assign(new Map(map), { get: (key: K) => map.get(key) ?? rest });
}

/** What would happen, in the words of the action. */
function show(plan: Plan, rules: Rules, most: guards.Limit | undefined) {
  const { list, tags, matches } = plan;
  const selected = tags.filter(isSelected);
  const message = most && guards.exceedsLimit(most, { selected: selected.length, listed: tags.length });
  const tally = tallyCleanup({
    registry: '',
    registryUrl: '',
    mode: { kind: 'delete' },
    dryRun: true,
    startedAt: list.at,
    repositories: [{ ...plan, listed: list.tags }],
    notes: [],
    warnings: [],
    hasChanged: false,
    ...(message !== undefined && { stopped: { kind: 'guard' }, error: message }),
  });
  const asked = { repositories: 1, namesGitHubRepository: true, unusedKeepPatterns: [] };
  const hints = findHints({ plans: [plan], rules, ...asked }).map(describeHint);
  const space = bytesOf(tags);
  const freed = formatSize(repositoryRows(tally)[0]?.space.bytes ?? 0);
  return {
    sentence: describeCleanup(tally),
    warnings: message === undefined ? hints : [message, ...hints],
    totals: [
      ['Listed', formatCount(tags.length)],
      ['Would be deleted', formatCount(selected.length)],
      ['Would remain', formatCount(tags.length - selected.length)],
      ...(space === 0 ? [] : [['Frees up to', freed] as const]),
    ] as const,
    /** With each line, what it takes of all tags, and of all space: between 0 and 1. */
    rules: rules.tags.map(({ line }, index) => {
      const taken = selected.filter(({ rule }) => rule === undefined || rule === line);
      const bytes = bytesOf(taken);
      const size = space === 0 ? '' : `, ${formatSize(bytes)}`;
      const text = `matches ${formatCount(matches[index] ?? 0)}, deletes ${formatCount(taken.length)}${size}`;
      return {
        line,
        text,
        shares: [taken.length / (tags.length || 1), ...(space === 0 ? [] : [bytes / space])],
      };
    }),
    kept: countReasons(tags.filter((tag) => !isSelected(tag))).toSorted(([, one], [, other]) => other - one),
    /** Newest first: name, verdict, reason, time of the last change, size. */
    rows: tags.map((judged): readonly string[] => {
      const { name, lastModified, size, multiArch } = judged.tag;
      const modified = lastModified === undefined ? '' : formatTime(lastModified);
      const sizeText = size === undefined ? (multiArch ? 'multi-arch' : '') : formatSize(size);
      return [name, judged.verdict.kind, describeVerdict(judged), modified, sizeText];
    }),
  };
}

/** What the images take up, each once. */
function bytesOf(tags: readonly JudgedTag[]): number {
  const sizes = new Map(tags.map(({ tag: { name, digest = name, size = 0 } }) => [digest, size] as const));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
