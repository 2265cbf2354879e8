import { constants } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { readEvent, type WorkflowEvent } from '../../src/runner/event.ts';
import { readInputFiles, readReportFile } from '../../src/runner/input-files.ts';
import { refusalOf } from '../selection/refusal.ts';
import { folderOf } from '../support/resources.ts';

let folder = '';
const at = (path: string) => join(folder, path);

beforeEach(() => {
  folder = folderOf();
});

/** Writes a file that holds its own path, unless another text or bytes are given. */
function write(path: string, content: string | Buffer = path): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
  return at(path);
}

/** The administrator may read everything. */
function asNobody(act: () => void): void {
  const user = process.geteuid?.();
  if (user === 0) process.seteuid?.(65_534);
  try {
    act();
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
}

const onUnix = process.platform === 'win32' ? test.skip : test;

/** A pipe into which nobody writes. */
function pipe(): string {
  execFileSync('mkfifo', [at('pipe')]);
  return at('pipe');
}

function linkTo(target: string): () => string {
  return () => {
    symlinkSync(target, at('link'));
    return at('link');
  };
}

const refusal = (input: string) => refusalOf(() => readInputFiles(input, folder));
const found = (input: string) => readInputFiles(input, folder).map(({ path }) => path);

describe('files are read', () => {
  test('a path per line, without blank lines and comments', () => {
    write('pods.yaml', 'one\n');
    write('with space #1', 'twö');
    expect(readInputFiles('\n# of the cluster\n  pods.yaml\r\nwith space #1\npods.yaml\n', folder)).toEqual([
      { path: 'pods.yaml', text: 'one\n', line: 'pods.yaml' },
      { path: 'with space #1', text: 'twö', line: 'with space #1' },
    ]);
    expect(readInputFiles(at('pods.yaml'), folder)).toHaveLength(1);
  });

  const HIDDEN = ['.deploy/.pods.yaml', 'deploy/.prod/pods.yaml', 'deploy/pods.yaml'];

  test.each<[string, readonly string[]]>([
    // Sorted, without directories, each once.
    ['deploy/*.yaml', ['deploy/a.yaml', 'deploy/b.yaml', 'deploy/pods.yaml']],
    ['deploy/{a,c}*/**', ['deploy/c.yaml/d.yaml']],
    ['deploy/{b,a}.yaml\ndeploy/e.txt\ndeploy/[ab].yaml', ['deploy/a.yaml', 'deploy/b.yaml', 'deploy/e.txt']],
    // In hidden folders, but not in those of Git and GitHub, unless they are named.
    ['**/{.,}pods.yaml', HIDDEN],
    ['*/*/pods.yaml\n.*/*.yaml', [HIDDEN[1] ?? '', HIDDEN[0] ?? '']],
    ['**/x.yaml', ['x.yaml']],
    ['.github/**/*.yaml', ['.github/workflows/x.yaml']],
    ['.deploy/.p*', ['.deploy/.pods.yaml']],
    // Braces that have several, also within another, and ranges.
    ['{a{1.yaml,2.yml},c.yaml}', ['a1.yaml', 'a2.yml', 'c.yaml']],
    ['?{1,}.{yml,yaml,json}', ['a1.yaml', 'b1.yaml', 'c.yaml', 'x.yaml']],
    ['a{1..2}.*', ['a1.yaml', 'a2.yml']],
    // By their very name where it looks like a glob.
    ['pods[1].yaml', ['pods[1].yaml']],
  ])('that a glob finds: %j', (input, paths) => {
    const named = ['a1.yaml', 'a2.yml', 'b1.yaml', 'c.yaml', 'pods[1].yaml', 'pods1.yaml', 'x.yaml'];
    const deployed = ['deploy/b.yaml', 'deploy/a.yaml', 'deploy/c.yaml/d.yaml', 'deploy/e.txt'];
    const ofGit = ['.git/x.yaml', '.github/workflows/x.yaml', 'deploy/.git/x.yaml'];
    for (const path of [...named, ...deployed, ...HIDDEN, ...ofGit]) write(path);
    expect(found(input)).toEqual(paths);
  });

  test('that a glob finds below links to directories, each place once', () => {
    for (const path of ['clusters/a/pods.yaml', 'elsewhere/pods.yaml', 'elsewhere/.hidden/pods.yaml'])
      write(path);
    symlinkSync(join('..', 'elsewhere'), at('clusters/b'));
    symlinkSync(join('..', 'clusters'), at('elsewhere/circle'));
    symlinkSync('a', at('clusters/same'));
    symlinkSync('itself', at('clusters/itself'));
    const both = ['clusters/a/pods.yaml', 'clusters/b/pods.yaml'];
    expect(found('clusters/**/*.yaml')).toEqual([both[0], 'clusters/b/.hidden/pods.yaml', both[1]]);
    expect(found('./clusters/[ab]/pods.yaml')).toEqual(both);
    expect(found(join(folder, 'clusters/{a,b}/*'))).toEqual(both.map(at));
    expect(found('clusters/*/pods.yaml')).toEqual([...both, 'clusters/same/pods.yaml']);
    expect(found('{clusters/b,elsewhere}/*.yaml')).toEqual([both[1], 'elsewhere/pods.yaml']);
  });

  test('each with the first line that names it', () => {
    for (const path of ['a.yaml', 'b.yaml']) write(path);
    const lines = readInputFiles('b.yaml\n*.yaml', folder).map(({ path, line }) => [path, line]);
    expect(lines).toEqual([
      ['b.yaml', 'b.yaml'],
      ['a.yaml', '*.yaml'],
    ]);
  });

  test.each([
    ['UTF-8', Buffer.from('\ufeffimagé')],
    ['UTF-16, as PowerShell writes it', Buffer.from('\ufeffimagé', 'utf16le')],
    ['UTF-16 the other way round', Buffer.from('\ufeffimagé', 'utf16le').swap16()],
  ])('in %s with a byte order mark', (_, bytes) => {
    write('pods.yaml', bytes);
    expect(readInputFiles('pods.yaml', folder)).toMatchObject([{ text: 'imagé' }]);
  });
});

describe('what cannot be read is refused', () => {
  const MISSING =
    'which was not found. Check its spelling, and that an earlier step of this job writes or downloads it.';
  const NONE =
    'a glob that finds no file. Check its spelling, and that the files are there before this step.';

  test.each<[string, string | RegExp]>([
    ['pods.yaml', `\`in-use\` is "pods.yaml", ${MISSING}`],
    ['blue.yaml/pods.yaml', MISSING],
    // Links that lead nowhere, or to themselves.
    ['links/nowhere*', `"links/nowhere.yaml", ${MISSING}`],
    ['links/itself.yaml', /^`in-use` is "links\/itself.yaml", which cannot be read \(ELOOP: /],
    [
      'deploy/',
      '`in-use` is "deploy/", which is a directory. Write a glob of its files, such as "deploy/**/*.yaml".',
    ],
    ['d*.yaml', `\`in-use\` is "d*.yaml", ${NONE}`],
    ['deploy/**', `\`in-use\` is "deploy/**", ${NONE}`],
    ['[ac', `\`in-use\` is "[ac", ${NONE}`],
    ['blue.yaml\ndeploy/*.yaml', `is "deploy/*.yaml", ${NONE}`],
    // Paths in braces, and files, of which others are there.
    ['{blue,green}.yaml', `\`in-use\` is "green.yaml", ${MISSING}`],
    ['{blue.yaml,deploy/{x,y}.yaml}', `\`in-use\` is "deploy/x.yaml", ${MISSING}`],
    ['blue.yaml\n{blue,missing}.yaml', `\`in-use\` is "missing.yaml", ${MISSING}`],
    ['{a,b}'.repeat(40), 'expands to more than 1000 patterns. Write fewer alternatives in braces.'],
    ['*'.repeat(70_000), 'which is no valid glob (pattern is too long).'],
    ['chart.tgz', 'is "chart.tgz", which is not text: it may be compressed'],
    ['# pods.yaml', '`in-use` names no file. Write a path or a glob, one per line.'],
    ['a.yaml\nblue.yaml\n*.txt\nb.yaml', /^.*"a\.yaml".*\n.*"\*\.txt".*\n.*"b\.yaml".*$/],
  ])('%j', (input, says) => {
    write('blue.yaml', 'image');
    write('chart.tgz', Buffer.from([0x1f, 0x8b, 0x08, 0x00]));
    for (const path of ['deploy', 'directory.yaml', 'links']) mkdirSync(at(path));
    for (const [name, target] of [
      ['nowhere', 'nowhere'],
      ['itself', 'itself.yaml'],
    ])
      symlinkSync(target ?? '', at(`links/${name}.yaml`));
    expect(refusal(input)).toMatch(says);
  });

  test('a file without permission', () => {
    chmodSync(write('pods.yaml'), 0);
    asNobody(() => expect(refusal('pods.yaml')).toContain('this step has no permission to read.'));
  });

  test.each(['clusters/*/pods.yaml', 'clusters/**/*.yaml', 'clusters/{test,prod}/*.yaml'])(
    'a directory without permission where a glob may find something in it: %s',
    (glob) => {
      for (const path of ['clusters/test/pods.yaml', 'clusters/prod/pods.yaml', 'clusters/other/x.yaml'])
        write(path);
      chmodSync(at('clusters/prod'), 0);
      chmodSync(folder, 0o755);
      asNobody(() => {
        expect(refusal(glob)).toBe(
          `\`in-use\` is "${glob}", a glob that looks into "clusters/prod", which this step has no permission to read. Let the step that writes it make it readable.`,
        );
        expect(readInputFiles('clusters/t*/*.yaml', folder)).toHaveLength(1);
      });
      chmodSync(at('clusters/prod'), 0o755);
    },
  );

  test('a file that is too large for a text', () => {
    truncateSync(write('pods.yaml'), constants.MAX_STRING_LENGTH + 1);
    expect(refusal('pods.yaml')).toContain(
      `is "pods.yaml", which is too large to read (${constants.MAX_STRING_LENGTH + 1} bytes).`,
    );
  });

  onUnix.each([
    ['a device', () => '/dev/null'],
    ['a device without an end', () => '/dev/zero'],
    ['a link to a device', linkTo('/dev/zero')],
    ['a pipe', pipe],
    ['a link to a pipe', () => linkTo(pipe())()],
  ])('%s, which is not waited for', (_, make) => {
    const path = make();
    for (const input of [path, `${path.slice(0, -1)}[${path.slice(-1)}]`])
      expect(refusal(input)).toContain('which is no ordinary file.');
    for (const input of ['plan', 'report'] as const)
      expect(refusalOf(() => readReportFile(input, path, folder))).toContain(
        `\`${input}\` is ${JSON.stringify(path)}, which cannot be read.`,
      );
  });
});

test('a plan begins in the folder of the run', () => {
  write('report.json', '{}');
  expect(readReportFile('plan', 'report.json', folder)).toBe('{}');
});

describe('the event', () => {
  function readWith(event: string, payload: unknown, actor = 'jane'): WorkflowEvent {
    const path = write('event.json', JSON.stringify(payload));
    return readEvent({
      environment: { GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: path, GITHUB_ACTOR: actor },
    });
  }

  test('says which repository the workflow runs in, and whether it may have a token', () => {
    const environment = { GITHUB_REPOSITORY: 'Acme/web', ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x.example' };
    expect(readEvent({ environment })).toEqual({
      scope: { repository: 'acme/web' },
      offersOidcToken: true,
    });
    expect(readEvent({ environment: {} })).toEqual({ scope: {}, offersOidcToken: false });
  });

  test('says which pull request it is about, and which branch was deleted; a tag is none', () => {
    for (const event of ['pull_request', 'pull_request_target'])
      expect(readWith(event, { number: 12 })).toEqual({ scope: { pullRequest: 12 }, offersOidcToken: false });
    expect(readWith('delete', { ref: 'fix/a', ref_type: 'branch' }).scope.branch).toBe('fix/a');
    expect(readWith('delete', { ref: 'v1', ref_type: 'tag' }).scope.branch).toBeNull();
    const other = { ref: 'fix/a', ref_type: 'branch', number: 12 };
    expect(readWith('push', other)).toEqual({ scope: {}, offersOidcToken: false });
  });

  const repo = (name: string) => ({ repo: { full_name: name } });
  const from = (head: object) => ({ number: 12, pull_request: { head, base: repo('acme/web') } });
  const BOT = 'dependabot[bot]';
  test.each([
    ['pull_request', from(repo('acme/web')), 'jane', undefined],
    ['pull_request', from(repo('someone/web')), 'jane', 'fork'],
    ['pull_request', from({ repo: null }), 'jane', 'fork'],
    ['pull_request_target', from(repo('someone/web')), 'jane', undefined],
    ['pull_request', {}, 'jane', undefined],
    ['pull_request', {}, BOT, 'Dependabot'],
    ['pull_request_target', from(repo('acme/web')), BOT, undefined],
    ['push', {}, BOT, undefined],
    ['schedule', {}, 'jane', undefined],
  ])('says whether its run has no secrets: %s %j by %s', (event, payload, actor, why) => {
    expect(readWith(event, payload, actor).withoutSecrets).toBe(why);
  });

  const file = (text: string) => () => write('event.json', text);
  onUnix.each([
    ['is not there', () => at('missing.json')],
    ['is empty', file('')],
    ['is no JSON', file('<html>')],
    ['is cut off', file('{"number": 12')],
    ['is no object', file('[{"number": 12}]')],
    ['is nested without end', file('['.repeat(200_000))],
    [
      'is too long',
      () => {
        truncateSync(file('{}')(), 2 ** 30);
        return at('event.json');
      },
    ],
    ['is a folder', () => folder],
    ['is a pipe', pipe],
    ['is a device without an end', () => '/dev/zero'],
    ['is a link to one', linkTo('/dev/zero')],
  ])('that %s names no pull request and no branch, which keeps tags', (_, make) => {
    const GITHUB_EVENT_PATH = make();
    const read = (name: string) => readEvent({ environment: { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH } });
    expect(read('pull_request').scope.pullRequest).toBe(0);
    expect(read('delete').scope.branch).toBeNull();
  });
});
