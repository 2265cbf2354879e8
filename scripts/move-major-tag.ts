import { execFileSync } from 'node:child_process';

// Moves the tag v1 to the newest published release v1.x.y: node scripts/move-major-tag.ts v1.2.3
// Asks GitHub by the command line tool gh, with the token in GH_TOKEN. It only moves forward, and can be run again.

const repository = process.env['GITHUB_REPOSITORY'] ?? '{owner}/{repo}';

function gh(...args: readonly string[]): string {
  try {
    return execFileSync('gh', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new Error(said, { cause });
  }
}

/** The parts of `v1.2.3`; undefined for every other text. */
function partsOf(tag: string): readonly number[] | undefined {
  return /^v(\d+)\.(\d+)\.(\d+)$/.exec(tag)?.slice(1).map(Number);
}

/** The newest published release with this major version. */
function newestRelease(major: number): string | undefined {
  const list = 'release list --exclude-drafts --exclude-pre-releases --limit 1000 --json tagName';
  const [newest] = gh(...list.split(' '), '--jq', '.[].tagName')
    .split('\n')
    .flatMap((tag) => {
      const [first = -1, minor = 0, patch = 0] = partsOf(tag) ?? [];
      return first === major ? [{ tag, minor, patch }] : [];
    })
    .sort((one, other) => other.minor - one.minor || other.patch - one.patch);
  return newest?.tag;
}

const commitOf = (tag: string) => gh('api', `repos/${repository}/commits/tags/${tag}`, '--jq', '.sha');

/** Whether there is such a tag. Asks for its beginnings, which is no error where there are none. */
function exists(tag: string): boolean {
  const path = `repos/${repository}/git/matching-refs/tags/${tag}`;
  return gh('api', path, '--jq', '.[].ref').split('\n').includes(`refs/tags/${tag}`);
}

function moveTo(release: string, tag: string): string {
  const commit = commitOf(release);
  const change = { release, tag, fields: ['-f', `sha=${commit}`] };
  if (!exists(tag)) {
    write('POST', 'git/refs', { ...change, fields: ['-f', `ref=refs/tags/${tag}`, ...change.fields] });
    return `${tag} is new, and points to ${release}.`;
  }
  const status = gh('api', `repos/${repository}/compare/${commitOf(tag)}...${commit}`, '--jq', '.status');
  if (status === 'identical') return `${tag} points to ${release} already.`;
  if (status !== 'ahead')
    throw new Error(
      `${tag} is not moved to ${release}: its commit is ${status}, not ahead of the one that ${tag} points to. Look at both; if ${release} is right, move the tag by hand.`,
    );
  write('PATCH', `git/refs/tags/${tag}`, { ...change, fields: [...change.fields, '-F', 'force=true'] });
  return `${tag} points to ${release} now.`;
}

interface Change {
  readonly release: string;
  readonly tag: string;
  readonly fields: readonly string[];
}

function write(method: 'POST' | 'PATCH', path: string, { release, tag, fields }: Change): void {
  try {
    gh('api', '--method', method, `repos/${repository}/${path}`, ...fields);
  } catch (cause) {
    // Source: https://github.com/mkb79/Audible/pull/882 (over REST it is a bare 403)
    throw new Error(
      `GitHub does not let this token move ${tag}: ${cause instanceof Error ? cause.message : cause}. Its own token may not move a tag to a commit whose workflow files differ. Either store the token of an app that may write contents and workflows as the secret MAJOR_TAG_TOKEN of the environment "release", and run this job again; or move the tag by hand: git push --force origin "${release}^{commit}:refs/tags/${tag}"`,
      { cause },
    );
  }
}

function main(published: string): string {
  const [major] = partsOf(published) ?? [];
  if (major === undefined) throw new Error(`"${published}" is no version. Write one such as v1.2.3.`);
  const release = newestRelease(major);
  if (release === undefined)
    throw new Error(`No release v${major}.x.y is published. Publish the draft, then run this again.`);
  return moveTo(release, `v${major}`);
}

try {
  console.log(main(process.argv[2] ?? ''));
} catch (error) {
  console.error(`::error::${String(error instanceof Error ? error.message : error).replaceAll('\n', ' ')}`);
  process.exitCode = 1;
}
