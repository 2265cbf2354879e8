import { expect, test } from '@jest/globals';
import { cleanUp, DAY, gitHubWith, now, quayWithTags } from '../support/fixture.ts';
import { digestFor } from '../support/quay/state.ts';
import { folderOf } from '../support/resources.ts';

// Shapes of what people write who clean up registries, from their workflows, scripts and reports of faults.

interface Case {
  /** Newest first; behind a name the letter of its image, where tags share one. */
  readonly tags?: readonly (string | readonly [name: string, image: string])[];
  readonly inputs: Readonly<Record<string, string>>;
  /** The age of all tags, in days. */
  readonly days?: number;
  readonly expiresInDays?: number;
  readonly pulls?: Readonly<Record<number, 'MERGED' | 'CLOSED' | 'OPEN'>>;
  readonly branches?: readonly string[];
  /** The text of the file that `in-use` names. */
  readonly inUse?: string;
  readonly keeps?: readonly string[];
  /** What the error or the hint says. */
  readonly says?: string;
}

const IMAGE = `sha256-${digestFor('v1.0').slice(7)}`;
const TWO_OF_A_STREAM = ['2.7.3-slim', '2.7.2-slim', '2.7.1-slim', '2.7.3-full', '2.7.2-full', '2.7.1-full'];

const CASES: Readonly<Record<string, Case>> = {
  'previews named after pull request and architecture': {
    tags: ['pr-184', 'pr-184-arm64', 'pr-185', 'main'],
    inputs: { tags: 'pr-{pr}*' },
    pulls: { 184: 'MERGED', 185: 'OPEN' },
    keeps: ['main', 'pr-185'],
  },
  'sources that a build hangs on an image': {
    tags: ['v1.0', `${IMAGE}.prefetch`, `${IMAGE}.git`, `${IMAGE}.src`],
    days: 60,
    inputs: { tags: '*', 'exclude-tags': 'v*', 'older-than': '30d' },
    keeps: ['v1.0', `${IMAGE}.git`, `${IMAGE}.prefetch`, `${IMAGE}.src`],
  },
  'a pull request in the middle of a version': {
    tags: ['0.0.0-pr77-a1b2c3d', '0.0.0-pr78-a1b2c3d', '1.2.0'],
    inputs: { tags: '0.0.0-pr{pr}-*' },
    pulls: { 77: 'CLOSED', 78: 'OPEN' },
    keeps: ['0.0.0-pr78-a1b2c3d', '1.2.0'],
  },
  'an unnamed group, as another tool has it': {
    tags: ['pr-12', 'pr-13'],
    inputs: { tags: '/^pr-([0-9]+)(?:-|$)/', 'dry-run': 'true' },
    keeps: ['pr-12', 'pr-13'],
    says: '`(?<pr>…)`',
  },
  'a branch cut at 40, with dashes': {
    tags: ['b-chore-replace-the-old-message-queue-by-th', 'b-gone'],
    branches: ['main', 'chore/replace-the-old-message-queue-by-the-new-one'],
    inputs: { tags: 'b-{branch}' },
    keeps: ['b-chore-replace-the-old-message-queue-by-th'],
  },
  'a branch with underscores': {
    tags: ['b-ci_bump_deps_2', 'b-ci_gone'],
    branches: ['main', 'ci/bump_deps-2'],
    inputs: { tags: 'b-{branch}' },
    keeps: ['b-ci_bump_deps_2'],
  },
  'the last part of a branch': {
    tags: ['br-search', 'br-cart'],
    branches: ['main', 'team-a/search'],
    inputs: { tags: 'br-{branch}' },
    keeps: ['br-search'],
  },
  'a pre-release named after a branch': {
    tags: ['1.2.3-mybranch.4', '1.2.3-oldbranch.4', '1.2.3'],
    branches: ['main', 'mybranch'],
    inputs: { tags: '*-{branch}.*' },
    keeps: ['1.2.3', '1.2.3-mybranch.4'],
  },
  'versions between releases': {
    tags: ['v1.2.0', 'v1.2.0-78-g535d639', 'v1.2.0-79-g0a1b2c3'],
    days: 40,
    inputs: { tags: 'v*-*-g*', 'older-than': '30d' },
    keeps: ['v1.2.0'],
  },
  'everything but releases and what is current': {
    tags: ['latest', 'main', 'v1.0.0', '1.2.3', 'a1b2c3d', 'nightly-1'],
    days: 40,
    inputs: { tags: '*', 'exclude-tags': 'latest\nmain\n/^v?\\d+\\.\\d+\\.\\d+$/', 'older-than': '30d' },
    keeps: ['1.2.3', 'latest', 'main', 'v1.0.0'],
  },
  'the two newest of nightly and of edge each': {
    tags: ['nightly-3', 'nightly-2', 'nightly-1', 'edge-3', 'edge-2', 'edge-1'],
    inputs: { tags: 'nightly-* keep-n-most-recent=2\nedge-* keep-n-most-recent=2' },
    keeps: ['edge-2', 'edge-3', 'nightly-2', 'nightly-3'],
  },
  'the newest two of each stream, version and variant': {
    tags: TWO_OF_A_STREAM,
    inputs: { tags: '/^(?<group>\\d+\\.\\d+)\\.\\d+-(?<group2>slim|full)$/', 'keep-n-most-recent': '2' },
    keeps: ['2.7.2-full', '2.7.2-slim', '2.7.3-full', '2.7.3-slim'],
  },
  'the newest three images, however many tags they have': {
    tags: [
      ['stable', 'A'],
      ['2.4', 'A'],
      ['2.4.0', 'A'],
      ['2.3.0', 'B'],
      ['2.2.0', 'C'],
      ['2.1.0', 'D'],
    ],
    inputs: { tags: '*.*', 'keep-n-most-recent': '3', 'by-image': 'true' },
    keeps: ['2.2.0', '2.3.0', '2.4', '2.4.0', 'stable'],
  },
  'the build number of what is deployed': {
    tags: [
      ['build-41', 'A'],
      ['prod', 'A'],
      ['build-42', 'B'],
      ['build-43', 'C'],
      ['staging', 'C'],
    ],
    inputs: { tags: 'build-*', 'by-image': 'true' },
    keeps: ['build-41', 'build-43', 'prod', 'staging'],
  },
  ...Object.fromEntries(
    ['6mo', '6 months', '26w'].map((age) => [
      `older than half a year, as ${age}`,
      { tags: ['dev-1'], days: 200, inputs: { tags: 'dev-*', 'older-than': age }, keeps: [] },
    ]),
  ),
  'before a date': {
    tags: ['release-candidate-1'],
    days: 300,
    inputs: {
      tags: 'release-candidate-*',
      'older-than': new Date(Date.now() - 200 * DAY * 1000).toISOString().slice(0, 10),
    },
    keeps: [],
  },
  'an expiration that is inherited, taken away': {
    tags: ['v5'],
    expiresInDays: 10,
    inputs: { tags: 'v*', 'expire-in': 'never' },
    keeps: ['v5'],
  },
  'a list with commas': { inputs: { tags: 'pr-*, sha-*' }, says: 'one per line' },
  'a list with spaces and exclamation marks': { inputs: { tags: '!latest !v* *' }, says: 'per line' },
  'a YAML list by habit': { inputs: { tags: '- pr-*\n- sha-*' }, says: 'without the dash' },
  'a regular expression without slashes': {
    inputs: { tags: 'x-*', 'exclude-tags': '^release-.*$' },
    says: '/^release-.*$/',
  },
  'alternatives without slashes': {
    inputs: { tags: 'x-*', 'exclude-tags': 'blue|green' },
    says: '`{blue,green}`',
  },
  'a keep list in a file': { inputs: { tags: 'x-*', 'exclude-tags': '@keep.txt' }, says: 'one per line' },
  'a variable in a Compose file': {
    tags: ['v7', 'v8'],
    days: 60,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Compose file
    inUse: 'services:\n  web:\n    image: HOST/acme/web:${VERSION:?}\n',
    inputs: { tags: 'v* older-than=30d' },
    keeps: ['v7', 'v8'],
    says: 'docker compose config',
  },
  'kustomize, name and new tag apart': {
    tags: ['v7', 'v8'],
    days: 60,
    inUse: 'images:\n  - name: web\n    newName: HOST/acme/web\n    newTag: v7\n',
    inputs: { tags: 'v* older-than=30d' },
    keeps: ['v7', 'v8'],
    says: 'kustomize build',
  },
};

