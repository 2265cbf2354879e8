import type { CommitFacts, CommitPullRequest, KnownCommit, Undecided } from '../model/facts.ts';
import type { Reason } from '../model/reason.ts';

/** Why the commit that a tag names keeps it; undefined where it is left over. */
export function commitLives(
  hash: string | undefined,
  commits: ReadonlyMap<string, CommitFacts>,
): Reason | Undecided | undefined {
  if (hash === undefined) return undefined;
  const commit = commits.get(hash);
  switch (commit?.kind) {
    case undefined:
      return { kind: 'undecided', needs: [{ kind: 'commit', hash }] };
    case 'unknown':
    case 'ambiguous':
      return { kind: 'commit-unknown', hash };
    case 'commit':
      return reasonToKeep(hash, commit);
    default:
      return commit satisfies never;
  }
}

function reasonToKeep(hash: string, commit: KnownCommit): Reason | undefined {
  const { onKeptBranch, headOfBranch, gitTag } = commit;
  if (headOfBranch !== undefined) return { kind: 'commit-is-head', hash, branch: headOfBranch };
  if (gitTag !== undefined) return { kind: 'commit-has-git-tag', hash, gitTag };
  if (typeof onKeptBranch === 'object')
    return { kind: 'commit-on-kept-branch', hash, branch: onKeptBranch.name };
  const found = pullRequestsOf(commit);
  if (onKeptBranch === 'unknown' || found === 'unknown') return { kind: 'commit-unclear', hash };
  const open = found.all.find(({ state }) => state === 'open');
  if (open) return { kind: 'commit-in-open-pull-request', hash, number: open.number };
  return found.own.length === 0 ? { kind: 'commit-without-pull-request', hash } : undefined;
}

interface FoundPullRequests {
  /** Those of the commit, and of the parents of a merge commit. */
  readonly all: readonly CommitPullRequest[];
  /** Those that show where the commit came from. */
  readonly own: readonly CommitPullRequest[];
}

/**
 * The pull requests that speak for a commit.
 *
 * docker/metadata-action names by default the temporary merge commit of a pull request, which belongs to none itself: its
 * parents are the head of the base branch and the head of the pull request, which shows where it came from. The parents of
 * any other merge commit show only what was merged, such as the default branch into one without a pull request.
 *
 * Source: https://github.com/docker/metadata-action/issues/206
 */
function pullRequestsOf(commit: KnownCommit): FoundPullRequests | 'unknown' {
  const { pullRequests, parents, isTemporaryMerge } = commit;
  if (pullRequests === 'unknown' || parents === 'unknown') return 'unknown';
  const ofParents = parents.length < 2 ? [] : parents.map((parent) => parent.pullRequests);
  const known = ofParents.filter((found) => found !== 'unknown');
  if (known.length < ofParents.length) return 'unknown';
  const head = isTemporaryMerge ? known.slice(1).flat() : [];
  return { all: [...pullRequests, ...known.flat()], own: [...pullRequests, ...head] };
}

/** The pull request that a commit was in, of those that are known. */
export function pullRequestOf(commit: CommitFacts | undefined): CommitPullRequest | undefined {
  const found = commit?.kind === 'commit' ? pullRequestsOf(commit) : 'unknown';
  return found === 'unknown' ? undefined : found.own[0];
}
