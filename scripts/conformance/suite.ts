import { startGitHub } from '../../__tests__/support/github/simulator.ts';
import { type Capabilities, probe } from './capabilities.ts';
import type { Check, CheckResult, Outcome } from './check.ts';
import { EXPIRATION } from './checks/expiration.ts';
import { IMAGES } from './checks/images.ts';
import { REPOSITORIES } from './checks/repositories.ts';
import { RESTORE } from './checks/restore.ts';
import { ROBOTS } from './checks/robots.ts';
import { RULES } from './checks/rules.ts';
import { SELECTION } from './checks/selection.ts';
import { SIGNATURES } from './checks/signatures.ts';
import { TOKENS } from './checks/tokens.ts';
import { Client } from './client.ts';
import type { Options } from './options.ts';
import { OwnRepositories } from './own-repositories.ts';
import { Stage, type StageParts } from './stage.ts';
import { describeCapabilities, describeIntent, describeResults, line } from './text.ts';

/** Every check of the suite. */
export const ALL_CHECKS: readonly Check[] = [
  ...IMAGES,
  ...SELECTION,
  ...RULES,
  ...REPOSITORIES,
  ...SIGNATURES,
  ...EXPIRATION,
  ...RESTORE,
  ...TOKENS,
  ...ROBOTS,
];

export interface SuiteRun {
  readonly options: Options;
  readonly checks: readonly Check[];
  /** Stops the suite: no further check begins, and what was made is removed. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  readonly act?: StageParts['act'];
  /** Called when the server is known, before the first check. */
  readonly onProbed?: (can: Capabilities) => void;
}

export interface SuiteResult {
  readonly results: readonly CheckResult[];
  /** Repositories of the suite that could not be removed. */
  readonly left: readonly string[];
}

/** Says what it will do, finds out what the server can, runs the checks, and removes what it made, whatever happens. */
export async function runSuite(run: SuiteRun): Promise<SuiteResult> {
  const { options, checks, say } = run;
  const client = new Client(options.registry, options.pace.retryMs);
  const own = new OwnRepositories(client, options);
  const github = await startGitHub();
  let rateLimited = 0;
  const onRateLimit = () => {
    rateLimited += 1;
  };
  say(describeIntent(options, own.prefix, checks.length));
  let left: readonly string[] = [];
  let results: readonly CheckResult[] = [];
  try {
    const open = (name: string) => new Stage({ ...parts, can: NOTHING_KNOWN }).open(name);
    const parts = { client, own, options, github, signal: run.signal, onRateLimit };
    const can = await probe({ client, own, options, open });
    say(describeCapabilities(can));
    run.onProbed?.(can);
    results = await runChecks(run, { ...parts, can, ...(run.act ? { act: run.act } : {}) });
  } finally {
    left = await own.removeAll();
    github.stop();
  }
  const limits = { suite: client.rateLimited, action: rateLimited };
  say(describeResults(results, { left, limits }));
  return { results, left };
}

const NOTHING_KNOWN: Capabilities = {
  version: undefined,
  needs: new Set(),
  windowSeconds: undefined,
  expiration: { atLeast: undefined, atMost: undefined },
};

/** Some checks at a time; the results stand in the order of the checks. */
async function runChecks(
  { checks, options, say }: SuiteRun,
  parts: StageParts,
): Promise<readonly CheckResult[]> {
  const results = new Map<Check, Outcome>();
  const waiting = [...checks];
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const outcome = await runCheck(check, parts);
      results.set(check, outcome);
      if (outcome.kind !== 'stopped') say(`${results.size}/${checks.length} ${line({ check, outcome })}`);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return checks.map((check) => ({ check, outcome: results.get(check) ?? { kind: 'stopped' } }));
}

async function runCheck(check: Check, parts: StageParts): Promise<Outcome> {
  if (parts.signal.aborted) return { kind: 'stopped' };
  const missing = (check.needs ?? []).filter((need) => !parts.can.needs.has(need));
  if (missing.length > 0) return { kind: 'skipped', missing };
  const stage = new Stage(parts);
  try {
    await check.run(stage);
    return { kind: 'passed' };
  } catch (error) {
    if (parts.signal.aborted) return { kind: 'stopped' };
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  } finally {
    // What cannot be removed now is tried again at the end.
    await stage.clear().catch(() => undefined);
  }
}
