// biome-ignore-all lint/suspicious/noTemplateCurlyInString: GitHub's expressions
import { meaningfulLines } from '../src/selection/patterns/pattern.ts';
import { INPUTS, type Inputs } from './decide.ts';

/** `owner/name` of the action, which the build fills in. */
declare const ACTION: string;

export interface Setup {
  readonly registry: string;
  readonly repository: string;
  readonly inputs: Inputs;
  readonly placeholders: readonly string[];
  /** Whether the tags were read without a credential. */
  readonly isPublic: boolean;
}

/** A complete workflow with these inputs, the permissions that they need and the recommended credential; dry at first. */
export function workflowText(setup: Setup): string {
  const { placeholders, repository, isPublic } = setup;
  const asks = (...names: readonly string[]) => names.some((name) => placeholders.includes(name));
  const permissions = [
    asks('branch', 'commit') && '\n  contents: read # to ask which branches and commits exist',
    asks('pr', 'branch', 'commit') && '\n  pull-requests: read # to ask which pull requests are open',
  ].filter((permission) => permission !== false);
  const values = valuesOf(setup);
  // Quay shows a robot account the names of private tags alone.
  const needsToken =
    !isPublic &&
    values.some(([name, value]) => /older|newest|recent|image/.test(name) || /-than=|-recent=/.test(value));
  const credential = needsToken
    ? ['token: ${{ secrets.QUAY_TOKEN }} # an OAuth token of Quay, which sees dates of private tags']
    : [
        `username: ${repository.split('/')[0] || 'acme'}+ci # a robot account of Quay with "Write" on the repository`,
        'password: ${{ secrets.QUAY_ROBOT_TOKEN }}',
      ];
  const lines = [...values.map(([name, value]) => `${name}: ${yaml(value)}`), ...credential];
  return `name: Clean up images
on:
  schedule:
    - cron: '17 3 * * *' # every night
${asks('pr') ? '  pull_request:\n    types: [closed]\n' : ''}  workflow_dispatch:

permissions:${permissions.join('') || ' {}'}

jobs:
  cleanup:
    runs-on: ubuntu-latest
    steps:
      - uses: ${ACTION}@v1
        with:
          ${lines.join('\n          ')}
          # When the summary of a run shows what you want, take this line out.
          dry-run: true
`;
}

/** The same on a command line. */
export function commandText(setup: Setup): string {
  const options = valuesOf(setup).flatMap(([name, value]) =>
    name === 'by-image' ? [`--${name}`] : value.split('\n').map((line) => `--${name} ${shell(line)}`),
  );
  const packed = shell(`https://github.com/${ACTION}/releases/latest/download/quay-tag-cleanup.tgz`);
  return [`npx ${packed}`, ...options].join(' \\\n  ');
}

function valuesOf({ registry, repository, inputs }: Setup) {
  const given = INPUTS.map((name) => [name, meaningfulLines(inputs[name]).join('\n')] as const);
  const host = registry === 'quay.io' ? [] : [['registry', registry] as const];
  return [
    ...host,
    ['repository', repository || 'acme/web'] as const,
    ...given.filter(([, value]) => value !== ''),
  ];
}

function yaml(value: string): string {
  if (value.includes('\n')) return `|\n${value.replace(/^/gm, '            ')}`;
  return /^[a-z0-9][\w./-]*$/i.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

function shell(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
