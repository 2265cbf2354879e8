import { describe, expect, test } from '@jest/globals';
import type { CommitTag } from '../../src/github/commits.ts';
import type { CommitFacts } from '../../src/model/facts.ts';
import { messageOf } from '../http/serve.ts';
import { History } from '../support/github/history.ts';
import type { PullRequest, RepositoryState } from '../support/github/state.ts';
import { APP, answer, type Scene, scene } from './fixture.ts';

const DAY = 86_400;
const SOON = '2030-01-01T00:00:00Z';
const INCOMPLETE = 'is not complete (';

/** An error about a part of the repository. */
const wrong = (path: string, type = 'X') => ({
  type,
  path: ['repository', ...path.split(' ')],
  message: 'busy',
});

/** A list without items. */
const none = { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } };

type IsKept = (branch: string) => boolean;

/** What GitHub says of commits that tags name, and of the branches whose commits are kept. */
function lookUp({ github }: Scene, tags: readonly (CommitTag | string)[], isKept: IsKept = () => false) {
  return github.commits(APP, {
    tags: tags.map((tag) => (typeof tag === 'string' ? { hash: tag } : tag)),
    isKept,
  });
}

/** What it says of one. */
async function factsOf(
  here: Scene,
  tag: CommitTag | string,
  isKept?: IsKept,
): Promise<CommitFacts | undefined> {
  const facts = await lookUp(here, [tag], isKept);
  return facts.get(typeof tag === 'string' ? tag : tag.hash);
}

/** The commits of a pull request that was closed, without its branch. */
function givenUp({ repository }: Pick<Scene, 'repository'>, number: number, commits = 1): readonly string[] {
  const { commits: own } = repository.openPullRequest(number, { commits });
  repository.closePullRequest(number);
  repository.deleteBranch(`topic-${number}`);
  return own;
}

const asksOf = ({ simulator }: Scene, text: string) =>
  simulator.queries.filter((body) => body.includes(text)).length;

describe('a commit', () => {
  test('of the default branch is on a kept branch, by its short hash too, in whatever case', async () => {
    const here = await scene();
    const old = here.repository.headOf('main');
    here.repository.push('main');
    const known = { kind: 'commit', oid: old, pullRequests: {}, onKeptBranch: { name: 'main' } };
    expect(await factsOf(here, old.slice(0, 7).toUpperCase())).toEqual(known);
  });

  test('of another branch is kept where that one is, the default one first, and every branch is asked for', async () => {
    const here = await scene();
    const { repository } = here;
    const commit = repository.push('release/1.x', repository.headOf('main'));
    repository.push('release/1.x');
    const asked: string[] = [];
    const isKept = (branch: string) => asked.push(branch) > 0 && branch.startsWith('release/');
    expect(await factsOf(here, commit)).toMatchObject({ onKeptBranch: false });
    expect(await factsOf(here, commit, isKept)).toMatchObject({ onKeptBranch: { name: 'release/1.x' } });
    expect(asked).toEqual(['main', 'release/1.x']);
    const root = repository.headOf('main');
    expect(await factsOf(here, root, () => true)).toMatchObject({
      onKeptBranch: { name: 'main' },
    });
  });

  test('that has nothing in common with a branch is not on it, whatever branches are kept', async () => {
    const here = await scene();
    const [commit = ''] = givenUp(here, 7, 2);
    here.repository.branches.set('gh-pages', here.repository.commit());
    const facts = await factsOf(here, commit, () => true);
    expect(facts).toMatchObject({ onKeptBranch: false, pullRequests: { closed: { number: 7 } } });
  });

  test('that is a hash and the name of a branch is ambiguous', async () => {
    const here = await scene();
    const hash = here.repository.commit().slice(0, 8);
    here.repository.push(hash);
    expect(await factsOf(here, hash)).toEqual({ kind: 'ambiguous' });
  });

  test('is unknown where no commit has that hash, several begin with it, or it is none', async () => {
    const here = await scene();
    const [one = '', other = ''] = alike(here);
    expect(one.slice(0, 7)).toBe(other.slice(0, 7));
    here.repository.gitTags.set('v1', { commit: one, depth: 1 });
    const tagObject = here.repository.objectOfTag('v1');
    const hashes = ['1234567', one.slice(0, 7), tagObject, 'abc', 'main', 'v1.2.3'];
    const facts = await lookUp(here, hashes, () => true);
    expect([...facts]).toEqual(hashes.map((hash) => [hash, { kind: 'unknown' }]));
    expect(here.simulator.queries).toHaveLength(1);
  });
});

