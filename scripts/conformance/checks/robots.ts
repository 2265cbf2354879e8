import { type Check, expectExit, type Scenario, same, scenario } from '../check.ts';
import { cosignTag, indexOf, tinyImage } from '../images.ts';

const TAGS = { 'pr-1': 'same', 'pr-2': 'b', latest: 'same' };
const ALL = ['latest', 'pr-1', 'pr-2'];
const SIGNED = tinyImage('signed');
const SIGNATURE = cosignTag(SIGNED.digest);

/** A check on those tags and more, which a robot account runs that may write, if nothing else is said. */
function byRobot({ needs = [], tags, ...rest }: Omit<Scenario, 'tags'> & Partial<Scenario>): Check {
  return scenario({ robot: 'write', ...rest, tags: { ...TAGS, ...tags }, needs: ['robot', ...needs] });
}

/** What robot accounts do, with a password and keyless. */
export const ROBOTS: readonly Check[] = [
  byRobot({
    name: 'A robot account deletes by name, and leaves the other tags on the digest',
    brokenBy: 'deletes-by-digest',
    remain: ['latest'],
  }),
  byRobot({
    name: 'A robot account reads every page of the names, and what stands on the last one goes',
    brokenBy: 'one-page',
    tags: Object.fromEntries(Array.from({ length: 104 }, (_, index) => [`z-${index}`, 'one of many'])),
    inputs: { tags: 'z-*' },
    remain: ALL,
  }),
  byRobot({
    name: 'A robot account that may only read is told what it lacks, and nothing goes',
    brokenBy: 'everybody-pushes',
    robot: 'read',
    remain: ALL,
    exitCode: 1,
    says: 'may lack Write',
  }),
  byRobot({
    name: 'A robot account with a wrong password is refused, and nothing goes',
    brokenBy: 'accepts-any-password',
    inputs: { password: 'a-password-that-nobody-has-made-0123456789' },
    remain: ALL,
    exitCode: 1,
    says: 'was refused',
  }),
  byRobot({
    name: 'A robot account keeps the newest of a public repository, whose dates it sees',
    brokenBy: 'reverse-order',
    needs: ['public-repositories'],
    on: { visibility: 'public' },
    inputs: { 'keep-n-most-recent': '1' },
    remain: ['latest', 'pr-2'],
  }),
  byRobot({
    name: 'A robot account finds the public repositories of a glob, and no private one',
    brokenBy: 'hides-repositories',
    needs: ['public-repositories'],
    on: { suffix: '-seen', visibility: 'public' },
    async prepare(stage) {
      const hidden = await stage.repository({ suffix: '-seen' });
      await hidden.pushTags(TAGS);
      await hidden.grant(stage.options.robot?.username ?? '', 'write');
    },
    inputs: ({ prefix }) => ({ repository: `${prefix}-*-seen`, tags: 'pr-1' }),
    remain: ['latest', 'pr-2'],
  }),
  byRobot({
    name: 'A robot account that would need dates on a private repository fails before anything goes',
    brokenBy: 'shows-private-repositories',
    inputs: { 'older-than': '30d' },
    remain: ALL,
    exitCode: 1,
    says: 'older-than',
  }),
  byRobot({
    name: 'A robot account cannot delete an immutable tag, and the run succeeds',
    brokenBy: 'ignores-immutable',
    needs: ['immutable-tags'],
    immutable: ['pr-1'],
    remain: ['latest', 'pr-1'],
  }),
  byRobot({
    name: 'A robot account does not risk an excluded signature on a private repository: nothing goes',
    brokenBy: 'loses-tags',
    tags: { 'pr-3': SIGNED, [SIGNATURE]: 'signature' },
    inputs: { 'exclude-tags': 'sha256-*' },
    remain: [...ALL, 'pr-3', SIGNATURE],
  }),
  byRobot({
    name: 'A robot account keeps an image with its signature while a multi-arch image holds it, on a public repository',
    brokenBy: 'loses-tags',
    needs: ['public-repositories'],
    on: { visibility: 'public' },
    tags: { 'pr-3': SIGNED, multi: indexOf([SIGNED]), [SIGNATURE]: 'signature' },
    remain: ['latest', 'multi', 'pr-3', SIGNATURE],
  }),
  {
    name: 'A keyless run deletes without a stored secret',
    brokenBy: 'refuses-federation',
    needs: ['keyless'],
    async run(stage) {
      const { username = '', requestUrl = '', requestToken = '' } = stage.options.keyless ?? {};
      const repository = await stage.repository();
      await repository.pushTags({ 'pr-1': 'a', latest: 'b' });
      await repository.grant(username, 'write');
      const run = await stage.cleanup(
        { repository: repository.name, tags: 'pr-*', username },
        { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken },
      );
      expectExit(run, 0);
      same(await repository.alive(), ['latest'], 'The server has');
    },
  },
];
