import { type Duration, parseAge, parseDuration } from '../model/duration.ts';
import { parseRegistry, type Registry } from '../model/registry.ts';
import type { Mode } from '../model/result.ts';
import type { Credentials } from '../quay/quay.ts';
import type { WorkflowEvent } from '../runner/event.ts';
import type { Host } from '../runner/host.ts';
import { readInputFiles } from '../runner/input-files.ts';
import { given, InputReader } from '../runner/input-reader.ts';
import { readReportFile } from '../runner/read-file.ts';
import type { Secrets } from '../runner/secrets.ts';
import { withinTime } from '../runner/time-limit.ts';
import { parseCount } from '../selection/conditions.ts';
import {
  type Limit,
  parseLimit,
  refuseLoneBranch,
  refuseUnbounded,
  refuseUncountedGroups,
} from '../selection/guards.ts';
import { readInUse } from '../selection/in-use.ts';
import {
  type BranchPattern,
  parseBranchPatterns,
  parseRepositories,
  type RepositorySelector,
} from '../selection/patterns/name-patterns.ts';
import { parsePatterns, type Rules, type SourceRule } from '../selection/rules.ts';
import { parseShard, type Shard } from '../selection/shard.ts';
import { parseGitHubRepository } from '../selection/source.ts';
import { readApprovedPlan } from './approved-plan.ts';
import { readCredentials, readWithoutSecrets } from './credentials.ts';

/** What a cleanup was asked to do, validated. */
export interface CleanupInputs {
  readonly registry: Registry;
  readonly credentials: Credentials;
  readonly repositories: readonly RepositorySelector[];
  readonly shard?: Shard;
  readonly mode: Mode;
  readonly rules: Omit<Rules, 'mode'>;
  /** Whether the user names the GitHub repository that is asked, which must be found. */
  readonly namesGitHubRepository: boolean;
  /** Branches whose commits are kept besides the default branch's. */
  readonly keepCommitsOf: readonly BranchPattern[];
  readonly maxDeletes?: Limit;
  readonly timeBudget?: Duration;
  readonly dryRun: boolean;
  readonly githubToken?: string;
  /** Without it, the number of requests in flight follows the round trip. */
  readonly concurrency?: number;
  /** Set where the run has no secrets and none was given: it can do nothing, and that is no error. */
  readonly withoutSecrets?: 'fork' | 'Dependabot';
}

/** What the inputs are read in. */
export interface InputContext {
  readonly host: Host;
  readonly secrets: Secrets;
  readonly event: WorkflowEvent;
  /** Unix seconds. */
  readonly now: number;
}

/** The most requests in flight that a registry is asked to bear. */
export const CONCURRENCY = { min: 1, max: 100 };

/**
 * Reads and validates all inputs of the cleanup action.
 *
 * @throws InvalidInputsError with every problem that was found
 */
export function readCleanupInputs(context: InputContext): CleanupInputs {
  const { event } = context;
  const reader = new InputReader(context.host, context.secrets);
  const registry = reader.attempt('registry', () => parseRegistry(reader.text('registry') || 'quay.io'));
  const registryHost = registry?.host ?? 'quay.io';
  const dryRun = reader.boolean('dry-run');
  const withoutSecrets = readWithoutSecrets(reader, event, dryRun);
  const credentials: Credentials = withoutSecrets
    ? { kind: 'anonymous' }
    : readCredentials(reader, { host: registryHost, dryRun });
  const repositories =
    reader.attempt('repository', () => parseRepositories(reader.required('repository'), registryHost)) ?? [];
  const mode = reader.optional('expire-in', parseMode) ?? { kind: 'delete' };
  if (mode.kind !== 'delete' && credentials.kind !== 'oauth' && !withoutSecrets)
    reader.problem('`expire-in` needs an OAuth `token`: a robot account cannot set expirations.');
  const rules = readRules(reader, { ...context, registry: registryHost, mode, repositories });
  const inputs = {
    repositories,
    credentials,
    mode,
    rules,
    namesGitHubRepository: /\//.test(reader.text('github-repository')),
    keepCommitsOf: reader.optional('keep-commits-of', parseBranchPatterns) ?? [],
    dryRun,
    ...given('concurrency', reader.wholeNumber('concurrency', CONCURRENCY)),
    ...given('withoutSecrets', withoutSecrets),
    ...given('shard', reader.optional('shard', parseShard)),
    ...given('maxDeletes', reader.optional('max-deletes', parseLimit)),
    ...given('timeBudget', reader.optional('time-budget', parseDuration)),
    ...given('githubToken', reader.secret('github-token')),
  };
  reader.finish();
  if (!registry) throw new Error('An invalid registry was not reported.');
  return { ...inputs, registry };
}

