import { parseDuration } from '../model/duration.ts';
import { readInputFiles } from '../runner/input-files.ts';
import type { InputReader } from '../runner/input-reader.ts';
import { given } from '../runner/input-reader.ts';
import { refuseUncountedGroups } from '../selection/conditions.ts';
import { refuseLoneBranch, refuseUnbounded } from '../selection/guards.ts';
import { readInUse } from '../selection/in-use.ts';
import { MOST_KEPT } from '../selection/rule.ts';
import { parsePatterns, type Rules } from '../selection/rules.ts';
import { type PlanTarget, readApprovedPlan } from './read-plan.ts';

/** The rules without what the run knows: the workflow's event, the time, and what the credential can do. */
export type GivenRules = Omit<Rules, 'event' | 'expireAt' | 'canRestore'>;

/** Reads all inputs that decide which tags go, files among them. */
export function readRules(reader: InputReader, target: PlanTarget): GivenRules {
  const tags = reader.required('tags');
  const patterns =
    tags === ''
      ? undefined
      : reader.attempt('tags', () => parsePatterns({ tags, excludeTags: reader.text('exclude-tags') }));
  const keepNewest = reader.wholeNumber('keep-n-most-recent', { min: 0, max: MOST_KEPT });
  const rules = {
    tags: patterns?.tags ?? [],
    exclude: patterns?.exclude ?? [],
    cleanOrphanedSignatures: reader.boolean('clean-orphaned-signatures'),
    ...given('olderThan', reader.optional('older-than', parseDuration)),
    ...given('keepNewest', keepNewest || undefined),
    ...given('notPulledFor', reader.optional('not-pulled-for', parseDuration)),
    ...given(
      'inUse',
      reader.optional('in-use', (paths) => readInUse(readInputFiles(paths))),
    ),
    ...given('approved', readApprovedPlan(reader, target)),
  };
  if (patterns) {
    reader.attempt('tags', () => refuseUnbounded(rules));
    reader.attempt('tags', () => refuseLoneBranch(rules));
    reader.attempt('tags', () => refuseUncountedGroups(rules));
  }
  return rules;
}
