import { withinTime } from '../../src/runner/time-limit.ts';
import { type Patterns, parsePatterns } from '../../src/selection/rules.ts';

/** 2024-05-21T20:41:03Z, in Unix seconds. */
const NOW = 1_716_324_063;

export const RULE_CONTEXT = { limit: withinTime, now: NOW };

/** The patterns of the inputs `tags` and `exclude-tags`. */
export function readPatterns(tags: string, excludeTags = ''): Patterns {
  return parsePatterns({ tags, excludeTags }, RULE_CONTEXT);
}
