import type { Mode } from '../model/result.ts';
import { type Duration, parseDuration } from '../model/duration.ts';
import type { Credentials } from '../quay/credentials.ts';
import { parseRegistry, type Registry } from '../quay/registry.ts';
import type { WorkflowEvent } from '../runner/event.ts';
import { given, InputReader } from '../runner/input-reader.ts';
import { type Limit, parseLimit } from '../selection/guards.ts';
import { type BranchPattern, parseBranchPatterns } from '../selection/patterns/branch-pattern.ts';
import { parseRepositories, type RepositorySelector } from '../selection/patterns/repository-pattern.ts';
import type { Rules } from '../selection/rules.ts';
import { parseShard, type Shard } from '../selection/shard.ts';
import { readCredentials, readWithoutSecrets } from './read-credentials.ts';
import { type GivenRules, readRules } from './read-rules.ts';

/** What a cleanup was asked to do, validated. */
export interface CleanupInputs {
  readonly registry: Registry;
  readonly credentials: Credentials;
  readonly repositories: readonly RepositorySelector[];
  readonly shard?: Shard;
  readonly rules: GivenRules;
  /** Branches whose commits are kept besides the default branch's. */
  readonly keepCommitsOf: readonly BranchPattern[];
  readonly expireIn?: Duration;
  readonly maxDeletes?: Limit;
  readonly timeBudget?: Duration;
  readonly dryRun: boolean;
  readonly githubToken?: string;
  /** Without it, the number of requests in flight follows the round trip. */
  readonly concurrency?: number;
  /** Set where the run has no secrets and none was given: it can do nothing, and that is no error. */
  readonly withoutSecrets?: 'fork' | 'Dependabot';
}

/** The most requests in flight that a registry is asked to bear. */
const CONCURRENCY = { min: 1, max: 100 };

/**
 * Reads and validates all inputs of the cleanup action.
 *
 * @param now - Unix seconds
 * @throws InvalidInputsError with every problem that was found
 */
export function readCleanupInputs(event: WorkflowEvent, now: number): CleanupInputs {
  const reader = new InputReader();
  const registry = reader.attempt('registry', () => parseRegistry(reader.text('registry') || 'quay.io'));
  const host = registry?.host ?? 'quay.io';
  const dryRun = reader.boolean('dry-run');
  const withoutSecrets = readWithoutSecrets(reader, event, dryRun);
  const credentials: Credentials = withoutSecrets
    ? { kind: 'anonymous' }
    : readCredentials(reader, { host, dryRun });
  const repositories =
    reader.attempt('repository', () => parseRepositories(reader.required('repository'), host)) ?? [];
  const expireIn = reader.optional('expire-in', parseDuration);
  const rules = readRules(reader, { registry: host, mode: expireIn ? 'expire' : 'delete', now });
  const keepCommitsOf = reader.optional('keep-commits-of', parseBranchPatterns) ?? [];
  if (expireIn && credentials.kind !== 'oauth' && !withoutSecrets) {
    reader.problem('`expire-in` needs an OAuth `token`: a robot account cannot set expirations.');
  }
  const inputs = {
    repositories,
    credentials,
    rules,
    keepCommitsOf,
    dryRun,
    ...given('concurrency', reader.wholeNumber('concurrency', CONCURRENCY)),
    ...given('withoutSecrets', withoutSecrets),
    ...given('shard', reader.optional('shard', parseShard)),
    ...given('expireIn', expireIn),
    ...given('maxDeletes', reader.optional('max-deletes', parseLimit)),
    ...given('timeBudget', reader.optional('time-budget', parseDuration)),
    ...given('githubToken', reader.secret('github-token')),
  };
  reader.finish();
  if (!registry) throw new Error('An invalid registry was not reported.');
  return { ...inputs, registry };
}

/** What the run does with selected tags. */
export function modeOf({ expireIn }: CleanupInputs): Mode {
  return expireIn ? { kind: 'expire', duration: expireIn.text } : { kind: 'delete' };
}

/** The rules of a run: what the inputs say, and what the run knows besides. */
export function rulesFor(
  { rules, expireIn }: CleanupInputs,
  {
    event: { pullRequest, deletedBranch },
    canRestore,
    now,
  }: {
    readonly event: WorkflowEvent;
    readonly canRestore: boolean;
    /** Unix seconds. */
    readonly now: number;
  },
): Rules {
  return {
    ...rules,
    canRestore,
    event: {
      ...(pullRequest === undefined ? {} : { pullRequest }),
      ...(deletedBranch === undefined ? {} : { branch: deletedBranch }),
    },
    ...(expireIn ? { expireAt: now + expireIn.seconds } : {}),
  };
}
