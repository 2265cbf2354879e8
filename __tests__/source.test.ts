import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Lines of the source that a pattern finds, as `path: line`. */
function linesWith(pattern: RegExp): readonly string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .flatMap((path) =>
      readFileSync(join(src, path), 'utf8')
        .split('\n')
        .filter((line) => pattern.test(line))
        .map((line) => `${path.replaceAll('\\', '/')}: ${line.trim()}`),
    );
}

/** Each argument of a call takes a place on the stack, which 130,000 of them overflow. */
const SPREAD_INTO_CALL =
  /(\.(push|unshift|concat|splice)|Math\.(max|min)|String\.from(CharCode|CodePoint))\([^)]*\.\.\./;

const BOUNDED: Readonly<Record<string, string>> = {
  'model/error-code.ts': 'the errors of the addresses of one name',
  'quay/http/lane.ts': 'the requests that wait for their turn: a few thousand',
  'quay/http/round-trip.ts': 'the last answers, a fixed number',
  'quay/rest/pull-statistics.ts': 'the times of one tag',
  'report/markdown/escape.ts': 'the runs of backticks in one text',
  'report/summary/cleanup-summary.ts': 'the blocks of a page that is bounded',
  'report/summary/undo-steps.ts': 'one time for each repository',
  'selection/living-images.ts': 'the parts of one multi-arch image',
};

test('no list without a bound is spread into the arguments of a call', () => {
  expect(linesWith(SPREAD_INTO_CALL).filter((line) => !BOUNDED[line.split(':')[0] ?? ''])).toEqual([]);
});

test('every listed exception is still one', () => {
  const found = new Set(linesWith(SPREAD_INTO_CALL).map((line) => line.split(':')[0]));
  expect(Object.keys(BOUNDED).filter((path) => !found.has(path))).toEqual([]);
});

test('a file is written where its failure is told, and nowhere else', () => {
  const writers = new Set(
    linesWith(/\b(writeFile|appendFile|writeSync|mkdtemp|mkdir|createWriteStream)\w*\(|setOutput\(/).map(
      (line) => line.split(':')[0],
    ),
  );
  expect([...writers]).toEqual(['runner/outputs.ts', 'runner/report-file.ts']);
});

test('only what has a limit of time sends requests', () => {
  const senders = new Set(
    linesWith(/\bfetch\(url|\.fetch\(|\.request\(\{|\.request\(\.\.\./).map((line) => line.split(':')[0]),
  );
  expect([...senders].sort()).toEqual([
    'github/send-request.ts',
    'quay/http/transport.ts',
    'runner/exchange.ts',
  ]);
});

/** Where timers are begun, and what ends each of them. */
const TIMERS: Readonly<Record<string, string>> = {
  'github/send-request.ts': 'cleared with the answer',
  'quay/http/lane.ts': 'cleared when nobody waits any more',
  'quay/http/time-limit.ts': 'cleared with the answer',
  'runner/cancellation.ts': 'keeps no process alive',
  'runner/exit.ts': 'keeps no process alive',
  'runner/oidc-token.ts': 'cleared with the answer',
  'runner/progress-log.ts': 'keeps no process alive, and is cleared',
};

test('a timer is begun where it is known what ends it', () => {
  const places = linesWith(/\bset(Timeout|Interval)\(/).map((line) => line.split(':')[0]);
  expect([...new Set(places)].sort()).toEqual(Object.keys(TIMERS).sort());
});

/** What is read whole, however long it is. */
const WITHOUT_END = /\.(text|json|blob|bytes|arrayBuffer)\(\)|readFile\w*\(|createReadStream\(|readSync\(/;

test('a file or an answer is read where its size is bounded, and nowhere else', () => {
  expect(linesWith(WITHOUT_END).map((line) => line.split(':')[0])).toEqual([
    'runner/input-files.ts',
    'runner/read-file.ts',
  ]);
});
