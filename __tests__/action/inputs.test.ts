import { describe, expect, test } from '@jest/globals';
import { InvalidInputsError } from '../../src/runner/input-reader.ts';
import { cleanUp, quayWithTags, TOKEN } from '../support/fixture.ts';
import { readInputs } from '../support/read-inputs.ts';
import { runAction } from '../support/run-action.ts';

const VALID = { repository: 'acme/web', tags: 'pr-*', token: TOKEN };

/** One input that is not valid, and what the log must say of it. */
const INVALID: readonly {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly says: string;
}[] = [
  { name: 'no repository', inputs: { repository: '' }, says: '`repository` is required' },
  { name: 'a repository without a namespace', inputs: { repository: 'web' }, says: 'namespace' },
  { name: 'a tag inside repository', inputs: { repository: 'acme/web:pr-1' }, says: '`tags`' },
  {
    name: 'a digest inside repository',
    inputs: { repository: `acme/web@sha256:${'0'.repeat(64)}` },
    says: 'name',
  },
  { name: 'a repository on another host', inputs: { repository: 'ghcr.io/acme/web' }, says: 'ghcr.io' },
  { name: 'a repository that climbs', inputs: { repository: 'acme/../web' }, says: '..' },
  { name: 'an encoded slash in a repository', inputs: { repository: 'acme%2Fweb' }, says: 'encoded' },
  { name: 'a wildcard for a namespace', inputs: { repository: '*/web' }, says: 'namespace' },
  {
    name: 'an address for a repository',
    inputs: { repository: 'https://quay.io/acme/web' },
    says: '`registry`',
  },
  { name: 'no tags', inputs: { tags: '' }, says: '`tags` is required' },
  { name: 'only exclusions', inputs: { tags: '!v*' }, says: 'tags' },
  { name: 'a slash in a glob', inputs: { tags: 'pr/*' }, says: 'slash' },
  { name: 'a list with commas', inputs: { tags: 'pr-1,pr-2' }, says: 'one' },
  { name: 'a broken regex', inputs: { tags: '/pr-(/' }, says: 'regular expression' },
  { name: 'an unclosed bracket', inputs: { tags: 'pr-[12' }, says: '[' },
  { name: 'an unclosed brace', inputs: { tags: 'pr-{1,2' }, says: '{' },
  { name: 'a digest for a tag', inputs: { tags: `sha256:${'0'.repeat(64)}` }, says: 'name' },
  { name: 'everything', inputs: { tags: '*' }, says: 'every' },
  { name: 'a branch with nothing around it', inputs: { tags: '{branch}' }, says: 'branch' },
  {
    name: 'a condition that is none',
    inputs: { tags: 'pr-* older-then=7d' },
    says: '"pr-* older-then=7d" has "older-then=7d", which is not a condition',
  },
  {
    name: 'a group without a number',
    inputs: { tags: '{group}-???????' },
    says: '`keep-n-most-recent=5`',
  },
  { name: 'a branch that is none', inputs: { 'keep-commits-of': 'a b' }, says: '`release/*`' },
  { name: 'a file that is missing', inputs: { 'in-use': 'nowhere.yaml' }, says: 'nowhere.yaml' },
  { name: 'a plan that is missing', inputs: { plan: 'nowhere.json' }, says: 'nowhere.json' },
  { name: 'an age without a unit', inputs: { 'plan-max-age': '24' }, says: '`plan-max-age`' },
  {
    name: 'http to a host that is not loopback',
    inputs: { registry: 'http://quay.example' },
    says: 'unencrypted',
  },
  { name: 'a registry with a path', inputs: { registry: 'https://quay.io/acme' }, says: '`quay.io`' },
  {
    name: 'a registry with a password',
    inputs: { registry: 'https://me:hunter2@quay.io' },
    says: 'user name or a password',
  },
  { name: 'a boolean that is none', inputs: { 'dry-run': 'yes' }, says: '`true` or `false`' },
  { name: 'no concurrency at all', inputs: { concurrency: '0' }, says: 'from 1 to 100' },
  { name: 'too much concurrency', inputs: { concurrency: '101' }, says: 'from 1 to 100' },
  { name: 'an ambiguous duration', inputs: { 'older-than': '6m' }, says: 'min' },
  { name: 'a duration that overflows', inputs: { 'older-than': '99999999999d' }, says: '100 years' },
  { name: 'a duration without a unit', inputs: { 'not-pulled-for': '30' }, says: '30d' },
  { name: 'a limit that is none', inputs: { 'max-deletes': '-1' }, says: 'max-deletes' },
  { name: 'a share above all', inputs: { 'max-deletes': '101%' }, says: '100' },
  { name: 'a shard out of range', inputs: { shard: '9/8' }, says: 'shard' },
  { name: 'no credentials', inputs: { token: '' }, says: 'username' },
  {
    name: 'two kinds of credentials',
    inputs: { username: 'acme+ci', password: 'secret-password' },
    says: 'one kind',
  },
  {
    name: 'a person for a robot account',
    inputs: { token: '', username: 'jane', password: 'secret-password' },
    says: 'acme+ci',
  },
  {
    name: 'a password without its account',
    inputs: { token: '', password: 'secret-password' },
    says: '`username`',
  },
  { name: 'a token with a line break', inputs: { token: 'abc\ndef' }, says: 'line break' },
  {
    name: 'expire-in with a robot account',
    inputs: { token: '', username: 'acme+ci', password: 'secret-password', 'expire-in': '3d' },
    says: '`expire-in` needs an OAuth',
  },
];