/** Two commits whose hashes begin alike. */
function alike({ repository }: Scene): readonly string[] {
  const scratch = new History(() => new Map());
  const seen = new Map<string, string>();
  for (let tried = 0; ; tried += 1) {
    const made = { parents: [], message: `Try ${tried}`, at: repository.now };
    const beginning = scratch.commit(made).slice(0, 7);
    const other = seen.get(beginning);
    if (other) return [other, made.message].map((message) => repository.commit([], message));
    seen.set(beginning, made.message);
  }
}

describe('what is known of a commit', () => {
  type Made = string | undefined;
  /** A merge commit of the head of a pull request that was given up. */
  function merge(
    repository: RepositoryState,
    message: (head: string, base: string) => string,
    parents = 2,
  ): Made {
    const base = repository.headOf('main');
    const [head = ''] = givenUp({ repository }, 7);
    return repository.commit([base, head, repository.commit([base])].slice(0, parents), message(head, base));
  }
  function mergeBy(repository: RepositoryState, how: 'squash' | 'rebase' | 'merge'): PullRequest {
    const one = repository.openPullRequest(7, { commits: 2 });
    repository.push('main');
    repository.mergePullRequest(7, how);
    repository.deleteBranch('topic-7');
    return one;
  }
  function tag(repository: RepositoryState, depth: number): Made {
    const commit = repository.commit([repository.headOf('main')]);
    repository.gitTags.set('v1', { commit, depth });
    return commit;
  }
  function forcePush(repository: RepositoryState): PullRequest {
    const { commits, temporaryMerge } = repository.openPullRequest(7);
    return { ...repository.pushTo(7, { force: true }), commits, temporaryMerge };
  }
  function backport(repository: RepositoryState): readonly PullRequest[] {
    repository.push('release/1.x', repository.headOf('main'));
    const one = repository.openPullRequest(7);
    const other = repository.propose(8, { branch: 'topic-7', base: 'release/1.x' });
    repository.mergePullRequest(7, 'merge');
    return [one, other];
  }
  const close = (repository: RepositoryState, { commits, temporaryMerge }: PullRequest) => {
    repository.closePullRequest(7);
    return { commits, temporaryMerge };
  };

  const open = { onKeptBranch: false, pullRequests: { open: 7 } };
  const closed = { onKeptBranch: false, pullRequests: { closed: { number: 7, merged: false } } };
  const merged = { onKeptBranch: false, pullRequests: { closed: { number: 7, merged: true } } };
  const none = { kind: 'commit', onKeptBranch: false, pullRequests: {} };
  test.each<[string, (repository: RepositoryState) => Made, object]>([
    ['that a branch ends in', (r) => r.push('topic', r.headOf('main')), { headOfBranch: 'topic' }],
    ['that a light git tag names', (r) => tag(r, 0), { ...none, gitTag: 'v1' }],
    ['that an annotated git tag of another one names', (r) => tag(r, 2), { ...none, gitTag: 'v1' }],
    ['of an open pull request', (r) => r.openPullRequest(7, { commits: 2 }).commits[0], open],
    ['that tries it out', (r) => r.openPullRequest(7).temporaryMerge, open],
    ['of one from a fork', (r) => r.openPullRequest(7, { fork: true, branch: 'main' }).commits[0], open],
    ['of a closed one', (r) => givenUp({ repository: r }, 7, 2)[0], closed],
    ['that was its head', (r) => givenUp({ repository: r }, 7, 2)[1], closed],
    ['of a closed one from a fork', (r) => close(r, r.openPullRequest(7, { fork: true })).commits[0], closed],
    [
      'of one that was opened again',
      (r) => {
        const { commits } = close(r, r.openPullRequest(7));
        r.reopenPullRequest(7);
        return commits[0];
      },
      open,
    ],
    [
      'of two closed ones, the one that changed last',
      (r) => {
        const one = r.openPullRequest(7);
        r.propose(8, { branch: 'topic-7', base: 'main' });
        r.closePullRequest(8);
        r.now += 1;
        r.closePullRequest(7);
        r.branches.delete('topic-7');
        return one.commits[0];
      },
      closed,
    ],
    ['that a force push replaced', (r) => forcePush(r).commits[0], open],
    ['that tried it out until then', (r) => forcePush(r).temporaryMerge, open],
    ['that a force push replaced in a closed one', (r) => close(r, forcePush(r)).commits[0], closed],
    ['that tried that out until then', (r) => close(r, forcePush(r)).temporaryMerge, closed],
    ['that was squashed', (r) => mergeBy(r, 'squash').commits[0], merged],
    ['that was rebased', (r) => mergeBy(r, 'rebase').commits[0], merged],
    ['that was merged', (r) => mergeBy(r, 'merge').commits[0], { onKeptBranch: { name: 'main' } }],
    ['that tried out what was merged', (r) => mergeBy(r, 'merge').temporaryMerge, merged],
    [
      'of a merge whose backport is open',
      (r) => backport(r)[0]?.temporaryMerge,
      { pullRequests: { open: 8 } },
    ],
    ['of an open backport', (r) => backport(r)[1]?.temporaryMerge, { pullRequests: { open: 8 } }],
    ['that nobody proposed', (r) => r.commit([r.headOf('main')]), none],
    ['that merges, as Git says it', (r) => merge(r, () => "Merge branch 'main' into topic"), none],
    ['that merges the other way round', (r) => merge(r, (head, base) => `Merge ${base} into ${head}`), none],
    ['that names another base', (r) => merge(r, (head) => `Merge ${head} into ${'0'.repeat(40)}`), none],
    ['that names another head', (r) => merge(r, (_, base) => `Merge ${'0'.repeat(40)} into ${base}`), none],
    ['that says more', (r) => merge(r, (head, base) => `Merge ${head} into ${base}\n\nand more`), none],
    ['that merges more', (r) => merge(r, (head, base) => `Merge ${head} into ${base}`, 3), none],
    [
      'of one whose earlier head Git has forgotten, with a long timeline',
      (r) => {
        const one = r.openPullRequest(7);
        one.forcePushes = [{ before: null, after: one.commits[0] ?? '' }];
        one.comments = 300;
        return one.commits[0];
      },
      open,
    ],
  ])('%s', async (_, make, facts) => {
    const here = await scene();
    expect(await factsOf(here, make(here.repository) ?? '')).toEqual(expect.objectContaining(facts));
  });
});

