import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as core from '@actions/core';
import { SYSTEM_CLOCK } from '../model/clock.ts';
import type { Host } from './host.ts';
import { onSignal, processAge } from './host.ts';

const PRINT = {
  debug: core.debug,
  info: core.info,
  notice: core.notice,
  warning: core.warning,
  error: core.error,
};

/** The runner of GitHub Actions that started this process. */
export function actionsHost(): Host {
  const environment = process.env;
  return {
    environment,
    clock: SYSTEM_CLOCK,
    folder: process.cwd(),
    temporaryFolder: environment['RUNNER_TEMP'] || tmpdir(),
    input: (name) => core.getInput(name),
    setOutput: (name, value) => core.setOutput(name, value),
    writeSummary(markdown) {
      const path = environment['GITHUB_STEP_SUMMARY'];
      if (path) appendFileSync(path, markdown);
      else core.debug('There is no job summary: GITHUB_STEP_SUMMARY is not set.');
    },
    print: (level, text) => PRINT[level](text),
    group: (heading, step) => core.group(heading, step),
    isDebug: core.isDebug(),
    maskSecret: (secret) => core.setSecret(secret),
    onSignal,
    age: processAge,
  };
}
