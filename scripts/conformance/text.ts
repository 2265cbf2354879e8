import type { Capabilities, Need } from './capabilities.ts';
import type { CheckResult, Outcome } from './check.ts';
import type { Options } from './options.ts';

/** What the suite will do, before it does it. */
export function describeIntent(
  { registry, namespace, robot, keyless }: Options,
  prefix: string,
  checks: number,
): string {
  return [
    `This tries on ${registry} what the action does there, in ${checks} checks.`,
    `It makes repositories of its own in ${namespace}, whose names begin with ${prefix}-, pushes images of a few hundred bytes to them, runs the action on them, and removes them, also when it is stopped.`,
    `Some are public for a moment. Of the others in ${namespace} only the names are listed; nothing in them is read or changed.`,
    robot
      ? `The robot account ${robot.username} gets rights on them.`
      : 'Without a robot account: its checks are skipped.',
    keyless
      ? `The robot account ${keyless.username} gets rights on them, and is signed in to without a password.`
      : 'Without a keyless robot: its check is skipped.',
    '',
  ].join('\n');
}

const FEATURES: readonly (readonly [Need, string])[] = [
  ['deletes-by-tag-over-v2', 'deletes by tag over the v2 API'],
  ['pull-statistics', 'tells pull statistics'],
  ['immutable-tags', 'has immutable tags'],
  ['tag-expiration', 'lets this token set when a tag expires'],
  ['deletes-signatures', 'deletes signatures with their image'],
  ['nested-names', 'takes repository names with a slash'],
  ['repository-states', 'lets this token make a repository read-only'],
  ['public-repositories', 'lets this token make public repositories'],
];

/** What the server can and cannot. */
export function describeCapabilities({ version, needs, windowSeconds, expiration }: Capabilities): string {
  const bound = (seconds: number | undefined) => (seconds === undefined ? 'none' : spell(seconds));
  return [
    'This server',
    ...FEATURES.map(([need, words]) => `  ${needs.has(need) ? 'yes' : 'no '}  ${words}`),
    `       version: ${version ?? `not told; by what it can, ${versionByFeatures(needs)}`}`,
    `       time machine: ${windowSeconds === undefined ? 'not told' : spell(windowSeconds)}`,
    `       an expiration lies at least ${bound(expiration.atLeast)}, at most ${bound(expiration.atMost)} after the tag's start`,
    '',
  ].join('\n');
}

/** As far as features that came with a version tell; they can be switched off. */
function versionByFeatures(needs: ReadonlySet<Need>): string {
  if (needs.has('deletes-signatures')) return '3.18 or later';
  if (needs.has('pull-statistics')) return '3.16 or 3.17';
  return needs.has('deletes-by-tag-over-v2') ? '3.13 or later' : 'before 3.13';
}

function spell(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} days`;
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds} s`;
}

const WORDS: Readonly<Record<Outcome['kind'], string>> = {
  passed: 'pass',
  failed: 'FAIL',
  skipped: 'skip',
  stopped: 'stop',
};

/** One check as a line of the table. */
export function line({ check, outcome }: CheckResult): string {
  const missing = outcome.kind === 'skipped' ? ` (needs ${outcome.missing.join(', ')})` : '';
  return `${WORDS[outcome.kind]}  ${check.name}${missing}`;
}

/** The table, why checks failed, and the sum. */
export function describeResults(
  results: readonly CheckResult[],
  {
    left,
    limits,
  }: {
    readonly left: readonly string[];
    /** How many requests met a rate limit. */
    readonly limits: { readonly suite: number; readonly action: number };
  },
): string {
  const count = (kind: Outcome['kind']) => results.filter(({ outcome }) => outcome.kind === kind).length;
  const failures = results.flatMap((result) =>
    result.outcome.kind === 'failed' ? [`\n${line(result)}\n${result.outcome.why}`] : [],
  );
  return [
    '',
    ...results.filter(({ outcome }) => outcome.kind !== 'stopped').map((result) => line(result)),
    ...failures,
    '',
    `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped, ${count('stopped')} stopped.`,
    `Rate limits met: ${times(limits.action)} by requests of the action, ${times(limits.suite)} by the suite's own.`,
    left.length === 0
      ? 'Everything that was made is removed.'
      : `NOT REMOVED: ${left.join(', ')}. Delete them in Quay under Settings → Delete Repository.`,
  ].join('\n');
}

function times(count: number): string {
  return count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`;
}
