import { GitHubError } from './errors.ts';
import type { Failure } from './failure.ts';

/** What is asked of GitHub, and the permissions that it needs. */
export interface Lookup {
  /** Such as `pull requests`. */
  readonly what: string;
  /** Such as `pull-requests: read`. */
  readonly permissions: readonly string[];
}

interface Circumstances {
  readonly lookup: Lookup;
  /** How often the request was sent. */
  readonly attempts: number;
  /** The host that was asked. */
  readonly host: string;
  /** Milliseconds that an answer may take. */
  readonly limit: number;
}

/** Words a request that was not answered: what failed, what was found, what to do. */
export function refusal(failure: Failure, circumstances: Circumstances): GitHubError {
  const { failed, remedy } = wording(failure, circumstances);
  return new GitHubError(
    `${failed} Nothing was deleted. ${remedy}`,
    failure.kind === 'broken' ? { cause: failure.cause } : {},
  );
}

/** The permissions as they stand in a workflow. */
export function permissionsBlock({ permissions }: Lookup): string {
  return `permissions:\n${permissions.map((permission) => `  ${permission}`).join('\n')}`;
}

interface Wording {
  readonly failed: string;
  readonly remedy: string;
}

function wording(failure: Failure, circumstances: Circumstances): Wording {
  const { lookup, host, limit } = circumstances;
  const tried = circumstances.attempts > 1 ? `, tried ${circumstances.attempts} times` : '';
  const unanswered = `GitHub did not answer about ${lookup.what}`;
  switch (failure.kind) {
    case 'stopped':
      return {
        failed: `The run was stopped before GitHub answered about ${lookup.what}.`,
        remedy: 'Run again.',
      };
    case 'silent':
      return { failed: `${unanswered} within ${duration(limit)}${tried}.`, remedy: later(host) };
    case 'busy':
      return { failed: `${unanswered} (${failure.status}${tried}).`, remedy: later(host) };
    case 'broken':
      return {
        failed: `${unanswered}: the connection to ${host} broke (${failure.code}${tried}).`,
        remedy: `Check the network between the runner and ${host}, and the proxy if \`HTTPS_PROXY\` names one, and run again.`,
      };
    case 'bad-proxy':
      return {
        failed: `GitHub cannot be asked about ${lookup.what}: the proxy for ${host} is not a URL.`,
        remedy: 'Write it as `http://host:port` in `HTTPS_PROXY`, or add the host to `NO_PROXY`.',
      };
    case 'foreign':
      return {
        failed: `The answer from ${host} about ${lookup.what} is not from GitHub's API (${failure.status}${tried}).`,
        remedy: `Check \`GITHUB_API_URL\` and what is between the runner and ${host}, such as a proxy.`,
      };
    case 'secondary-limit':
    case 'primary-limit':
      return limitWording(failure, `${failure.status}${tried}`);
    case 'unanswerable':
      return { failed: `${unanswered} (${failure.said}${tried}).`, remedy: later(host) };
    case 'bad-credentials':
      return {
        failed: `${unanswered}, because it does not accept the token (401).`,
        remedy: "It may have expired: leave `github-token` out to use the job's own.",
      };
    case 'refused':
      return {
        failed: `${unanswered} (${failure.said || failure.status}).`,
        remedy: `Grant the job's token the permission:\n\n${permissionsBlock(lookup)}`,
      };
    default:
      return failure satisfies never;
  }
}

type Limit = Extract<Failure, { readonly kind: 'primary-limit' | 'secondary-limit' }>;

function limitWording(limit: Limit, found: string): Wording {
  if (limit.kind === 'secondary-limit') {
    const asked = limit.wait === undefined ? '' : `, Retry-After ${duration(limit.wait)}`;
    return {
      failed: `GitHub accepts no more requests with this token for now: its secondary rate limit is reached (${found}${asked}).`,
      remedy: `Run again ${limit.wait === undefined ? 'in a few minutes' : `after ${duration(limit.wait)}`}, and not at the same time as other jobs that send many requests to GitHub.`,
    };
  }
  const { reset, wait } = limit;
  return {
    failed: `The requests that this token may send to GitHub in an hour are used up: its rate limit is reached (${found}).`,
    remedy:
      reset === undefined || wait === undefined
        ? 'Run again in an hour.'
        : `Run again after ${reset.toISOString().slice(11, 16)} UTC, in ${duration(wait)}.`,
  };
}

function later(host: string): string {
  // GitHub's page is about github.com only, not about a GitHub Enterprise Server.
  return host === 'api.github.com'
    ? 'Run again later; https://www.githubstatus.com says whether GitHub has a problem.'
    : 'Run again later.';
}

function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