describe('pull requests are read', () => {
  test('to the last of many commits and force pushes', async () => {
    const here = await scene();
    const { repository } = here;
    const hashes = [...repository.openPullRequest(7, { commits: 1 }).commits];
    for (let pushed = 0; pushed < 45; pushed += 1)
      hashes.push(...repository.pushTo(7, { force: true }).commits.slice(0, 1));
    hashes.push(...repository.pushTo(7, { commits: 250 }).commits);
    for (const fact of (await lookUp(here, hashes)).values())
      expect(fact).toMatchObject({ pullRequests: { open: 7 } });
    repository.closePullRequest(7);
    repository.deleteBranch('topic-7');
    for (const fact of (await lookUp(here, hashes)).values())
      expect(fact).toMatchObject({ pullRequests: { closed: { number: 7 } } });
  });

  test.each<['OPEN' | 'CLOSED', object]>([
    ['OPEN', { pullRequests: 'unknown' }],
    ['CLOSED', { pullRequests: { closed: { number: 8 } } }],
  ])('and where one that is %s shows not all of its commits, it may hold any', async (state, explained) => {
    const here = await scene();
    const { repository, simulator } = here;
    const [known = ''] = givenUp(here, 8);
    const alone = repository.commit([repository.headOf('main')]);
    const commits = { ...none, totalCount: 2, nodes: [{ commit: { oid: '1'.repeat(40) } }] };
    const part = { number: 7, state, updatedAt: SOON, commits, forcePushes: none };
    const rest = { nodes: [part, part], edges: [{ cursor: '0' }, {}], pageInfo: { hasNextPage: true } };
    const list = { ...none, totalCount: 1, nodes: [part], ...(state === 'CLOSED' ? rest : {}) };
    const body = state === 'OPEN' ? /states: OPEN/ : /states: \[CLOSED/;
    answer({ simulator }, { f0: list }, { body, times: 1 });
    const facts = await lookUp(here, [alone, known]);
    expect(facts.get(alone)).toMatchObject({ pullRequests: 'unknown' });
    expect(facts.get(known)).toMatchObject(explained);
  });

  /** Pull requests that were closed a day after another, the newest today, one commit each. */
  async function manyClosed(count: number): Promise<Scene & { readonly commits: readonly string[] }> {
    const here = await scene();
    const { repository } = here;
    const today = repository.now;
    const commits: string[] = [];
    for (let number = 1; number <= count; number += 1) {
      repository.now = today - (count - number) * DAY;
      commits.push(...givenUp(here, number));
    }
    repository.now = today;
    return { ...here, commits: commits.toReversed() };
  }

  test('with the last changes first, until every commit is explained', async () => {
    const here = await manyClosed(120);
    await lookUp(here, [here.commits[0] ?? '', here.commits[60] ?? '']);
    expect(asksOf(here, 'states: [CLOSED')).toBe(2);
  });

  test('until they changed more than seven days before the oldest tag was pushed', async () => {
    const here = await manyClosed(120);
    const alone = here.repository.commit([here.repository.headOf('main')]);
    const pushedAt = here.repository.now - 30 * DAY;
    expect(await factsOf(here, { hash: alone, pushedAt })).toEqual(
      expect.objectContaining({ pullRequests: {} }),
    );
    expect(asksOf(here, 'states: [CLOSED')).toBe(1);
    expect(await factsOf(here, alone)).toEqual(expect.objectContaining({ pullRequests: {} }));
    expect(asksOf(here, 'states: [CLOSED')).toBe(1 + 3);
  });

  test('where a late build pushed a tag six days after its pull request was closed', async () => {
    const here = await manyClosed(60);
    const { now } = here.repository;
    const late = here.commits[51] ?? '';
    const closed = { pullRequests: { closed: { number: 9 } } };
    expect(await factsOf(here, { hash: late, pushedAt: now - 45 * DAY })).toMatchObject(closed);
    // The first page ends 49 days ago.
    expect(await factsOf(here, { hash: late, pushedAt: now - 41 * DAY })).toEqual(
      expect.objectContaining({ pullRequests: {} }),
    );
    // Of several tags of a commit, the oldest one counts.
    const tags = [41, 45, 41].map((ago, index) => ({
      hash: late.slice(0, 40 - index),
      pushedAt: now - ago * DAY,
    }));
    const facts = await lookUp(here, tags);
    for (const one of facts.values()) expect(one).toMatchObject(closed);
  });

  test('no further than 200 pages, behind which any may hold the commit', async () => {
    const here = await scene();
    const { simulator, repository } = here;
    const alone = repository.commit([repository.headOf('main')]);
    const part = { number: 7, state: 'CLOSED', updatedAt: SOON, commits: none, forcePushes: none };
    simulator.onRequest = (body) => {
      if (!body.includes('CLOSED')) return;
      const pages = { totalCount: 9, edges: [{ cursor: '0' }, {}], pageInfo: { hasNextPage: true } };
      answer(here, { f0: { ...pages, nodes: [part, part] } }, { times: 1 });
    };
    expect(await factsOf(here, alone)).toMatchObject({ pullRequests: 'unknown' });
    expect(asksOf(here, 'CLOSED')).toBe(200);
  });

  test('not where something else keeps every commit', async () => {
    const here = await manyClosed(2);
    const { repository } = here;
    const tagged = here.commits[0] ?? '';
    repository.gitTags.set('v1', { commit: tagged, depth: 1 });
    const open = repository.openPullRequest(3).commits[0] ?? '';
    await lookUp(here, [tagged, open, repository.headOf('main')]);
    expect(asksOf(here, 'states: [CLOSED')).toBe(0);
  });
});

describe('whether a branch contains a commit', () => {
  const contradictions: readonly object[] = [
    { status: 'AHEAD', aheadBy: 0, behindBy: 0 },
    { status: 'DIVERGED', aheadBy: 0, behindBy: 3 },
    { status: 'BEHIND', aheadBy: 1, behindBy: 3 },
    { status: 'AHEAD', aheadBy: 2 },
    { aheadBy: 2, behindBy: 0 },
    { status: 'AHEAD', aheadBy: 2, behindBy: 0, headTarget: { oid: 'f'.repeat(40) } },
  ];
  /** The comparison of the head of main with itself, which comes first, and then that of a commit. */
  async function answered(
    one: object | null,
    errors: readonly object[] = [],
  ): Promise<CommitFacts | undefined> {
    const here = await scene();
    const head = here.repository.headOf('main');
    const oid = here.repository.commit([head]);
    const own = { status: 'IDENTICAL', aheadBy: 0, behindBy: 0, headTarget: { oid: head } };
    const f1 = one && { compare: { headTarget: { oid }, ...one } };
    answer(here, { f0: { compare: own }, f1 }, { body: /compare/, errors });
    return factsOf(here, oid);
  }

  test.each(contradictions)('is unknown where GitHub says %j', async (comparison) => {
    expect(await answered(comparison)).toMatchObject({ onKeptBranch: 'unknown' });
  });

  const contains = { status: 'AHEAD', aheadBy: 1, behindBy: 0 };
  test.each<[string, object | null, readonly object[]]>([
    ['the branch is gone', null, []],
    ['an error is about the branch', contains, [wrong('f1')]],
    ['an error is about nothing in particular', contains, [{ type: 'X', path: [], message: 'busy' }]],
    ['its time was up', contains, [wrong('f1 compare')]],
    ['it compares and does not find it', contains, [wrong('f1 compare', 'NOT_FOUND')]],
  ])('is unknown where %s', async (_, one, errors) => {
    expect(await answered(one, errors)).toMatchObject({ onKeptBranch: 'unknown' });
  });

  test('is what the rest of an answer says where an error is about another part of it', async () => {
    const errors = [wrong('f0 compare')];
    expect(await answered(contains, errors)).toMatchObject({ onKeptBranch: false });
  });

  test('is unknown where GitHub compares no bare hashes', async () => {
    const here = await scene();
    here.repository.comparesHashes = false;
    const [commit = ''] = givenUp(here, 7);
    expect(await factsOf(here, commit)).toMatchObject({ onKeptBranch: 'unknown' });
  });
});

describe('looking up commits', () => {
  test.each<[string, readonly unknown[], string]>([
    ['that commit alone', ['repository', 'f1', 'parents'], 'commit'],
    ['no commit in particular', ['repository'], 'unknown'],
  ])('leaves unknown what an error is about: %s', async (_, path, other) => {
    const here = await scene();
    const oids = [here.repository.commit(), here.repository.commit()];
    const [f1, f2] = oids.map((oid) => ({ __typename: 'Commit', oid, message: '', parents: null }));
    const errors = [{ type: 'RESOURCE_LIMITS_EXCEEDED', path, message: 'too much' }];
    answer(here, { f0: { name: 'main' }, f1, f2 }, { errors, times: 1 });
    const facts = await lookUp(here, oids);
    expect([...facts.values()].map(({ kind }) => kind)).toEqual(['unknown', other]);
  });

  test.each<[string, (here: Scene) => void, string]>([
    [
      'a branch ends in no commit',
      (here) => {
        const target = { __typename: 'Commit', oid: here.repository.headOf('main').slice(1) };
        answer(here, { f0: { ...none, totalCount: 1, nodes: [{ name: 'x', target }] } }, { body: /heads/ });
      },
      'which commit x points to',
    ],
    [
      'a git tag leads nowhere',
      ({ repository }) => repository.gitTags.set('deep', { commit: repository.headOf('main'), depth: 9 }),
      'list of git tags is not complete (it does not say which commit deep points to',
    ],
    [
      'there is no default branch',
      ({ repository }) => {
        repository.defaultBranch = 'gone';
      },
      'default one',
    ],
    [
      'GitHub forbids it',
      ({ simulator }) => simulator.refuse('forbidden'),
      'CredentialRefusedError: GitHub did not answer about commits',
    ],
    [
      'pull requests may not be read',
      ({ simulator }) => simulator.refuse('no-pull-requests'),
      'contents: read\n  pull-requests: read',
    ],
    [
      'a page of closed pull requests has an error',
      (here) => {
        const errors = [{ type: 'X', path: ['repository', 'f0', 'nodes', 1], message: 'timed out' }];
        answer(here, { f0: { ...none, nodes: [null] } }, { body: /CLOSED/, errors });
      },
      'list of closed pull requests is not complete (timed out)',
    ],
    ...Object.entries({
      'is open': { state: 'OPEN' },
      'has no time': { updatedAt: 'once' },
      'has no list of force pushes': { forcePushes: undefined },
    }).map(([what, part]): [string, (here: Scene) => void, string] => {
      const node = { number: 7, state: 'CLOSED', updatedAt: SOON, commits: none, forcePushes: none, ...part };
      const list = { ...none, nodes: [node] };
      return [
        `a closed pull request ${what}`,
        (here) => answer(here, { f0: list }, { body: /CLOSED/ }),
        INCOMPLETE,
      ];
    }),
  ])('fails where %s', async (_, spoil, message) => {
    const here = await scene();
    const oid = here.repository.commit([here.repository.headOf('main')]);
    spoil(here);
    expect(await messageOf(factsOf(here, oid))).toContain(message);
  });

  test.each(['Tree', 'Blob'])('is not hindered by a git tag of a %s', async (type) => {
    const here = await scene();
    const nodes = [{ name: 'x', target: { __typename: type, oid: '1'.repeat(40) } }];
    answer(here, { f0: { ...none, totalCount: 1, nodes } }, { body: /refs\/tags/ });
    expect(await factsOf(here, here.repository.headOf('main'))).toMatchObject({ headOfBranch: 'main' });
  });

  test.each([
    [50, { requests: 6, points: 7 }],
    [500, { requests: 24, points: 25 }],
  ])('takes for %i of them %j', async (count, costs) => {
    const here = await scene();
    const { repository, simulator } = here;
    // A twentieth on the default branch, the others heads and temporary merges of closed pull requests.
    const hashes: string[] = [];
    while (hashes.length < count / 20) hashes.push(repository.push('main').slice(0, 12));
    for (let number = 1; hashes.length < count; number += 1) {
      const { commits, temporaryMerge } = repository.openPullRequest(number);
      repository.deleteBranch(`topic-${number}`);
      hashes.push(...commits, temporaryMerge);
    }
    const facts = await lookUp(here, hashes.slice(0, count));
    const closed = [...facts.values()].filter(
      (fact) => fact.kind === 'commit' && fact.pullRequests !== 'unknown' && fact.pullRequests.closed,
    );
    expect(closed).toHaveLength(count - Math.ceil(count / 20));
    expect({ requests: simulator.requests.length, points: simulator.pointsUsed }).toEqual(costs);
  });
});