test.each(Object.entries(CASES))('what real people write: %s', async (_, one) => {
  const { tags = [], days = 5, expiresInDays, pulls = {}, branches, inUse, inputs } = one;
  const quay = await quayWithTags(
    tags.map((tag, index) => {
      const [name, image] = typeof tag === 'string' ? [tag, tag] : tag;
      return {
        name,
        digest: digestFor(image),
        lastModified: now() - days * DAY - index,
        ...(expiresInDays === undefined ? {} : { expiration: now() + expiresInDays * DAY }),
      };
    }),
  );
  const github = await gitHubWith();
  for (const [number, state] of Object.entries(pulls)) github.setPullRequests(state, Number(number));
  if (branches) github.setBranches(...branches);
  const file = inUse === undefined ? {} : { 'app.yaml': inUse.replaceAll('HOST', quay.host) };
  const given = inUse === undefined ? inputs : { ...inputs, 'in-use': 'app.yaml' };
  const run = await cleanUp(quay, given, { github, folder: folderOf(file) });
  if (one.says !== undefined) expect(run.log).toContain(one.says);
  expect(run.exitCode).toBe(one.keeps ? 0 : 1);
  expect(quay.alive('acme/web')).toEqual([...(one.keeps ?? [])].sort());
  for (const name of quay.alive('acme/web'))
    expect(quay.row('acme/web', name)).not.toHaveProperty('expiration');
});
