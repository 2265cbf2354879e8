import { type Duration, parseAge, parseDuration } from '../model/duration.ts';
import { InvalidInputError, quote } from '../model/errors.ts';
import { present } from '../model/json.ts';
import type { Registry } from '../model/registry.ts';
import type { Mode } from '../model/result.ts';
import type { Credentials } from '../quay/quay.ts';
import { formatTime } from '../report/format.ts';
import { parseReport, type Report } from '../report/report-file.ts';
import type { WorkflowEvent } from '../runner/event.ts';
import { readInputFiles, readReportFile } from '../runner/input-files.ts';
import { InputReader } from '../runner/input-reader.ts';
import type { Run } from '../runner/story.ts';
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
  parseShard,
  type RepositorySelector,
  type Shard,
} from '../selection/patterns/name-patterns.ts';
import {
  type ApprovedPlan,
  asksGitHub,
  parsePatterns,
  type Rules,
  type SourceRule,
} from '../selection/rules.ts';
import { parseGitHubRepository } from '../selection/source.ts';

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
interface InputContext extends Pick<Run, 'host' | 'secrets'> {
  readonly event: WorkflowEvent;
  /** Unix seconds. */
  readonly now: number;
}

/**
 * Reads and validates all inputs of the cleanup action.
 *
 * @throws InvalidInputsError with every problem that was found
 */
export function readCleanupInputs(context: InputContext): CleanupInputs {
  const reader = new InputReader(context.host, context.secrets);
  const registry = reader.registry();
  const registryHost = registry?.host ?? 'quay.io';
  const dryRun = reader.boolean('dry-run');
  const withoutSecrets = readWithoutSecrets(reader, context.event, dryRun);
  const credentials: Credentials = withoutSecrets
    ? { kind: 'anonymous' }
    : readCredentials(reader, { registry: registryHost, dryRun });
  const repositories =
    reader.attempt('repository', () => parseRepositories(reader.required('repository'), registryHost)) ?? [];
  const mode = reader.optional('expire-in', parseMode) ?? { kind: 'delete' };
  if (mode.kind !== 'delete' && credentials.kind !== 'oauth' && !withoutSecrets)
    reader.problem('`expire-in` needs an OAuth `token`: a robot account cannot set expirations.');
  const inputs = {
    repositories,
    credentials,
    mode,
    rules: readRules(reader, { ...context, registry: registryHost, mode, repositories }),
    namesGitHubRepository: reader.text('github-repository').includes('/'),
    keepCommitsOf: reader.optional('keep-commits-of', parseBranchPatterns) ?? [],
    dryRun,
    concurrency: reader.concurrency(),
    withoutSecrets,
    shard: reader.optional('shard', parseShard),
    maxDeletes: reader.optional('max-deletes', parseLimit),
    timeBudget: reader.optional('time-budget', parseDuration),
    githubToken: reader.secret('github-token'),
  };
  reader.finish();
  if (!registry) throw new Error('An invalid registry was not reported.');
  return present({ ...inputs, registry });
}

function parseMode(text: string): Mode {
  if (text === 'never') return { kind: 'never-expire' };
  const duration = parseDuration(text);
  return { kind: 'expire', duration: duration.text, seconds: duration.seconds };
}

/** Whether nothing can be used in this run because a pull request of a fork or by Dependabot has no secrets. */
function readWithoutSecrets(
  reader: InputReader,
  event: WorkflowEvent,
  dryRun: boolean,
): WorkflowEvent['withoutSecrets'] {
  const isGiven = reader.text('token') !== '' || reader.text('password') !== '';
  const isAnonymousDryRun = dryRun && reader.text('username') === '';
  return isGiven || isAnonymousDryRun || event.offersOidcToken ? undefined : event.withoutSecrets;
}

const THREE_WAYS =
  'Set `token` (an OAuth access token), or `username` and `password` (a robot account), or `username` alone with `permissions: id-token: write` (keyless).';

/** Reads how the run signs in. */
function readCredentials(
  reader: InputReader,
  { registry, dryRun }: { readonly registry: string; readonly dryRun: boolean },
): Credentials {
  const token = reader.secret('token');
  const password = reader.secret('password');
  const username = reader.optional('username', parseRobotName);
  const audience = reader.optional('oidc-audience', parseAudience) ?? registry;
  if (token && (username || password))
    reader.problem(
      `Both \`token\` and \`${username ? 'username' : 'password'}\` are given. Keep one kind of credential.`,
    );
  if (token) return { kind: 'oauth', token };
  if (username && password) return { kind: 'robot', username, password };
  if (username) return { kind: 'oidc', username, audience };
  const isNameless = reader.text('username') === '';
  if (isNameless && password)
    reader.problem(
      '`password` is given without `username`. Add the name of the robot account, such as `acme+ci`.',
    );
  else if (isNameless && !dryRun)
    reader.problem(
      `No credentials are given. ${THREE_WAYS} Check that the secret exists and is spelled as in the workflow; a pull request from a fork or by Dependabot has no secrets, and ends with a notice instead of this error. Only a dry run on a public repository works without credentials.`,
    );
  return { kind: 'anonymous' };
}

function parseRobotName(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]*\+[a-z0-9_-]+$/i.test(text)) return text;
  throw new InvalidInputError(
    text.includes(':')
      ? '`username` contains a colon. Write the name of the robot account alone, such as `acme+ci`, and its token in `password`.'
      : `\`username\` is ${JSON.stringify(text)}. Write a robot account with its namespace, such as \`acme+ci\`; a user account does not work here.`,
    { namesInput: true },
  );
}

