import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run as cleanup } from '../../src/cleanup/run.ts';
import { run as restore } from '../../src/restore/run.ts';
import type { FinishedRun } from './run-bundle.ts';
import { type RunInProcess, TestHost } from './test-host.ts';

export type { RunInProcess } from './test-host.ts';

/**
 * Runs the action in this process, on a host that looks like a runner, with the defaults of its action.yml.
 *
 * @throws Error where the run leaves a timer or a listener behind
 */
export async function runAction(run: RunInProcess): Promise<FinishedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  try {
    const host = new TestHost(run, folder);
    run.onStart?.({ temporaryFolder: folder, signal: () => host.signal() });
    const exitCode = await (run.action === 'restore' ? restore : cleanup)(host);
    host.checkEnd();
    const { log, outputs, summary } = host;
    const report = textOf(outputs['report']);
    return {
      exitCode,
      signal: null,
      log,
      outputs,
      summary,
      report,
      everything: [log, JSON.stringify(outputs), summary, report].join('\n'),
      list: (name) => JSON.parse(outputs[name] ?? 'null'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function textOf(path: string | undefined): string | undefined {
  return path && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
