import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  inShard,
  parseBranchPatterns,
  parseRepositories,
  parseShard,
} from '../../src/selection/patterns/name-patterns.ts';
import { refusalOf } from './refusal.ts';
import { forAny } from './runs.ts';

function matched(line: string, repositories: readonly string[]): readonly string[] {
  return parseRepositories(line, 'quay.io').flatMap((selector) =>
    selector.kind === 'glob' ? repositories.filter(selector.matches) : [selector.repository],
  );
}

describe('parseRepositories', () => {
  test.each([
    ['# ours\nacme/web\n\n quay.io/acme/api \r\nQuay.io/acme/web', 'quay.io', ['acme/web', 'acme/api']],
    ['my.org_1/web\nquay.io/my.org/a/b', 'quay.io', ['my.org_1/web', 'my.org/a/b']],
    ['localhost:8080/acme/web', 'localhost:8080', ['acme/web']],
    ['[::1]:8080/acme/web', '[::1]:8080', ['acme/web']],
  ])('reads %j, each repository once, with or without the host %s', (text, host, expected) => {
    expect(parseRepositories(text, host)).toEqual(
      expected.map((repository) => ({ kind: 'exact', repository })),
    );
  });

  test('reads a glob with its namespace, once', () => {
    expect(parseRepositories('acme/previews-*\nquay.io/acme/previews-*', 'quay.io')).toMatchObject([
      { kind: 'glob', namespace: 'acme', text: 'acme/previews-*' },
    ]);
  });

  test('a glob matches names of its namespace, and of its wildcards only `**` matches a slash', () => {
    const all = ['acme/web', 'acme/web-1', 'acme/web-1/cache', 'other/web-1', 'acme/api'];
    expect(matched('acme/web*', all)).toEqual(['acme/web', 'acme/web-1']);
    expect(matched('acme/*', all)).toEqual(['acme/web', 'acme/web-1', 'acme/api']);
    expect(matched('acme/*/*', all)).toEqual(['acme/web-1/cache']);
    expect(matched('acme/**', all)).toEqual(['acme/web', 'acme/web-1', 'acme/web-1/cache', 'acme/api']);
    expect(matched('acme/**e', all)).toEqual(['acme/web-1/cache']);
    expect(matched('acme/web-1[!a]cache', all)).toEqual([]);
    expect(matched('acme/{web,api}', all)).toEqual(['acme/web', 'acme/api']);
    expect(matched('quay.io/acme/???', all)).toEqual(['acme/web', 'acme/api']);
  });

  test.each([
    ['acme/*', ['acme/web/cache', 'acme/api/cache']],
    ['acme/web*', ['acme/web/cache']],
    ['acme/**', []],
    ['acme/???', []],
  ])('%s tells what it leaves out only because of a slash', (line, expected) => {
    const all = ['acme/web', 'acme/web/cache', 'acme/api/cache', 'other/web/cache'];
    const [glob] = parseRepositories(line, 'quay.io');
    expect(glob?.kind === 'glob' && all.filter(glob.matchesBelow)).toEqual(expected);
  });

  test.each([
    ['web', 'has no namespace. Write `namespace/name`.'],
    ['acme/', 'has an empty part, `.` or `..`.'],
    ['acme//web', 'has an empty part'],
    ['acme/../web', 'has an empty part, `.` or `..`.'],
    ['acme%2Fweb', 'has an encoded character. Write `namespace/name` plainly.'],
    ['https://quay.io/acme/web', 'is an address. Write `namespace/name`, and the host in `registry`.'],
    ['acme/web:pr-1', 'has a tag. Write `namespace/name` here, and the tag in `tags`.'],
    ['acme/web@sha256:01', 'has a digest. Tags are deleted by name only'],
    ['ghcr.io/acme/web', 'is on "ghcr.io", and `registry` is "quay.io". Use one step for each registry'],
    ['localhost:5000/acme/web', 'is on "localhost:5000"'],
    ['acme/web, acme/api', 'has a comma. Write one repository per line.'],
    ['*/web', 'has a wildcard in the namespace. Write each namespace on a separate line.'],
    ['{acme,other}/web', 'has a wildcard in the namespace.'],
    ['Acme/web', 'has characters that no repository name has'],
    ['acme/Web*', 'has characters that no repository name has'],
    ['acme/web!*', 'has characters that no repository name has'],
    ['acme/web api', 'has characters that no repository name has'],
    ['acmé/web', 'has characters that no repository name has'],
    ['acme/web\u0000', 'has characters that no repository name has'],
    [`acme/${'a'.repeat(300)}`, 'has characters that no repository name has, or too many.'],
    ['acme/pr-{pr}', 'has a placeholder. Placeholders belong in `tags`.'],
    ['acme/[ab', 'opens a bracket that is not closed.'],
    ['- acme/web', 'Write `acme/web`, without the dash.'],
    ['# nothing', '`repository` names no repository. Write `namespace/name`, one per line.'],
  ])('refuses %j', (line, message) => {
    expect(refusalOf(() => parseRepositories(line, 'quay.io'))).toContain(message);
  });

  test('reports every line that is not valid', () => {
    expect(refusalOf(() => parseRepositories('web\nacme/web\na%2Fb', 'quay.io')).split('\n')).toHaveLength(2);
  });
});

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

  test.each(['/^release/', 'release 1', 'HEAD:dev', 'main..dev', 'release/{branch}', 'dev/'])(
    'refuses %s, with what to write',
    (text) => {
      expect(refusalOf(() => parseBranchPatterns(text))).toBe(
        `\`keep-commits-of\`: "${text}" is what no branch is called. Write branches or globs, one per line, such as \`release/*\`.`,
      );
    },
  );
});

describe('shards', () => {
  test.each(['', '0/8', '9/8', '1/0', '1/1001', '1', '1/8/2', '-1/8', '1.5/8', '1/8 ', '٢/٨'])(
    'refuses %j',
    (text) => {
      expect(refusalOf(() => parseShard(text))).toContain(
        'is not a valid shard. Write which of how many, such as `2/8`: from `1/8` to `8/8`, at most 1000.',
      );
    },
  );

  const sharesOf = (repository: string, count: number) =>
    Array.from({ length: count }, (_, index) => parseShard(`${index + 1}/${count}`))
      .filter((shard) => inShard(repository, shard))
      .map(({ index }) => index);

  forAny(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 20 }))(
    'put every repository into exactly one share',
    (repository, count) => {
      expect(sharesOf(repository, count)).toHaveLength(1);
    },
  );

  test('are always the same, and of about the same size', () => {
    const known = ['acme/web', 'acme/api', 'acme/docs'].flatMap((repository) => sharesOf(repository, 8));
    expect(known).toEqual([5, 8, 2]);
    const shares = Array.from({ length: 8000 }, (_, index) => sharesOf(`acme/service-${index}`, 8)[0]);
    for (const share of Map.groupBy(shares, (index) => index).values())
      expect(Math.abs(share.length - 1000)).toBeLessThan(150);
  });
});
