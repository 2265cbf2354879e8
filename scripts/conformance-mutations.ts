import { startSuiteQuay } from '../__tests__/conformance/suite-quay.ts';
import { runAction } from '../__tests__/support/run-action.ts';
import type { Check } from './conformance/check.ts';
import { ALL_CHECKS, runSuite } from './conformance/suite.ts';

// Shows that every check of the conformance suite can fail: breaks the behaviour of the simulated Quay that the check names,
// and expects it to fail. npm run conformance:mutations -- [text in a check's name]

/** Runs the checks that name a mutation against a Quay with it, and says which did not fail. */
async function unnoticed(mutation: Check['brokenBy'], version: string, checks: readonly Check[]) {
  const { quay, options, stop } = await startSuiteQuay({ version });
  const lines: string[] = [];
  try {
    const { results } = await runSuite({
      options,
      checks,
      signal: new AbortController().signal,
      say: (text) => lines.push(text),
      act: runAction,
      onProbed: () => quay.mutate(mutation),
    });
    return results.filter(({ outcome }) => outcome.kind !== 'failed').map(({ check }) => check);
  } finally {
    await stop();
  }
}

/** The checks of what only older servers do need one of those. */
function versionFor({ needs }: Check): string {
  return needs?.includes('leaves-signatures') ? '3.17' : '3.18';
}

const wanted = ALL_CHECKS.filter(({ name }) => name.includes(process.argv[2] ?? ''));
const failed: Check[] = [];
for (const [key, checks] of Map.groupBy(wanted, (check) => `${check.brokenBy} ${versionFor(check)}`)) {
  const [mutation, version] = key.split(' ') as [Check['brokenBy'], string];
  const passed = await unnoticed(mutation, version, checks);
  failed.push(...passed);
  for (const check of checks)
    console.log(
      `${passed.includes(check) ? 'UNNOTICED' : 'noticed  '}  ${mutation.padEnd(26)}  ${check.name}`,
    );
}
console.log(
  `\n${wanted.length - failed.length} of ${wanted.length} checks fail when what they check is broken.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
