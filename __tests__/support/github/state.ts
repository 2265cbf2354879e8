import { createHash } from 'node:crypto';

export type PullRequestState = 'OPEN' | 'CLOSED' | 'MERGED';

export interface PullRequest {
  readonly number: number;
  state: PullRequestState;
  /** Whose it is; a fork's pull requests may hold the same commits. */
  repository: string;
  /** The branch that it would be merged into. */
  base: string;
  /** The commits that it would bring, its head last. */
  commits: readonly string[];
  /** What docker/metadata-action names by default: on no branch, with the base and the head as parents. */
  temporaryMerge?: string;
  /** What it became on the default branch. */
  merged: readonly string[];
}

export interface GitTag {
  readonly commit: string;
  /** How many tag objects lead to the commit: none for a light tag. */
  readonly depth: number;
}

/** A repository on GitHub: its commits, where branches and git tags stand, and its pull requests. */
export class RepositoryState {
  readonly name = 'acme/app';
  readonly branches = new Map<string, string>();
  readonly gitTags = new Map<string, GitTag>();
  readonly pullRequests = new Map<number, PullRequest>();
  defaultBranch = 'main';
  /** Whether the pull requests of a commit include those that were closed without being merged. */
  tellsClosedPullRequests = true;
  /** Whether the temporary merge commit is known to belong to its pull request. */
  tellsTemporaryMerge = false;
  readonly #parents = new Map<string, readonly string[]>();
  readonly #messages = new Map<string, string>();
  readonly #ancestors = new Map<string, ReadonlySet<string>>();

  /** A new commit, with a hash that looks like one, or a given one. */
  commit(parents: readonly string[] = [], oid = this.#newOid(), message = 'Change something'): string {
    this.#parents.set(oid, parents);
    this.#messages.set(oid, message);
    return oid;
  }

  get commits(): readonly string[] {
    return [...this.#parents.keys()];
  }

  parentsOf(oid: string): readonly string[] {
    return this.#parents.get(oid) ?? [];
  }

  messageOf(oid: string): string {
    return this.#messages.get(oid) ?? '';
  }

  knows(oid: string): boolean {
    return this.#parents.has(oid);
  }

  /** What a name or the beginning of a hash stands for; names come first, as in Git. */
  resolve(expression: string): string | undefined {
    if (this.knows(expression)) return expression;
    const named = this.branches.get(expression) ?? this.gitTags.get(expression)?.commit;
    if (named) return named;
    const found = [...this.#parents.keys()].filter((oid) => oid.startsWith(expression));
    return found.length === 1 ? found[0] : undefined;
  }

  headOf(branch: string): string {
    const head = this.branches.get(branch);
    if (head === undefined) throw new Error(`There is no branch ${branch}.`);
    return head;
  }

  /** A new commit on a branch, which begins if there is none. */
  push(branch: string, from: string | undefined = this.branches.get(branch)): string {
    const oid = this.commit(from === undefined ? [] : [from]);
    this.branches.set(branch, oid);
    return oid;
  }

  /** A branch off its base, with a pull request of so many commits. */
  openPullRequest(
    number: number,
    { branch = `topic-${number}`, commits = 1, base = this.defaultBranch } = {},
  ): PullRequest {
    const own = [this.push(branch, this.headOf(base))];
    while (own.length < commits) own.push(this.push(branch));
    return this.openPullRequestOf(number, { commits: own, base });
  }

  /** A pull request of commits that are there already. */
  openPullRequestOf(
    number: number,
    { commits, base }: { readonly commits: readonly string[]; readonly base: string },
  ): PullRequest {
    const pullRequest: PullRequest = {
      number,
      state: 'OPEN',
      repository: this.name,
      base,
      commits,
      temporaryMerge: this.#tryMerge(commits.at(-1) ?? '', this.headOf(base)),
      merged: [],
    };
    this.pullRequests.set(number, pullRequest);
    return pullRequest;
  }

  #tryMerge(head: string, base: string): string {
    return this.commit([base, head], undefined, `Merge ${head} into ${base}`);
  }

  closePullRequest(number: number): void {
    this.#pullRequest(number).state = 'CLOSED';
  }

  reopenPullRequest(number: number): void {
    this.#pullRequest(number).state = 'OPEN';
  }

  /** Merges as the three buttons do; the branch stays until it is deleted. */
  mergePullRequest(number: number, how: 'merge' | 'squash' | 'rebase'): void {
    const pullRequest = this.#pullRequest(number);
    const base = this.headOf(pullRequest.base);
    pullRequest.state = 'MERGED';
    if (how === 'rebase') {
      pullRequest.merged = pullRequest.commits.map(() => this.push(pullRequest.base));
    } else {
      const head = pullRequest.commits.at(-1) ?? base;
      const oid = this.commit(how === 'merge' ? [base, head] : [base]);
      this.branches.set(pullRequest.base, oid);
      pullRequest.merged = [oid];
    }
  }

  pullRequestsOf(oid: string): readonly PullRequest[] {
    const isOnDefault = this.ancestors(this.branches.get(this.defaultBranch)).has(oid);
    return [...this.pullRequests.values()]
      .filter(
        ({ commits, merged, temporaryMerge }) =>
          commits.includes(oid) ||
          merged.includes(oid) ||
          (this.tellsTemporaryMerge && temporaryMerge === oid),
      )
      .filter(({ state }) => !isOnDefault || state === 'MERGED')
      .filter(({ state }) => this.tellsClosedPullRequests || state !== 'CLOSED');
  }

  /** The commits that lead to one, itself among them. */
  ancestors(oid: string | undefined): ReadonlySet<string> {
    if (oid === undefined) return new Set();
    const known = this.#ancestors.get(oid);
    if (known) return known;
    const found = new Set<string>();
    const open = [oid];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      open.push(...this.parentsOf(at));
    }
    this.#ancestors.set(oid, found);
    return found;
  }

  #newOid(): string {
    return createHash('sha1').update(`commit ${this.#parents.size}`).digest('hex');
  }

  #pullRequest(number: number): PullRequest {
    const pullRequest = this.pullRequests.get(number);
    if (!pullRequest) throw new Error(`There is no pull request ${number}.`);
    return pullRequest;
  }
}

/** How one commit stands to another; undefined where they have nothing in common. */
export interface Comparison {
  readonly status: 'AHEAD' | 'BEHIND' | 'DIVERGED' | 'IDENTICAL';
  readonly aheadBy: number;
  readonly behindBy: number;
  readonly mergeBase: string;
}

export function compare(state: RepositoryState, base: string, head: string): Comparison | undefined {
  const ofBase = state.ancestors(base);
  const ofHead = state.ancestors(head);
  const mergeBase = [...ofHead].find((oid) => ofBase.has(oid));
  if (mergeBase === undefined) return undefined;
  const aheadBy = missingFrom(ofBase, ofHead);
  const behindBy = missingFrom(ofHead, ofBase);
  const status = aheadBy > 0 ? (behindBy > 0 ? 'DIVERGED' : 'AHEAD') : behindBy > 0 ? 'BEHIND' : 'IDENTICAL';
  return { status, aheadBy, behindBy, mergeBase };
}

function missingFrom(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  return [...others].filter((oid) => !some.has(oid)).length;
}
