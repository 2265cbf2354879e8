import { type Check, expectExit, holds, same } from '../check.ts';
import { indexOf, tinyImage } from '../images.ts';
import type { ActionResult, Stage } from '../stage.ts';
import type { TestRepository } from '../test-repository.ts';

interface RobotStage {
  readonly repository: TestRepository;
  readonly run: (inputs: Readonly<Record<string, string>>) => Promise<ActionResult>;
}

/** A repository on which the robot has a right, and runs as that robot. */
async function asRobot(
  stage: Stage,
  role: 'read' | 'write',
  wanted: Parameters<Stage['repository']>[0] = {},
): Promise<RobotStage> {
  const { username = '', password = '' } = stage.options.robot ?? {};
  const repository = await stage.repository(wanted);
  await repository.pushTags({ 'pr-1': 'same', 'pr-2': 'b', latest: 'same' });
  await repository.grant(username, role);
  const run = (inputs: Readonly<Record<string, string>>) =>
    stage.cleanup({ repository: repository.name, tags: 'pr-*', username, password, ...inputs });
  return { repository, run };
}

const ALL = ['latest', 'pr-1', 'pr-2'];

/** What robot accounts do, with a password and keyless. */
export const ROBOTS: readonly Check[] = [
  {
    name: 'A robot account deletes by name, and leaves the other tags on the digest',
    brokenBy: 'deletes-by-digest',
    needs: ['robot'],
    async run(stage) {
      const { repository, run } = await asRobot(stage, 'write');
      expectExit(await run({}), 0);
      same(await repository.alive(), ['latest'], 'The server has');
    },
  },
  {
    name: 'A robot account reads every page of the names, and what stands on the last one goes',
    brokenBy: 'one-page',
    needs: ['robot'],
    async run(stage) {
      const { repository, run } = await asRobot(stage, 'write');
      const tags = Array.from({ length: 104 }, (_, index) => `z-${index}`);
      await repository.push(tinyImage('one of many'), ...tags);
      const finished = await run({ tags: 'z-*' });
      expectExit(finished, 0);
      same(finished.outputs['deleted-count'], '104', 'The output `deleted-count`');
      same(await repository.alive(), ALL, 'The server has');
    },
  },
  {
    name: 'A robot account that may only read is told what it lacks, and nothing goes',
    brokenBy: 'everybody-pushes',
    needs: ['robot'],
    async run(stage) {
      const { repository, run } = await asRobot(stage, 'read');
      const finished = await run({});
      expectExit(finished, 1);
      holds(finished.log, 'may lack Write', 'The log');
      same(await repository.alive(), ALL, 'The server has');
    },
  },
  {
    name: 'A robot account with a wrong password is refused, and nothing goes',
    brokenBy: 'accepts-any-password',
    needs: ['robot'],
    async run(stage) {
      const { repository, run } = await asRobot(stage, 'write');
      const finished = await run({ password: 'a-password-that-nobody-has-made-0123456789' });
      expectExit(finished, 1);
      holds(finished.log, 'was refused', 'The log');
      same(await repository.alive(), ALL, 'The server has');
    },
  },
  {
    name: 'A robot account keeps the newest of a public repository, whose dates it sees',
    brokenBy: 'reverse-order',
    needs: ['robot', 'public-repositories'],
    async run(stage) {
      const { repository, run } = await asRobot(stage, 'write', { visibility: 'public' });
      expectExit(await run({ 'keep-n-most-recent': '1' }), 0);
      same(await repository.alive(), ['latest', 'pr-2'], 'The server has');
    },
  },
  {
    name: 'A robot account finds the public repositories of a glob, and no private one',
    brokenBy: 'hides-repositories',
    needs: ['robot', 'public-repositories'],
    async run(stage) {
      const suffix = '-seen';
      const { repository, run } = await asRobot(stage, 'write', { suffix, visibility: 'public' });
      const hidden = await asRobot(stage, 'write', { suffix });
      expectExit(await run({ repository: `${stage.prefix}-*-seen`, tags: 'pr-1' }), 0);
      same(await repository.alive(), ['latest', 'pr-2'], 'The public repository has');
      same(await hidden.repository.alive(), ALL, 'The private repository has');
    },
  },
  {
    name: 'A robot account that would need dates on a private repository fails before anything goes',
    brokenBy: 'shows-private-repositories',
    needs: ['robot'],
    async run(stage) {
      const { repository, run } = await asRobot(stage, 'write');
      const finished = await run({ 'older-than': '30d' });
      expectExit(finished, 1);
      holds(finished.log, 'older-than', 'The log');
      same(await repository.alive(), ALL, 'The server has');
    },
  },
  {
    name: 'A robot account cannot delete an immutable tag, and the run succeeds',
    brokenBy: 'ignores-immutable',
    needs: ['robot', 'immutable-tags'],
    async run(stage) {
      const { repository, run } = await asRobot(stage, 'write');
      await repository.change('pr-1', { immutable: true });
      expectExit(await run({}), 0);
      same(await repository.alive(), ['latest', 'pr-1'], 'The server has');
      await repository.change('pr-1', { immutable: false });
    },
  },
  {
    name: 'A robot account does not risk an excluded signature on a private repository: nothing goes',
    brokenBy: 'loses-tags',
    needs: ['robot'],
    async run(stage) {
      const { repository, run } = await asRobot(stage, 'write');
      const signature = await repository.sign(await repository.push(tinyImage('signed'), 'pr-3'));
      await run({ 'exclude-tags': 'sha256-*' });
      same(await repository.alive(), [...ALL, 'pr-3', signature].sort(), 'The server has');
    },
  },
  {
    name: 'A robot account keeps an image with its signature while a multi-arch image holds it, on a public repository',
    brokenBy: 'loses-tags',
    needs: ['robot', 'public-repositories'],
    async run(stage) {
      const { repository, run } = await asRobot(stage, 'write', { visibility: 'public' });
      const image = await repository.push(tinyImage('signed'), 'pr-3');
      await repository.push(indexOf([image]), 'multi');
      const signature = await repository.sign(image);
      expectExit(await run({}), 0);
      same(await repository.alive(), ['latest', 'multi', 'pr-3', signature].sort(), 'The server has');
    },
  },
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
