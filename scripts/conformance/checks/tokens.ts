import { type Check, expectExit, holds, same, scenario } from '../check.ts';

const WRONG = { token: 'a-token-that-nobody-has-made-0123456789' };

/** Who may do what with which OAuth token, and without one. */
export const TOKENS: readonly Check[] = [
  scenario({
    name: 'A wrong token is refused, and the error says so',
    brokenBy: 'accepts-any-token',
    tags: { 'pr-1': 'a' },
    inputs: WRONG,
    remain: ['pr-1'],
    exitCode: 1,
    says: 'The token was refused',
  }),
  scenario({
    name: 'A wrong token is refused on a public repository too, which everybody can list',
    brokenBy: 'accepts-any-token',
    needs: ['public-repositories'],
    on: { visibility: 'public' },
    tags: { 'pr-1': 'a', latest: 'b' },
    inputs: WRONG,
    remain: ['latest', 'pr-1'],
    exitCode: 1,
    says: /token .*(?:refused|wrong|not write)/,
  }),
  scenario({
    name: 'A wrong token is refused where a glob finds nothing with it',
    brokenBy: 'accepts-any-token',
    on: { suffix: '-glob' },
    tags: { 'pr-1': 'a' },
    inputs: ({ prefix }) => ({ repository: `${prefix}-*-glob`, ...WRONG }),
    remain: ['pr-1'],
    exitCode: 1,
    says: 'was refused',
  }),
  scenario({
    name: 'A dry run on a public repository works without credentials',
    brokenBy: 'hides-public-repositories',
    needs: ['public-repositories'],
    on: { visibility: 'public' },
    tags: { 'pr-1': 'a', latest: 'b' },
    inputs: { token: '', 'dry-run': 'true' },
    remain: ['latest', 'pr-1'],
    afterwards: (run, { name }) => same(run.list('selected'), [`${name}:pr-1`], 'The output `selected`'),
  }),
  scenario({
    name: 'A token that may only read makes a dry run, is told what it lacks for a deletion, and nothing goes',
    brokenBy: 'accepts-any-token',
    needs: ['read-token'],
    tags: { 'pr-1': 'a', latest: 'b' },
    inputs: ({ options }) => ({ token: options.readToken ?? '', 'dry-run': 'true' }),
    remain: ['latest', 'pr-1'],
    async afterwards(plan, repository, stage) {
      same(plan.list('selected'), [`${repository.name}:pr-1`], 'The output `selected`');
      const token = stage.options.readToken ?? '';
      const run = await stage.cleanup({ repository: repository.name, tags: 'pr-*', token });
      expectExit(run, 1);
      holds(run.log, 'but not write to it', 'The log');
      same(await repository.alive(), ['latest', 'pr-1'], 'The server has');
    },
  }),
  {
    name: 'A token with Read/Write alone lists, deletes, sets an expiration and restores',
    brokenBy: 'demands-owner',
    needs: ['write-token'],
    async run(stage) {
      const token = stage.options.writeToken ?? '';
      const repository = await stage.repository();
      await repository.pushTags({ 'pr-1': 'a', 'rc-1': 'b', latest: 'c' });
      const run = await stage.cleanup({ repository: repository.name, tags: 'pr-*', token });
      expectExit(run, 0);
      same(await repository.alive(), ['latest', 'rc-1'], 'The server has');
      if (stage.can.needs.has('tag-expiration')) {
        const inputs = { repository: repository.name, tags: 'rc-*', 'expire-in': '3d', token };
        expectExit(await stage.cleanup(inputs), 0);
        same((await repository.row('rc-1'))?.end_ts !== undefined, true, 'Whether rc-1 has an end');
      }
      expectExit(await stage.restore({ report: stage.keepReport(run), token }), 0);
      same(await repository.alive(), ['latest', 'pr-1', 'rc-1'], 'After the restore the server has');
    },
  },
];
