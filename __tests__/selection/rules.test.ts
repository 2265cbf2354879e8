import { describe, expect, test } from '@jest/globals';
import { parsePatterns, selectedBy, unusedExclusions } from '../../src/selection/rules.ts';
import { refusalOf } from './refusal.ts';

describe('parsePatterns', () => {
  test('drops blank lines, comments and repeats, and takes `!` as an exclusion', () => {
    const { tags, exclude } = parsePatterns({
      tags: '\r\n pr-* \r\n\n# comment\n! v* \npr-*\n/^#/',
      excludeTags: '# releases\nlatest',
    });
    expect(tags.map(({ text }) => text)).toEqual(['pr-*', '/^#/']);
    expect(exclude.map(({ text }) => text)).toEqual(['v*', 'latest']);
  });

  test('reports every line that is not valid', () => {
    const refusal = refusalOf(() =>
      parsePatterns({ tags: 'a b\n!\npr-*\n!c:d\n!!v*', excludeTags: 'x/y\n!v*' }),
    );
    expect(refusal.split('\n')).toEqual([
      '`tags`: "a b" has "b" after the pattern. Write one pattern per line, and after it only conditions such as `older-than=30d`, `keep-n-most-recent=10` or `not-pulled-for=30d`.',
      '`tags`: `!` has no pattern. Write one after it, such as `!v*`.',
      '`tags`: "c:d" contains a colon. The repository belongs in `repository`; write the tag\'s name alone.',
      '`tags`: "!v*" has a `!` too many: an exclusion cannot be taken back. Write the pattern to exclude without it.',
      '`exclude-tags`: "x/y" contains a slash, which no tag name does. Write a regular expression between slashes (`/^pr-/`), and a repository in `repository`.',
      '`exclude-tags`: "!v*" has a `!` too many: an exclusion cannot be taken back. Write the pattern to exclude without it.',
    ]);
  });

  test.each(['!v*', '# nothing', '\n'])('refuses %j, which names no tags', (tags) => {
    expect(refusalOf(() => parsePatterns({ tags, excludeTags: '' }))).toBe(
      '`tags` names no tags to delete. Write at least one pattern, such as `pr-*`.',
    );
  });

  test('selects names that match and are not excluded, and tells exclusions that match none', () => {
    const patterns = parsePatterns({ tags: 'pr-{pr}*\nv*', excludeTags: 'v1\nrelease-*' });
    const names = ['pr-1', 'v1', 'v2', 'main'];
    expect([...selectedBy(patterns, names)]).toEqual(['pr-1', 'v2']);
    expect(unusedExclusions(patterns.exclude, names)).toEqual(['release-*']);
  });
});
