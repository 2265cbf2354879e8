import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

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
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  folders.push(folder);
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
  const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  mkdirSync(join(folder, 'cli'));
  for (const path of ['package.json', 'cli/package.json'])
    writeFileSync(join(folder, path), JSON.stringify({ ...description, version: '1.2.3' }, undefined, 2));
  writeFileSync(join(folder, 'CHANGELOG.md'), changelog ?? '');
  const file = join(folder, 'state.json');
  writeFileSync(file, JSON.stringify({ commits: [], tags: {}, ...state }));
  mkdirSync(join(folder, 'bin'));
  const gh = join(folder, 'bin', 'gh');
  const fake = fileURLToPath(new URL('fake-gh.mjs', import.meta.url));
  writeFileSync(gh, `#!/bin/sh\nexec "${process.execPath}" "${fake}" "$@"\n`);
  chmodSync(gh, 0o755);
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
  const draft = (state: GitHubState) =>
    run(['bash', 'scripts/draft-release.sh', 'v1.2.3'], { state, changelog: CHANGELOG });
  const assets = ['quay-tag-cleanup-v1.2.3.tar.gz', 'quay-tag-cleanup.tgz'];

  test('makes a draft, with its notes, what a workflow runs and the command line', () => {
    const { status, stdout, state } = draft({ releases: {} });
    expect(status).toBe(0);
    expect(stdout).toContain('The release v1.2.3 is a draft.');
    expect(state.releases).toEqual({ 'v1.2.3': { draft: true, assets, notes: NOTES } });
  });

  test('brings the draft of an earlier try up to date', () => {
    const { status, state } = draft({ releases: { 'v1.2.3': { draft: true, assets: [], notes: '' } } });
    expect(status).toBe(0);
    expect(state.releases).toEqual({ 'v1.2.3': { draft: true, assets, notes: NOTES } });
  });

  test('leaves a published release as it is', () => {
    const releases = { 'v1.2.3': { draft: false, assets: [], notes: 'published' } };
    expect(draft({ releases })).toMatchObject({ status: 0, state: { releases } });
  });

  test('makes no second draft when GitHub does not answer', () => {
    const { status, stderr, state } = draft({ releases: {}, refuses: 'HTTP 502' });
    expect(status).toBe(1);
    expect(stderr).toBe('HTTP 502\n');
    expect(state.releases).toEqual({});
  });
});

posix('the major tag', () => {
  const move = (version: string, state: GitHubState) =>
    run([process.execPath, 'scripts/move-major-tag.ts', version], { state });
  const published = { draft: false };
  const github = {
    releases: { 'v1.9.0': published, 'v1.10.0': published, 'v1.11.0': { draft: true }, 'v2.0.0': published },
    commits: ['c0', 'c9', 'c10', 'c11', 'c20'],
    tags: { 'v1.9.0': 'c9', 'v1.10.0': 'c10', 'v1.11.0': 'c11', 'v2.0.0': 'c20', v1: 'c9' },
  };

  test('moves to the newest published release of its version', () => {
    const { status, stdout, state } = move('v1.10.0', github);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'v1 points to v1.10.0 now.\n' });
    expect(state.tags).toEqual({ ...github.tags, v1: 'c10' });
  });

  test('can be asked to move again', () => {
    const { state } = move('v1.10.0', github);
    expect(move('v1.10.0', state)).toMatchObject({
      status: 0,
      stdout: 'v1 points to v1.10.0 already.\n',
      state,
    });
  });

  test('does not go back when the job of an older release runs again', () => {
    const { state } = move('v1.9.0', github);
    expect(state.tags).toMatchObject({ v1: 'c10' });
  });

  test('is made with the first release', () => {
    const { state, stdout } = move('v2.0.0', github);
    expect(stdout).toBe('v2 is new, and points to v2.0.0.\n');
    expect(state.tags).toEqual({ ...github.tags, v2: 'c20' });
  });

  test('stays where its commit is newer than that of the newest release', () => {
    const ahead = { ...github, tags: { ...github.tags, v1: 'c11' } };
    const { status, stderr, state } = move('v1.10.0', ahead);
    expect(status).toBe(1);
    expect(stderr).toContain('v1 is not moved to v1.10.0: its commit is behind, not ahead');
    expect(state.tags).toEqual(ahead.tags);
  });

  test('says what to do where the token may not move it', () => {
    const refuses = 'gh: Resource not accessible by integration (HTTP 403)';
    const { status, stderr } = move('v1.10.0', { ...github, refuses });
    expect(status).toBe(1);
    expect(stderr).toContain(refuses);
    expect(stderr).toContain('MAJOR_TAG_TOKEN');
    expect(stderr).toContain('git push --force origin "v1.10.0^{commit}:refs/tags/v1"');
  });

  test('is moved for no draft and for no other name', () => {
    const draftOnly = { ...github, releases: { 'v3.0.0': { draft: true } } };
    expect(move('v3.0.0', draftOnly).stderr).toContain('No release v3.x.y is published.');
    expect(move('main', github).stderr).toContain('"main" is no version.');
  });
});