/** The first wrong value of each input: the runner's way is the same for the others. */
const SPAWNED = INVALID.filter(({ inputs }, index) => {
  const names = Object.keys(inputs).join();
  return INVALID.findIndex((other) => Object.keys(other.inputs).join() === names) === index;
});

describe('an invalid input', () => {
  test.each(INVALID)('$name is refused with what to write', ({ inputs, says }) => {
    expect(() => readInputs({ ...VALID, ...inputs })).toThrow(InvalidInputsError);
    expect(() => readInputs({ ...VALID, ...inputs })).toThrow(says);
  });

  test.each(SPAWNED)('$name ends the run before any request', async ({ inputs, says }) => {
    const quay = await quayWithTags(['pr-1']);
    const run = await runAction({ inputs: { ...VALID, registry: quay.url, ...inputs } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/^::error::/m);
    expect(run.log).toContain(says);
    expect(run.log).not.toMatch(/^ {4}at /m);
    expect(quay.requests).toEqual([]);
    expect(run.everything).not.toMatch(/hunter2|secret-password(?!\n)/);
  });

  test('is told together with all the others', async () => {
    const run = await runAction({
      inputs: {
        repository: 'web',
        tags: '/(/\npr/1',
        registry: 'http://quay.example',
        concurrency: 'many',
        'older-than': '6m',
        'dry-run': 'maybe',
      },
    });
    expect(run.exitCode).toBe(1);
    expect(run.log.replaceAll('%0A', '\n')).toMatchSnapshot();
  });

  test('still sets the outputs and writes the summary', async () => {
    const run = await runAction({ inputs: { ...VALID, tags: '' } });
    expect(run.outputs).toMatchObject({
      selected: '[]',
      deleted: '[]',
      failed: '[]',
      remaining: '',
      'deleted-count': '0',
      'remaining-count': '',
    });
    expect(run.summary).toContain('`tags` is required');
  });
});

describe('inputs as people write them', () => {
  test('lines may be indented, blank, comments or repeated', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'keep']);
    const run = await cleanUp(quay, {
      repository: `\n  acme/web \n# ours\n${quay.host}/acme/web\n`,
      tags: '\n  # previews\n  pr-*\n\n  !pr-2\n',
    });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['keep', 'pr-2']);
  });

  test.each(['true', 'True', 'TRUE'])('%s is true', async (value) => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*', 'dry-run': value });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });
});
