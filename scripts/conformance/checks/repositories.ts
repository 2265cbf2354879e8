import { type Check, expectExit, same, scenario } from '../check.ts';
import { demand } from '../client.ts';
import { tinyImage } from '../images.ts';

/** Which repositories, and what stops a run before it deletes. */
export const REPOSITORIES: readonly Check[] = [
  {
    name: 'A glob finds the repositories of the namespace, and cleans them alone',
    brokenBy: 'hides-repositories',
    async run(stage) {
      const wanted = [await stage.repository({ suffix: '-web' }), await stage.repository({ suffix: '-web' })];
      const other = await stage.repository({ suffix: '-api' });
      for (const repository of [...wanted, other]) await repository.pushTags({ 'pr-1': 'a', latest: 'b' });
      const run = await stage.cleanup({ repository: `${stage.prefix}-*-web`, tags: 'pr-*' });
      expectExit(run, 0);
      for (const repository of wanted) same(await repository.alive(), ['latest'], `${repository.name} has`);
      same(await other.alive(), ['latest', 'pr-1'], `${other.name} has`);
    },
  },
  {
    name: 'The glob `*` leaves the repositories whose names have a further slash, and `**` takes them',
    brokenBy: 'hides-nested',
    needs: ['nested-names'],
    async run(stage) {
      const flat = await stage.repository({ suffix: '-slash' });
      const nested = await stage.repository({ suffix: '-slash/app' });
      for (const repository of [flat, nested]) await repository.pushTags({ 'pr-1': 'a', 'pr-2': 'b' });
      expectExit(await stage.cleanup({ repository: `${stage.prefix}-*-slash*`, tags: 'pr-1' }), 0);
      same(await flat.alive(), ['pr-2'], `After * ${flat.name} has`);
      same(await nested.alive(), ['pr-1', 'pr-2'], `After * ${nested.name} has`);
      expectExit(await stage.cleanup({ repository: `${stage.prefix}-*-slash**`, tags: 'pr-2' }), 0);
      same(await flat.alive(), [], `After ** ${flat.name} has`);
      same(await nested.alive(), ['pr-1'], `After ** ${nested.name} has`);
    },
  },
  {
    name: 'Every repository falls into exactly one shard',
    brokenBy: 'hides-repositories',
    async run(stage) {
      const made = [];
      for (let count = 0; count < 3; count += 1) made.push(await stage.repository({ suffix: '-shard' }));
      for (const repository of made) await repository.pushTags({ 'pr-1': 'a' });
      const deleted: string[] = [];
      for (const shard of ['1/2', '2/2']) {
        const inputs = { repository: `${stage.prefix}-*-shard`, tags: 'pr-*', shard };
        deleted.push(...(await stage.cleanup(inputs)).list('deleted'));
      }
      same(deleted.sort(), made.map(({ name }) => `${name}:pr-1`).sort(), 'Both shards deleted');
    },
  },
  scenario({
    name: 'A repository whose name holds a slash is cleaned',
    brokenBy: 'keeps-deleted',
    needs: ['nested-names'],
    on: { suffix: '/app' },
    tags: { 'pr-1': 'a', latest: 'b' },
    remain: ['latest'],
  }),
  scenario({
    name: 'A repository that does not exist fails the run, and the error names it',
    brokenBy: 'loses-tags',
    tags: { 'pr-1': 'a' },
    inputs: ({ prefix }, { name }) => ({ repository: `${name}\n${prefix}-missing`, tags: 'nothing-*' }),
    remain: ['pr-1'],
    exitCode: 1,
    says: /conformance-[^-]+-missing was not found/,
  }),
  scenario({
    name: 'A read-only repository fails the run, the error says so, and nothing goes',
    brokenBy: 'ignores-state',
    needs: ['repository-states'],
    tags: { 'pr-1': 'a', latest: 'b' },
    prepare: async (_, repository) =>
      demand(await repository.setState('READ_ONLY'), 'Making the repository read-only', 200),
    takeBack: async (repository) =>
      demand(await repository.setState('NORMAL'), 'Making the repository normal again', 200),
    remain: ['latest', 'pr-1'],
    exitCode: 1,
    says: 'is read-only',
  }),
  {
    name: 'Two runs at once delete the same tags, both succeed, and each tag is reported as deleted by one of them',
    brokenBy: 'keeps-deleted',
    async run(stage) {
      const repository = await stage.repository();
      await repository.pushTags({ 'pr-1': 'a', 'pr-2': 'b', 'pr-3': 'c', latest: 'd' });
      const inputs = { repository: repository.name, tags: 'pr-*' };
      const runs = await Promise.all([stage.cleanup(inputs), stage.cleanup(inputs)]);
      for (const run of runs) expectExit(run, 0);
      same(await repository.alive(), ['latest'], 'The server has');
      const deleted = runs.flatMap((run) => run.list('deleted')).map((tag) => tag.split(':')[1]);
      same(deleted.sort(), ['pr-1', 'pr-2', 'pr-3'], 'Both runs together deleted');
    },
  },
  scenario({
    name: 'A pattern that matches everything is refused, too, where the only exclusion matches no tag',
    brokenBy: 'loses-tags',
    tags: { 'pr-1': 'a', latest: 'b' },
    inputs: { tags: '*', 'exclude-tags': 'lastet' },
    remain: ['pr-1', 'latest'],
    exitCode: 1,
    says: '::error',
  }),
  scenario({
    name: 'A pattern that matches everything is refused before anything is deleted',
    brokenBy: 'loses-tags',
    tags: { 'pr-1': 'a', latest: 'b' },
    inputs: { tags: '*' },
    remain: ['pr-1', 'latest'],
    exitCode: 1,
    says: '::error',
  }),
  scenario({
    name: 'A plan that is larger than `max-deletes` fails before anything is deleted',
    brokenBy: 'loses-tags',
    tags: { 'pr-1': 'a', 'pr-2': 'b', latest: 'c' },
    inputs: { tags: 'pr-*', 'max-deletes': '50%' },
    remain: ['pr-1', 'pr-2', 'latest'],
    exitCode: 1,
    says: 'The plan deletes 2 tags',
  }),
  scenario({
    name: 'One request at a time deletes the same as many',
    brokenBy: 'keeps-deleted',
    tags: { 'pr-1': 'a', 'pr-2': 'b', 'pr-3': 'c', latest: 'd' },
    inputs: { tags: 'pr-*', concurrency: '1' },
    remain: ['latest'],
  }),
  scenario({
    name: 'The report names every tag with the digest that the server has, and what became of it',
    brokenBy: 'keeps-deleted',
    tags: { 'pr-1': 'a', latest: 'b' },
    remain: ['latest'],
    afterwards({ report = '{}' }) {
      const [{ tags }] = JSON.parse(report).repositories;
      const told = tags.map(({ name, digest, outcome }: Readonly<Record<string, unknown>>) => [
        name,
        digest,
        outcome,
      ]);
      const { digest: a } = tinyImage('a');
      const { digest: b } = tinyImage('b');
      same(
        told.sort(),
        [
          ['latest', b, null],
          ['pr-1', a, 'deleted'],
        ],
        'The report has',
      );
    },
  }),
];
