import { parseAge } from '../src/model/duration.ts';
import { problemsWith } from '../src/model/errors.ts';
import type { GitHubFacts, LastPull, ManifestContents, Need } from '../src/model/facts.ts';
import { isSelected, type JudgedTag, type Plan } from '../src/model/result.ts';
import type { TagList, TagName } from '../src/model/tag.ts';
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

const LINES = [
  'tags',
  'exclude-tags',
  'older-than',
  'keep-n-most-recent',
  'by-image',
  'max-deletes',
] as const;
/** The inputs of the action that the page has fields for. */
export const INPUTS = [...LINES, 'github-repository'] as const;
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
  const attempt = <T>(input: InputName, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems[input] = [...(problems[input] ? [problems[input]] : []), ...problemsWith(input, error)].join(
        '\n',
      );
      return undefined;
    }
  };
  const rules = readRules(inputs, attempt, { limit, now });
  const most = attempt(
    'max-deletes',
    () => inputs['max-deletes'] && guards.parseLimit(inputs['max-deletes']),
  );
  const names = list?.tags.map(({ name }) => name);
  for (const refuse of [guards.refuseUncountedGroups, guards.refuseUnbounded, guards.refuseLoneBranch])
    if (rules) attempt('tags', () => refuse(rules, names));
  const placeholders = rules?.tags.flatMap(({ placeholder }) => placeholder ?? []) ?? [];
  const read = { problems, placeholders };
  const isReady = list && Object.keys(problems).length === 0;
  const decide = isReady && rules && attempt('tags', () => prepareDecision(list, rules));
  if (!rules || !decide) return { kind: 'unread', ...read } as const;
  const facts = factsFrom(github, inputs['github-repository'].toLowerCase(), now);
  let decision = decide(facts);
  while (decision.kind === 'undecided') {
    decision.needs.forEach(facts.leaveOpen);
    decision = decide(facts);
  }
  const plan = { ...decision, repository: list.repository, list };
  return { kind: 'decided', ...read, ...show(plan, rules, most || undefined) } as const;
}

/** What is known here. The rest is left open, which keeps tags: a run asks for it. */
function factsFrom(github: GitHubFacts | undefined, repository: string, now: number) {
  const lastPulls = new Map<TagName, LastPull>();
  const manifests = new Map<string, ManifestContents>();
  const labels = new Map<string, 'unknown'>();
  const pullRequests = new Map(github?.pullRequests);
  const commits = new Map<string, { readonly kind: 'unknown' }>();
  const known = { pullRequests, commits, branches: github?.branches ?? 'unknown' } as const;
  const leaveOpen = (need: Need) => {
    if (need.kind === 'last-pull') lastPulls.set(need.tag, 'unknown');
    else if (need.kind === 'manifest') manifests.set(need.digest, 'unknown');
    else if (need.kind === 'labels') labels.set(need.digest, 'unknown');
    else if (need.kind === 'pull-request') pullRequests.set(need.number, 'unknown');
    else if (need.kind === 'commit') commits.set(need.hash, { kind: 'unknown' });
    else throw new Error(`Nobody here knows the ${need.kind} of ${need.repository}.`);
  };
  return { now, lastPulls, manifests, labels, github: new Map([[repository, known]]), leaveOpen };
}

type Attempt = <T>(input: InputName, read: () => T) => T | undefined;

function readRules(
  inputs: Inputs,
  attempt: Attempt,
  context: { readonly limit: TimeLimit; readonly now: number },
): Rules | undefined {
  const optional = <T>(input: InputName, parse: (text: string) => T) =>
    inputs[input] === '' ? undefined : attempt(input, () => parse(inputs[input]));
  const wanted = attempt('tags', () => parsePatterns({ tags: inputs.tags, excludeTags: '' }, context));
  const unwanted = optional('exclude-tags', (text) =>
    parsePatterns({ tags: 'x', excludeTags: text }, context),
  );
  const olderThan = optional('older-than', (text) => parseAge(text, context.now));
  const keepNewest = optional('keep-n-most-recent', parseCount);
  const repository = optional('github-repository', parseGitHubRepository) ?? '';
  return (
    wanted && {
      tags: wanted.tags,
      exclude: [...wanted.exclude, ...(unwanted?.exclude ?? [])],
      mode: { kind: 'delete' },
      byImage: inputs['by-image'] === 'true',
      cleanOrphanedSignatures: false,
      event: {},
      source:
        repository === 'from-labels'
          ? { kind: repository, repository: '', host: 'github.com' }
          : { kind: 'given', repository },
      ...(olderThan && { olderThan }),
      ...(keepNewest && { keepNewest }),
    }
  );
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
