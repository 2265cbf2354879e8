import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { folderOf } from '../support/resources.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Release {
  readonly draft: boolean;
  readonly assets?: readonly string[];
  readonly notes?: string;
}

interface GitHubState {
  readonly releases: Readonly<Record<string, Release>>;
  readonly commits?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly refuses?: string;
}

/** Runs a script of a copy of the project, whose `gh` speaks to the given state. */
function run(command: readonly string[], { state, changelog }: { state: GitHubState; changelog?: string }) {
  const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version = JSON.stringify({ ...description, version: '1.2.3' }, undefined, 2);
  const fake = fileURLToPath(new URL('fake-gh.mjs', import.meta.url));
  const folder = folderOf({
    'package.json': version,
    'cli/package.json': version,
    'CHANGELOG.md': changelog ?? '',
    'state.json': JSON.stringify({ commits: [], tags: {}, ...state }),
    'bin/gh': `#!/bin/sh\nexec "${process.execPath}" "${fake}" "$@"\n`,
  });
  chmodSync(join(folder, 'bin/gh'), 0o755);
  for (const name of ['release-notes.sh', 'draft-release.sh', 'move-major-tag.ts'])
    cpSync(join(root, 'scripts', name), join(folder, 'scripts', name));
  const file = join(folder, 'state.json');
  const [program = '', ...rest] = command;
  const { status, stdout, stderr } = spawnSync(program, rest, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
      GH_STATE: file,
      GITHUB_REPOSITORY: 'acme/quay-tag-cleanup',
    },
  });
  return { status, stdout, stderr, state: JSON.parse(readFileSync(file, 'utf8')) as Required<GitHubState> };
}

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.2.3] - 2026-11-25

### Fixed

- A fault.

## [1.2.2] - 2026-11-01

- Another.

[Unreleased]: https://github.com/acme/quay-tag-cleanup/compare/v1.2.3...HEAD
`;
const NOTES = '### Fixed\n\n- A fault.\n';
const NOTHING = 'CHANGELOG.md says nothing under a heading "## [1.2.3] - YYYY-MM-DD".';

// The scripts, and `gh` here, are for a shell, which Windows has not; the releases are made on Linux.
const posix = process.platform === 'win32' ? describe.skip : describe;

posix('the notes of a release', () => {
  const notes = (version: string, changelog: string) =>
    run(['bash', 'scripts/release-notes.sh', version], { state: { releases: {} }, changelog });

  test('are the section of Keep a Changelog', () => {
    expect(notes('v1.2.3', CHANGELOG)).toMatchObject({ status: 0, stdout: NOTES });
  });

  test.each([
    ['that package.json does not have', 'v1.2.4', CHANGELOG, 'package.json has version 1.2.3, not 1.2.4.'],
    ['whose section is empty', 'v1.2.3', CHANGELOG.replace(NOTES, ''), NOTHING],
    ['whose heading has no date', 'v1.2.3', CHANGELOG.replace('[1.2.3] - 2026-11-25', '[1.2.3]'), NOTHING],
    ['whose heading is another', 'v1.2.3', CHANGELOG.replace('[1.2.3]', '[11.2.3]'), NOTHING],
  ])('are refused for a version %s', (_, version, changelog, why) => {
    expect(notes(version, changelog)).toMatchObject({ status: 1, stdout: '', stderr: `${why}\n` });
  });
});

posix('drafting a release', () => {
  const assets = ['quay-tag-cleanup-v1.2.3.tar.gz', 'quay-tag-cleanup.tgz'];
  const drafted = { 'v1.2.3': { draft: true, assets, notes: NOTES } };
  const published = { 'v1.2.3': { draft: false, assets: [], notes: 'published' } };

  test.each<[string, GitHubState, GitHubState['releases'], string?]>([
    ['makes a draft, with its notes, what a workflow runs and the command line', { releases: {} }, drafted],
    [
      'brings the draft of an earlier try up to date',
      { releases: { 'v1.2.3': { draft: true, assets: [], notes: '' } } },
      drafted,
    ],
    ['leaves a published release as it is', { releases: published }, published],
    [
      'makes no second draft when GitHub does not answer',
      { releases: {}, refuses: 'HTTP 502' },
      {},
      'HTTP 502\n',
    ],
  ])('%s', (_, before, releases, refused = '') => {
    const { status, stderr, state } = run(['bash', 'scripts/draft-release.sh', 'v1.2.3'], {
      state: before,
      changelog: CHANGELOG,
    });
    expect(status).toBe(refused ? 1 : 0);
    if (refused) expect(stderr).toBe(refused);
    expect(state.releases).toEqual(releases);
  });
});

posix('the major tag', () => {
  const published = { draft: false };
  const github = {
    releases: { 'v1.9.0': published, 'v1.10.0': published, 'v1.11.0': { draft: true }, 'v2.0.0': published },
    commits: ['c0', 'c9', 'c10', 'c11', 'c20'],
    tags: { 'v1.9.0': 'c9', 'v1.10.0': 'c10', 'v1.11.0': 'c11', 'v2.0.0': 'c20', v1: 'c9' },
  };
  const at = (tags: object) => ({ ...github, tags: { ...github.tags, ...tags } });
  const refuses = 'gh: Resource not accessible by integration (HTTP 403)';

  test.each<[string, string, GitHubState, object, readonly string[], boolean?]>([
    [
      'moves to the newest published release',
      'v1.10.0',
      github,
      { v1: 'c10' },
      ['v1 points to v1.10.0 now.\n'],
    ],
    [
      'can be asked to move again',
      'v1.10.0',
      at({ v1: 'c10' }),
      { v1: 'c10' },
      ['v1 points to v1.10.0 already.\n'],
    ],
    ['does not go back for the job of an older release', 'v1.9.0', github, { v1: 'c10' }, ['v1.10.0']],
    [
      'is made with the first release',
      'v2.0.0',
      github,
      { v2: 'c20' },
      ['v2 is new, and points to v2.0.0.\n'],
    ],
    [
      'stays where its commit is newer than that of the newest release',
      'v1.10.0',
      at({ v1: 'c11' }),
      { v1: 'c11' },
      ['v1 is not moved to v1.10.0: its commit is behind, not ahead'],
      true,
    ],
    [
      'says what to do where the token may not move it',
      'v1.10.0',
      { ...github, refuses },
      {},
      [refuses, 'MAJOR_TAG_TOKEN', 'git push --force origin "v1.10.0^{commit}:refs/tags/v1"'],
      true,
    ],
    [
      'is moved for no draft',
      'v3.0.0',
      { ...github, releases: { 'v3.0.0': { draft: true } } },
      {},
      ['No release v3.x.y is published.'],
      true,
    ],
    ['is moved for no other name', 'main', github, {}, ['"main" is no version.'], true],
  ])('%s', (_, version, before, tags, says, isRefused = false) => {
    const { status, stdout, stderr, state } = run([process.execPath, 'scripts/move-major-tag.ts', version], {
      state: before,
    });
    expect(status).toBe(isRefused ? 1 : 0);
    for (const text of says) expect(isRefused ? stderr : stdout).toContain(text);
    expect(state.tags).toEqual({ ...before.tags, ...tags });
  });
});
