import { expect, test } from '@jest/globals';
import { ALL_CHECKS } from '../../scripts/conformance/all-checks.ts';
import type { Need } from '../../scripts/conformance/capabilities.ts';
import { IMAGES } from '../../scripts/conformance/checks/images.ts';
import { RULES } from '../../scripts/conformance/checks/rules.ts';
import { SIGNATURES } from '../../scripts/conformance/checks/signatures.ts';
import { runSuite } from '../../scripts/conformance/suite.ts';
import { FOREIGN, startSuiteQuay } from './suite-quay.ts';

// Hundreds of runs of the bundle, which take minutes on a busy machine: with CONFORMANCE=1 all checks on the newest Quay, and on the
// older ones those of what they do otherwise; with CONFORMANCE=all, as CI on GitHub sets it, all checks on each.
const NEWEST = '3.18';

/** What one version does otherwise than another: what it shows of indexes, and what it does with signatures. */
const OF_VERSIONS = [...IMAGES, ...SIGNATURES, ...RULES];

const shapes = [
  { version: '3.13', lacks: ['pull-statistics', 'takes-signatures-along'] },
  { version: '3.17', lacks: ['takes-signatures-along'] },
  { version: '3.18', lacks: ['leaves-signatures'] },
];

const testVersion = process.env['CONFORMANCE'] ? test.concurrent.each(shapes) : test.skip.each(shapes);

testVersion(
  'the suite passes against the simulator as Quay $version',
  async ({ version, lacks }) => {
    const isWhole = process.env['CONFORMANCE'] === 'all' || version === NEWEST;
    const { quay, options, stop } = await startSuiteQuay({ version });
    try {
      const said: string[] = [];
      const { results, left } = await runSuite({
        options,
        checks: isWhole ? ALL_CHECKS : OF_VERSIONS,
        signal: new AbortController().signal,
        say: (text) => said.push(text),
      });
      const failures = results.flatMap(({ check, outcome }) =>
        outcome.kind === 'failed' ? [`${check.name}: ${outcome.why}`] : [],
      );
      expect(failures).toEqual([]);
      const missing = results.flatMap(({ outcome }) => (outcome.kind === 'skipped' ? outcome.missing : []));
      const lacking = [...new Set(missing)].sort();
      expect(lacking).toEqual(isWhole ? lacks : lacks.filter((need) => lacking.includes(need as Need)));
      expect(left).toEqual([]);
      expect(quay.alive(FOREIGN)).toEqual(['latest', 'pr-1']);
      expect(said.at(-1)).toContain('Everything that was made is removed.');
    } finally {
      await stop();
    }
  },
  600_000,
);
