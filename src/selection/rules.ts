import type { TagName } from '../model/tag.ts';
import type { Conditions } from './conditions.ts';
import type { InUse } from './in-use.ts';
import { meaningfulLines, type Pattern, readLines } from './patterns/pattern.ts';
import { parseExclusion, parseRule, type Rule, type RuleContext } from './rule.ts';

/** Which tags are meant, and which of them are never. */
export interface Patterns {
  readonly tags: readonly Rule[];
  readonly exclude: readonly Pattern[];
}

/** What is to happen to the tags that are selected. */
export type RuleMode =
  | { readonly kind: 'delete' }
  /** They are to expire at that time, in Unix seconds. */
  | { readonly kind: 'expire'; readonly at: number }
  /** Their expiration is taken away. */
  | { readonly kind: 'never-expire' };

/** Which GitHub repository the placeholders of a tag are asked of; `repository` is `owner/name` in lower case. */
export type SourceRule =
  /** That one, for every tag. */
  | { readonly kind: 'given'; readonly repository: string }
  /** The workflow's own, for the tags whose image says that it comes from there. `host` is the GitHub that counts. */
  | { readonly kind: 'own-labels'; readonly repository: string; readonly host: string }
  /** The one that the tag's image names, where its owner is that of the workflow's own repository. */
  | { readonly kind: 'from-labels'; readonly repository: string; readonly host: string }
  /** Nothing is asked. */
  | { readonly kind: 'none' };

/** What a workflow's event narrows placeholders to, for the tags that are judged by the event's own repository. */
export interface EventScope {
  /** `owner/name` in lower case. */
  readonly repository?: string;
  /** Only tags of this pull request are considered. */
  readonly pullRequest?: number;
  /** Only tags of this branch are considered; null where the event is about no branch at all. */
  readonly branch?: string | null;
}

/** What a dry run selected, by repository: each tag with its digest, which is undefined where the dry run did not know it. */
export type ApprovedPlan = ReadonlyMap<string, ReadonlyMap<TagName, string | undefined>>;

/** All that decides which tags go; the conditions are those of the inputs, which hold where a line has none of that name. */
export interface Rules extends Patterns, Conditions {
  readonly mode: RuleMode;
  /** Whether all tags of one image share one verdict, and the newest are counted by image. */
  readonly byImage: boolean;
  readonly cleanOrphanedSignatures: boolean;
  /** What runs somewhere, and stays. */
  readonly inUse?: InUse;
  /** Only what it selected is deleted. */
  readonly approved?: ApprovedPlan;
  readonly event: EventScope;
  readonly source: SourceRule;
}

/**
 * Reads the inputs `tags` and `exclude-tags`, a pattern per line; `!pattern` in `tags` excludes too.
 *
 * @throws AggregateError of every InvalidInputError
 */
export function parsePatterns(
  { tags, excludeTags }: { readonly tags: string; readonly excludeTags: string },
  context: RuleContext,
): Patterns {
  const { limit } = context;
  const rules: Rule[] = [];
  const exclude: Pattern[] = [];
  const namesNothing = meaningfulLines(tags).every((line) => line.startsWith('!'));
  readLines(
    { tags, 'exclude-tags': excludeTags },
    (line, input) => {
      if (input === 'exclude-tags') exclude.push(parseExclusion(line, { sign: '', limit }));
      else if (line.startsWith('!')) exclude.push(parseExclusion(line, { sign: '!', limit }));
      else rules.push(parseRule(line, context));
    },
    namesNothing && '`tags` names no tags to delete. Write at least one pattern, such as `pr-*`.',
  );
  return { tags: rules, exclude };
}

/** Whether the pattern has a placeholder that stands for something that GitHub knows. */
export function asksGitHub({ placeholder }: Pattern): boolean {
  return placeholder !== undefined && placeholder !== 'group';
}

/** The names that the patterns mean, other conditions aside. */
export function selectedBy<Name extends string>(
  { tags, exclude }: Patterns,
  names: readonly Name[],
): ReadonlySet<Name> {
  const excluded = new Set(exclude.flatMap((pattern) => matchedBy(pattern, names)));
  const wanted = tags.flatMap((pattern) => matchedBy(pattern, names));
  return new Set(wanted.filter((name) => !excluded.has(name)));
}

/** The exclusions that match none of the names: protection that protects nothing. */
export function unusedExclusions(exclude: readonly Pattern[], names: readonly string[]): readonly string[] {
  return exclude.filter((pattern) => matchedBy(pattern, names).length === 0).map(({ text }) => text);
}

function matchedBy<Name extends string>(pattern: Pattern, names: readonly Name[]): readonly Name[] {
  const matches = pattern.match(names);
  return names.filter((_, index) => matches[index] !== undefined);
}
