import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asObject, type JsonObject } from '../../src/model/json.ts';
import { RUNS } from '../selection/runs.ts';
import type { History } from '../support/github/history.ts';
import { live, steps } from '../support/github/random-history.ts';
import { type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import { RepositoryState } from '../support/github/state.ts';
import { endsWithTest } from '../support/resources.ts';

async function github(): Promise<GitHubSimulator> {
  const simulator = endsWithTest(await startGitHub());
  simulator.repository.push('main');
  return simulator;
}

async function query(simulator: GitHubSimulator, text: string): Promise<JsonObject> {
  const body = JSON.stringify({ query: text });
  const answer = await fetch(`${simulator.url}/graphql`, { method: 'POST', body });
  return asObject(await answer.json());
}

/** Writes the objects and refs of a simulated history into a folder, as Git does. */
function write(folder: string, { objects, refs }: History): void {
  for (const [oid, object] of objects) {
    mkdirSync(join(folder, 'objects', oid.slice(0, 2)), { recursive: true });
    writeFileSync(join(folder, 'objects', oid.slice(0, 2), oid.slice(2)), deflateSync(object));
  }
  mkdirSync(join(folder, 'refs'));
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
  const sorted = [...refs()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(join(folder, 'packed-refs'), sorted.map(([name, oid]) => `${oid} ${name}\n`).join(''));
}

test('a simulated history is one that Git finds nothing wrong with, and about which it says the same', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const repository = new RepositoryState('acme/app');
      live(repository, taken);
      const { history, branches, gitTags, commits } = repository;
      const folder = mkdtempSync(join(tmpdir(), 'github-'));
      write(folder, history);
      const git = (...command: readonly string[]) => {
        const { stdout } = spawnSync('git', ['--git-dir', folder, ...command], { encoding: 'utf8' });
        return stdout.split(/\s+/).filter((word) => word !== '');
      };
      expect(git('fsck', '--strict', '--no-dangling', '--no-progress')).toEqual([]);
      const some = commits.filter((_, index) => index % 7 === 0);
      const names = [...branches.keys(), ...gitTags.keys(), 'nothing', ...some.map((oid) => oid.slice(0, 8))];
      for (const name of names)
        expect(history.find(name)).toBe(git('rev-parse', '--verify', '--quiet', name)[0]);
      const base = repository.headOf('main');
      for (const head of some) {
        const [behindBy, aheadBy] = git('rev-list', '--left-right', '--count', `${base}...${head}`).map(
          Number,
        );
        const isRelated = git('merge-base', base, head).length > 0;
        expect(history.compare(base, head)).toEqual(isRelated ? { aheadBy, behindBy } : undefined);
        expect(history.between(base, head).toSorted()).toEqual(git('rev-list', head, `^${base}`).toSorted());
        expect(history.log(head).toSorted()).toEqual(git('rev-list', head).toSorted());
      }
      rmSync(folder, { recursive: true });
    }),
    { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 25) },
  );
});

describe('the simulated GraphQL API', () => {
  const repository = (fields: string) => `{ repository(owner: "acme", name: "app") { ${fields} } }`;

  test.each([
    ['a field that the schema has not', repository('stars'), 'Cannot query field "stars"'],
    [
      'a page without a size',
      repository('refs(refPrefix: "refs/heads/") { totalCount }'),
      '`first` or `last`',
    ],
    ['a page of more than 100', repository('pullRequests(first: 101) { totalCount }'), 'within 1 and 100'],
    [
      'more than 500,000 nodes',
      repository(
        'pullRequests(first: 100) { nodes { commits(first: 100) { nodes { commit { parents(first: 100) { totalCount } } } } } }',
      ),
      'possible nodes',
    ],
  ])('refuses %s', async (_, text, message) => {
    expect(await query(await github(), text)).toMatchObject({
      errors: [{ message: expect.stringContaining(message) }],
    });
  });

  test('costs what its connections would take, divided by 100, and one point at least', async () => {
    const simulator = await github();
    const nested =
      'pullRequests(first: 100) { nodes { commits(first: 50) { nodes { commit { parents(first: 60) { totalCount } } } } } }';
    await query(simulator, repository('name'));
    expect(simulator.pointsUsed).toBe(1);
    await query(simulator, repository(nested));
    // 1 + 100 + 100 × 50 requests.
    expect(simulator.pointsUsed).toBe(1 + 51);
    simulator.pointsLeft = 50;
    expect(await query(simulator, repository(nested))).toMatchObject({ errors: [{ type: 'RATE_LIMITED' }] });
  });

  test('counts the whole timeline of a pull request, whatever is asked for', async () => {
    const simulator = await github();
    simulator.repository.openPullRequest(1, { commits: 2 });
    simulator.repository.pushTo(1, { force: true });
    const timeline =
      'timelineItems(itemTypes: HEAD_REF_FORCE_PUSHED_EVENT, first: 5) { totalCount nodes { __typename } }';
    const { data } = await query(simulator, repository(`pullRequest(number: 1) { ${timeline} }`));
    expect(data).toEqual({
      repository: {
        pullRequest: { timelineItems: { totalCount: 2, nodes: [{ __typename: 'HeadRefForcePushedEvent' }] } },
      },
    });
  });
});
