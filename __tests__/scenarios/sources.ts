import type { ImageLabels } from '../../src/model/facts.ts';
import { each, type Given, type ScenarioVerdict, type SelectionScenarios } from './scenario.ts';

/** The labels of an image that is built from the repository. */
function from(repository: string, version = 'pr-1'): ImageLabels {
  return { source: `https://github.com/${repository}`, version };
}

/** A tag `pr-1` of which the labels say one thing or another. */
function ofOneTag(
  source: 'own-labels' | 'from-labels',
  scenarios: Readonly<Record<string, Given & { readonly image?: null; readonly is: ScenarioVerdict }>>,
): SelectionScenarios {
  return each(Object.entries(scenarios), ([name, { image = 'a', is, ...given }]) => [
    name,
    {
      given: { source, tags: 'pr-{pr}*', pullRequests: { 1: 'closed' }, ...given },
      'pr-1': { image, days: 5, is },
    },
  ]);
}

const WRITTEN_OTHERWISE = [
  'https://github.com/acme/app/',
  'http://github.com/acme/app',
  'https://github.com/Acme/App.git',
  'https://www.github.com/acme/app',
  'git@github.com:acme/app.git',
  'ssh://git@github.com/acme/app',
  'ssh://git@github.com:22/acme/app.git',
  'git+https://github.com/acme/app.git#main',
  'https://token@github.com/acme/app',
  'https://github.com/acme/app/tree/main/images?x=1',
  ' github.com/acme/app ',
];

const NO_REPOSITORY = [
  '',
  'https://gitlab.com/acme/app',
  'https://example.com/github.com/acme/app',
  'https://github.com@example.com/acme/app',
  'https://github.com.example.com/acme/app',
  'https://github.com/acme',
  'https://github.com/acme/..',
  'https://github.com/acme/app%2Fx',
  'acme/app',
];

const TELLING_NOTHING: readonly (readonly [string, ImageLabels | 'unknown'])[] = [
  ['of which nobody knows the labels', 'unknown'],
  ['whose image has none', {}],
  ['whose labels have no version', { source: 'https://github.com/acme/app' }],
  ['with labels of a base image: their version is none of the image’s tags', from('acme/app', 'pr-12')],
];

