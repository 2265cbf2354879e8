import { type Check, expectExit, same, scenario } from '../check.ts';
import { indexOf, tinyImage } from '../images.ts';
import type { Stage } from '../stage.ts';
import type { TestRepository } from '../test-repository.ts';

const digests = async (repository: TestRepository) =>
  (await repository.rows()).map(({ name, manifest_digest: digest }) => `${name} ${digest}`).sort();

/** A repository in which a cleanup deleted every `pr-*`. */
async function cleaned(
  stage: Stage,
  tags: Parameters<TestRepository['pushTags']>[0],
  prepare?: (repository: TestRepository) => Promise<void>,
) {
  const repository = await stage.repository();
  await repository.pushTags(tags);
  await prepare?.(repository);
  const before = await digests(repository);
  const run = await stage.cleanup({ repository: repository.name, tags: 'pr-*' });
  expectExit(run, 0);
  return { repository, before, report: stage.keepReport(run) };
}

/** What Quay's time machine brings back. */
export const RESTORE: readonly Check[] = [
  {
    name: 'A report brings back exactly what its run deleted, each tag on its digest',
    brokenBy: 'restores-another',
    async run(stage) {
      const tags = { old: 'o', 'pr-1': 'a', 'pr-2': 'b', latest: 'c' };
      const { repository, before, report } = await cleaned(stage, tags, (made) => made.delete('old'));
      same((await repository.alive()).length, 1, 'The number of tags after the cleanup');
      const run = await stage.restore({ report });
      expectExit(run, 0);
      same(run.outputs['restored-count'], '2', 'The output `restored-count`');
      same(await digests(repository), before, 'The server has');
    },
  },
  {
    name: 'Tags come back by pattern and time',
    brokenBy: 'forgets-history',
    async run(stage) {
      const repository = await stage.repository();
      await repository.pushTags({ 'pr-1': 'a', 'v1.0.0': 'b', latest: 'c' });
      for (const tag of ['pr-1', 'v1.0.0']) await repository.delete(tag);
      const inputs = { repository: repository.name, tags: '*', 'exclude-tags': 'v*', 'deleted-within': '1h' };
      expectExit(await stage.restore(inputs), 0);
      same(await repository.alive(), ['latest', 'pr-1'], 'The server has');
    },
  },
  {
    name: 'What was deleted longer ago than `deleted-within` stays deleted',
    brokenBy: 'forgets-history',
    async run(stage) {
      const repository = await stage.repository();
      await repository.pushTags({ 'pr-1': 'a', 'pr-2': 'b' });
      await repository.delete('pr-1');
      const deletedAt = Date.now();
      await stage.wait(stage.options.pace.pullSeconds * 1000);
      await repository.delete('pr-2');
      // Shorter than since the first deletion, and longer than since the second.
      const within = `${Math.floor((Date.now() - deletedAt) / 1000) - 1}s`;
      const inputs = { repository: repository.name, tags: 'pr-*', 'deleted-within': within };
      expectExit(await stage.restore(inputs), 0);
      same(await repository.alive(), ['pr-2'], 'The server has');
    },
  },
  {
    name: 'Inputs narrow what comes back from a report',
    brokenBy: 'restores-nothing',
    async run(stage) {
      const tags = { 'pr-1': 'a', 'pr-2': 'b', 'pr-20': 'c', latest: 'd' };
      const { repository, report } = await cleaned(stage, tags);
      expectExit(await stage.restore({ report, tags: 'pr-2*', 'exclude-tags': 'pr-20' }), 0);
      same(await repository.alive(), ['latest', 'pr-2'], 'The server has');
    },
  },
  scenario({
    name: 'The summary says until when the time machine of this server keeps what was deleted',
    brokenBy: 'shortens-window',
    needs: ['time-machine-window'],
    tags: { 'pr-1': 'a', latest: 'b' },
    remain: ['latest'],
    afterwards({ summary }, _, { can }) {
      const [, text = ''] = /Restorable until \*\*([^*]+) UTC\*\*/.exec(summary) ?? [];
      const told = Date.parse(`${text.replace(' ', 'T')}Z`) - (can.windowSeconds ?? 0) * 1000;
      // It was deleted just now, and the summary tells whole minutes.
      const isSo = Math.abs(told - Date.now()) < 240_000;
      same(isSo, true, `The time until which the summary says it can be restored ("${text}") is right`);
    },
  }),
  {
    name: 'A multi-arch image comes back, and can be pulled',
    brokenBy: 'restores-nothing',
    async run(stage) {
      const images = [tinyImage('m'), tinyImage('m', { architecture: 'arm64' })];
      const { repository, before, report } = await cleaned(stage, { 'pr-1': indexOf(images) });
      expectExit(await stage.restore({ report }), 0);
      same(await digests(repository), before, 'The server has');
      await repository.pull('pr-1');
    },
  },
  {
    name: 'The expiration that a tag had comes back with its report',
    brokenBy: 'ignores-expiration',
    needs: ['tag-expiration'],
    async run(stage) {
      const end = Math.floor(Date.now() / 1000) + 5 * 86_400;
      const { repository, report } = await cleaned(stage, { 'pr-1': 'a' }, (made) =>
        made.change('pr-1', { expiration: end }),
      );
      expectExit(await stage.restore({ report }), 0);
      const found = (await repository.row('pr-1'))?.end_ts ?? 0;
      same(Math.abs(found - end) <= 5, true, `An end at ${end} (it is ${found})`);
    },
  },
  {
    name: 'A tag that was pushed again stays where it is',
    brokenBy: 'loses-tags',
    async run(stage) {
      const { repository, report } = await cleaned(stage, { 'pr-1': 'a' });
      const { digest } = await repository.push(tinyImage('pushed again'), 'pr-1');
      await stage.restore({ report });
      same(await digests(repository), [`pr-1 ${digest}`], 'The server has');
    },
  },
  {
    name: 'A dry run of the restore changes nothing',
    brokenBy: 'keeps-deleted',
    async run(stage) {
      const { repository, report } = await cleaned(stage, { 'pr-1': 'a', latest: 'b' });
      expectExit(await stage.restore({ report, 'dry-run': 'true' }), 0);
      same(await repository.alive(), ['latest'], 'The server has');
    },
  },
];
