import { expect, test } from '@jest/globals';
import { ALL_CHECKS } from '../../scripts/conformance/all-checks.ts';
import { runSuite } from '../../scripts/conformance/suite.ts';
import { FOREIGN, startSuiteQuay } from './suite-quay.ts';

// Three times fifty runs of the bundle: with CONFORMANCE=1, as CI sets it.
const shapes = [
  { version: '3.13', skipped: 6 },
  { version: '3.17', skipped: 4 },
  { version: '3.18', skipped: 2 },
];

const testVersion = process.env['CONFORMANCE'] ? test.each(shapes) : test.skip.each(shapes);

testVersion('the suite passes against the simulator as Quay $version', async ({ version, skipped }) => {
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
    expect(results.filter(({ outcome }) => outcome.kind === 'skipped')).toHaveLength(skipped);
    expect(left).toEqual([]);
    expect(quay.alive(FOREIGN)).toEqual(['latest', 'pr-1']);
    expect(said.at(-1)).toContain('Everything that was made is removed.');
  } finally {
    await stop();
  }
});
