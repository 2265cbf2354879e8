import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ALL_CHECKS } from '../../scripts/conformance/all-checks.ts';

test('every check is a sentence of its own', () => {
  const names = ALL_CHECKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[A-Z]/.test(name) || name.endsWith('.'))).toEqual([]);
});

test('the documentation shows what the suite prints of every check', () => {
  const text = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
  const shown = [...text.matchAll(/^(?:pass|skip) {2}(.+?)(?: \(needs [a-z0-9, -]+\))?$/gm)].map(
    ([, name]) => name,
  );
  expect(shown).toEqual(ALL_CHECKS.map(({ name }) => name));
  expect(text).toContain(`what the action does there, in ${shown.length} checks.`);
});
