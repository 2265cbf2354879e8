import type { Duration } from '../model/duration.ts';
import { InvalidInputError } from '../model/invalid-input.ts';
import { quote } from '../model/quote.ts';
import { meaningfulLines, readLines } from './patterns/lines.ts';
import { type PatternRole, parsePattern } from './patterns/parse-pattern.ts';
import type { Pattern } from './patterns/pattern.ts';

/** Which tags are meant, and which of them are never. */
export interface Patterns {
  readonly tags: readonly Pattern[];
  readonly exclude: readonly Pattern[];
}

/** All that decides which tags go. */
export interface Rules extends Patterns {
  readonly olderThan?: Duration;
  /** How many of the newest matching tags are kept. */
  readonly keepNewest?: number;
  readonly notPulledFor?: Duration;
  /** When the tags are to expire instead of being deleted, in Unix seconds. */
  readonly expireAt?: number;
  readonly cleanOrphanedSignatures: boolean;
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
    tags: readLines(wanted, (line) => parseLine(line, { input: 'tags', role: 'tags' })),
    negated: readLines(negated, (line) =>
      parseLine(line.slice(1).trim(), { input: 'tags', role: 'exclude-tags' }),
    ),
    exclude: readLines(meaningfulLines(excludeTags), (line) =>
      parseLine(line, { input: 'exclude-tags', role: 'exclude-tags' }),
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

function parseLine(
  text: string,
  { input, role }: { readonly input: PatternRole; readonly role: PatternRole },
): Pattern {
  try {
    if (text === '') {
      throw new InvalidInputError('`!` has no pattern. Write one after it, such as `!v*`.');
    }
    if (text.startsWith('!')) {
      throw new InvalidInputError(
        `${quote(text)} has a \`!\` too many: an exclusion cannot be taken back. Write the pattern to exclude without it.`,
      );
    }
    return parsePattern(text, role);
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
