import { type Check, expectExit, same, scenario } from '../check.ts';
import type { Stage } from '../stage.ts';

const DAY = 86_400;
const DEFAULT_LONGEST = 104 * 7 * DAY;

/** Runs `expire-in` on a tag, and says when the server will end it; undefined if never. */
async function expire(stage: Stage, expireIn: string, endBefore?: number) {
  const repository = await stage.repository();
  await repository.pushTags({ 'pr-1': 'a', latest: 'b' });
  if (endBefore !== undefined) await repository.change('pr-1', { expiration: endBefore });
  const at = Math.floor(Date.now() / 1000);
  const before = await repository.row('pr-1');
  expectExit(await stage.cleanup({ repository: repository.name, tags: 'pr-*', 'expire-in': expireIn }), 0);
  const rows = await repository.rows();
  same(rows.map(({ name }) => name).sort(), ['latest', 'pr-1'], 'The server has');
  same(rows.find(({ name }) => name === 'latest')?.end_ts, undefined, 'The end of latest');
  return { at, before: before?.end_ts, end: rows.find(({ name }) => name === 'pr-1')?.end_ts };
}

/** Expiration in place of deletion, and its bounds. */
export const EXPIRATION: readonly Check[] = [
  {
    name: 'A tag that is to expire lives, and ends when it was asked to',
    brokenBy: 'ignores-expiration',
    needs: ['tag-expiration'],
    async run(stage) {
      const { at, end = 0 } = await expire(stage, '3d');
      // The run takes a while, and the server's clock may differ a little.
      same(end >= at + 3 * DAY && end < at + 3 * DAY + 600, true, `An end 3 days after ${at} (it is ${end})`);
    },
  },
  {
    name: 'A tag does not expire earlier than asked, where the server lets it live longer',
    brokenBy: 'expires-early',
    needs: ['lower-expiration-bound'],
    async run(stage) {
      const { at, end = 0 } = await expire(stage, '5min');
      same(end >= at + 300, true, `An end at least 5 minutes after ${at} (it is ${end})`);
    },
  },
  {
    name: 'A tag ends when it was asked to, up to a day below the longest time that the server allows',
    brokenBy: 'tightens-bounds',
    needs: ['upper-expiration-bound'],
    async run(stage) {
      // Beyond what Quay allows by default the action keeps a tag, whatever this server allows.
      const seconds = Math.min(stage.can.expiration.atMost ?? 0, DEFAULT_LONGEST) - DAY;
      const { at, end = 0 } = await expire(stage, `${seconds}s`);
      same(end >= at + seconds && end < at + seconds + 600, true, `An end at ${at + seconds} (it is ${end})`);
    },
  },
  {
    name: 'A tag that would expire earlier than asked is kept without an expiration',
    brokenBy: 'loses-tags',
    needs: ['upper-expiration-bound'],
    async run(stage) {
      const { end } = await expire(stage, '5000d');
      same(end, undefined, 'The end');
    },
  },
  {
    name: 'An earlier expiration is never put off',
    brokenBy: 'ignores-expiration',
    needs: ['tag-expiration'],
    async run(stage) {
      const inTwoDays = Math.floor(Date.now() / 1000) + 2 * DAY;
      const { before, end } = await expire(stage, '30d', inTwoDays);
      same(
        before !== undefined && Math.abs(before - inTwoDays) < 5,
        true,
        'The expiration of the pushed tag is set',
      );
      same(end, before, 'The end');
    },
  },
  {
    name: 'A later expiration is brought forward',
    brokenBy: 'ignores-expiration',
    needs: ['tag-expiration'],
    async run(stage) {
      const inTenDays = Math.floor(Date.now() / 1000) + 10 * DAY;
      const { at, end = 0 } = await expire(stage, '3d', inTenDays);
      same(end < at + 3 * DAY + 600, true, `An end 3 days after ${at} (it is ${end})`);
    },
  },
  {
    name: 'With `never` an expiration is taken away, and the tag is as it was',
    brokenBy: 'ignores-expiration',
    needs: ['tag-expiration'],
    async run(stage) {
      const { before, end } = await expire(stage, 'never', Math.floor(Date.now() / 1000) + 2 * DAY);
      same(before === undefined, false, 'Whether the pushed tag has no expiration');
      same(end, undefined, 'The end');
    },
  },
  scenario({
    name: 'An immutable tag gets no expiration, and the others do',
    brokenBy: 'ignores-immutable',
    needs: ['immutable-tags', 'tag-expiration'],
    tags: { 'pr-1': 'a', 'pr-2': 'b' },
    immutable: ['pr-1'],
    inputs: { 'expire-in': '3d' },
    remain: ['pr-1', 'pr-2'],
    async afterwards(_, repository) {
      const ends = (await repository.rows()).map(({ name, end_ts: end }) => `${name} ${end !== undefined}`);
      same(ends.sort(), ['pr-1 false', 'pr-2 true'], 'What has an end');
    },
  }),
];
