import { constants } from 'node:buffer';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readInputFiles } from '../../src/runner/input-files.ts';
import { refusalOf } from '../selection/refusal.ts';

let folder = '';
const home = process.cwd();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'input-files-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

function refusal(input: string): string {
  return refusalOf(() => readInputFiles(input));
}

describe('files are read', () => {
  test('a path per line, without blank lines and comments', () => {
    writeFileSync('pods.yaml', 'one\n');
    writeFileSync('with space #1', 'twö');
    expect(readInputFiles('\n# of the cluster\n  pods.yaml\r\nwith space #1\npods.yaml\n')).toEqual([
      { path: 'pods.yaml', text: 'one\n' },
      { path: 'with space #1', text: 'twö' },
    ]);
    expect(readInputFiles(join(folder, 'pods.yaml'))).toHaveLength(1);
  });

  test('that a glob finds, sorted, without directories, each once', () => {
    mkdirSync('deploy/c.yaml', { recursive: true });
    for (const path of ['deploy/b.yaml', 'deploy/a.yaml', 'deploy/c.yaml/d.yaml', 'deploy/e.txt'])
      writeFileSync(path, path);
    const found = (input: string) => readInputFiles(input).map(({ path }) => path);
    expect(found('deploy/*.yaml')).toEqual(['deploy/a.yaml', 'deploy/b.yaml']);
    expect(found('deploy/**/*.yaml')).toEqual(['deploy/a.yaml', 'deploy/b.yaml', 'deploy/c.yaml/d.yaml']);
    expect(found('deploy/{b,a}.yaml\ndeploy/e.txt\ndeploy/*.yaml')).toEqual([
      'deploy/a.yaml',
      'deploy/b.yaml',
      'deploy/e.txt',
    ]);
  });

  test('by their very name where it looks like a glob', () => {
    writeFileSync('pods[1].yaml', 'literal');
    writeFileSync('pods1.yaml', 'matched');
    expect(readInputFiles('pods[1].yaml')).toEqual([{ path: 'pods[1].yaml', text: 'literal' }]);
  });

  test.each([
    ['UTF-8', Buffer.from('\ufeffimagé')],
    ['UTF-16, as PowerShell writes it', Buffer.from('\ufeffimagé', 'utf16le')],
    ['UTF-16 the other way round', Buffer.from('\ufeffimagé', 'utf16le').swap16()],
  ])('in %s with a byte order mark', (_, bytes) => {
    writeFileSync('pods.yaml', bytes);
    expect(readInputFiles('pods.yaml')).toEqual([{ path: 'pods.yaml', text: 'imagé' }]);
  });
});

describe('what cannot be read is refused', () => {
  test('a file that is not there', () => {
    const why =
      'which was not found. Check its spelling, and that an earlier step of this job writes or downloads it.';
    expect(refusal('pods.yaml')).toBe(`\`in-use\` is "pods.yaml", ${why}`);
    writeFileSync('file', '');
    expect(refusal('file/pods.yaml')).toContain(why);
  });

  test('a link that leads nowhere, also where a glob finds it', () => {
    symlinkSync('nowhere', 'pods.yaml');
    expect(refusal('*.yaml')).toContain('"pods.yaml", which was not found.');
  });

  test('a link that leads to itself', () => {
    symlinkSync('pods.yaml', 'pods.yaml');
    expect(refusal('pods.yaml')).toMatch(/^`in-use` is "pods.yaml", which cannot be read \(ELOOP: /);
  });

  test('a directory', () => {
    mkdirSync('deploy');
    expect(refusal('deploy/')).toBe(
      '`in-use` is "deploy/", which is a directory. Write a glob of its files, such as "deploy/**/*.yaml".',
    );
  });

  test.each(['*.yaml', 'deploy/**', '[ab', '{a,b}'])('a glob that finds no file: %s', (glob) => {
    mkdirSync('directory.yaml');
    expect(refusal(glob)).toBe(
      `\`in-use\` is "${glob}", a glob that finds no file. Check its spelling, and that the files are there before this step.`,
    );
  });

  test('a glob that Node refuses', () => {
    expect(refusal('*'.repeat(70_000))).toContain('which is no valid glob (pattern is too long).');
  });

  test('a file without permission', () => {
    writeFileSync('pods.yaml', 'image', { mode: 0 });
    const user = process.geteuid?.();
    // The administrator may read everything.
    if (user === 0) process.seteuid?.(65_534);
    try {
      expect(refusal('pods.yaml')).toContain('this step has no permission to read.');
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
  });

  test('a file that is too large for a text', () => {
    writeFileSync('pods.yaml', '');
    truncateSync('pods.yaml', constants.MAX_STRING_LENGTH + 1);
    expect(refusal('pods.yaml')).toContain(
      `is "pods.yaml", which is too large to read (${constants.MAX_STRING_LENGTH + 1} bytes).`,
    );
  });

  test('a device', () => {
    expect(refusal('/dev/null')).toContain('which is no ordinary file.');
  });

  test('what is not text', () => {
    writeFileSync('chart.tgz', Buffer.from([0x1f, 0x8b, 0x08, 0x00]));
    expect(refusal('chart.tgz')).toContain('is "chart.tgz", which is not text: it may be compressed');
  });

  test('comments alone', () => {
    expect(refusal('# pods.yaml')).toBe('`in-use` names no file. Write a path or a glob, one per line.');
  });

  test('each of them', () => {
    writeFileSync('pods.yaml', '');
    expect(refusal('a.yaml\npods.yaml\n*.txt\nb.yaml').split('\n')).toHaveLength(3);
  });
});