function parseAudience(text: string): string {
  if (/^[\x21-\x7e]{1,512}$/.test(text)) return text;
  throw new InvalidInputError(
    "`oidc-audience` contains white space or unusual characters. Write the audience of the robot account's federation entry, such as `quay.io`.",
    { namesInput: true },
  );
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
  const { folder } = host;
  const tags = reader.required('tags');
  const texts = { tags, excludeTags: reader.text('exclude-tags') };
  const patterns =
    tags === '' ? undefined : reader.attempt('tags', () => parsePatterns(texts, { now, limit: withinTime }));
  const keepNewest = reader.optional('keep-n-most-recent', parseCount);
  const rules = present({
    tags: patterns?.tags ?? [],
    exclude: patterns?.exclude ?? [],
    byImage: reader.boolean('by-image'),
    cleanOrphanedSignatures: reader.boolean('clean-orphaned-signatures'),
    event: event.scope,
    olderThan: reader.optional('older-than', (text) => parseAge(text, now)),
    keepNewest: keepNewest || undefined,
    notPulledFor: reader.optional('not-pulled-for', parseDuration),
    inUse: reader.optional('in-use', (paths) => readInUse(readInputFiles(paths, folder))),
    approved: readApprovedPlan(reader, context),
  });
  const source = readSource(reader, { ...context, asksGitHub: rules.tags.some(asksGitHub) });
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

/** Which GitHub repository judges placeholders: the one that is named, the one that each image names, or the workflow's own. */
function readSource(
  reader: InputReader,
  { host: { environment }, event, repositories, asksGitHub }: RuleContext & { readonly asksGitHub: boolean },
): SourceRule {
  const host = URL.parse(environment['GITHUB_SERVER_URL'] ?? '')?.host ?? 'github.com';
  const own = event.scope.repository;
  const asked = reader.optional('github-repository', parseGitHubRepository);
  const fromLabels = asked === 'from-labels';
  if (asked !== undefined && !fromLabels) return { kind: 'given', repository: asked };
  if (own === undefined && asksGitHub)
    reader.problem(
      fromLabels
        ? '`github-repository: from-labels` needs to know whose repositories may judge, and GITHUB_REPOSITORY is not set. Set it to a GitHub repository of that owner, such as `acme/app`, or write `github-repository: acme/app`.'
        : 'Placeholders such as `{pr}` need to know which GitHub repository to ask, and GITHUB_REPOSITORY is not set. Write `github-repository: acme/app`.',
    );
  if (fromLabels) return { kind: asked, repository: own ?? '', host };
  if (own === undefined) return { kind: 'none' };
  return asksGitHub && repositories.some(({ kind }) => kind === 'glob')
    ? { kind: 'own-labels', repository: own, host }
    : { kind: 'given', repository: own };
}

/** A plan that seems to be made after it is carried out, by more than clocks differ, in seconds. */
const MOST_SKEW = 300;

/** Reads the inputs `plan` and `plan-max-age`; undefined where no plan is given, or it is refused. */
function readApprovedPlan(reader: InputReader, context: RuleContext): ApprovedPlan | undefined {
  const maxAge = reader.duration('plan-max-age', '24h');
  return reader.optional('plan', (path) => {
    const report = parseReport(readReportFile('plan', path, context.host.folder));
    const problem = whyUnfit(report, context) ?? (maxAge && whyOutOfDate(report, context, maxAge));
    if (problem !== undefined) throw new InvalidInputError(`The \`plan\` ${problem}.`);
    return new Map(
      report.repositories.map(({ repository, tags }) => {
        const selected = tags.filter(({ verdict }) => verdict === 'delete');
        return [repository, new Map(selected.map(({ name, digest }) => [name, digest]))];
      }),
    );
  });
}

const DOES: Readonly<Record<string, string>> = {
  delete: 'deletes tags',
  expire: 'lets tags expire',
  'never-expire': 'takes the expiration of tags away',
};

/** Why the report is not the plan of such a run. */
function whyUnfit(report: Report, { registry, mode }: RuleContext): string | undefined {
  const { expireIn } = report;
  if (report.registry !== registry)
    return `is from ${quote(report.registry)}, but \`registry\` is ${registry}. Give the plan of the registry that is cleaned up`;
  if (!report.dryRun)
    return 'is from a run that was not a dry run. Give the report of a run with `dry-run: true`';
  if (report.mode !== mode.kind) {
    const does = Object.hasOwn(DOES, report.mode) ? DOES[report.mode] : `has the mode ${quote(report.mode)}`;
    return `${does}, and this run ${DOES[mode.kind]}. Set \`expire-in\` as in the dry run`;
  }
  if (mode.kind === 'expire' && expireIn?.seconds !== mode.seconds)
    return `lets tags expire in ${expireIn?.text ?? 'an unknown time'}, and \`expire-in\` is ${mode.duration}. Set \`expire-in\` as in the dry run`;
  if (report.finishedAt === undefined || report.stopped !== undefined || report.error !== undefined)
    return 'is from a dry run that failed or did not finish. Run it again';
  const [problem] = report.problems;
  return problem && `has a row that cannot be read: ${problem} Run the dry run again`;
}

function whyOutOfDate({ startedAt }: Report, { now }: RuleContext, maxAge: Duration): string | undefined {
  const age = now - startedAt;
  const made = `was made at ${formatTime(startedAt)} UTC, which is`;
  if (age < -MOST_SKEW) return `${made} in the future. Check the clocks of the runners`;
  if (age > maxAge.seconds)
    return `${made} longer than ${maxAge.text} ago. Run the dry run again, or raise \`plan-max-age\``;
  return undefined;
}
