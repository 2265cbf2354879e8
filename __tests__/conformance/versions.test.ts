import { expect, test } from '@jest/globals';
import { ALL_CHECKS } from '../../scripts/conformance/all-checks.ts';
import { runSuite } from '../../scripts/conformance/suite.ts';
import { FOREIGN, startSuiteQuay } from './suite-quay.ts';

// Three times a hundred runs of the bundle, which take minutes on a busy machine: with CONFORMANCE=1, as CI sets it.
const shapes = [
  { version: '3.13', lacks: ['pull-statistics', 'takes-signatures-along'] },
  { version: '3.17', lacks: ['takes-signatures-along'] },
  { version: '3.18', lacks: ['leaves-signatures'] },
];

const testVersion = process.env['CONFORMANCE'] ? test.concurrent.each(shapes) : test.skip.each(shapes);

testVersion(
  'the suite passes against the simulator as Quay $version',
  async ({ version, lacks }) => {
    const { quay, options, stop } = await startSuiteQuay({ version });
    try {
      const said: string[] = [];
      const { results, left } = await runSuite({
        options,
        checks: ALL_CHECKS,
        signal: new AbortController().signal,
        say: (text) => said.push(text),
      });
      const failures = results.flatMap(({ check, outcome }) =>
        outcome.kind === 'failed' ? [`${check.name}: ${outcome.why}`] : [],
      );
      expect(failures).toEqual([]);
      const missing = results.flatMap(({ outcome }) => (outcome.kind === 'skipped' ? outcome.missing : []));
      expect([...new Set(missing)].sort()).toEqual(lacks);
      expect(left).toEqual([]);
      expect(quay.alive(FOREIGN)).toEqual(['latest', 'pr-1']);
      expect(said.at(-1)).toContain('Everything that was made is removed.');
    } finally {
      await stop();
    }
  },
  600_000,
);
