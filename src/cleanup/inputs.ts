import type { Mode } from '../model/cleanup-result.ts';
import { type Duration, parseDuration } from '../model/duration.ts';
import { InvalidInputError } from '../model/invalid-input.ts';
import type { Credentials } from '../quay/credentials.ts';
import { parseRegistry, type Registry } from '../quay/registry.ts';
import type { WorkflowEvent } from '../runner/event.ts';
import { InputReader } from '../runner/input-reader.ts';
import { type Limit, parseLimit, refuseLoneBranch, refuseUnbounded } from '../selection/guards.ts';
import { parseRepositories, type RepositorySelector } from '../selection/patterns/repository-pattern.ts';
import { parsePatterns, type Rules } from '../selection/rules.ts';
import { parseShard, type Shard } from '../selection/shard.ts';

/** What a cleanup was asked to do, validated. */
export interface CleanupInputs {
  readonly registry: Registry;
  readonly credentials: Credentials;
  readonly repositories: readonly RepositorySelector[];
  readonly shard?: Shard;
  /** Without what the run knows: the workflow's event, the time, and what the credential can do. */
  readonly rules: Omit<Rules, 'event' | 'expireAt' | 'canRestore'>;
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
 * @throws InvalidInputsError with every problem that was found
 */
export function readCleanupInputs(event: WorkflowEvent): CleanupInputs {
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
  const rules = readRules(reader);
  const expireIn = reader.optional('expire-in', parseDuration);
  if (expireIn && credentials.kind !== 'oauth' && !withoutSecrets) {
    reader.problem('`expire-in` needs an OAuth `token`: a robot account cannot set expirations.');
  }
  const inputs = {
    repositories,
    credentials,
    rules,
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

function readRules(reader: InputReader): CleanupInputs['rules'] {
  const tags = reader.required('tags');
  const patterns =
    tags === ''
      ? undefined
      : reader.attempt('tags', () => parsePatterns({ tags, excludeTags: reader.text('exclude-tags') }));
  const keepNewest = reader.wholeNumber('keep-n-most-recent', { min: 0, max: 1_000_000 });
  const rules = {
    tags: patterns?.tags ?? [],
    exclude: patterns?.exclude ?? [],
    cleanOrphanedSignatures: reader.boolean('clean-orphaned-signatures'),
    ...given('olderThan', reader.optional('older-than', parseDuration)),
    ...given('keepNewest', keepNewest || undefined),
    ...given('notPulledFor', reader.optional('not-pulled-for', parseDuration)),
  };
  if (patterns) {
    reader.attempt('tags', () => refuseUnbounded(rules));
    reader.attempt('tags', () => refuseLoneBranch(rules));
  }
  return rules;
}

/** Whether nothing can be used in this run because a pull request of a fork or by Dependabot has no secrets. */
function readWithoutSecrets(
  reader: InputReader,
  event: WorkflowEvent,
  dryRun: boolean,
): CleanupInputs['withoutSecrets'] {
  const isGiven = reader.text('token') !== '' || reader.text('password') !== '';
  const isAnonymousDryRun = dryRun && reader.text('username') === '';
  return isGiven || isAnonymousDryRun || event.offersOidcToken ? undefined : event.withoutSecrets;
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

const THREE_WAYS =
  'Set `token` (an OAuth access token), or `username` and `password` (a robot account), or `username` alone with `permissions: id-token: write` (keyless).';

function readCredentials(
  reader: InputReader,
  { host, dryRun }: { readonly host: string; readonly dryRun: boolean },
): Credentials {
  const token = reader.secret('token');
  const password = reader.secret('password');
  const username = reader.optional('username', parseRobotName);
  const audience = reader.optional('oidc-audience', parseAudience) ?? host;
  if (token && (username || password)) {
    reader.problem(
      `Both \`token\` and \`${username ? 'username' : 'password'}\` are given. Keep one kind of credential.`,
    );
  }
  if (token) return { kind: 'oauth', token };
  if (username && password) return { kind: 'robot', username, password };
  if (username) return { kind: 'oidc', username, audience };
  if (password && reader.text('username') === '')
    reader.problem(
      '`password` is given without `username`. Add the name of the robot account, such as `acme+ci`.',
    );
  else if (reader.text('username') === '' && !dryRun)
    reader.problem(
      `No credentials are given. ${THREE_WAYS} Check that the secret exists and is spelled as in the workflow; a pull request from a fork or by Dependabot has no secrets, and ends with a notice instead of this error. Only a dry run on a public repository works without credentials.`,
    );
  return { kind: 'anonymous' };
}

function parseRobotName(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]*\+[a-z0-9_-]+$/i.test(text)) return text;
  if (text.includes(':'))
    throw new InvalidInputError(
      '`username` holds a colon. Write the name of the robot account alone, such as `acme+ci`, and its token in `password`.',
    );
  throw new InvalidInputError(
    `\`username\` is ${JSON.stringify(text)}. Write a robot account with its namespace, such as \`acme+ci\`; a person's account cannot delete by token.`,
  );
}

function parseAudience(text: string): string {
  if (/^[\x21-\x7e]{1,512}$/.test(text)) return text;
  throw new InvalidInputError(
    "`oidc-audience` holds white space or unusual characters. Write the audience of the robot account's federation entry, such as `quay.io`.",
  );
}

/** The property, left out where the value is undefined. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}
