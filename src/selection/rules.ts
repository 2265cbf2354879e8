import { InvalidInputError } from '../model/errors.ts';
import { quote } from '../model/quote.ts';
import type { ApprovedPlan } from './approval.ts';
import type { InUse } from './in-use.ts';
import { meaningfulLines, readLines } from './patterns/lines.ts';
import { type PatternRole, parsePattern } from './patterns/parse-pattern.ts';
import type { Pattern } from './patterns/pattern.ts';
import { type Conditions, parseRule, type Rule, refuseConditions } from './rule.ts';

/** Which tags are meant, and which of them are never. */
export interface Patterns {
  readonly tags: readonly Rule[];
  readonly exclude: readonly Pattern[];
}

/** All that decides which tags go; the conditions are those of the inputs, which hold where a line has none of that name. */
export interface Rules extends Patterns, Conditions {
  /** When the tags are to expire instead of being deleted, in Unix seconds. */
  readonly expireAt?: number;
  readonly cleanOrphanedSignatures: boolean;
  /** What runs somewhere, and stays. */
  readonly inUse?: InUse;
  /** Only what it selected is deleted. */
  readonly approved?: ApprovedPlan;
  /** Whether the credential can bring back a tag that Quay deleted with its image. */
  readonly canRestore: boolean;
  readonly event: EventScope;
}

/** What a workflow's event narrows placeholders to. */
export interface EventScope {
  /** Only tags of this pull request are considered. */
  readonly pullRequest?: number;
  /** Only tags of this branch are considered; null where the event is about no branch at all. */
  readonly branch?: string | null;
}

/**
 * Reads the inputs `tags` and `exclude-tags`, a pattern per line; `!pattern` in `tags` excludes too.
 *
 * @throws AggregateError of every InvalidInputError
 */
export function parsePatterns({
  tags,
  excludeTags,
}: {
  readonly tags: string;
  readonly excludeTags: string;
}): Patterns {
  const lines = meaningfulLines(tags);
  const wanted = lines.filter((line) => !line.startsWith('!'));
  const negated = lines.filter((line) => line.startsWith('!'));
  const read = {
    tags: readLines(wanted, (line) => namingInput('tags', () => parseRule(line))),
    negated: readLines(negated, (line) =>
      namingInput('tags', () => parseExclusion(line.slice(1).trim(), line)),
    ),
    exclude: readLines(meaningfulLines(excludeTags), (line) =>
      namingInput('exclude-tags', () => parseExclusion(line, line)),
    ),
  };
  const problems = [
    ...(wanted.length === 0 ? [new InvalidInputError(NO_TAGS)] : []),
    ...Object.values(read).flatMap((lines) => lines.problems),
  ];
  if (problems.length > 0) throw new AggregateError(problems, 'Some patterns are not valid.');
  return { tags: read.tags.values, exclude: [...read.negated.values, ...read.exclude.values] };
}

const NO_TAGS = '`tags` names no tags to delete. Write at least one pattern, such as `pr-*`.';

/** @param line - the text as it stands in the input */
function parseExclusion(text: string, line: string): Pattern {
  if (text === '') {
    throw new InvalidInputError('`!` has no pattern. Write one after it, such as `!v*`.');
  }
  if (text.startsWith('!')) {
    throw new InvalidInputError(
      `${quote(text)} has a \`!\` too many: an exclusion cannot be taken back. Write the pattern to exclude without it.`,
    );
  }
  refuseConditions(line);
  return parsePattern(text, 'exclude-tags');
}

/** Names the input in whatever is wrong with its line. */
function namingInput<T>(input: PatternRole, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`\`${input}\`: ${error.message}`, { cause: error.cause });
  }
}

/** The names that the patterns mean, other conditions aside. */
export function selectedBy<Name extends string>(
  { tags, exclude }: Patterns,
  names: readonly Name[],
): ReadonlySet<Name> {
  const matching = (patterns: readonly Pattern[]) =>
    new Set(patterns.flatMap((pattern) => matchedBy(pattern, names)));
  const excluded = matching(exclude);
  return new Set([...matching(tags)].filter((name) => !excluded.has(name)));
}

/** The exclusions that match none of the names: protection that protects nothing. */
export function unusedExclusions(exclude: readonly Pattern[], names: readonly string[]): readonly string[] {
  return exclude.filter((pattern) => matchedBy(pattern, names).length === 0).map(({ text }) => text);
}

function matchedBy<Name extends string>(pattern: Pattern, names: readonly Name[]): readonly Name[] {
  const matches = pattern.match(names);
  return names.filter((_, index) => matches[index] !== undefined);
}
