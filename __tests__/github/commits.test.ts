import { describe, expect, test } from '@jest/globals';
import type { CommitTag } from '../../src/github/commits.ts';
import type { CommitFacts } from '../../src/model/facts.ts';
import { MemoryHistory } from '../support/github/history.ts';
import { APP, messageOf, type Scene, scene } from './fixture.ts';

const DAY = 86_400;

/** What GitHub says of one commit, of which Git itself is asked. */
async function factsOf(
  { github }: Scene,
  hash: string,
  { isKept = () => false, ...tag }: Partial<CommitTag> & { isKept?: (branch: string) => boolean } = {},
): Promise<CommitFacts | undefined> {
  const facts = await github.commits(APP, { tags: [{ hash, ...tag }], isKept });
  return facts.get(hash);
}

const asksOf = ({ simulator }: Scene, text: string) =>
  simulator.queries.filter((body) => body.includes(text)).length;

describe('a commit', () => {
  test('of the default branch is on a kept branch, by its short hash too, in whatever case', async () => {
    const here = await scene({ git: true });
    const old = here.repository.headOf('main');
    here.repository.push('main');
    const known = { kind: 'commit', oid: old, pullRequests: {}, onKeptBranch: { name: 'main' } };
    expect(await factsOf(here, old.slice(0, 7).toUpperCase())).toEqual(known);
  });

  test('that a branch ends in, or a git tag names, light or annotated, says which', async () => {
    const here = await scene({ git: true });
    const { repository } = here;
    const head = repository.push('topic', repository.headOf('main'));
    const [light, annotated] = [repository.commit([head]), repository.commit([head])];
    repository.gitTags.set('v1', { commit: light, depth: 0 });
    repository.gitTags.set('v2', { commit: annotated, depth: 2 });
    expect(await factsOf(here, head)).toMatchObject({ headOfBranch: 'topic', onKeptBranch: false });
    expect(await factsOf(here, light)).toMatchObject({ gitTag: 'v1', onKeptBranch: false });
    expect(await factsOf(here, annotated)).toMatchObject({ gitTag: 'v2', onKeptBranch: false });
  });

  test('of another branch is kept where that one is, the default one first, and every branch is asked for', async () => {
    const here = await scene({ git: true });
    const { repository } = here;
    const commit = repository.push('release/1.x', repository.headOf('main'));
    repository.push('release/1.x');
    const asked: string[] = [];
    const isKept = (branch: string) => asked.push(branch) > 0 && branch.startsWith('release/');
    expect(await factsOf(here, commit)).toMatchObject({ onKeptBranch: false });
    expect(await factsOf(here, commit, { isKept })).toMatchObject({ onKeptBranch: { name: 'release/1.x' } });
    expect(asked).toEqual(['main', 'release/1.x']);
    const root = repository.headOf('main');
    expect(await factsOf(here, root, { isKept: () => true })).toMatchObject({
      onKeptBranch: { name: 'main' },
    });
  });

  test('that has nothing in common with a branch is not on it, whatever branches are kept', async () => {
    const here = await scene({ git: true });
    const { repository } = here;
    const [commit = ''] = repository.openPullRequest(7, { commits: 2 }).commits;
    repository.closePullRequest(7);
    repository.deleteBranch('topic-7');
    repository.branches.set('gh-pages', repository.commit());
    const facts = await factsOf(here, commit, { isKept: () => true });
    expect(facts).toMatchObject({ onKeptBranch: false, pullRequests: { closed: { number: 7 } } });
  });

  test('that is a hash and the name of a branch is ambiguous', async () => {
    const here = await scene({ git: true });
    const hash = here.repository.commit().slice(0, 8);
    here.repository.push(hash);
    expect(await factsOf(here, hash)).toEqual({ kind: 'ambiguous' });
  });

  test('is unknown where no commit has that hash, several begin with it, or it is none', async () => {
    const here = await scene({ git: true });
    const [one = '', other = ''] = alike(here);
    expect(one.slice(0, 7)).toBe(other.slice(0, 7));
    here.repository.gitTags.set('v1', { commit: one, depth: 1 });
    const tagObject = here.repository.objectOfTag('v1');
    const hashes = ['1234567', one.slice(0, 7), tagObject, 'abc', 'main', 'v1.2.3'];
    const facts = await here.github.commits(APP, {
      tags: hashes.map((hash) => ({ hash })),
      isKept: () => true,
    });
    expect([...facts]).toEqual(hashes.map((hash) => [hash, { kind: 'unknown' }]));
    expect(here.simulator.queries).toHaveLength(1);
  });
});

