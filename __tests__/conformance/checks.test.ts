import { describe, expect, test } from '@jest/globals';
import type { Need } from '../../scripts/conformance/capabilities.ts';
import { IMAGES } from '../../scripts/conformance/checks/images.ts';
import { RULES } from '../../scripts/conformance/checks/rules.ts';
import { SIGNATURES } from '../../scripts/conformance/checks/signatures.ts';
import { ALL_CHECKS, runSuite } from '../../scripts/conformance/suite.ts';
import { runAction } from '../support/run-action.ts';
import { FOREIGN, startSuiteQuay } from './suite-quay.ts';

test('every check is a sentence of its own', () => {
  const names = ALL_CHECKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[A-Z]/.test(name) || name.endsWith('.'))).toEqual([]);
});

// CONFORMANCE=1, as CI sets it, runs all checks on the newest Quay; CONFORMANCE=all, at night and before a release, on the older
// ones those of what they do otherwise as well.
const NEWEST = { version: '3.18', checks: ALL_CHECKS, lacks: ['leaves-signatures'] };
const OF_VERSIONS = [...IMAGES, ...SIGNATURES, ...RULES];
const OLDER = [
  { version: '3.13', checks: OF_VERSIONS, lacks: ['deletes-signatures', 'pull-statistics'] },
  { version: '3.17', checks: OF_VERSIONS, lacks: ['deletes-signatures'] },
];
const asked = process.env['CONFORMANCE'];

(asked ? describe : describe.skip)('the suite passes against the simulated Quay', () => {
  test.each(asked === 'all' ? [NEWEST, ...OLDER] : [NEWEST])(
    'as $version',
    async ({ version, checks, lacks }) => {
      const { quay, options, stop } = await startSuiteQuay({ version });
      const said: string[] = [];
      try {
        const { results, left } = await runSuite({
          options,
          checks,
          signal: new AbortController().signal,
          say: (text) => said.push(text),
          act: runAction,
        });
        const failures = results.flatMap(({ check, outcome }) =>
          outcome.kind === 'failed' ? [`${check.name}: ${outcome.why}`] : [],
        );
        expect(failures).toEqual([]);
        const missing = results.flatMap(({ outcome }): readonly Need[] =>
          outcome.kind === 'skipped' ? outcome.missing : [],
        );
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
});
