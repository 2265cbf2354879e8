import { describe, expect, test } from '@jest/globals';
import { parseBranchPatterns } from '../../src/selection/patterns/branch-pattern.ts';
import { refusalOf } from './refusal.ts';

function taken(text: string, branches: readonly string[]): readonly string[] {
  const patterns = parseBranchPatterns(text);
  return branches.filter((branch) => patterns.some((pattern) => pattern.matches(branch)));
}

describe('keep-commits-of', () => {
  test('takes branches by name, whole', () => {
    expect(taken('dev\nrelease/1.0', ['dev', 'dev2', 'my/dev', 'release/1.0'])).toEqual([
      'dev',
      'release/1.0',
    ]);
  });

  test('protects, so that its wildcards take a slash too', () => {
    const branches = ['release', 'release/1.0', 'release-2', 'hotfix/release'];
    expect(taken('release*', branches)).toEqual(['release', 'release/1.0', 'release-2']);
    expect(taken('release/**', branches)).toEqual(['release/1.0']);
    expect(taken('{release,hotfix}/*', branches)).toEqual(['release/1.0', 'hotfix/release']);
  });

  test('takes comments and blank lines', () => {
    expect(taken('# ours\n\n dev # theirs', ['dev', '#'])).toEqual(['dev']);
  });

  test.each([
    ['a regular expression', '/^release/'],
    ['a space', 'release 1'],
    ['a colon', 'HEAD:dev'],
    ['two dots', 'main..dev'],
    ['a placeholder', 'release/{branch}'],
  ])('refuses %s, with what to write', (_, text) => {
    expect(refusalOf(() => parseBranchPatterns(text))).toBe(
      `\`keep-commits-of\` has ${JSON.stringify(text)}, which no branch is called. Write branches or globs, one per line, such as \`release/*\`.`,
    );
  });
});
