import type { Duration } from './duration.ts';
import { InvalidInputError } from './invalid.ts';
import { meaningfulLines } from './lines.ts';
import { type Pattern, parsePattern, readAll } from './pattern.ts';

/** Which tags are meant, and which of them are never. */
export interface Patterns {
  readonly tags: readonly Pattern[];
  readonly exclude: readonly Pattern[];
}

/** All that decides which tags go. */
export interface Rules extends Patterns {
  readonly olderThan?: Duration;
  /** How many of the newest matching tags stay. */
  readonly keepNewest?: number;
  readonly notPulledFor?: Duration;
  /** When the tags are to expire instead of being deleted, in Unix seconds. */
  readonly expireAt?: number;
  readonly cleanOrphanedSignatures: boolean;
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
 * Reads the inputs `tags` and `exclude-tags`, a pattern a line; `!pattern` in `tags` excludes too.
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
  const problems: InvalidInputError[] = [];
  const attempt = (text: string, role: 'tags' | 'exclude-tags'): readonly Pattern[] => {
    try {
      if (text === '')
        throw new InvalidInputError('`!` stands alone. Write the pattern behind it, such as `!v*`.');
      return [parsePattern(text, role)];
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(new InvalidInputError(`\`${role}\`: ${error.message}`, { cause: error.cause }));
      return [];
    }
  };
  const lines = meaningfulLines(tags);
  const wanted = lines.filter((line) => !line.startsWith('!'));
  if (wanted.length === 0)
    problems.push(
      new InvalidInputError('`tags` names no tags to delete. Write at least one pattern, such as `pr-*`.'),
    );
  const patterns = {
    tags: wanted.flatMap((line) => attempt(line, 'tags')),
    exclude: [
      ...lines
        .filter((line) => line.startsWith('!'))
        .flatMap((line) => attempt(line.slice(1).trim(), 'exclude-tags')),
      ...meaningfulLines(excludeTags).flatMap((line) => attempt(line.replace(/^!\s*/, ''), 'exclude-tags')),
    ],
  };
  if (problems.length > 0) throw new AggregateError(problems);
  return patterns;
}

/** The names that the patterns mean, whatever else is asked of them. */
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
  const readings = readAll(pattern, names);
  return names.filter((_, index) => readings[index] !== undefined);
}
