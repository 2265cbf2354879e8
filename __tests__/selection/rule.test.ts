import { describe, expect, test } from '@jest/globals';
import { selectedBy, unusedExclusions } from '../../src/selection/rules.ts';
import { readPatterns } from './read-scenario.ts';
import { refusalOf } from './refusal.ts';

const DAY = 86_400;

describe('a line of `tags`', () => {
  const AGE = (text: string, days: number) => ({ text, seconds: days * DAY });

  test.each([
    ['pr-*', 'pr-*', {}],
    [
      'sha-{commit}\t older-than=1w3d  keep-n-most-recent=0',
      'sha-{commit} older-than=1w3d keep-n-most-recent=0',
      { olderThan: { kind: 'duration', ...AGE('1w3d', 10) }, keepNewest: 0 },
    ],
    [
      '/^a b$/i not-pulled-for=6months',
      '/^a b$/i not-pulled-for=6months',
      { notPulledFor: AGE('6months', 180) },
    ],
    [
      'x older-than=2024-04-01',
      'x older-than=2024-04-01',
      { olderThan: { kind: 'date', text: '2024-04-01', before: Date.UTC(2024, 3, 1) / 1000 } },
    ],
    ['/a=1 b=2/', '/a=1 b=2/', {}],
  ])('%j is a pattern and the conditions behind it', (written, line, conditions) => {
    expect(readPatterns(written).tags).toMatchObject([{ line, conditions }]);
    expect(Object.keys(readPatterns(written).tags[0]?.conditions ?? {})).toEqual(Object.keys(conditions));
  });

  test('may end in a comment, behind white space and `#`', () => {
    const { tags, exclude } = readPatterns(
      '{group}-???????  keep-n-most-recent=5   # main-0a1b2c3\npr-*\t#x #y\n!v* # releases\n#all',
      'latest # older-than=7d',
    );
    expect(tags.map(({ line }) => line)).toEqual(['{group}-??????? keep-n-most-recent=5', 'pr-*']);
    expect(exclude.map(({ text }) => text)).toEqual(['v*', 'latest']);
  });

  const REFUSED = {
    'x older-then=7d': 'has "older-then=7d", which is not a condition. Write "older-than=7d".',
    'x keep=5': 'has "keep=5", which is not a condition. Write "keep-n-most-recent=5".',
    'x Not-Pulled-For=30d': 'has "Not-Pulled-For=30d", which is not a condition. Write "not-pulled-for=30d".',
    'x expire-in=7d':
      'has "expire-in=7d", which is not a condition. Write `older-than=30d`, `keep-n-most-recent=10` or `not-pulled-for=30d` after the pattern.',
    'older-than=10d keep-n-most-recent=5 pr-*':
      'has a condition before the pattern. Write "pr-* older-than=10d keep-n-most-recent=5".',
    'older-than=7d':
      'has conditions and no pattern. Write the pattern before them, such as "pr-* older-than=7d".',
    'x older-than=7d older-than=9d': 'has the condition `older-than` twice. Write it once.',
    'x older-than = 7d': 'has "older-than = 7d", and a space ends a condition. Write `older-than=7d`.',
    'x keep-n-most-recent= 5':
      'has "keep-n-most-recent= 5", and a space ends a condition. Write `keep-n-most-recent=5`.',
    'x older-than =7d': 'has "older-than =7d", and a space ends a condition. Write `older-than=7d`.',
    'x older-than=7': 'has "older-than=7": "7" is not a valid duration.',
    'x older-than=': 'has "older-than=": "" is not a valid duration.',
    'x not-pulled-for=6m':
      'has "not-pulled-for=6m": "6m" is ambiguous: `m` could be minutes or months. Write `6min` or `6mo`.',
    'x older-than=0d': 'has "older-than=0d": "0d" is zero. Write a longer duration, or leave it out.',
    'x keep-n-most-recent=-1':
      'has "keep-n-most-recent=-1": "-1" is not a valid number. Write a whole number from 0 to 1000000.',
    'x keep-n-most-recent=5 3d':
      'has "3d" after the pattern. Write patterns one per line (here `x` and `3d`)',
    'x older-than=7d y': 'has "y" after the pattern. Write patterns one per line (here `x` and `y`)',
    'x older-than=6 months keep-n-most-recent=5':
      'has "older-than=6 months", and a space ends a condition. Write `older-than=6months`.',
    'x keep-n-most-recent=5 not-pulled-for=1w 3d':
      'has "not-pulled-for=1w 3d", and a space ends a condition. Write `not-pulled-for=1w3d`.',
    'x older-than=2024-06-01':
      'has "older-than=2024-06-01": "2024-06-01" is in the future. Write a date that has begun (UTC), or a duration such as `30d`.',
    'x\n! v* older-than=7d':
      'has the condition "older-than=7d", but an exclusion always applies. Write "!v*" alone, or give the condition to the line that selects the tags.',
    'x\n!older-than=7d v*':
      'has the condition "older-than=7d", but an exclusion always applies. Write "!v*" alone, or give the condition to the line that selects the tags.',
  };
  test.each(Object.entries(REFUSED))('%j is refused: what was found, and what to write', (tags, problem) => {
    const line = tags.replace('x\n', '');
    expect(refusalOf(() => readPatterns(tags))).toContain(`\`tags\`: "${line}" ${problem}`);
  });

  test.each([
    ['v* keep-n-most-recent=3', '"v*"'],
    ['keep-n-most-recent=3 v*', '"v*"'],
    ['/^v/ keep-n-most-recent=3', '"/^v/"'],
  ])('conditions have no place in `exclude-tags`: %j', (excludeTags, pattern) => {
    expect(refusalOf(() => readPatterns('x', excludeTags))).toBe(
      `\`exclude-tags\`: "${excludeTags}" has the condition "keep-n-most-recent=3", but an exclusion always applies. Write ${pattern} alone, or give the condition to the line that selects the tags.`,
    );
  });
});

