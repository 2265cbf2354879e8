import { describe, expect, test } from '@jest/globals';
import { messageOf } from '../http/serve.ts';
import { APP, answer, type Scene, scene } from './fixture.ts';

const NAMES = Array.from({ length: 250 }, (_, index) => `topic/${String(index).padStart(3, '0')}`);

describe('branches', () => {
  test('are those of every page', async () => {
    const { simulator, github } = await scene();
    simulator.setBranches(...NAMES);
    expect((await github.branches(APP)).names).toEqual(new Set(NAMES));
    expect(simulator.queries.filter((body) => body.includes('refs/heads'))).toHaveLength(3);
  });

  test('are named, and those of open pull requests come beside, from forks too', async () => {
    const { repository, github } = await scene();
    repository.openPullRequest(1);
    repository.openPullRequest(2, { branch: 'their-fix', fork: true });
    repository.openPullRequest(3, { branch: 'given-up', fork: true });
    repository.closePullRequest(3);
    expect(await github.branches(APP)).toEqual({
      names: new Set(['main', 'topic-1']),
      proposed: new Map([
        ['topic-1', 1],
        ['their-fix', 2],
      ]),
    });
  });

  test('are refused with the permission that is missing', async () => {
    const { simulator, github } = await scene();
    simulator.refuse('no-pull-requests');
    expect(await messageOf(github.branches(APP))).toBe(
      "CredentialRefusedError: GitHub did not answer about branches (200: Resource not accessible by integration). The token may not read that. For another repository than the workflow's own, set `github-token` to a token that may, such as a GitHub App's. For its own, add to the job, beside the permissions that it has:\n\npermissions:\n  contents: read\n  pull-requests: read",
    );
  });
});

describe('a list', () => {
  /** Changes the repository while the list of branches is read: after so many pages. */
  function changeAfter(pages: number, { simulator }: Scene, change: () => void): void {
    let seen = 0;
    const before = simulator.onRequest;
    simulator.onRequest = (body) => {
      before?.(body);
      if (body.includes('refs/heads')) seen += 1;
      if (body.includes('refs/heads') && seen === pages + 1) change();
    };
  }

  const namesOf = async ({ github }: Scene) => (await github.branches(APP)).names;

  test('is read again where an item falls between two pages because another went', async () => {
    const here = await scene();
    here.simulator.setBranches(...NAMES);
    changeAfter(1, here, () => here.repository.branches.delete('topic/000'));
    expect(await namesOf(here)).toEqual(new Set(NAMES.slice(1)));
  });

  test('is read again where an item falls between two pages although the list is as long as before', async () => {
    const here = await scene();
    here.simulator.setBranches(...NAMES);
    changeAfter(1, here, () => {
      here.repository.branches.delete('topic/000');
      here.repository.push('topic/999');
    });
    expect(await namesOf(here)).toEqual(new Set([...NAMES.slice(1), 'topic/999']));
  });

  test('is read again where what falls out between pages and what comes twice add up to its length', async () => {
    const here = await scene();
    here.simulator.setBranches(...NAMES);
    const { branches } = here.repository;
    changeAfter(1, here, () => {
      for (const name of ['topic/000', 'topic/001']) branches.delete(name);
      for (const name of ['topic/998', 'topic/999']) here.repository.push(name);
    });
    changeAfter(2, here, () => {
      branches.delete('topic/249');
      const rest = [...branches];
      branches.clear();
      here.repository.push('an-early-one');
      for (const [name, head] of rest) branches.set(name, head);
    });
    expect(await namesOf(here)).toEqual(new Set(branches.keys()));
  });

  test('is an error where it changes each time', async () => {
    const here = await scene();
    here.simulator.setBranches(...NAMES);
    for (const pages of [1, 3, 5])
      changeAfter(pages, here, () => here.repository.branches.delete(`topic/00${pages}`));
    expect(await messageOf(namesOf(here))).toBe(
      "ServiceError: GitHub's list of branches is not complete (it changed while it was read). Run again later.",
    );
  });

  const page = {
    totalCount: 1,
    nodes: [{ name: 'main', target: { __typename: 'Commit', oid: '1'.repeat(40) } }],
    edges: [{ cursor: '1' }],
    pageInfo: { hasNextPage: false },
  };
  test.each<[string, object]>([
    ['counts more than it shows', { totalCount: 2 }],
    ['has no count', { totalCount: undefined }],
    ['has no items', { nodes: null }],
    ['has an item without a name', { nodes: [{}] }],
    ['does not say whether another follows', { pageInfo: {} }],
    ['has a successor without a name', { pageInfo: { hasNextPage: true }, edges: [] }],
    ['is empty, with another behind it', { nodes: [], pageInfo: { hasNextPage: true } }],
    ['is the only one, and empty', { totalCount: 0, nodes: [] }],
  ])('is an error where a page %s', async (_, part) => {
    const here = await scene();
    answer(here, { f0: { ...page, ...part } }, { body: /heads/ });
    expect(await messageOf(namesOf(here))).toContain("GitHub's list of branches is not complete");
    expect(here.simulator.queries.length).toBeLessThanOrEqual(4);
  });

  test.each([
    ['brings the same', () => 'main'],
    ['brings other items than it counts', (index: number) => `topic/${index}`],
  ])('is an error where page after page announces one more and %s', async (_, nameOf) => {
    const here = await scene();
    for (let index = 0; index < 50; index += 1) {
      const nodes = [nameOf(index), nameOf(index + 1)].map((name) => ({ ...page.nodes[0], name }));
      const edges = [{ cursor: `cursor-${index}` }, { cursor: '' }];
      const f0 = { ...page, nodes, edges, pageInfo: { hasNextPage: true } };
      answer(here, { f0 }, { body: /heads/, times: 1 });
    }
    expect(await messageOf(namesOf(here))).toContain("GitHub's list of branches is not complete");
    expect(here.simulator.queries.length).toBeLessThanOrEqual(7);
  });

  test('is an error where an error comes beside it', async () => {
    const here = await scene();
    const errors = [{ type: 'X', path: ['repository', 'f0', 'nodes', 1], message: 'timed out' }];
    answer(here, { f0: page }, { errors });
    expect(await messageOf(namesOf(here))).toContain('is not complete (timed out)');
  });
});

