import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { InvalidInputError } from '../../src/model/errors.ts';
import { listenForCancellation } from '../../src/runner/cancellation.ts';
import { InputReader } from '../../src/runner/input-reader.ts';
import { logProgress } from '../../src/runner/log.ts';
import { Secrets } from '../../src/runner/secrets.ts';
import { ReportFile } from '../../src/runner/story.ts';
import { withinTime } from '../../src/runner/time-limit.ts';
import { StandingClock } from '../support/clock.ts';
import { folderOf } from '../support/resources.ts';
import { logOf } from '../support/run-action.ts';

/** Holds what the encodings differ in. */
const SECRET = 'aB3"dEf/gHi+jKl=mNo&pQr\\sTu<vWx';
const base64 = (text: string) => Buffer.from(text).toString('base64');

function secretsWith(...secrets: readonly string[]): Secrets {
  const kept = new Secrets(() => {});
  for (const secret of secrets) kept.keep(secret);
  return kept;
}

describe('a secret', () => {
  test.each([
    ['as it is', SECRET],
    ['in upper case', SECRET.toUpperCase()],
    ['in lower case', SECRET.toLowerCase()],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded in lower case', encodeURIComponent(SECRET).toLowerCase()],
    ['wholly percent-encoded', [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['escaped for JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['cut off', SECRET.slice(0, 16)],
    ['percent-encoded and cut off', encodeURIComponent(SECRET).slice(0, 20)],
    ['behind a letter that has two in lower case', `İ${SECRET}`],
  ])('(%s) is found', (_, form) => {
    const redacted = secretsWith(SECRET).redact(`You sent ${form} twice: ${form}`);
    expect(redacted.replaceAll('İ', '')).toBe('You sent *** twice: ***');
  });

  test.each([
    ['alone', base64(SECRET)],
    ['behind something', base64(`acme+ci:${SECRET}`)],
    ['behind something else', base64(`x:${SECRET}`)],
    ['for URLs', Buffer.from(SECRET).toString('base64url')],
    ['cut off', base64(SECRET).slice(0, 20)],
  ])('is found in base64, %s', (_, form) => {
    const redacted = secretsWith(SECRET).redact(`Basic ${form}`);
    expect(redacted).toContain('***');
    // What stands before and behind, and the characters that hold bits of both.
    expect(redacted.length).toBeLessThan(24);
  });

  test.each(['Pa/s5word', 'pA/S5WORD', 'Pa%2fs5word', base64('Pa/s5word').slice(0, 11)])(
    'of a few characters is found (%s)',
    (form) => {
      expect(secretsWith('Pa/s5word').redact(`You sent ${form} .`)).toBe('You sent *** .');
    },
  );

  test('of an empty input is none', () => {
    expect(secretsWith('').redact('Nothing is masked.')).toBe('Nothing is masked.');
  });

  test('of a proxy is found decoded, and as the proxy is sent it', () => {
    const masked: string[] = [];
    const secrets = new Secrets((secret) => masked.push(secret));
    secrets.keepProxies({ https_proxy: 'http://jane:proxy%2Fpass-0123@proxy.invalid:3128', HTTP_PROXY: '%' });
    expect(masked).toEqual(['proxy/pass-0123', base64('jane:proxy/pass-0123')]);
    expect(secrets.redact('407 for proxy/pass-0123')).toBe('407 for ***');
  });

  test('is masked once, however often it is given', () => {
    const masked: string[] = [];
    const secrets = new Secrets((secret) => masked.push(secret));
    for (let times = 0; times < 3; times += 1) secrets.keep(SECRET);
    expect(masked).toEqual([SECRET]);
  });

  test('among thousands of tokens that begin alike is found in a large text at once', () => {
    const secrets = secretsWith(
      ...Array.from({ length: 30_000 }, (_, index) => `eyJhbGciOiJSUzI1NiJ9.${index}x`),
    );
    const text = `${'a long summary '.repeat(50_000)}eyJhbGciOiJSUzI1NiJ9.29999x`;
    expect(secrets.redact(text).endsWith('summary ***')).toBe(true);
  });
});

describe('the log', () => {
  test('prints one line of what comes from outside, without control characters, commands or secrets', () => {
    const { log, printed } = logOf(SECRET);
    log.info(`::set-output name=x::${SECRET}\n##[error]pwned\u0007\u2028end`);
    expect(printed()).toBe(': :set-output name=x::*** ## [error]pwned end\n');
  });

  test.each(['notes', 'warnings'] as const)('shows ten %s, and the others in a group', async (kind) => {
    const { log, printed } = logOf();
    const lines = Array.from({ length: 13 }, (_, index) => `line ${index}`);
    await log.tell({ warnings: [], notes: [], [kind]: lines });
    const level = kind === 'notes' ? 'notice' : 'warning';
    expect(printed().match(new RegExp(`^::${level}::`, 'gm'))).toHaveLength(10);
    expect(printed()).toMatch(/^::group::3 more (notes|warnings)\nline 10\nline 11\nline 12\n::endgroup::$/m);
  });

  test('ends with one error that names five, each once, and says how many there are', () => {
    const { log, printed } = logOf();
    const errors = ['one', 'two\nlines', 'one', 'three', 'four', 'five', 'six', 'seven'];
    expect(log.conclude({ errors, sentence: 'Failed.', level: 'info' })).toBe(1);
    expect(printed()).toBe(
      '::error::Failed.%0Aone%0Atwo%0Alines%0Athree%0Afour%0Afive%0A… and 2 more errors: see the job summary.\n',
    );
  });

  test('ends with what happened where nothing failed', () => {
    const { log, printed } = logOf();
    expect(log.conclude({ errors: [], sentence: 'Done.', level: 'notice' })).toBe(0);
    expect(printed()).toBe('::notice::Done.\n');
  });

  test('explains an error by its causes, without secrets, and without saying twice that it was stopped', () => {
    const { log } = logOf(SECRET);
    const cause = new Error(`You sent ${SECRET}`, { cause: new DOMException('aborted', 'AbortError') });
    expect(log.explain(new Error('It failed.', { cause }))).toBe('It failed. Cause: You sent ***');
    expect(log.explain('a text')).toBe('a text');
  });
});

describe('the inputs', () => {
  const reading = (inputs: Readonly<Record<string, string>>) =>
    new InputReader({ input: (name) => inputs[name] ?? '' }, secretsWith());

  test('are told with all that is wrong, each under its name once', () => {
    const reader = reading({ token: 'a b', 'dry-run': 'yes', concurrency: '0' });
    reader.secret('token');
    reader.boolean('dry-run');
    reader.concurrency();
    reader.required('tags');
    reader.attempt('tags', () => {
      throw new InvalidInputError('"a" is none.');
    });
    reader.attempt('tags', () => {
      throw new InvalidInputError('`tags` has none.', { namesInput: true });
    });
    expect(() => reader.finish()).toThrow(
      [
        '6 inputs are not valid:',
        '- `token` contains white space or characters that no credential has. Check the secret for a line break or a stray quote.',
        '- `dry-run` is "yes". Write `true` or `false`.',
        '- `concurrency` is "0". Write a whole number from 1 to 100.',
        '- `tags` is required and was not given.',
        '- `tags`: "a" is none.',
        '- `tags` has none.',
      ].join('\n'),
    );
  });

  test('pass on what is no mistake of the user', () => {
    const reader = reading({});
    expect(() =>
      reader.attempt('tags', () => {
        throw new TypeError('A bug.');
      }),
    ).toThrow('A bug.');
  });
});

describe('a cancellation', () => {
  function listening() {
    const clock = new StandingClock();
    const listeners = new Set<() => void>();
    const cancellation = listenForCancellation({
      clock,
      age: () => clock.elapsed() + 500,
      onSignal: (call) => {
        listeners.add(call);
        return () => listeners.delete(call);
      },
    });
    const state = () =>
      (['deleting', 'sending', 'waiting'] as const).filter((name) => !cancellation[name].aborted);
    return { clock, listeners, cancellation, state };
  }

  test('by a signal ends the sending at once, and the waiting three seconds later', () => {
    const { clock, listeners, cancellation, state } = listening();
    for (const call of listeners) call();
    expect([cancellation.cause, state()]).toEqual(['cancelled', ['waiting']]);
    clock.advance(2999);
    expect(state()).toEqual(['waiting']);
    clock.advance(1);
    expect(state()).toEqual([]);
  });

  test('by the time budget ends everything where there is no plan', () => {
    const { clock, cancellation, state } = listening();
    cancellation.limitTo(10);
    clock.advance(9499);
    expect([cancellation.cause, state()]).toEqual([undefined, ['deleting', 'sending', 'waiting']]);
    clock.advance(1);
    expect([cancellation.cause, state()]).toEqual(['time-budget', []]);
  });

  test('by the time budget ends the deletions where the plan stands, and the rest seven seconds later', () => {
    const { clock, cancellation, state } = listening();
    cancellation.limitTo(10);
    cancellation.planStands();
    clock.advance(9500);
    expect([cancellation.cause, state()]).toEqual(['time-budget', ['sending', 'waiting']]);
    clock.advance(7000);
    expect(state()).toEqual([]);
  });

  test('that is ended has neither timers nor listeners', () => {
    const { clock, listeners, cancellation } = listening();
    cancellation.limitTo(10);
    for (const call of listeners) call();
    expect([clock.waiting, listeners.size]).toEqual([2, 1]);
    cancellation.end();
    expect([clock.waiting, listeners.size]).toEqual([0, 0]);
  });
});

describe('the progress', () => {
  test('is a line every five seconds, where there is something new to say, until it ends', () => {
    const clock = new StandingClock();
    const { log, printed } = logOf();
    let done = 1;
    const end = logProgress((elapsed) => `${done} after ${done === 1 ? 5 : elapsed} s`, log, clock);
    clock.advance(4999);
    expect(printed()).toBe('');
    clock.advance(5001);
    done = 2;
    clock.advance(5000);
    end();
    clock.advance(60_000);
    expect(printed()).toBe('1 after 5 s\n2 after 15 s\n');
    expect(clock.waiting).toBe(0);
  });
});

describe('the report file', () => {
  test('stands in a folder of its own, and is replaced as a whole', () => {
    const folder = folderOf();
    const [one, other] = [new ReportFile(folder), new ReportFile(folder)];
    one.write(['{"a":', '1}']);
    other.write(['{}']);
    expect(one.path).not.toBe(other.path);
    const path = one.path ?? '';
    const broken = function* () {
      yield 'x'.repeat(70_000);
      throw new Error('It broke.');
    };
    expect(() => one.write(broken())).toThrow('It broke.');
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}');
    one.write(['{"a":2}']);
    expect(readFileSync(path, 'utf8')).toBe('{"a":2}');
    expect(readdirSync(dirname(path))).toEqual(['report.json']);
  });

  test('has no path where it cannot be written', () => {
    const file = new ReportFile('/nowhere/at/all');
    expect(() => file.write([''])).toThrow('ENOENT');
    expect(file.path).toBeUndefined();
    expect(existsSync('/nowhere')).toBe(false);
  });
});

/** Waits without using the processor, as on a machine that has something else to do. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('the time limit counts the time that work takes, not the time that a busy machine keeps it waiting', () => {
  let begun = 0;
  const work = () => {
    begun += 1;
    if (begun <= 2) standStill(150);
    return 'done';
  };
  expect(withinTime(40, work)).toEqual({ value: 'done' });
});

test('the time limit ends what works without end', () => {
  const work = () => {
    for (;;);
  };
  expect(withinTime(40, work)).toBe('timeout');
});

test('the time limit lets an error of the work through', () => {
  const work = () => {
    throw new SyntaxError('too large');
  };
  expect(() => withinTime(40, work)).toThrow('too large');
});