describe('the inputs `tags` and `exclude-tags`', () => {
  test('drops blank lines, comments and repeats, and takes `!` as an exclusion', () => {
    const { tags, exclude } = readPatterns(
      '\r\n pr-* \r\n\n# comment\n! v* \npr-*\n/^#/',
      '# releases\nlatest',
    );
    expect(tags.map(({ text }) => text)).toEqual(['pr-*', '/^#/']);
    expect(exclude.map(({ text }) => text)).toEqual(['v*', 'latest']);
  });

  test('are read to the end, so that every line that is not valid is told', () => {
    const refusal = refusalOf(() => readPatterns('a b\n!\npr-*\n!c:d\n!!v*', 'x/y\n!v*'));
    expect(refusal.split('\n')).toEqual([
      '`tags`: "a b" has "b" after the pattern. Write patterns one per line (here `a` and `b`), and behind a pattern of `tags` only conditions such as `older-than=30d`, `keep-n-most-recent=10` or `not-pulled-for=30d`.',
      '`tags`: "!" has no pattern. Write one after it, such as `!v*`.',
      '`tags`: "c:d" contains a colon. The repository belongs in `repository`; write the tag\'s name alone.',
      '`tags`: "!!v*" has a `!` that it does not need: an exclusion cannot be taken back. Write `!v*`.',
      '`exclude-tags`: "x/y" contains a slash, which no tag name does. Write a regular expression between slashes (`/^pr-/`), and a repository in `repository`.',
      '`exclude-tags`: "!v*" has a `!` that it does not need: an exclusion cannot be taken back. Write `v*`.',
    ]);
  });

  test.each([
    ['pr-{pr}*', 'Write `*` in its place: "pr-*".'],
    ['preview-{branch}', 'Write `*` in its place: "preview-*".'],
    ['/^pr-(?<pr>\\d+)/', 'Write `(?:…)` instead of `(?<pr>…)`.'],
  ])('take no placeholder in an exclusion: %j', (pattern, remedy) => {
    expect(refusalOf(() => readPatterns('x', pattern))).toContain(remedy);
  });

  /** What people write out of habit from other tools. */
  test.each([
    ['pr-*, sha-*', '', '(here `pr-*` and `sha-*`)'],
    ['!latest !v* *', '', '(here `!latest` and `!v*`)'],
    ['/^a/ /^b/', '', '(here `/^a/` and `/^b/`)'],
    ['x', 'v1 v2', '(here `v1` and `v2`)'],
    ['- pr-*', '', 'Write `pr-*`, without the dash.'],
    ['x', '- v*', 'Write `v*`, without the dash.'],
  ])('say what to write instead of %j and %j', (tags, excludeTags, remedy) => {
    expect(refusalOf(() => readPatterns(tags, excludeTags))).toContain(remedy);
  });

  test.each(['!v*', '# nothing', '\n'])('refuses %j, which names no tags', (tags) => {
    expect(refusalOf(() => readPatterns(tags))).toBe(
      '`tags` names no tags to delete. Write at least one pattern, such as `pr-*`.',
    );
  });

  test('selects names that match and are not excluded, and tells exclusions that match none', () => {
    const patterns = readPatterns('pr-{pr}*\nv*', 'v1\nrelease-*');
    const names = ['pr-1', 'v1', 'v2', 'main'];
    expect([...selectedBy(patterns, names)]).toEqual(['pr-1', 'v2']);
    expect(unusedExclusions(patterns.exclude, names)).toEqual(['release-*']);
  });
});

