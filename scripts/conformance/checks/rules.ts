import { type Check, expectExit, holds, same, scenario } from '../check.ts';
import { indexOf, tinyImage } from '../images.ts';

const IN_USE = tinyImage('runs');
const RUNS = `imageID: mirror.example/x@${IN_USE.digest}\n`;

/** Several rules in a step, what is in use, and plans that are approved. */
export const RULES: readonly Check[] = [
  scenario({
    name: 'Of several rules, the first that matches a tag decides on it, by its own conditions',
    brokenBy: 'old-dates',
    prepare: ({ github }) => github.setPullRequests('CLOSED', 1),
    tags: { 'pr-1': 'a', 'nightly-1': 'b', 'cache-1': 'c', latest: 'd' },
    inputs: { tags: 'pr-{pr}\nnightly-* older-than=1h\n{nightly,cache}-*' },
    remain: ['nightly-1', 'latest'],
  }),
  scenario({
    name: 'The newest of each group stay, as the server orders them',
    brokenBy: 'reverse-order',
    tags: { 'main-0a1b2c1': 'a', 'dev-0a1b2c1': 'b', 'main-0a1b2c2': 'c', 'dev-0a1b2c2': 'd', latest: 'e' },
    inputs: { tags: '{group}-??????? keep-n-most-recent=1' },
    remain: ['main-0a1b2c2', 'dev-0a1b2c2', 'latest'],
  }),
  {
    name: 'The image of a commit that is left over goes, and that of a branch stays (GitHub is simulated)',
    brokenBy: 'keeps-deleted',
    async run(stage) {
      const { repository: onGitHub } = stage.github;
      const tagOf = (oid: string) => `sha-${oid.slice(0, 12)}`;
      const kept = onGitHub.push('main');
      const number = 700_001;
      const { commits } = onGitHub.openPullRequest(number, { branch: 'left-over' });
      onGitHub.closePullRequest(number);
      onGitHub.deleteBranch('left-over');
      const repository = await stage.repository();
      for (const oid of [kept, ...commits]) await repository.push(tinyImage(oid), tagOf(oid));
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'sha-{commit}' }), 0);
      same(await repository.alive(), [tagOf(kept)], 'The server has');
    },
  },
  {
    name: 'Where a glob names the repositories, a tag goes only if its image names the one of the workflow (GitHub is simulated)',
    brokenBy: 'hides-labels',
    async run(stage) {
      stage.github.setPullRequests('MERGED', 12, 13);
      const repository = await stage.repository({ suffix: '-labels' });
      for (const [tag, source] of [
        ['pr-12', `https://github.com/${stage.github.repository.name}`],
        ['pr-13', 'https://github.com/acme-test/another'],
      ] as const) {
        const labels = { 'org.opencontainers.image.source': source, 'org.opencontainers.image.version': tag };
        await repository.push(tinyImage(tag, { labels }), tag);
      }
      expectExit(await stage.cleanup({ repository: `${stage.prefix}-*-labels`, tags: 'pr-{pr}' }), 0);
      same(await repository.alive(), ['pr-13'], 'The server has');
    },
  },
  scenario({
    name: 'What a file names by tag or by digest is in use, and stays',
    brokenBy: 'keeps-deleted',
    tags: { 'pr-1': 'a', 'pr-2': IN_USE, 'pr-3': 'c' },
    inputs: (stage, { name }) => ({
      'in-use': stage.file('in-use.yaml', `image: registry.example/${name}:pr-1\n${RUNS}`),
    }),
    remain: ['pr-1', 'pr-2'],
  }),
  scenario({
    name: 'A multi-arch image is in use where one of its platforms is, and stays',
    brokenBy: 'keeps-deleted',
    tags: { 'pr-1': indexOf([indexOf([IN_USE])]), 'pr-2': indexOf([indexOf([tinyImage('does not run')])]) },
    inputs: (stage) => ({ 'in-use': stage.file('in-use.yaml', RUNS) }),
    remain: ['pr-1'],
  }),
  scenario({
    name: 'Of a plan that was approved, what was pushed again since stays, and so does what is new',
    brokenBy: 'keeps-deleted',
    tags: { 'pr-1': 'a', 'pr-2': 'b' },
    inputs: { 'dry-run': 'true' },
    remain: ['pr-1', 'pr-2'],
    async afterwards(planned, repository, stage) {
      await repository.pushTags({ 'pr-2': 'again', 'pr-3': 'new' });
      const plan = stage.keepReport(planned);
      const run = await stage.cleanup({ repository: repository.name, tags: 'pr-*', plan });
      expectExit(run, 0);
      same(await repository.alive(), ['pr-2', 'pr-3'], 'The server has');
      holds(run.summary, 'pushed again since the plan', 'The summary');
    },
  }),
];
