import type { GitHub } from '../github/github.ts';
import type { Clock } from '../model/clock.ts';
import type { Quay, Repository } from '../quay/quay.ts';
import type { Cancellation } from '../runner/cancellation.ts';
import type { Log } from '../runner/log.ts';
import type { Rules } from '../selection/rules.ts';
import type { CleanupInputs } from './inputs.ts';
import type { Recorder } from './recorder.ts';

/** All that the steps of a cleanup work with. */
export interface CleanupContext {
  readonly inputs: CleanupInputs;
  readonly rules: Rules;
  readonly quay: Quay;
  readonly github: GitHub;
  readonly cancellation: Cancellation;
  readonly record: Recorder;
  readonly log: Log;
  readonly clock: Clock;
}

/** The repositories that are cleaned up, by name (`namespace/name`), with what can be read there. */
export type OpenRepositories = ReadonlyMap<string, Repository>;

/** Repositories that are worked on at the same time; their requests share the registry's rate limits. */
export const REPOSITORIES_AT_ONCE = 16;
