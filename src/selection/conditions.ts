import { InvalidInputError } from '../model/errors.ts';
import { quote } from '../model/quote.ts';
import type { Conditions, Rule } from './rule.ts';
import type { Rules } from './rules.ts';

type Conditional = Pick<Rules, 'tags' | keyof Conditions>;

/** The conditions of the tags that a line decides on: its own, and those of the inputs where it has none of that name. */
export function conditionsOf(
  rule: Rule | undefined,
  { olderThan, keepNewest, notPulledFor }: Conditions,
): Conditions {
  return {
    ...(olderThan && { olderThan }),
    ...(keepNewest !== undefined && { keepNewest }),
    ...(notPulledFor && { notPulledFor }),
    ...rule?.conditions,
  };
}

/** Whether the conditions narrow anything. */
export function areAny({ olderThan, keepNewest, notPulledFor }: Conditions): boolean {
  return olderThan !== undefined || Boolean(keepNewest) || notPulledFor !== undefined;
}

/** The inputs whose conditions judge any tag of the run, on a line or for all. */
export function conditionsUsed(rules: Conditional): ReadonlySet<keyof Conditions> {
  const all = [rules, ...rules.tags.map((rule) => rule.conditions)];
  const used: readonly (keyof Conditions | false)[] = [
    all.some(({ olderThan }) => olderThan) && 'olderThan',
    all.some(({ keepNewest }) => keepNewest) && 'keepNewest',
    all.some(({ notPulledFor }) => notPulledFor) && 'notPulledFor',
  ];
  return new Set(used.filter((name) => name !== false));
}

/** @throws InvalidInputError where a line has `{group}` and no number of tags to keep of each */
export function refuseUncountedGroups(rules: Conditional): void {
  const uncounted = rules.tags.find(
    (rule) => rule.placeholder === 'group' && !conditionsOf(rule, rules).keepNewest,
  );
  if (!uncounted) return;
  throw new InvalidInputError(
    `\`tags\`: ${quote(uncounted.line)} has \`{group}\`, but nothing says how many tags of each group to keep. Write \`keep-n-most-recent=5\` after the pattern, or set the input \`keep-n-most-recent\`.`,
  );
}
