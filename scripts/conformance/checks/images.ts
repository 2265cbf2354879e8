import { type Check, expectExit, same, scenario } from '../check.ts';
import { indexOf, tinyImage } from '../images.ts';
import type { Stage } from '../stage.ts';

/** Deletion by name, whatever else is on the digest or holds it. */
export const IMAGES: readonly Check[] = [
  scenario({
    name: 'Of several tags on one digest, only the named one goes',
    brokenBy: 'deletes-by-digest',
    tags: { 'pr-1': 'same', latest: 'same', 'v1.0.0': 'same' },
    inputs: { tags: 'pr-*' },
    remain: ['latest', 'v1.0.0'],
  }),
  {
    name: 'Of several tags on one digest, only the named ones go, when there are so many that the v2 API is used',
    brokenBy: 'deletes-by-digest',
    needs: ['deletes-by-tag-over-v2'],
    run: deleteMany,
  },
  {
    name: 'Many tags go over the v2 API, which is faster, with the same token',
    brokenBy: 'refuses-deletes-over-v2',
    needs: ['deletes-by-tag-over-v2'],
    run: deleteMany,
  },
  {
    name: 'A multi-arch image goes by its tag, and a tag on one of its images stays',
    brokenBy: 'keeps-deleted',
    needs: [],
    async run(stage) {
      const repository = await stage.repository();
      const amd64 = await repository.push(tinyImage('multi'), 'v1-amd64');
      const arm64 = await repository.push(tinyImage('multi', { architecture: 'arm64' }));
      await repository.push(indexOf([amd64, arm64]), 'pr-1');
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'pr-*' }), 0);
      same(await repository.alive(), ['v1-amd64'], 'The server has');
    },
  },
  {
    name: 'The tag on one image of a multi-arch image goes, and the multi-arch image can be pulled as before',
    brokenBy: 'keeps-deleted',
    needs: [],
    async run(stage) {
      const repository = await stage.repository();
      const amd64 = await repository.push(tinyImage('multi'), 'pr-1-amd64');
      await repository.push(indexOf([amd64]), 'latest');
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'pr-*' }), 0);
      same(await repository.alive(), ['latest'], 'The server has');
      await repository.pull('latest');
      await repository.pull(amd64.digest);
    },
  },
  {
    name: 'An index of indexes goes by its tag, and the inner one that has a tag stays',
    brokenBy: 'keeps-deleted',
    needs: [],
    async run(stage) {
      const repository = await stage.repository();
      const inner = await repository.push(indexOf([await repository.push(tinyImage('nested'))]), 'v1');
      await repository.push(indexOf([inner]), 'pr-1');
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'pr-*' }), 0);
      same(await repository.alive(), ['v1'], 'The server has');
    },
  },
  {
    name: 'An immutable tag is kept, and the others go',
    brokenBy: 'ignores-immutable',
    needs: ['immutable-tags'],
    async run(stage) {
      const repository = await stage.repository();
      await repository.pushTags({ 'pr-1': 'a', 'pr-2': 'b' });
      await repository.change('pr-1', { immutable: true });
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'pr-*' }), 0);
      same(await repository.alive(), ['pr-1'], 'The server has');
      await repository.change('pr-1', { immutable: false });
    },
  },
  {
    name: 'What was pulled stays, and what nobody pulled goes',
    brokenBy: 'counts-no-pulls',
    needs: ['pull-statistics'],
    async run(stage) {
      const repository = await stage.repository();
      await repository.pushTags({ 'pr-1': 'a', 'pr-2': 'b' });
      const pushedAt = Date.now();
      await stage.wait(stage.options.pace.pullSeconds * 1000);
      await repository.pull('pr-1');
      // Servers count pulls with a delay.
      await stage.until('pr-1 is counted as pulled', async () => (await repository.pulls('pr-1')) !== 0);
      // Longer ago than the pull, and shorter than the push.
      const duration = `${Math.floor((Date.now() - pushedAt) / 1000) - 1}s`;
      const inputs = { repository: repository.name, tags: 'pr-*', 'not-pulled-for': duration };
      expectExit(await stage.cleanup(inputs), 0);
      same(await repository.alive(), ['pr-1'], 'The server has');
    },
  },
  {
    name: 'A run does not count as a pull of what it looks at, manifests and labels among it',
    brokenBy: 'counts-listing',
    needs: ['pull-statistics'],
    async run(stage) {
      const repository = await stage.repository();
      await repository.pushTags({ 'pr-1': 'a', latest: 'b', marker: 'c' });
      const platform = await repository.push(tinyImage('in an index'));
      await repository.push(indexOf([await repository.push(indexOf([platform]))]), 'multi');
      const file = stage.file('in-use.yaml', `imageID: mirror.example/x@${platform.digest}\n`);
      const pulls = async () => [await repository.pulls('latest'), await repository.pulls('multi')];
      const before = await pulls();
      const inputs = { repository: repository.name, tags: 'pr-* not-pulled-for=1d\nmulti' };
      expectExit(await stage.cleanup({ ...inputs, 'in-use': file, 'clean-orphaned-signatures': 'true' }), 0);
      // A pull after the run that is counted: those before it are counted, too.
      await repository.pull('marker');
      await stage.until('marker is counted as pulled', async () => (await repository.pulls('marker')) !== 0);
      same(await pulls(), before, 'The pulls are');
    },
  },
];

/** Deletes so many tags that the action chooses the v2 API. */
async function deleteMany(stage: Stage): Promise<void> {
  const repository = await stage.repository();
  const tags = Array.from({ length: 9 }, (_, index) => `pr-${index}`);
  await repository.push(tinyImage('of many'), ...tags, 'latest');
  const run = await stage.cleanup({ repository: repository.name, tags: 'pr-*' });
  expectExit(run, 0);
  same(await repository.alive(), ['latest'], 'The server has');
  const lanes = run.requests
    .filter(({ method, status }) => method === 'DELETE' && status === '202')
    .map(({ path }) => path.split('/')[1]);
  same(lanes, Array(9).fill('v2'), 'The deletions went over');
}