/** Names, each with what the pattern reads in it, as they stand in the workflows of people who clean up registries. */
const IN_THE_FIELD: Readonly<Record<string, readonly [tags: string, names: string, excludeTags?: string]>> = {
  'images of each architecture, named after a pull request': [
    'pr-{pr}*',
    'pr-184: 184, pr-184-arm64: 184, main',
  ],
  'a pull request in the middle of a version': ['0.0.0-pr{pr}-*', '0.0.0-pr77-a1b2c3d: 77, 1.2.0'],
  'a tag for each commit of a pull request, and its platforms': [
    'on-pr-{commit}*',
    'on-pr-0a1b2c3d4e5f6071: 0a1b2c3d4e5f6071, on-pr-0a1b2c3-linux-x86-64: 0a1b2c3, 0a1b2c3, latest',
  ],
  'a pre-release that is named after a branch': ['*-{branch}.*', '1.2.3-mybranch.4: mybranch, 1.2.3'],
  'versions between releases, as `git describe` writes them': [
    'v*-*-g* older-than=30d',
    'v1.2.0-78-g535d639: , v1.2.0',
  ],
  'everything but releases and what is current': [
    '*',
    'a1b2c3d: , nightly-1: , latest, main, v1.0.0, 1.2.3',
    'latest\nmain\n/^v?\\d+\\.\\d+\\.\\d+$/',
  ],
  'streams of a version and a variant': [
    '/^(?<group>\\d+\\.\\d+)\\.\\d+-(?<group2>slim|full)$/',
    '2.7.3-slim: 2.7 · slim, 2.7.3-full: 2.7 · full, 2.7.3',
  ],
  "another tool's default, with a group without a name": ['/^pr-([0-9]+)(?:-|$)/', 'pr-12: , pr-13: , pr-x'],
};

describe('in the field', () => {
  test.each(Object.entries(IN_THE_FIELD))('%s', (_, [tags, names, excludeTags]) => {
    const patterns = readPatterns(tags, excludeTags);
    const all = names.split(', ').map((name) => name.split(': '));
    const selected = selectedBy(
      patterns,
      all.map(([name = '']) => name),
    );
    for (const [name = '', reading] of all) {
      expect(selected.has(name)).toBe(reading !== undefined);
      const [match] = patterns.tags[0]?.match([name]) ?? [];
      const read = match && match.kind !== 'plain' ? [...match.readings] : [];
      if (reading) expect(read).toEqual([reading]);
    }
  });
});
