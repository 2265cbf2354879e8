import { readOptions, USAGE } from './conformance/options.ts';
import { ALL_CHECKS, runSuite } from './conformance/suite.ts';

// Tries on a live Quay what the action does there: npm run conformance -- --registry URL --namespace NAME
// Exits with 0 if every check that could be run passed, 1 if one failed or something is left, 130 if it was stopped.

if (process.argv.includes('--help')) {
  console.log(USAGE);
  process.exit(0);
}
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!stop.signal.aborted) console.log(`\n${signal}: stopping, and removing what was made. Please wait.`);
    stop.abort();
  });
}
try {
  const options = readOptions(process.argv.slice(2), process.env);
  const checks = ALL_CHECKS.filter(({ name }) => name.includes(options.only ?? ''));
  if (checks.length === 0) throw new Error(`No check has "${options.only}" in its name.`);
  const { results, left } = await runSuite({ options, checks, signal: stop.signal, say: console.log });
  const isGood = left.length === 0 && results.every(({ outcome }) => outcome.kind !== 'failed');
  process.exitCode = stop.signal.aborted ? 130 : isGood ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
