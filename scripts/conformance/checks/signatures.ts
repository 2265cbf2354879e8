import { type Check, expectExit, holds, same, scenario } from '../check.ts';
import { type Image, indexOf, tinyImage } from '../images.ts';
import type { Stage } from '../stage.ts';
import type { TestRepository } from '../test-repository.ts';

/** A signed image under `pr-1`, and its signature's tag. */
async function signed(
  stage: Stage,
): Promise<{ repository: TestRepository; image: Image; signature: string }> {
  const repository = await stage.repository();
  const image = await repository.push(tinyImage('signed'), 'pr-1');
  return { repository, image, signature: await repository.sign(image) };
}

/** What becomes of cosign's tags when an image goes. */
export const SIGNATURES: readonly Check[] = [
  scenario({
    name: 'A wildcard takes no signature',
    brokenBy: 'loses-tags',
    tags: { [`sha256-${'0'.repeat(64)}.sig`]: 'a', latest: 'b', 'pr-1': 'c' },
    inputs: { tags: '*', 'exclude-tags': 'latest' },
    remain: ['latest', `sha256-${'0'.repeat(64)}.sig`],
  }),
  scenario({
    name: 'A pattern that begins with `sha256-` takes signatures',
    brokenBy: 'keeps-deleted',
    tags: { [`sha256-${'0'.repeat(64)}.sig`]: 'a', [`sha256-${'0'.repeat(64)}.att`]: 'b', latest: 'c' },
    inputs: { tags: 'sha256-*' },
    remain: ['latest'],
  }),
  {
    name: 'A pattern that begins with `sha256-` takes nothing that belongs to a living image',
    brokenBy: 'loses-tags',
    needs: [],
    async run(stage) {
      const { repository, image, signature } = await signed(stage);
      const attached = image.digest.replace(':', '-');
      await repository.push(indexOf([await repository.push(tinyImage('attached'))]), attached);
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'sha256-*' }), 0);
      same(await repository.alive(), ['pr-1', attached, signature].sort(), 'The server has');
    },
  },
  {
    name: 'A signature goes with the last tag of its image, is reported so, and comes back with it',
    brokenBy: 'restores-nothing',
    needs: ['deletes-signatures'],
    async run(stage) {
      const { repository, signature } = await signed(stage);
      const run = await stage.cleanup({ repository: repository.name, tags: 'pr-*' });
      expectExit(run, 0);
      same(await repository.alive(), [], 'The server has');
      same(run.list('deleted').length, 2, 'The length of the output `deleted`');
      expectExit(await stage.restore({ report: stage.keepReport(run) }), 0);
      same(await repository.alive(), ['pr-1', signature].sort(), 'After the restore the server has');
    },
  },
  {
    name: 'A signature stays when its image goes, where the server leaves it',
    brokenBy: 'keeps-deleted',
    needs: ['leaves-signatures'],
    async run(stage) {
      const { repository, signature } = await signed(stage);
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'pr-*' }), 0);
      same(await repository.alive(), [signature], 'The server has');
    },
  },
  {
    name: 'An image stays where an exclusion protects its signature, and its reason names both',
    brokenBy: 'loses-tags',
    needs: [],
    async run(stage) {
      const { repository, signature } = await signed(stage);
      const inputs = { repository: repository.name, tags: 'pr-*', 'exclude-tags': 'sha256-*' };
      const run = await stage.cleanup(inputs);
      expectExit(run, 0);
      same(await repository.alive(), ['pr-1', signature].sort(), 'The server has');
      holds(run.report ?? '', signature, 'The report');
    },
  },
  {
    name: 'An immutable signature stays when its image goes',
    brokenBy: 'ignores-immutable',
    needs: ['deletes-signatures', 'immutable-tags'],
    async run(stage) {
      const { repository, signature } = await signed(stage);
      await repository.change(signature, { immutable: true });
      same((await repository.row(signature))?.immutable, true, 'Whether the signature is immutable');
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'pr-*' }), 0);
      same(await repository.alive(), [signature], 'The server has');
      await repository.change(signature, { immutable: false });
    },
  },
  {
    name: 'The signature of an image that has another tag stays',
    brokenBy: 'deletes-by-digest',
    needs: [],
    async run(stage) {
      const { repository, image, signature } = await signed(stage);
      await repository.push(image, 'latest');
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'pr-*' }), 0);
      same(await repository.alive(), ['latest', signature].sort(), 'The server has');
    },
  },
  {
    name: 'An image stays while a multi-arch image that is kept holds it and its signature',
    brokenBy: 'loses-tags',
    needs: [],
    async run(stage) {
      const { repository, image, signature } = await signed(stage);
      await repository.push(indexOf([image]), 'latest');
      expectExit(await stage.cleanup({ repository: repository.name, tags: 'pr-*' }), 0);
      same(await repository.alive(), ['latest', 'pr-1', signature].sort(), 'The server has');
    },
  },
  {
    name: 'A multi-arch image goes, and after it the image that it holds, with its signature',
    brokenBy: 'keeps-deleted',
    needs: ['deletes-signatures'],
    async run(stage) {
      const { repository, image } = await signed(stage);
      await repository.push(indexOf([image]), 'pr-2');
      await repository.push(tinyImage('another'), 'latest');
      const run = await stage.cleanup({ repository: repository.name, tags: 'pr-*' });
      expectExit(run, 0);
      same(await repository.alive(), ['latest'], 'The server has');
      same(run.outputs['deleted-count'], '3', 'The output `deleted-count`');
    },
  },
  {
    name: 'What was attached to an image that has no tag left is cleaned on request, and what a living one has stays',
    brokenBy: 'keeps-deleted',
    needs: [],
    async run(stage) {
      const { repository, signature } = await signed(stage);
      const gone = tinyImage('never pushed');
      for (const suffix of ['sig', 'att', 'sbom'] as const) await repository.sign(gone, suffix);
      const inputs = { repository: repository.name, tags: 'nothing-*', 'clean-orphaned-signatures': 'true' };
      expectExit(await stage.cleanup(inputs), 0);
      same(await repository.alive(), ['pr-1', signature].sort(), 'The server has');
    },
  },
  {
    name: 'What was attached to an image without a tag of its own stays while a multi-arch image holds it',
    brokenBy: 'loses-tags',
    needs: [],
    async run(stage) {
      const repository = await stage.repository();
      const inner = await repository.push(tinyImage('inner'));
      const signature = await repository.sign(inner);
      await repository.push(indexOf([inner]), 'latest');
      const inputs = { repository: repository.name, tags: 'nothing-*', 'clean-orphaned-signatures': 'true' };
      expectExit(await stage.cleanup(inputs), 0);
      same(await repository.alive(), ['latest', signature].sort(), 'The server has');
    },
  },
];
