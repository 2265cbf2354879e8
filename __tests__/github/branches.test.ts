import { describe, expect, test } from '@jest/globals';
import { listBranches } from '../../src/github/branches.ts';
import { messageOf, type Scene, scene } from './fixture.ts';

const NAMES = Array.from({ length: 250 }, (_, index) => `topic/${String(index).padStart(3, '0')}`);

/** Changes the repository while the list of branches is read: after so many pages. */
function changeAfter(pages: number, { simulator }: Scene, change: () => void): void {
  const { requests } = simulator;
  const push = requests.push.bind(requests);
  requests.push = (...items) => {
    const length = push(...items);
    if (length === pages + 1) change();
    return length;
  };
}

describe('the list of branches', () => {
  test('has those of every page', async () => {
    const { simulator, github } = await scene();
    simulator.setBranches(...NAMES);
    expect(await listBranches({ github })).toEqual(new Set(NAMES));
    expect(simulator.queries).toHaveLength(3);
  });

  test('is read again where a branch falls between two pages because another was deleted', async () => {
    const here = await scene();
    here.simulator.setBranches(...NAMES);
    changeAfter(1, here, () => here.repository.branches.delete('topic/000'));
    const names = await listBranches({ github: here.github });
    expect(names.has('topic/100')).toBe(true);
    expect(names).toEqual(new Set(NAMES.slice(1)));
  });

  test('is read again where a branch falls between two pages although the list is as long as before', async () => {
    const here = await scene();
    here.simulator.setBranches(...NAMES);
    changeAfter(1, here, () => {
      here.repository.branches.delete('topic/000');
      here.repository.push('topic/999');
    });
    const names = await listBranches({ github: here.github });
    expect(names).toEqual(new Set([...NAMES.slice(1), 'topic/999']));
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
    const names = await listBranches({ github: here.github });
    expect(names).toEqual(new Set(branches.keys()));
  });

  test('fails where it changes each time', async () => {
    const here = await scene();
    here.simulator.setBranches(...NAMES);
    for (const pages of [1, 3, 5]) changeAfter(pages, here, () => here.repository.push(`new-${pages}`));
    expect(await messageOf(listBranches({ github: here.github }))).toBe(
      "GitHubError: GitHub's list of branches is not complete (it changed while it was read). Nothing was deleted. Run again later.",
    );
  });

  const page = {
    totalCount: 1,
    nodes: [{ name: 'main' }],
    pageInfo: { hasNextPage: false, endCursor: null },
  };
  const more = { hasNextPage: true, endCursor: 'again' };
  test.each<[string, object]>([
    ['counts more than it shows', { ...page, totalCount: 2 }],
    ['has no count', { ...page, totalCount: undefined }],
    ['has no branches', { ...page, nodes: null }],
    ['has a branch without a name', { ...page, nodes: [{}] }],
    ['does not say whether another follows', { ...page, pageInfo: {} }],
    ['has a successor without a name', { ...page, pageInfo: { hasNextPage: true, endCursor: null } }],
    ['comes again and again', { ...page, pageInfo: more }],
    ['is empty, with another behind it', { ...page, nodes: [], pageInfo: more }],
    ['is the only one, and empty', { ...page, totalCount: 0, nodes: [] }],
  ])('fails where a page %s', async (_, refs) => {
    const { simulator, github } = await scene();
    simulator.meet({ kind: 'answer', status: 200, body: { data: { repository: { refs } } } });
    expect(await messageOf(listBranches({ github }))).toContain("GitHub's list of branches is not complete");
    expect(simulator.queries.length).toBeLessThanOrEqual(3);
  });

  test.each([
    ['brings the same', () => 'main'],
    ['brings another branch than it counts', (index: number) => `topic/${index}`],
  ])('fails where page after page announces one more and %s', async (_, nameOf) => {
    const { simulator, github } = await scene();
    for (let index = 0; index < 50; index += 1) {
      const pageInfo = { hasNextPage: true, endCursor: `cursor-${index}` };
      const refs = { ...page, nodes: [{ name: nameOf(index) }], pageInfo };
      simulator.meet({ kind: 'answer', status: 200, body: { data: { repository: { refs } } } }, { times: 1 });
    }
    expect(await messageOf(listBranches({ github }))).toContain("GitHub's list of branches is not complete");
    expect(simulator.queries.length).toBeLessThanOrEqual(6);
  });

  test('fails where an error comes beside it', async () => {
    const { simulator, github } = await scene();
    const errors = [{ type: 'X', path: ['repository', 'refs', 'nodes', 1], message: 'timed out' }];
    simulator.meet({ kind: 'answer', status: 200, body: { data: { repository: { refs: page } }, errors } });
    expect(await messageOf(listBranches({ github }))).toContain('is not complete (timed out)');
  });
});
