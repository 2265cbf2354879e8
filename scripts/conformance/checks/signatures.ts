import { type Check, expectExit, holds, same, scenario } from '../check.ts';
import { cosignTag, indexOf, tinyImage } from '../images.ts';

const IMAGE = tinyImage('signed');
const SIGNATURE = cosignTag(IMAGE.digest);
/** A signed image, and its signature. */
const SIGNED = { 'pr-1': IMAGE, [SIGNATURE]: 'signature' };
/** What cosign leaves of an image that nobody has. */
const LEFT = (['sig', 'att', 'sbom'] as const).map((suffix) =>
  cosignTag(tinyImage('never pushed').digest, suffix),
);
const [LEFT_SIGNATURE = ''] = LEFT;
const CLEAN = { tags: 'nothing-*', 'clean-orphaned-signatures': 'true' };

/** What becomes of cosign's tags when an image goes. */
export const SIGNATURES: readonly Check[] = [
  scenario({
    name: 'A wildcard takes no signature',
    brokenBy: 'loses-tags',
    tags: { [LEFT_SIGNATURE]: 'a', latest: 'b', 'pr-1': 'c' },
    inputs: { tags: '*', 'exclude-tags': 'latest' },
    remain: ['latest', LEFT_SIGNATURE],
  }),
  scenario({
    name: 'A pattern that begins with `sha256-` takes signatures',
    brokenBy: 'keeps-deleted',
    tags: { ...Object.fromEntries(LEFT.map((name) => [name, name])), latest: 'c' },
    inputs: { tags: 'sha256-*' },
    remain: ['latest'],
  }),
  scenario({
    name: 'A pattern that begins with `sha256-` takes nothing that belongs to a living image',
    brokenBy: 'loses-tags',
    tags: { ...SIGNED, [IMAGE.digest.replace(':', '-')]: indexOf([tinyImage('attached')]) },
    inputs: { tags: 'sha256-*' },
    remain: ['pr-1', IMAGE.digest.replace(':', '-'), SIGNATURE],
  }),
  scenario({
    name: 'A signature goes with the last tag of its image, is reported so, and comes back with it',
    brokenBy: 'restores-nothing',
    needs: ['deletes-signatures'],
    tags: SIGNED,
    remain: [],
    async afterwards(run, repository, stage) {
      expectExit(await stage.restore({ report: stage.keepReport(run) }), 0);
      same(await repository.alive(), ['pr-1', SIGNATURE].sort(), 'After the restore the server has');
    },
  }),
  scenario({
    name: 'A signature stays when its image goes, where the server leaves it',
    brokenBy: 'keeps-deleted',
    needs: ['leaves-signatures'],
    tags: SIGNED,
    remain: [SIGNATURE],
  }),
  scenario({
    name: 'An image stays where an exclusion protects its signature, and its reason names both',
    brokenBy: 'loses-tags',
    tags: SIGNED,
    inputs: { 'exclude-tags': 'sha256-*' },
    remain: ['pr-1', SIGNATURE],
    afterwards: ({ report = '' }) => holds(report, SIGNATURE, 'The report'),
  }),
  scenario({
    name: 'An immutable signature stays when its image goes',
    brokenBy: 'ignores-immutable',
    needs: ['deletes-signatures', 'immutable-tags'],
    tags: SIGNED,
    immutable: [SIGNATURE],
    prepare: async (_, repository) =>
      same((await repository.row(SIGNATURE))?.immutable, true, 'Whether the signature is immutable'),
    remain: [SIGNATURE],
  }),
  scenario({
    name: 'The signature of an image that has another tag stays',
    brokenBy: 'deletes-by-digest',
    tags: { ...SIGNED, latest: IMAGE },
    remain: ['latest', SIGNATURE],
  }),
  scenario({
    name: 'An image stays while a multi-arch image that is kept holds it and its signature',
    brokenBy: 'loses-tags',
    tags: { ...SIGNED, latest: indexOf([IMAGE]) },
    remain: ['latest', 'pr-1', SIGNATURE],
  }),
  scenario({
    name: 'A multi-arch image goes, and after it the image that it holds, with its signature',
    brokenBy: 'keeps-deleted',
    needs: ['deletes-signatures'],
    tags: { ...SIGNED, 'pr-2': indexOf([IMAGE]), latest: 'another' },
    remain: ['latest'],
  }),
  scenario({
    name: 'What was attached to an image that has no tag left is cleaned on request, and what a living one has stays',
    brokenBy: 'keeps-deleted',
    tags: { ...SIGNED, ...Object.fromEntries(LEFT.map((name) => [name, name])) },
    inputs: CLEAN,
    remain: ['pr-1', SIGNATURE],
  }),
  scenario({
    name: 'What was attached to an image without a tag of its own stays while a multi-arch image holds it',
    brokenBy: 'loses-tags',
    tags: { [SIGNATURE]: 'signature', latest: indexOf([IMAGE]) },
    inputs: CLEAN,
    remain: ['latest', SIGNATURE],
  }),
];