export const SOURCE_SCENARIOS: SelectionScenarios = {
  'where the repository is given, no label is read': {
    given: { tags: 'pr-{pr}', pullRequests: { 1: 'closed' }, labels: { a: from('acme/other') }, read: [] },
    'pr-1': { days: 5, image: 'a', is: 'deleted: pull-request-closed 1' },
  },
  ...ofOneTag('own-labels', {
    'a tag goes where its image says that it comes from the workflow’s repository': {
      labels: { a: from('acme/app') },
      read: ['a'],
      is: 'deleted: pull-request-closed 1',
    },
    'a tag stays whose image comes from another repository, whether the token sees that or not': {
      labels: { a: from('acme/other') },
      is: 'kept: from-other-repository acme/other',
    },
    'so does one of another owner, which nobody is asked about': {
      labels: { a: from('umbrella/app') },
      is: 'kept: from-other-repository umbrella/app',
    },
    'a repository under its old name is the same': {
      labels: { a: from('acme/old') },
      repositories: { 'acme/old': { name: 'Acme/App' } },
      is: 'deleted: pull-request-closed 1',
    },
    'a tag stays where the token does not read the workflow’s own repository': {
      labels: { a: from('acme/app') },
      repositories: { 'acme/app': { isUnreadable: true } },
      is: 'kept: source-unreadable acme/app',
    },
    'labels are not read for a tag that stays anyway': {
      pullRequests: { 1: 'open' },
      read: [],
      is: 'kept: pull-request-open 1',
    },
    'a tag without a placeholder needs no source': { tags: 'pr-*', read: [], is: 'deleted: matched pr-*' },
    ...each(TELLING_NOTHING, ([what, labels]) => [
      `a tag stays ${what}`,
      { labels: { a: labels }, is: 'kept: source-unknown' },
    ]),
    ...each(WRITTEN_OTHERWISE, (source) => [
      `an address is the repository however it is written: ${source}`,
      { labels: { a: { source, version: 'pr-1' } }, is: 'deleted: pull-request-closed 1' },
    ]),
    ...each(NO_REPOSITORY, (source) => [
      `what is no repository on GitHub tells nothing: ${JSON.stringify(source)}`,
      { labels: { a: { source, version: 'pr-1' } }, is: 'kept: source-unknown' },
    ]),
  }),
  'the labels of an image count for all its tags, if one of them is the version, or that with more behind a hyphen':
    {
      given: {
        tags: 'pr-{pr}*',
        source: 'own-labels',
        pullRequests: { 1: 'closed' },
        labels: { a: from('acme/app'), b: from('acme/app'), c: from('acme/app', 'build-7') },
        read: ['a', 'b', 'c'],
      },
      'pr-1-arm64': { image: 'a', is: 'deleted: pull-request-closed 1' },
      'pr-1x': { image: 'b', is: 'kept: source-unknown' },
      'pr-1.2': { image: 'c', is: 'deleted: pull-request-closed 1' },
      'build-7': { image: 'c', is: 'kept: not-matched' },
    },
  'each tag is judged by the pull requests of its own repository': {
    given: {
      tags: 'pr-{pr}',
      source: 'from-labels',
      pullRequests: { 1: 'closed', 2: 'open', 3: 'closed' },
      repositories: {
        'acme/shop': { pullRequests: { 2: 'merged', 3: 'open' } },
        'acme/old-shop': { name: 'Acme/Shop' },
      },
      labels: {
        a: from('acme/app'),
        b: from('acme/shop', 'pr-2'),
        c: from('acme/old-shop', 'pr-3'),
        d: from('umbrella/shop', 'pr-4'),
      },
      read: ['a', 'b', 'c', 'd'],
    },
    'pr-1': { image: 'a', is: 'deleted: pull-request-closed 1 acme/app' },
    'pr-2': { image: 'b', is: 'deleted: pull-request-closed 2 merged acme/shop' },
    'pr-3': { image: 'c', is: 'kept: pull-request-open 3 Acme/Shop' },
    'pr-4': { image: 'd', is: 'kept: source-of-other-owner umbrella/shop' },
    v1: { image: 'e', is: 'kept: not-matched' },
  },
  ...ofOneTag('from-labels', {
    'an attack: labels that an image inherited from its base name the base’s repository, and its pull request':
      {
        repositories: { 'acme/base': { pullRequests: { 1: 'closed', 12: 'closed' } } },
        pullRequests: { 1: 'open' },
        labels: { a: from('acme/base', 'pr-12') },
        is: 'kept: source-unknown',
      },
    'a repository that the token does not read keeps its tags': {
      repositories: { 'acme/shop': { isUnreadable: true } },
      labels: { a: from('acme/shop') },
      is: 'kept: source-unreadable acme/shop',
    },
    'a repository that was made after the image is another of the same name': {
      repositories: { 'acme/shop': { days: 4, pullRequests: { 1: 'closed' } } },
      labels: { a: from('acme/shop') },
      is: 'kept: source-newer-than-image acme/shop',
    },
    'a repository that went to another owner is that owner’s': {
      repositories: { 'acme/shop': { name: 'umbrella/shop', pullRequests: { 1: 'closed' } } },
      labels: { a: from('acme/shop') },
      is: 'kept: source-of-other-owner umbrella/shop',
    },
    'an image without a digest comes from nowhere': { read: [], image: null, is: 'kept: source-unknown' },
    'nothing is read of a tag that stays without it': {
      tags: 'pr-{pr}',
      'older-than': '30d',
      read: [],
      is: 'kept: newer-than 30d',
    },
  }),
  'an event narrows only the tags of its own repository': {
    given: {
      tags: 'pr-{pr}',
      source: 'from-labels',
      event: { pullRequest: 7 },
      pullRequests: { 1: 'closed' },
      repositories: { 'acme/shop': { pullRequests: { 2: 'closed' } } },
      labels: { a: from('acme/app'), b: from('acme/shop', 'pr-2') },
    },
    'pr-1': { image: 'a', is: 'kept: other-pull-request 1 7 acme/app' },
    'pr-2': { image: 'b', is: 'deleted: pull-request-closed 2 acme/shop' },
  },
  'where a tag can only be of the event’s repository, labels of others are not read': {
    given: {
      tags: 'pr-{pr}',
      source: 'own-labels',
      event: { pullRequest: 7 },
      pullRequests: { 1: 'closed', 7: 'merged' },
      labels: { 'pr-7': from('acme/app', 'pr-7') },
      read: ['pr-7'],
    },
    'pr-1': 'kept: other-pull-request 1 7',
    'pr-7': 'deleted: pull-request-closed 7 merged',
  },
};
