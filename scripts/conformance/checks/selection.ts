import { type Check, expectExit, holds, same, scenario } from '../check.ts';

/** Which tags go: patterns, exclusions, age and count. */
export const SELECTION: readonly Check[] = [
  scenario({
    name: 'A dry run shows the plan and changes nothing',
    brokenBy: 'loses-tags',
    tags: { 'pr-1': 'a', 'pr-2': 'b', latest: 'c' },
    inputs: { tags: 'pr-*', 'dry-run': 'true' },
    remain: ['pr-1', 'pr-2', 'latest'],
    says: 'Would delete 2 of 3 tags',
  }),
  scenario({
    name: 'A glob takes the tags that it matches, and no other',
    brokenBy: 'keeps-deleted',
    tags: { 'pr-1': 'a', 'pr-2': 'b', 'xpr-3': 'c', 'PR-4': 'd', latest: 'e' },
    inputs: { tags: 'pr-*' },
    remain: ['PR-4', 'latest', 'xpr-3'],
  }),
  scenario({
    name: 'A regular expression takes the tags that it matches',
    brokenBy: 'keeps-deleted',
    tags: { 'v1-rc1': 'a', 'v1-rc2': 'b', v1: 'c' },
    inputs: { tags: '/^v\\d+-rc\\d$/' },
    remain: ['v1'],
  }),
  scenario({
    name: 'A line with ! takes tags out again',
    brokenBy: 'loses-tags',
    tags: { 'pr-7': 'a', 'pr-70': 'b', 'pr-1': 'c' },
    inputs: { tags: 'pr-*\n!pr-7*' },
    remain: ['pr-7', 'pr-70'],
  }),
  scenario({
    name: 'What is excluded stays, whatever else matches it',
    brokenBy: 'loses-tags',
    tags: { 'pr-1-keep': 'b', 'pr-1': 'a' },
    inputs: { tags: 'pr-*\npr-1-keep', 'exclude-tags': '*-keep' },
    remain: ['pr-1-keep'],
  }),
  scenario({
    name: 'A tag name of 128 characters, and one of dots, dashes and underscores, go by their names',
    brokenBy: 'keeps-deleted',
    tags: { [`p${'r'.repeat(127)}`]: 'a', 'p_r-1.2..3__x': 'b', latest: 'c' },
    inputs: { tags: 'p*' },
    remain: ['latest'],
  }),
  scenario({
    name: 'The newest stay, as the server orders them',
    brokenBy: 'reverse-order',
    tags: { 'sha-d': 'a', 'sha-a': 'b', 'sha-c': 'c', 'sha-b': 'd' },
    inputs: { tags: 'sha-*', 'keep-n-most-recent': '2' },
    remain: ['sha-b', 'sha-c'],
  }),
  scenario({
    name: 'What was pushed just now is not older than an hour',
    brokenBy: 'old-dates',
    tags: { 'pr-1': 'a' },
    inputs: { tags: 'pr-*', 'older-than': '1h' },
    remain: ['pr-1'],
  }),
  scenario({
    name: 'What was pushed more than a second ago is older than a second',
    brokenBy: 'future-dates',
    tags: { 'pr-1': 'a' },
    async prepare(stage, repository) {
      const pushedAt = (await repository.row('pr-1'))?.start_ts ?? 0;
      // Dates are whole seconds, and the clocks of server and machine may differ a little.
      await stage.wait(Math.min(Math.max(0, (pushedAt + 2.2) * 1000 - Date.now()), 5000));
    },
    inputs: { 'older-than': '1s' },
    remain: [],
  }),
  scenario({
    name: 'The images of a merged pull request go, and those of an open one stay (GitHub is simulated)',
    brokenBy: 'keeps-deleted',
    prepare: ({ github }) => {
      github.setPullRequests('MERGED', 12);
      github.setPullRequests('OPEN', 2);
    },
    tags: { 'pr-12': 'a', 'pr-12-arm64': 'b', 'pr-2': 'c' },
    inputs: { tags: 'pr-{pr}*' },
    remain: ['pr-2'],
  }),
  scenario({
    name: 'The image of a deleted branch goes, and that of a living one stays (GitHub is simulated)',
    brokenBy: 'keeps-deleted',
    prepare: ({ github }) => github.setBranches('main', 'feature/x'),
    tags: { 'preview-feature-x': 'a', 'preview-gone': 'b' },
    inputs: { tags: 'preview-{branch}' },
    remain: ['preview-feature-x'],
  }),
  scenario({
    name: 'Every page of a long list is read, and what stands on the last one goes',
    brokenBy: 'one-page',
    tags: Object.fromEntries([
      ...Array.from({ length: 104 }, (_, index) => [`pr-${index}`, 'one of many']),
      ['latest', 'one of many'],
    ]),
    remain: ['latest'],
  }),
  scenario({
    name: 'A second run finds nothing, and that is a success',
    brokenBy: 'keeps-deleted',
    tags: { 'pr-1': 'a', latest: 'b' },
    remain: ['latest'],
    async afterwards(_, repository, stage) {
      const again = await stage.cleanup({ repository: repository.name, tags: 'pr-*' });
      expectExit(again, 0);
      same(again.outputs['selected-count'], '0', 'The output `selected-count`');
      holds(again.log, '::notice', 'The log');
    },
  }),
];