/** Two commits whose hashes begin alike. */
function alike({ repository }: Scene): readonly string[] {
  const scratch = new MemoryHistory(() => new Map());
  const seen = new Map<string, string>();
  for (let tried = 0; ; tried += 1) {
    const made = { parents: [], message: `Try ${tried}`, at: repository.now };
    const beginning = scratch.commit(made).slice(0, 7);
    const other = seen.get(beginning);
    if (other) return [other, made.message].map((message) => repository.commit([], message));
    seen.set(beginning, made.message);
  }
}

describe('the pull requests of a commit', () => {
  test('are those that list it, open or closed as they are now', async () => {
    const here = await scene({ git: true });
    const { repository } = here;
    const [first = '', head = ''] = repository.openPullRequest(7, { commits: 2 }).commits;
    expect(await factsOf(here, first)).toMatchObject({ pullRequests: { open: 7 } });
    repository.closePullRequest(7);
    const closed = { closed: { number: 7, merged: false } };
    repository.deleteBranch('topic-7');
    expect(await factsOf(here, first)).toMatchObject({ pullRequests: closed });
    expect(await factsOf(here, head)).toMatchObject({ pullRequests: closed });
    repository.reopenPullRequest(7);
    expect(await factsOf(here, head)).toMatchObject({ pullRequests: { open: 7 } });
  });

  test('are those of forks too', async () => {
    const here = await scene({ git: true });
    const [commit = ''] = here.repository.openPullRequest(7, { fork: true, branch: 'main' }).commits;
    expect(await factsOf(here, commit)).toMatchObject({ pullRequests: { open: 7 } });
    here.repository.closePullRequest(7);
    expect(await factsOf(here, commit)).toMatchObject({ pullRequests: { closed: { number: 7 } } });
  });

  test.each(['squash', 'rebase', 'merge'] as const)('are known after it was merged by %s', async (how) => {
    const here = await scene({ git: true });
    const { repository } = here;
    const { commits, temporaryMerge } = repository.openPullRequest(7, { commits: 2 });
    repository.push('main');
    repository.mergePullRequest(7, how);
    repository.deleteBranch('topic-7');
    const closed = { onKeptBranch: false, pullRequests: { closed: { number: 7, merged: true } } };
    const isOnMain = { onKeptBranch: { name: 'main' } };
    expect(await factsOf(here, commits[0] ?? '')).toMatchObject(how === 'merge' ? isOnMain : closed);
    expect(await factsOf(here, temporaryMerge)).toMatchObject(closed);
    expect(await factsOf(here, repository.headOf('main'))).toMatchObject(isOnMain);
  });

  test('are those whose head it was until a force push', async () => {
    const here = await scene({ git: true });
    const { repository } = here;
    const { commits, temporaryMerge } = repository.openPullRequest(7);
    repository.pushTo(7, { force: true });
    for (const hash of [commits[0] ?? '', temporaryMerge])
      expect(await factsOf(here, hash)).toMatchObject({ pullRequests: { open: 7 } });
    repository.closePullRequest(7);
    for (const hash of [commits[0] ?? '', temporaryMerge])
      expect(await factsOf(here, hash)).toMatchObject({ pullRequests: { closed: { number: 7 } } });
  });

  test('are open if one is, although another was merged: a backport of a merged branch', async () => {
    const here = await scene({ git: true });
    const { repository } = here;
    repository.push('release/1.x', repository.headOf('main'));
    const { temporaryMerge: intoMain } = repository.openPullRequest(7);
    const { temporaryMerge } = repository.propose(8, { branch: 'topic-7', base: 'release/1.x' });
    repository.mergePullRequest(7, 'merge');
    for (const hash of [temporaryMerge, intoMain])
      expect(await factsOf(here, hash)).toMatchObject({ onKeptBranch: false, pullRequests: { open: 8 } });
    repository.closePullRequest(8);
    expect(await factsOf(here, temporaryMerge)).toMatchObject({ pullRequests: { closed: {} } });
  });

  test('are none where nobody proposed it', async () => {
    const here = await scene({ git: true });
    const gone = here.repository.push('topic', here.repository.headOf('main'));
    here.repository.openPullRequest(7);
    here.repository.closePullRequest(7);
    here.repository.deleteBranch('topic');
    expect(await factsOf(here, gone)).toMatchObject({ onKeptBranch: false, pullRequests: {} });
  });

  test.each<[string, (head: string, base: string) => string]>([
    ['Git writes its own message', () => "Merge branch 'main' into topic"],
    ['the message names the parents the other way round', (head, base) => `Merge ${base} into ${head}`],
    ['the message names another base', (head) => `Merge ${head} into ${'0'.repeat(40)}`],
    ['the message names another head', (_, base) => `Merge ${'0'.repeat(40)} into ${base}`],
    ['more stands behind it', (head, base) => `Merge ${head} into ${base}\n\nand more`],
  ])('are not those of what a merge commit merges where %s', async (_, message) => {
    const here = await scene({ git: true });
    const { repository } = here;
    const base = repository.headOf('main');
    const [head = ''] = repository.openPullRequest(7).commits;
    repository.closePullRequest(7);
    const oid = repository.commit([base, head], message(head, base));
    expect(await factsOf(here, oid)).toMatchObject({ kind: 'commit', pullRequests: {} });
  });

  test('are not those of a merge of more than two', async () => {
    const here = await scene({ git: true });
    const { repository } = here;
    const base = repository.headOf('main');
    const [head = ''] = repository.openPullRequest(7).commits;
    repository.closePullRequest(7);
    const oid = repository.commit([base, head, repository.commit([base])], `Merge ${head} into ${base}`);
    expect(await factsOf(here, oid)).toMatchObject({ kind: 'commit', pullRequests: {} });
  });
});