describe('the states of pull requests', () => {
  test('are those that GitHub has now, and unknown where it has none, without spoiling the others', async () => {
    const { simulator, github } = await scene();
    simulator.setPullRequests('OPEN', 1);
    simulator.setPullRequests('CLOSED', 2);
    simulator.setPullRequests('MERGED', 3);
    const states = await github.pullRequests(APP, [3, 1, 2, 4, 0, 2 ** 31, 9_999_999_999]);
    const unknown = Array(4).fill('unknown');
    expect([...states.values()]).toEqual(['merged', 'open', 'closed', ...unknown]);
    expect(simulator.queries).toHaveLength(1);
  });

  test('are asked for in batches, each number once', async () => {
    const { simulator, github } = await scene();
    const numbers = Array.from({ length: 250 }, (_, index) => index + 1);
    simulator.setPullRequests('CLOSED', ...numbers);
    const states = await github.pullRequests(APP, [...numbers, ...numbers]);
    expect([...states]).toEqual(numbers.map((number) => [number, 'closed']));
    expect(simulator.queries).toHaveLength(3);
  });

  const missing = { type: 'NOT_FOUND', path: ['repository', 'f0'], message: 'Could not resolve' };
  const closed = { number: 1, state: 'CLOSED' };
  test.each<[string, object, readonly object[]]>([
    ['is missing', {}, []],
    ['is null without an error', { f0: null }, []],
    ['has no state', { f0: { number: 1 } }, []],
    ['has a state that nobody knows', { f0: { number: 1, state: 'DRAFT' } }, []],
    ['is of another', { f0: { number: 2, state: 'CLOSED' } }, []],
    ['is there and not found', { f0: closed }, [missing]],
    [
      'comes with another error',
      { f0: closed },
      [{ type: 'X', path: ['repository', 'f1'], message: 'much' }],
    ],
  ])('are none where an answer %s', async (_, repository, errors) => {
    const here = await scene();
    answer(here, repository, { errors });
    expect(await messageOf(here.github.pullRequests(APP, [1]))).toMatch(
      /^ServiceError: GitHub.* Run again later\.$/,
    );
  });

  test('of a repository that the token does not see are refused', async () => {
    const { github } = await scene();
    expect(await messageOf(github.pullRequests('acme/hidden', [1]))).toMatch(
      /^CredentialRefusedError: .*Could not resolve to a Repository with the name 'acme\/hidden'/,
    );
  });
});

describe('repositories', () => {
  test('are found by any case, and by an old name, under the same number', async () => {
    const { simulator, github } = await scene();
    const other = simulator.addRepository('Acme/Old', { createdAt: 1_700_000_000 });
    simulator.renameRepository(other, 'Acme/New');
    const found = await github.repositories(['acme/APP', 'acme/old', 'acme/new', 'acme/none']);
    const renamed = { kind: 'found', name: 'Acme/New', createdAt: 1_700_000_000 };
    expect([...found]).toEqual([
      ['acme/app', { kind: 'found', name: 'acme/app', createdAt: 1_577_836_800 }],
      ['acme/old', renamed],
      ['acme/new', renamed],
      ['acme/none', { kind: 'unreadable' }],
    ]);
    expect(simulator.queries).toHaveLength(1);
  });

  test('that an organization protects are unreadable', async () => {
    const { simulator, github } = await scene();
    const errors = [{ type: 'FORBIDDEN', path: ['f0'], message: 'SAML enforcement' }];
    simulator.meet({ kind: 'answer', status: 200, body: { data: { f0: null }, errors } });
    expect(await github.repositories([APP])).toEqual(new Map([[APP, { kind: 'unreadable' }]]));
  });

  test.each<[string, object | null, readonly object[]]>([
    ['is missing', null, []],
    ['has no name', { createdAt: '2020-01-01T00:00:00Z' }, []],
    ['has no time', { nameWithOwner: APP, createdAt: 'once' }, []],
    ['has an error of another kind', null, [{ type: 'X', path: ['f0'], message: 'busy' }]],
  ])('are an error where an answer %s', async (_, f0, errors) => {
    const { simulator, github } = await scene();
    simulator.meet({ kind: 'answer', status: 200, body: { data: { f0 }, errors } });
    expect(await messageOf(github.repositories([APP]))).toContain(
      'about the repository acme/app is not clear',
    );
  });
});
