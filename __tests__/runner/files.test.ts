import { constants } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readEvent, type WorkflowEvent } from '../../src/runner/event.ts';
import { readInputFiles } from '../../src/runner/input-files.ts';
import { readReportFile } from '../../src/runner/read-file.ts';
import { refusalOf } from '../selection/refusal.ts';

let folder = '';
const at = (path: string) => join(folder, path);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'input-files-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

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

function refusal(input: string): string {
  return refusalOf(() => readInputFiles(input, folder));
}

describe('files are read', () => {
  test('a path per line, without blank lines and comments', () => {
    writeFileSync(at('pods.yaml'), 'one\n');
    writeFileSync(at('with space #1'), 'twö');
    expect(readInputFiles('\n# of the cluster\n  pods.yaml\r\nwith space #1\npods.yaml\n', folder)).toEqual([
      { path: 'pods.yaml', text: 'one\n', line: 'pods.yaml' },
      { path: 'with space #1', text: 'twö', line: 'with space #1' },
    ]);
    expect(readInputFiles(join(folder, 'pods.yaml'), folder)).toHaveLength(1);
  });

  test('that a glob finds, sorted, without directories, each once', () => {
    mkdirSync(at('deploy/c.yaml'), { recursive: true });
    for (const path of ['deploy/b.yaml', 'deploy/a.yaml', 'deploy/c.yaml/d.yaml', 'deploy/e.txt'])
      writeFileSync(at(path), path);
    const found = (input: string) => readInputFiles(input, folder).map(({ path }) => path);
    expect(found('deploy/*.yaml')).toEqual(['deploy/a.yaml', 'deploy/b.yaml']);
    expect(found('deploy/**/*.yaml')).toEqual(['deploy/a.yaml', 'deploy/b.yaml', 'deploy/c.yaml/d.yaml']);
    expect(found('deploy/{b,a}.yaml\ndeploy/e.txt\ndeploy/*.yaml')).toEqual([
      'deploy/a.yaml',
      'deploy/b.yaml',
      'deploy/e.txt',
    ]);
  });

  test('that a glob finds below links to directories, each place once', () => {
    mkdirSync(at('clusters/a'), { recursive: true });
    mkdirSync(at('elsewhere/.hidden'), { recursive: true });
    for (const path of ['clusters/a/pods.yaml', 'elsewhere/pods.yaml', 'elsewhere/.hidden/pods.yaml'])
      writeFileSync(at(path), path);
    symlinkSync(join('..', 'elsewhere'), at('clusters/b'));
    symlinkSync(join('..', 'clusters'), at('elsewhere/circle'));
    symlinkSync('a', at('clusters/same'));
    symlinkSync('itself', at('clusters/itself'));
    const found = (input: string) => readInputFiles(input, folder).map(({ path }) => path);
    const both = ['clusters/a/pods.yaml', 'clusters/b/pods.yaml'];
    expect(found('clusters/**/*.yaml')).toEqual([
      'clusters/a/pods.yaml',
      'clusters/b/.hidden/pods.yaml',
      both[1],
    ]);
    expect(found('./clusters/[ab]/pods.yaml')).toEqual(both);
    expect(found(join(folder, 'clusters/{a,b}/*'))).toEqual(both.map((path) => join(folder, path)));
    expect(found('clusters/*/pods.yaml')).toEqual([...both, 'clusters/same/pods.yaml']);
    expect(found('{clusters/b,elsewhere}/*.yaml')).toEqual(['clusters/b/pods.yaml', 'elsewhere/pods.yaml']);
  });

  test('in hidden folders, but not in those of Git and GitHub, unless they are named', () => {
    const hidden = ['.deploy/.pods.yaml', 'deploy/.prod/pods.yaml', 'deploy/pods.yaml'];
    const ofGit = ['.git/x.yaml', '.github/workflows/clean.yaml', 'deploy/.git/x.yaml'];
    for (const path of [...hidden, ...ofGit]) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), path);
    }
    const found = (input: string) => readInputFiles(input, folder).map(({ path }) => path);
    expect(found('**/*.yaml')).toEqual(hidden);
    expect(found('**')).toEqual(hidden);
    expect(found('*/*/pods.yaml\n*/*.yaml')).toEqual([hidden[1], hidden[0], hidden[2]]);
    expect(found('.github/**/*.yaml')).toEqual(['.github/workflows/clean.yaml']);
    expect(found('.deploy/.p*')).toEqual(['.deploy/.pods.yaml']);
  });

  test('each with the first line that names it', () => {
    for (const path of ['a.yaml', 'b.yaml']) writeFileSync(at(path), path);
    const lines = readInputFiles('b.yaml\n*.yaml', folder).map(({ path, line }) => [path, line]);
    expect(lines).toEqual([
      ['b.yaml', 'b.yaml'],
      ['a.yaml', '*.yaml'],
    ]);
  });

  test('where braces have several, also within another, and ranges', () => {
    for (const path of ['a1.yaml', 'a2.yml', 'b1.yaml', 'c.yaml']) writeFileSync(at(path), path);
    const found = (input: string) => readInputFiles(input, folder).map(({ path }) => path);
    expect(found('{a{1.yaml,2.yml},c.yaml}')).toEqual(['a1.yaml', 'a2.yml', 'c.yaml']);
    expect(found('**/*.{yml,yaml,json}')).toEqual(['a1.yaml', 'a2.yml', 'b1.yaml', 'c.yaml']);
    expect(found('a{1..2}.*')).toEqual(['a1.yaml', 'a2.yml']);
  });

  test('by their very name where it looks like a glob', () => {
    writeFileSync(at('pods[1].yaml'), 'literal');
    writeFileSync(at('pods1.yaml'), 'matched');
    expect(readInputFiles('pods[1].yaml', folder)).toEqual([
      { path: 'pods[1].yaml', text: 'literal', line: 'pods[1].yaml' },
    ]);
  });

  test.each([
    ['UTF-8', Buffer.from('\ufeffimagé')],
    ['UTF-16, as PowerShell writes it', Buffer.from('\ufeffimagé', 'utf16le')],
    ['UTF-16 the other way round', Buffer.from('\ufeffimagé', 'utf16le').swap16()],
  ])('in %s with a byte order mark', (_, bytes) => {
    writeFileSync(at('pods.yaml'), bytes);
    expect(readInputFiles('pods.yaml', folder)).toEqual([
      { path: 'pods.yaml', text: 'imagé', line: 'pods.yaml' },
    ]);
  });
});

