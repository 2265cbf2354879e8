import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const git = (cwd: string, ...args: readonly string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' });

let tree = '';

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'tree-'));
  const files = git(root, 'ls-files', '--cached', '--others', '--exclude-standard', '-z').split('\0');
  for (const file of files.filter((name) => name !== '' && existsSync(join(root, name))))
    cpSync(join(root, file), join(tree, file));
  takeNameOut();
  git(tree, 'init', '--quiet');
  git(tree, 'add', '--all');
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

/** Once the account has its name, the copy loses it again. */
function takeNameOut(): void {
  const [, name = ''] = /^\* @(.+)$/m.exec(read('.github/CODEOWNERS')) ?? [];
  for (const path of [
    '.github/CODEOWNERS',
    'README.md',
    'docs/migrating.md',
    'src/report/summary/undo-steps.ts',
  ]) {
    const text = read(path)
      .replaceAll(`${name}/quay-tag`, '<owner>/quay-tag')
      .replace(`@${name}`, '@<owner>');
    writeFileSync(join(tree, path), text);
  }
}

function owner(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/owner.ts', ...args], {
    cwd: tree,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const read = (path: string) => readFileSync(join(tree, path), 'utf8');

// In this order: the tree is one.
describe('the account that publishes the action', () => {
  test('is named by nobody who copies an example: no account can have the name that stands for it', () => {
    const uses = [...read('README.md').matchAll(/uses: (\S+)\/quay-tag-cleanup/g)].map(([, name]) => name);
    expect(new Set(uses)).toEqual(new Set(['<owner>']));
  });

  test('is missing: a release is refused, and every place is told', () => {
    const { status, stderr } = owner('--check', 'acme');
    expect(status).toBe(1);
    for (const path of ['README.md', '.github/CODEOWNERS', 'src/report/summary/undo-steps.ts'])
      expect(stderr).toContain(`${path} has <owner> where the account belongs.`);
    expect(stderr).toContain('node scripts/owner.ts acme');
  });

  test.each(['', '-acme', 'acme_inc', 'acme/web', '<owner>', 'a'.repeat(40)])(
    'cannot be called "%s"',
    (name) => {
      expect(owner(name)).toMatchObject({ status: 1, stdout: '' });
    },
  );

  test('is put in all places', () => {
    expect(owner('acme')).toMatchObject({ status: 0, stderr: '' });
    expect(owner('--check', 'acme')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(read('.github/CODEOWNERS')).toBe('* @acme\n');
    expect(read('README.md')).toContain('uses: acme/quay-tag-cleanup@v1');
    expect(read('README.md')).not.toContain('stands for the account');
    expect(read('src/report/summary/undo-steps.ts')).toContain("'acme/quay-tag-cleanup/restore@REF");
  });

  test('is in its places: putting it there again changes nothing', () => {
    git(tree, 'add', '--all');
    expect(owner('acme').stdout).toContain('Nothing to do');
    expect(git(tree, 'diff', '--name-only')).toBe('');
  });

  test('is another than the one that releases', () => {
    expect(owner('--check', 'someone')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('README.md names acme instead of someone.'),
    });
  });
});
