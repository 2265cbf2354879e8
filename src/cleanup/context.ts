import type { GitHub } from '../github/client.ts';
import type { TagStore } from '../quay/tag-store.ts';
import type { Cancellation } from '../runner/cancellation.ts';
import type { Rules } from '../selection/rules.ts';
import type { CleanupInputs } from './inputs.ts';
import type { ResultRecorder } from './result-recorder.ts';

/** All that the steps of a cleanup work with. */
export interface CleanupContext {
  readonly inputs: CleanupInputs;
  readonly rules: Rules;
  readonly store: TagStore;
  readonly github: GitHub;
  readonly cancellation: Cancellation;
  readonly record: ResultRecorder;
  /** Unix seconds. */
  readonly now: () => number;
}

/** Repositories that are worked on at the same time; their requests share the registry's pace. */
export const REPOSITORIES_AT_ONCE = 16;
