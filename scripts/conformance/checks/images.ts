import { type Check, expectExit, type Scenario, same, scenario } from '../check.ts';
import { indexOf, tinyImage } from '../images.ts';

const AMD64 = tinyImage('multi');
const INNER = indexOf([tinyImage('nested')]);

/** So many tags of one image that the action chooses the v2 API. */
const MANY: Pick<Scenario, 'needs' | 'tags' | 'remain' | 'afterwards'> = {
  needs: ['deletes-by-tag-over-v2'],
  tags: {
    ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`pr-${index}`, 'of many'])),
    latest: 'of many',
  },
  remain: ['latest'],
  afterwards: ({ requests }) => {
    const deleted = requests.filter(({ method, status }) => method === 'DELETE' && status === '202');
    const lanes = deleted.map(({ path }) => path.split('/')[1]);
    same(lanes, Array(9).fill('v2'), 'The deletions went over');
  },
};

/** Deletion by name, whatever else is on the digest or holds it. */
export const IMAGES: readonly Check[] = [
  scenario({
    name: 'Of several tags on one digest, only the named one goes',
    brokenBy: 'deletes-by-digest',
    tags: { 'pr-1': 'same', latest: 'same', 'v1.0.0': 'same' },
    remain: ['latest', 'v1.0.0'],
  }),
  scenario({
    name: 'Of several tags on one digest, only the named ones go, when there are so many that the v2 API is used',
    brokenBy: 'deletes-by-digest',
    ...MANY,
  }),
  scenario({
    name: 'Many tags go over the v2 API, which is faster, with the same token',
    brokenBy: 'refuses-deletes-over-v2',
    ...MANY,
  }),
  scenario({
    name: 'A multi-arch image goes by its tag, and a tag on one of its images stays',
    brokenBy: 'keeps-deleted',
    tags: { 'v1-amd64': AMD64, 'pr-1': indexOf([AMD64, tinyImage('multi', { architecture: 'arm64' })]) },
    remain: ['v1-amd64'],
  }),
  scenario({
    name: 'The tag on one image of a multi-arch image goes, and the multi-arch image can be pulled as before',
    brokenBy: 'keeps-deleted',
    tags: { 'pr-1-amd64': AMD64, latest: indexOf([AMD64]) },
    remain: ['latest'],
    async afterwards(_, repository) {
      await repository.pull('latest');
      await repository.pull(AMD64.digest);
    },
  }),
  scenario({
    name: 'An index of indexes goes by its tag, and the inner one that has a tag stays',
    brokenBy: 'keeps-deleted',
    tags: { v1: INNER, 'pr-1': indexOf([INNER]) },
    remain: ['v1'],
  }),
  scenario({
    name: 'An immutable tag is kept, and the others go',
    brokenBy: 'ignores-immutable',
    needs: ['immutable-tags'],
    tags: { 'pr-1': 'a', 'pr-2': 'b' },
    immutable: ['pr-1'],
    remain: ['pr-1'],
  }),
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
      const platform = tinyImage('in an index');
      const multi = indexOf([indexOf([platform])]);
      await repository.pushTags({ 'pr-1': 'a', latest: 'b', marker: 'c', multi });
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