function parseMode(text: string): Mode {
  if (text === 'never') return { kind: 'never-expire' };
  const duration = parseDuration(text);
  return { kind: 'expire', duration: duration.text, seconds: duration.seconds };
}

interface RuleContext extends InputContext {
  /** `host` or `host:port`. */
  readonly registry: string;
  readonly mode: Mode;
  readonly repositories: readonly RepositorySelector[];
}

/** Reads all inputs that decide which tags go, files among them. */
function readRules(reader: InputReader, context: RuleContext): CleanupInputs['rules'] {
  const { host, event, now, mode } = context;
  const tags = reader.required('tags');
  const texts = { tags, excludeTags: reader.text('exclude-tags') };
  const patterns =
    tags === '' ? undefined : reader.attempt('tags', () => parsePatterns(texts, { now, limit: withinTime }));
  const keepNewest = reader.optional('keep-n-most-recent', parseCount);
  const readFile = (path: string) => readReportFile('plan', path, host.folder);
  const rules = {
    tags: patterns?.tags ?? [],
    exclude: patterns?.exclude ?? [],
    byImage: reader.boolean('by-image'),
    cleanOrphanedSignatures: reader.boolean('clean-orphaned-signatures'),
    event: eventScope(event),
    ...given(
      'olderThan',
      reader.optional('older-than', (text) => parseAge(text, now)),
    ),
    ...given('keepNewest', keepNewest || undefined),
    ...given('notPulledFor', reader.optional('not-pulled-for', parseDuration)),
    ...given(
      'inUse',
      reader.optional('in-use', (paths) => readInUse(readInputFiles(paths, host.folder))),
    ),
    ...given('approved', readApprovedPlan(reader, { registry: context.registry, mode, now, readFile })),
  };
  const source = readSource(reader, { ...context, asksGitHub: asksGitHub(rules) });
  if (patterns) {
    reader.attempt('tags', () => refuseUncountedGroups(rules));
    // Whoever takes expirations away deletes nothing.
    if (mode.kind !== 'never-expire') {
      reader.attempt('tags', () => refuseUnbounded(rules));
      reader.attempt('tags', () => refuseLoneBranch(rules));
    }
  }
  return { ...rules, source };
}

/** Whether a placeholder stands for something that GitHub knows. */
export function asksGitHub({ tags }: Pick<Rules, 'tags'>): boolean {
  return tags.some(({ placeholder }) => placeholder !== undefined && placeholder !== 'group');
}

function eventScope({ repository, pullRequest, deletedBranch }: WorkflowEvent): Rules['event'] {
  return {
    ...(repository && { repository: lowerName(repository) }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(deletedBranch === undefined ? {} : { branch: deletedBranch }),
  };
}

function lowerName({ owner, name }: NonNullable<WorkflowEvent['repository']>): string {
  return `${owner}/${name}`.toLowerCase();
}

/** Which GitHub repository judges placeholders: the one that is named, the one that each image names, or the workflow's own. */
function readSource(
  reader: InputReader,
  { host: { environment }, event, repositories, asksGitHub }: RuleContext & { readonly asksGitHub: boolean },
): SourceRule {
  const host = URL.parse(environment['GITHUB_SERVER_URL'] ?? '')?.host ?? 'github.com';
  const own = event.repository && lowerName(event.repository);
  const asked = reader.optional('github-repository', parseGitHubRepository);
  if (asked === 'from-labels') {
    if (own === undefined && asksGitHub)
      reader.problem(
        '`github-repository: from-labels` needs to know whose repositories may judge, and GITHUB_REPOSITORY is not set. Set it to a GitHub repository of that owner, such as `acme/app`, or write `github-repository: acme/app`.',
      );
    return { kind: 'from-labels', repository: own ?? '', host };
  }
  if (asked !== undefined) return { kind: 'given', repository: asked };
  if (own === undefined) {
    if (asksGitHub)
      reader.problem(
        'Placeholders such as `{pr}` need to know which GitHub repository to ask, and GITHUB_REPOSITORY is not set. Write `github-repository: acme/app`.',
      );
    return { kind: 'none' };
  }
  const isFound = repositories.some(({ kind }) => kind === 'glob');
  return isFound && asksGitHub
    ? { kind: 'own-labels', repository: own, host }
    : { kind: 'given', repository: own };
}
