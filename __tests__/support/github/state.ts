import { History } from './history.ts';

export type PullRequestState = 'OPEN' | 'CLOSED' | 'MERGED';

/** A head that a force push replaced. */
export interface ForcePush {
  /** Null where Git has forgotten the commit. */
  readonly before: string | null;
  readonly after: string;
}

export interface PullRequest {
  readonly number: number;
  state: PullRequestState;
  /** The branch that it would be merged into. */
  readonly base: string;
  /** The branch that it is made of, in this repository or in a fork. */
  readonly branch: string;
  readonly isFromFork: boolean;
  /** The commits that it would bring, its head last. */
  commits: readonly string[];
  forcePushes: readonly ForcePush[];
  /** What docker/metadata-action names by default: on no branch, with the base and the head as parents. */
  temporaryMerge: string;
  /** Those of the heads before. */
  earlierMerges: readonly string[];
  /** What it became on its base. */
  merged: readonly string[];
  /** Unix seconds. */
  updatedAt: number;
  /** Comments and the like, which its timeline counts besides. */
  comments: number;
}

export interface GitTag {
  readonly commit: string;
  /** How many tag objects lead to the commit: none for a light tag. */
  readonly depth: number;
}

export interface RepositoryOptions {
  /** Unix seconds. */
  readonly createdAt?: number;
}

/** A repository on GitHub: its commits, where branches and git tags stand, and its pull requests. */
export class RepositoryState {
  /** `owner/name`. */
  name: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly branches = new Map<string, string>();
  readonly gitTags = new Map<string, GitTag>();
  readonly pullRequests = new Map<number, PullRequest>();
  readonly history: History;
  defaultBranch = 'main';
  /** When what happens next happens, in Unix seconds. */
  now = Math.floor(Date.now() / 1000);
  /** Whether a comparison takes a bare hash, which GitHub does not promise. */
  comparesHashes = true;

  constructor(name: string, { createdAt = 1_577_836_800 }: RepositoryOptions = {}) {
    this.name = name;
    this.createdAt = createdAt;
    const refs = () =>
      new Map([
        ...[...this.branches].map(([branch, oid]) => [`refs/heads/${branch}`, oid] as const),
        ...[...this.gitTags.keys()].map((tag) => [`refs/tags/${tag}`, this.objectOfTag(tag)] as const),
      ]);
    this.history = new History(refs);
  }

  /** A new commit, on no branch. */
  commit(
    parents: readonly string[] = [],
    message = `Change ${this.history.commits.length} of ${this.name}`,
  ): string {
    return this.history.commit({ parents, message, at: this.now });
  }

  get commits(): readonly string[] {
    return this.history.commits;
  }

  headOf(branch: string): string {
    const head = this.branches.get(branch);
    if (head === undefined) throw new Error(`There is no branch ${branch}.`);
    return head;
  }

  /** The object that a git tag names: a commit, or the outermost tag object. */
  objectOfTag(name: string): string {
    const { commit, depth } = this.gitTags.get(name) ?? { commit: '', depth: 0 };
    let oid = commit;
    for (let deep = 0; deep < depth; deep += 1) oid = this.history.tag(name, oid);
    return oid;
  }

  /** A new commit on a branch, which begins if there is none. Its open pull requests take it up. */
  push(branch: string, from: string | undefined = this.branches.get(branch)): string {
    const oid = this.commit(from === undefined ? [] : [from]);
    this.branches.set(branch, oid);
    for (const one of this.#openOf(branch)) this.#takeUp(one, oid);
    return oid;
  }

  /** A new branch off its base, here or in a fork, with a pull request of so many commits. */
  openPullRequest(
    number: number,
    { branch = `topic-${number}`, commits = 1, base = this.defaultBranch, fork = false } = {},
  ): PullRequest {
    let head = this.headOf(base);
    for (let made = 0; made < commits; made += 1) head = this.commit([head]);
    if (!fork) this.branches.set(branch, head);
    return this.#open(number, { branch, base, fork, head });
  }

  /** Another pull request of a branch that is there. */
  propose(number: number, { branch, base }: { readonly branch: string; readonly base: string }): PullRequest {
    return this.#open(number, { branch, base, fork: false, head: this.headOf(branch) });
  }

  /** New commits on the branch of a pull request; with `force` in the place of its own. */
  pushTo(number: number, { commits = 1, force = false } = {}): PullRequest {
    const one = this.#pullRequest(number);
    const before = headOf(one);
    let after = force ? this.headOf(one.base) : before;
    for (let made = 0; made < commits; made += 1) after = this.commit([after]);
    if (!one.isFromFork) this.branches.set(one.branch, after);
    const sharing = one.isFromFork ? [one] : this.#openOf(one.branch);
    for (const open of sharing) {
      if (force) open.forcePushes = [...open.forcePushes, { before, after }];
      this.#takeUp(open, after);
    }
    return one;
  }

  closePullRequest(number: number): void {
    this.#change(this.#pullRequest(number), 'CLOSED');
  }

  reopenPullRequest(number: number): void {
    this.#change(this.#pullRequest(number), 'OPEN');
  }

  /** Deletes a branch; its open pull requests close, as GitHub lets them. */
  deleteBranch(branch: string): void {
    for (const one of this.#openOf(branch)) this.#change(one, 'CLOSED');
    this.branches.delete(branch);
  }

  /** Merges as the three buttons do; the branch stays until it is deleted. */
  mergePullRequest(number: number, how: 'merge' | 'squash' | 'rebase'): void {
    const one = this.#pullRequest(number);
    const base = this.headOf(one.base);
    this.#change(one, 'MERGED');
    if (how === 'rebase') {
      one.merged = one.commits.map(() => this.push(one.base));
    } else {
      const oid = this.commit(how === 'merge' ? [base, headOf(one)] : [base]);
      this.branches.set(one.base, oid);
      one.merged = [oid];
    }
  }

  #open(
    number: number,
    made: {
      readonly branch: string;
      readonly base: string;
      readonly fork: boolean;
      readonly head: string;
    },
  ): PullRequest {
    const { branch, base, fork: isFromFork, head } = made;
    const one: PullRequest = {
      number,
      state: 'OPEN',
      base,
      branch,
      isFromFork,
      commits: [],
      forcePushes: [],
      temporaryMerge: '',
      earlierMerges: [],
      merged: [],
      updatedAt: this.now,
      comments: 0,
    };
    this.pullRequests.set(number, one);
    this.#takeUp(one, head);
    return one;
  }

  /** A pull request goes on to a head; GitHub tries to merge it. */
  #takeUp(one: PullRequest, head: string): void {
    const base = this.headOf(one.base);
    one.commits = this.history.between(base, head);
    one.updatedAt = this.now;
    if (one.temporaryMerge !== '') one.earlierMerges = [...one.earlierMerges, one.temporaryMerge];
    one.temporaryMerge = this.commit([base, head], `Merge ${head} into ${base}`);
  }

  #change(one: PullRequest, state: PullRequestState): void {
    one.state = state;
    one.updatedAt = this.now;
  }

  #openOf(branch: string): readonly PullRequest[] {
    return [...this.pullRequests.values()].filter(
      (one) => one.branch === branch && !one.isFromFork && one.state === 'OPEN',
    );
  }

  #pullRequest(number: number): PullRequest {
    const found = this.pullRequests.get(number);
    if (!found) throw new Error(`There is no pull request ${number}.`);
    return found;
  }
}

/** The commit that a pull request ends in. */
export function headOf({ commits }: PullRequest): string {
  const head = commits.at(-1);
  if (head === undefined) throw new Error('The pull request has no commits.');
  return head;
}
