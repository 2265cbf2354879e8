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

  const earlier = { 'v1.2.3': { draft: true, assets: [], notes: '' } };

  test.each<[string, GitHubState, GitHubState['releases'], string?]>([
    ['makes a draft, with its notes and both packages', { releases: {} }, drafted],
    ['brings the draft of an earlier try up to date', { releases: earlier }, drafted],
    ['leaves a published release as it is', { releases: published }, published],
    [
      'makes no second draft when GitHub does not answer',
      { releases: {}, refuses: 'HTTP 502' },
      {},
      'HTTP 502\n',
    ],
  ])('%s', (_, before, releases, refused = '') => {
    const command = ['bash', 'scripts/draft-release.sh', 'v1.2.3'];
    const { status, stderr, state } = run(command, { state: before, changelog: CHANGELOG });
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

  const move = (version: string, before: GitHubState) =>
    run([process.execPath, 'scripts/move-major-tag.ts', version], { state: before });

  test.each<[string, GitHubState, object, string]>([
    ['v1.10.0', github, { v1: 'c10' }, 'v1 points to v1.10.0 now.'],
    ['v1.10.0', at({ v1: 'c10' }), { v1: 'c10' }, 'v1 points to v1.10.0 already.'],
    // The job of an older release.
    ['v1.9.0', github, { v1: 'c10' }, 'v1 points to v1.10.0 now.'],
    ['v2.0.0', github, { v2: 'c20' }, 'v2 is new, and points to v2.0.0.'],
  ])('moves for %s to the newest published release of the major version', (version, before, tags, says) => {
    const { status, stdout, state } = move(version, before);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${says}\n` });
    expect(state.tags).toEqual({ ...before.tags, ...tags });
  });

  const refuses = 'gh: Resource not accessible by integration (HTTP 403)';
  const draft = { ...github, releases: { 'v3.0.0': { draft: true } } };

  test.each<[string, GitHubState, readonly string[]]>([
    ['v1.10.0', at({ v1: 'c11' }), ['v1 is not moved to v1.10.0: its commit is behind, not ahead']],
    [
      'v1.10.0',
      { ...github, refuses },
      [refuses, 'MAJOR_TAG_TOKEN', 'git push --force origin "v1.10.0^{commit}:refs/tags/v1"'],
    ],
    ['v3.0.0', draft, ['No release v3.x.y is published.']],
    ['main', github, ['"main" is no version.']],
  ])('stays where it is for %s, and says what to do', (version, before, says) => {
    const { status, stderr, state } = move(version, before);
    expect(status).toBe(1);
    for (const text of says) expect(stderr).toContain(text);
    expect(state.tags).toEqual(before.tags);
  });
});