describe('what cannot be read is refused', () => {
  test('a file that is not there', () => {
    const why =
      'which was not found. Check its spelling, and that an earlier step of this job writes or downloads it.';
    expect(refusal('pods.yaml')).toBe(`\`in-use\` is "pods.yaml", ${why}`);
    writeFileSync(at('file'), '');
    expect(refusal('file/pods.yaml')).toContain(why);
  });

  test('a link that leads nowhere, also where a glob finds it', () => {
    symlinkSync('nowhere', at('pods.yaml'));
    expect(refusal('*.yaml')).toContain('"pods.yaml", which was not found.');
  });

  test('a link that leads to itself', () => {
    symlinkSync('pods.yaml', at('pods.yaml'));
    expect(refusal('pods.yaml')).toMatch(/^`in-use` is "pods.yaml", which cannot be read \(ELOOP: /);
  });

  test('a directory', () => {
    mkdirSync(at('deploy'));
    expect(refusal('deploy/')).toBe(
      '`in-use` is "deploy/", which is a directory. Write a glob of its files, such as "deploy/**/*.yaml".',
    );
  });

  test.each(['*.yaml', 'deploy/**', '[ab', '{a,b}*'])('a glob that finds no file: %s', (glob) => {
    mkdirSync(at('directory.yaml'));
    expect(refusal(glob)).toBe(
      `\`in-use\` is "${glob}", a glob that finds no file. Check its spelling, and that the files are there before this step.`,
    );
  });

  test.each([
    ['{blue,green}.yaml', 'green.yaml'],
    ['{blue.yaml,deploy/{x,y}.yaml}', 'deploy/x.yaml'],
    ['blue.yaml\n{blue,missing}.yaml', 'missing.yaml'],
  ])('a path in braces that is not there, although others are: %j', (line, missing) => {
    writeFileSync(at('blue.yaml'), 'image');
    expect(refusal(line)).toContain(`\`in-use\` is "${missing}", which was not found.`);
  });

  test('a line that finds no file, although another does', () => {
    writeFileSync(at('blue.yaml'), 'image');
    expect(refusal('blue.yaml\ndeploy/*.yaml')).toContain('is "deploy/*.yaml", a glob that finds no file.');
  });

  test('braces without end', () => {
    expect(refusal('{a,b}'.repeat(40))).toContain('no valid glob (the braces have too many alternatives).');
  });

  test('a glob that Node refuses', () => {
    writeFileSync(at('pods.yaml'), '');
    expect(refusal('*'.repeat(70_000))).toContain('which is no valid glob (pattern is too long).');
  });

  test('a file without permission', () => {
    writeFileSync(at('pods.yaml'), 'image', { mode: 0 });
    asNobody(() => expect(refusal('pods.yaml')).toContain('this step has no permission to read.'));
  });

  test.each(['clusters/*/pods.yaml', 'clusters/**/*.yaml', 'clusters/{test,prod}/*.yaml'])(
    'a directory without permission where a glob may find something in it: %s',
    (glob) => {
      for (const path of ['clusters/test', 'clusters/prod', 'clusters/other'])
        mkdirSync(at(path), { recursive: true });
      writeFileSync(at('clusters/test/pods.yaml'), 'image');
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
    writeFileSync(at('pods.yaml'), '');
    truncateSync(at('pods.yaml'), constants.MAX_STRING_LENGTH + 1);
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
    expect(refusal(path)).toContain('which is no ordinary file.');
    expect(refusal(`${path.slice(0, -1)}[${path.slice(-1)}]`)).toContain('which is no ordinary file.');
    for (const input of ['plan', 'report'] as const)
      expect(refusalOf(() => readReportFile(input, path, folder))).toContain(
        `\`${input}\` is ${JSON.stringify(path)}, which cannot be read.`,
      );
  });

  test('what is not text', () => {
    writeFileSync(at('chart.tgz'), Buffer.from([0x1f, 0x8b, 0x08, 0x00]));
    expect(refusal('chart.tgz')).toContain('is "chart.tgz", which is not text: it may be compressed');
  });

  test('comments alone', () => {
    expect(refusal('# pods.yaml')).toBe('`in-use` names no file. Write a path or a glob, one per line.');
  });

  test('each of them', () => {
    writeFileSync(at('pods.yaml'), '');
    expect(refusal('a.yaml\npods.yaml\n*.txt\nb.yaml').split('\n')).toHaveLength(3);
  });
});

test('a plan begins in the folder of the run', () => {
  writeFileSync(at('report.json'), '{}');
  expect(readReportFile('plan', 'report.json', folder)).toBe('{}');
});

describe('the event', () => {
  const read = (environment: Readonly<Record<string, string>>) => readEvent({ environment });

  function readWith(event: string, payload: unknown): WorkflowEvent {
    writeFileSync(at('event.json'), JSON.stringify(payload));
    return read({ GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: at('event.json') });
  }

  test('says which repository the workflow runs in, and whether it may have a token', () => {
    expect(
      read({ GITHUB_REPOSITORY: 'acme/web', ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x.example' }),
    ).toEqual({
      repository: { owner: 'acme', name: 'web' },
      offersOidcToken: true,
    });
    expect(read({})).toEqual({ offersOidcToken: false });
  });

  test.each(['pull_request', 'pull_request_target'])('says which pull request it is about: %s', (event) => {
    expect(readWith(event, { number: 12 })).toEqual({ pullRequest: 12, offersOidcToken: false });
  });

  test('says which branch was deleted, and that a tag is none', () => {
    expect(readWith('delete', { ref: 'fix/a', ref_type: 'branch' }).deletedBranch).toBe('fix/a');
    expect(readWith('delete', { ref: 'v1', ref_type: 'tag' }).deletedBranch).toBeNull();
    expect(readWith('push', { ref: 'fix/a', ref_type: 'branch', number: 12 })).toEqual({
      offersOidcToken: false,
    });
  });

  test('says whether its run has no secrets', () => {
    const payload = (head: string) => ({
      number: 12,
      pull_request: { head: { repo: { full_name: head } }, base: { repo: { full_name: 'acme/web' } } },
    });
    expect(readWith('pull_request', payload('acme/web')).withoutSecrets).toBeUndefined();
    expect(readWith('pull_request', payload('someone/web')).withoutSecrets).toBe('fork');
    const gone = { pull_request: { ...payload('acme/web').pull_request, head: { repo: null } } };
    expect(readWith('pull_request', gone).withoutSecrets).toBe('fork');
    expect(readWith('pull_request_target', payload('someone/web')).withoutSecrets).toBeUndefined();
    writeFileSync(at('event.json'), '{}');
    const byDependabot = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_ACTOR: 'dependabot[bot]' };
    expect(read(byDependabot).withoutSecrets).toBe('Dependabot');
  });

  const file = (text: string) => () => {
    writeFileSync(at('event.json'), text);
    return at('event.json');
  };
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
    const path = make();
    expect(read({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path }).pullRequest).toBe(0);
    expect(read({ GITHUB_EVENT_NAME: 'delete', GITHUB_EVENT_PATH: path }).deletedBranch).toBeNull();
  });
});