describe('pull requests are read', () => {
  test('to the last of many commits and force pushes', async () => {
    const here = await scene();
    const { repository } = here;
    const replaced = [];
    const { commits } = repository.openPullRequest(7, { commits: 1 });
    replaced.push(commits[0] ?? '');
    for (let pushed = 0; pushed < 45; pushed += 1)
      replaced.push(repository.pushTo(7, { force: true }).commits[0] ?? '');
    const last = repository.pushTo(7, { commits: 250 }).commits;
    const hashes = [...replaced, ...last];
    const lookUp = () =>
      here.github.commits(APP, { tags: hashes.map((hash) => ({ hash })), isKept: () => false });
    for (const fact of (await lookUp()).values()) expect(fact).toMatchObject({ pullRequests: { open: 7 } });
    repository.closePullRequest(7);
    repository.deleteBranch('topic-7');
    for (const fact of (await lookUp()).values())
      expect(fact).toMatchObject({ pullRequests: { closed: { number: 7 } } });
  });

  test('without a head that Git has forgotten, and whatever else their timelines count', async () => {
    const here = await scene({ git: true });
    const { repository } = here;
    const one = repository.openPullRequest(7);
    one.forcePushes = [{ before: null, after: one.commits[0] ?? '' }];
    one.comments = 300;
    repository.closePullRequest(7);
    repository.deleteBranch('topic-7');
    expect(await factsOf(here, one.commits[0] ?? '')).toMatchObject({
      pullRequests: { closed: { number: 7 } },
    });
  });

  test.each(['OPEN', 'CLOSED'] as const)(
    'and where one that is %s shows not all of its commits, it may hold any',
    async (state) => {
      const here = await scene({ git: true });
      const { repository, simulator } = here;
      const explained = repository.openPullRequest(8).commits[0] ?? '';
      repository.deleteBranch('topic-8');
      const alone = repository.commit([repository.headOf('main')]);
      const part = {
        number: 7,
        state,
        updatedAt: '2030-01-01T00:00:00Z',
        commits: {
          totalCount: 2,
          nodes: [{ commit: { oid: '1'.repeat(40) } }],
          pageInfo: { hasNextPage: false },
        },
        timelineItems: { nodes: [], pageInfo: { hasNextPage: false } },
      };
      const list = {
        totalCount: 1,
        nodes: [part],
        edges: [{ cursor: '1' }],
        pageInfo: { hasNextPage: false },
      };
      const repositoryField =
        state === 'OPEN'
          ? { list }
          : { pullRequests: { ...list, pageInfo: { hasNextPage: true, endCursor: '0' } } };
      const body = state === 'OPEN' ? /states: OPEN/ : /states: \[CLOSED/;
      simulator.meet(
        { kind: 'answer', status: 200, body: { data: { repository: repositoryField } } },
        { body, times: 1 },
      );
      const facts = await here.github.commits(APP, {
        tags: [{ hash: alone }, { hash: explained }],
        isKept: () => false,
      });
      expect(facts.get(alone)).toMatchObject({ pullRequests: 'unknown' });
      const ofExplained = state === 'OPEN' ? 'unknown' : { closed: { number: 8 } };
      expect(facts.get(explained)).toMatchObject({ pullRequests: ofExplained });
    },
  );

  /** Pull requests that were closed a day after another, the newest today, one commit each. */
  async function manyClosed(count: number): Promise<Scene & { readonly commits: readonly string[] }> {
    const here = await scene();
    const { repository } = here;
    const today = repository.now;
    const commits: string[] = [];
    for (let number = 1; number <= count; number += 1) {
      repository.now = today - (count - number) * DAY;
      commits.push(repository.openPullRequest(number).commits[0] ?? '');
      repository.closePullRequest(number);
      repository.deleteBranch(`topic-${number}`);
    }
    repository.now = today;
    return { ...here, commits: commits.toReversed() };
  }

  test('with the last changes first, until every commit is explained', async () => {
    const here = await manyClosed(120);
    const tags = [0, 60].map((ago) => ({ hash: here.commits[ago] ?? '' }));
    await here.github.commits(APP, { tags, isKept: () => false });
    expect(asksOf(here, 'states: [CLOSED')).toBe(2);
  });

  test('until they changed more than seven days before the oldest tag was pushed', async () => {
    const here = await manyClosed(120);
    const alone = here.repository.commit([here.repository.headOf('main')]);
    const pushedAt = here.repository.now - 30 * DAY;
    expect(await factsOf(here, alone, { pushedAt })).toMatchObject({ pullRequests: {} });
    expect(asksOf(here, 'states: [CLOSED')).toBe(1);
    expect(await factsOf(here, alone)).toMatchObject({ pullRequests: {} });
    expect(asksOf(here, 'states: [CLOSED')).toBe(1 + 3);
  });

  test('where a late build pushed a tag six days after its pull request was closed', async () => {
    const here = await manyClosed(60);
    const { now } = here.repository;
    const late = here.commits[51] ?? '';
    const closed = { pullRequests: { closed: { number: 9 } } };
    expect(await factsOf(here, late, { pushedAt: now - 45 * DAY })).toMatchObject(closed);
    // The first page ends 49 days ago.
    expect(await factsOf(here, late, { pushedAt: now - 41 * DAY })).toMatchObject({ pullRequests: {} });
  });

  test('no further than 200 pages, behind which any may hold the commit', async () => {
    const here = await scene();
    const { simulator, repository } = here;
    const alone = repository.commit([repository.headOf('main')]);
    simulator.onRequest = (body) => {
      if (!body.includes('CLOSED')) return;
      const pageInfo = { hasNextPage: true, endCursor: `${simulator.requests.length}` };
      const answer = { data: { repository: { pullRequests: { nodes: [], pageInfo } } } };
      simulator.meet({ kind: 'answer', status: 200, body: answer }, { times: 1 });
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
    const tags = [tagged, open, repository.headOf('main')].map((hash) => ({ hash }));
    await here.github.commits(APP, { tags, isKept: () => false });
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
  test.each(contradictions)('is unknown where GitHub says %j', async (comparison) => {
    const here = await scene();
    const oid = here.repository.commit([here.repository.headOf('main')]);
    const ref = { c0: { headTarget: { oid }, ...comparison } };
    here.simulator.meet(
      { kind: 'answer', status: 200, body: { data: { repository: { ref } } } },
      { body: /compare/ },
    );
    expect(await factsOf(here, oid)).toMatchObject({ onKeptBranch: 'unknown' });
  });

  test.each<[string, object | null, readonly object[]]>([
    ['the branch is gone', null, []],
    ['it answers nothing', {}, []],
    [
      'an error is about the branch',
      { c0: null },
      [{ type: 'X', path: ['repository', 'ref'], message: 'busy' }],
    ],
    ['its time was up', { c0: null }, [{ type: 'X', path: ['repository', 'ref', 'c0'], message: 'busy' }]],
  ])('is unknown where %s', async (_, ref, errors) => {
    const here = await scene();
    const oid = here.repository.commit([here.repository.headOf('main')]);
    const body = { data: { repository: { ref } }, errors };
    here.simulator.meet({ kind: 'answer', status: 200, body }, { body: /compare/, times: 1 });
    expect(await factsOf(here, oid)).toMatchObject({ onKeptBranch: 'unknown' });
  });

  test('is read from its history where GitHub compares no bare hashes, in few requests', async () => {
    const here = await scene();
    const { repository } = here;
    repository.comparesHashes = false;
    const isKept = (branch: string) => branch === 'release/1.x';
    const old = repository.headOf('main');
    const hashes = [old];
    for (let number = 1; number <= 118; number += 1) {
      hashes.push(repository.openPullRequest(number, { commits: 2 }).commits[0] ?? '');
      repository.push('main');
    }
    repository.push('release/1.x', old);
    hashes.push(repository.push('release/1.x'));
    repository.push('release/1.x');
    const facts = await here.github.commits(APP, { tags: hashes.map((hash) => ({ hash })), isKept });
    const names = [...facts.values()].map((fact) => fact.kind === 'commit' && fact.onKeptBranch);
    expect(names).toEqual([{ name: 'main' }, ...Array(118).fill(false), { name: 'release/1.x' }]);
    // Fifty comparisons, and one that shows that they are not made.
    expect(asksOf(here, 'compare(')).toBe(2);
    expect(asksOf(here, 'history(')).toBe(2 + 1);
  });

  test('is unknown where that history cannot be read to its end', async () => {
    const here = await scene();
    here.repository.comparesHashes = false;
    const oid = here.repository.commit([here.repository.headOf('main')]);
    for (let pushed = 0; pushed < 150; pushed += 1) here.repository.push('main');
    const body = { data: { repository: { object: null } } };
    here.simulator.meet({ kind: 'answer', status: 200, body }, { body: /history/, skip: 1 });
    expect(await factsOf(here, oid)).toMatchObject({ onKeptBranch: 'unknown' });
  });
});

describe('looking up commits', () => {
  test.each<[string, readonly unknown[], string]>([
    ['that commit alone', ['repository', 'c0', 'parents'], 'commit'],
    ['no commit in particular', ['repository'], 'unknown'],
  ])('leaves unknown what an error is about: %s', async (_, path, other) => {
    const here = await scene();
    const oids = [here.repository.commit(), here.repository.commit()];
    const [c0, c1] = oids.map((oid) => ({ __typename: 'Commit', oid, message: '', parents: null }));
    const repository = { defaultBranchRef: { name: 'main' }, c0, c1 };
    const errors = [{ type: 'RESOURCE_LIMITS_EXCEEDED', path, message: 'too much' }];
    here.simulator.meet(
      { kind: 'answer', status: 200, body: { data: { repository }, errors } },
      { times: 1 },
    );
    const facts = await here.github.commits(APP, {
      tags: oids.map((hash) => ({ hash })),
      isKept: () => false,
    });
    expect([...facts.values()].map(({ kind }) => kind)).toEqual(['unknown', other]);
  });

  test.each<[string, (here: Scene) => void, string]>([
    [
      'a branch ends in no commit',
      ({ simulator, repository }) => {
        const nodes = [{ name: 'x', target: { oid: repository.headOf('main').slice(1) } }];
        const list = { totalCount: 1, nodes, edges: [{ cursor: '1' }], pageInfo: { hasNextPage: false } };
        simulator.meet(
          { kind: 'answer', status: 200, body: { data: { repository: { list } } } },
          { body: /heads/ },
        );
      },
      'branch x points to',
    ],
    [
      'a git tag leads nowhere',
      ({ repository }) => repository.gitTags.set('deep', { commit: repository.headOf('main'), depth: 9 }),
      'which commit the git tag deep points to',
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
      ({ simulator }) => {
        const errors = [
          { type: 'X', path: ['repository', 'pullRequests', 'nodes', 1], message: 'timed out' },
        ];
        const body = { data: { repository: { pullRequests: { nodes: [null] } } }, errors };
        simulator.meet({ kind: 'answer', status: 200, body }, { body: /CLOSED/ });
      },
      'list of closed pull requests is not complete (timed out)',
    ],
    [
      'an open one stands among the closed ones',
      ({ simulator }) => {
        const pageInfo = { hasNextPage: false };
        const lists = {
          commits: { totalCount: 0, nodes: [], pageInfo },
          timelineItems: { nodes: [], pageInfo },
        };
        const nodes = [{ number: 7, state: 'OPEN', updatedAt: '2030-01-01T00:00:00Z', ...lists }];
        const body = { data: { repository: { pullRequests: { nodes, pageInfo } } } };
        simulator.meet({ kind: 'answer', status: 200, body }, { body: /CLOSED/ });
      },
      'list of closed pull requests is not complete (a page cannot be read)',
    ],
  ])('fails where %s', async (_, spoil, message) => {
    const here = await scene();
    const oid = here.repository.commit([here.repository.headOf('main')]);
    spoil(here);
    expect(await messageOf(factsOf(here, oid))).toContain(message);
  });

  test.each([
    [50, { requests: 6, points: 7 }],
    [500, { requests: 23, points: 24 }],
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
    const tags = hashes.slice(0, count).map((hash) => ({ hash }));
    const facts = await here.github.commits(APP, { tags, isKept: () => false });
    const closed = [...facts.values()].filter(
      (fact) => fact.kind === 'commit' && fact.pullRequests !== 'unknown' && fact.pullRequests.closed,
    );
    expect(closed).toHaveLength(count - Math.ceil(count / 20));
    expect({ requests: simulator.requests.length, points: simulator.pointsUsed }).toEqual(costs);
  });
});
