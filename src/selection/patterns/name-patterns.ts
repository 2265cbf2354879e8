import { quote, refusal } from '../../model/errors.ts';
import { alternativesOf, compileGlobs } from './glob.ts';
import { meaningfulLines, PLACEHOLDER, readLines } from './pattern.ts';

/** The repositories that a line of the input `repository` means. */
export type RepositorySelector =
  | {
      readonly kind: 'exact';
      /** `namespace/name`. */
      readonly repository: string;
    }
  | {
      readonly kind: 'glob';
      /** `namespace/glob`; of its wildcards only `**` matches a `/`. */
      readonly text: string;
      readonly namespace: string;
      /** Whether a repository (`namespace/name`) is meant. */
      readonly matches: (repository: string) => boolean;
      /** Whether a repository is left out only because its name has a further slash. */
      readonly matchesBelow: (repository: string) => boolean;
    };

/**
 * Reads the input `repository`, a repository or a glob per line. `host/namespace/name` is accepted for the registry's own host.
 * An input that was not given names none.
 *
 * @throws AggregateError of every InvalidInputError
 */
export function parseRepositories(text: string, registryHost: string): readonly RepositorySelector[] {
  const selectors = readLines(
    { repository: text },
    (line) => parseRepository(line, registryHost),
    text !== '' &&
      meaningfulLines(text).length === 0 &&
      '`repository` names no repository. Write `namespace/name`, one per line.',
  );
  const byPath = Map.groupBy(selectors, (one) => (one.kind === 'exact' ? one.repository : one.text));
  return [...byPath.values()].flatMap(([first]) => first ?? []);
}

function parseRepository(line: string, registryHost: string): RepositorySelector {
  const [host = '', ...path] = line.split('/');
  const isOwn = host.toLowerCase() === registryHost.toLowerCase();
  const problem = problemWith(line, isOwn ? path : [host, ...path], registryHost);
  if (problem !== undefined) throw refusal(line, problem);
  const repository = isOwn ? path.join('/') : line;
  if (!WILDCARD.test(repository)) return { kind: 'exact', repository };
  const namespace = repository.slice(0, repository.indexOf('/'));
  const here = compileGlobs(line, alternativesOf(repository));
  const below = compileGlobs(line, alternativesOf(repository.replace(/\*+/g, '**')));
  return {
    kind: 'glob',
    text: repository,
    namespace,
    matches: (name) => here.test(name),
    matchesBelow: (name) => below.test(name) && !here.test(name),
  };
}

const NAMESPACE = /^[a-z0-9][a-z0-9._-]{0,254}$/;
const NAME = /^[a-z0-9_*?][a-z0-9._/*?-]{0,254}$/;
const WILDCARD = /[*?[\]{}]/;

/** @param parts - of the line, without the registry's own host */
function problemWith(line: string, parts: readonly string[], registryHost: string): string | undefined {
  const [namespace = '', ...rest] = parts;
  if (/^[a-z]+:\/\//i.test(line)) return 'is an address. Write `namespace/name`, and the host in `registry`.';
  if (line.includes('%')) return 'has an encoded character. Write `namespace/name` plainly.';
  if (line.includes('@'))
    return 'has a digest. Tags are deleted by name only: write `namespace/name`, and the names in `tags`.';
  if (line.includes(',') && !line.includes('{')) return 'has a comma. Write one repository per line.';
  if (
    parts.length > 2 &&
    line.startsWith(`${namespace}/`) &&
    /[.:\]]/.test(namespace) &&
    !/[*?{]/.test(namespace)
  )
    return `is on ${quote(namespace)}, and \`registry\` is ${quote(registryHost)}. Use one step for each registry, and leave the host out.`;
  if (parts.join('/').includes(':')) return 'has a tag. Write `namespace/name` here, and the tag in `tags`.';
  if (parts.some((part) => ['', '.', '..'].includes(part)))
    return 'has an empty part, `.` or `..`. Write `namespace/name`.';
  if (rest.length === 0) return 'has no namespace. Write `namespace/name`.';
  if (WILDCARD.test(namespace))
    return 'has a wildcard in the namespace. Write each namespace on a separate line.';
  const names = alternativesOf(rest.join('/'));
  if (names.some((name) => PLACEHOLDER.test(name)))
    return 'has a placeholder. Placeholders belong in `tags`.';
  const plain = names.map((name) => name.replace(/\[[!^]?([a-z0-9._-]+)\]/g, '?'));
  if (!NAMESPACE.test(namespace) || !plain.every((name) => NAME.test(name)))
    return 'has characters that no repository name has, or too many. Write `namespace/name` in lower case, of letters, digits, `.`, `_` and `-`.';
  return undefined;
}

/** One of `count` shares of the repositories, the first being 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const MOST_SHARDS = 1000;

/**
 * Reads `2/8`.
 *
 * @throws InvalidInputError
 */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index >= 1 && index <= count && count <= MOST_SHARDS)
    return { index, count };
  const problem = `is not a valid shard. Write which of how many, such as \`2/8\`: from \`1/8\` to \`8/8\`, at most ${MOST_SHARDS}.`;
  throw refusal(text, problem);
}

/** Whether a repository (`namespace/name`) belongs to the shard: always to the same one of a count, whichever others there are. */
export function inShard(repository: string, { index, count }: Shard): boolean {
  return hashOf(repository) % count === index - 1;
}

/** FNV-1a of the UTF-16 code units, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  // The lower bits of similar texts are mixed with all others.
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** A pattern of branch names. */
export interface BranchPattern {
  /** As the user wrote it. */
  readonly text: string;
  readonly matches: (branch: string) => boolean;
}

/**
 * Reads the input `keep-commits-of`, a glob per line. It protects, so its wildcards take a slash too: `release*` takes
 * `release/1.0`.
 *
 * @throws AggregateError of every InvalidInputError
 */
export function parseBranchPatterns(text: string): readonly BranchPattern[] {
  return readLines({ 'keep-commits-of': text }, parseBranchPattern);
}

/** What no branch's name holds, besides the characters of patterns: https://git-scm.com/docs/git-check-ref-format */
const FOREIGN = /[\s~^:\\\p{Cc}]|\.\.|@\{|\/\/|^\/|\/$/u;

function parseBranchPattern(text: string): BranchPattern {
  if (FOREIGN.test(text.replace(/\[[!^]/g, '[')) || PLACEHOLDER.test(text))
    throw refusal(
      text,
      'is what no branch is called. Write branches or globs, one per line, such as `release/*`.',
    );
  const regex = compileGlobs(text, alternativesOf(text.replace(/\*+/g, '**')));
  return { text, matches: (branch) => regex.test(branch) };
}
