import { InvalidInputError } from '../../model/errors.ts';
import { quote } from '../../model/quote.ts';
import { compileGlobs, expandBraces } from './glob.ts';
import { meaningfulLines, readLines, refuseDash } from './lines.ts';
import { PLACEHOLDER } from './pattern.ts';

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
  const lines = meaningfulLines(text);
  if (text !== '' && lines.length === 0) {
    throw new AggregateError([
      new InvalidInputError('`repository` names no repository. Write `namespace/name`, one per line.', {
        namesInput: true,
      }),
    ]);
  }
  const { values, problems } = readLines(lines, (line) => parseRepository(line, registryHost));
  if (problems.length > 0) throw new AggregateError(problems, 'Some repositories are not valid.');
  return [...new Map(values.map((selector) => [pathOf(selector), selector])).values()];
}

function pathOf(selector: RepositorySelector): string {
  return selector.kind === 'exact' ? selector.repository : selector.text;
}

const NAMESPACE = /^[a-z0-9][a-z0-9._-]{0,254}$/;
const NAME = /^[a-z0-9_][a-z0-9._/-]{0,254}$/;
const WILDCARD = /[*?[\]{}]/;

function parseRepository(line: string, registryHost: string): RepositorySelector {
  refuseDash(line);
  refuseForeign(line);
  const path = withoutHost(line, registryHost);
  const parts = path.split('/');
  const [namespace = '', ...rest] = parts;
  const name = rest.join('/');
  if (parts.some((part) => ['', '.', '..'].includes(part))) {
    throw invalid(line, 'with an empty part, `.` or `..`. Write `namespace/name`');
  }
  if (name === '') throw invalid(line, 'which has no namespace. Write `namespace/name`');
  if (WILDCARD.test(namespace)) {
    throw invalid(line, 'with a wildcard in the namespace. Write each namespace on a separate line');
  }
  if (!NAMESPACE.test(namespace)) throw foreignCharacters(line);
  if (WILDCARD.test(name)) {
    const matches = matcher(line, { namespace, name });
    const deeper = matcher(line, { namespace, name: name.replace(/\*+/g, '**') });
    const matchesBelow = (repository: string) => !matches(repository) && deeper(repository);
    return { kind: 'glob', text: path, namespace, matches, matchesBelow };
  }
  if (!NAME.test(name)) throw foreignCharacters(line);
  return { kind: 'exact', repository: path };
}

function matcher(
  line: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): (repository: string) => boolean {
  const expanded = expandBraces(name);
  for (const glob of expanded) {
    const foreign = glob.replace(/\[[!^]?([a-z0-9._-]+)\]/g, '?').replaceAll(/[a-z0-9._/*?-]/g, '');
    if (PLACEHOLDER.test(glob)) throw invalid(line, 'with a placeholder. Placeholders belong in `tags`');
    if (foreign !== '') throw foreignCharacters(line);
  }
  const regex = compileGlobs(
    line,
    expanded.map((glob) => `${namespace}/${glob}`),
  );
  return (repository) => regex.test(repository);
}

function refuseForeign(line: string): void {
  if (/^[a-z]+:\/\//i.test(line)) {
    throw invalid(line, 'an address. Write `namespace/name`, and the host in `registry`');
  }
  if (line.includes('%')) throw invalid(line, 'with an encoded character. Write `namespace/name` plainly');
  if (line.includes('@')) {
    throw invalid(
      line,
      'with a digest. Tags are deleted by name only: write `namespace/name`, and the names in `tags`',
    );
  }
  if (line.includes(',') && !line.includes('{')) {
    throw invalid(line, 'with a comma. Write one repository per line');
  }
}

/** Without the registry's host; a first part that looks like another host is refused. */
function withoutHost(line: string, registryHost: string): string {
  const [first = '', ...rest] = line.split('/');
  const isOwn = first.toLowerCase() === registryHost.toLowerCase();
  const path = isOwn ? rest.join('/') : line;
  if (!isOwn && rest.length > 1 && /[.:\]]/.test(first) && !/[*?{]/.test(first)) {
    throw invalid(
      line,
      `on ${quote(first)}, and \`registry\` is ${quote(registryHost)}. Use one step for each registry, and leave the host out`,
    );
  }
  if (path.includes(':')) {
    throw invalid(line, 'with a tag. Write `namespace/name` here, and the tag in `tags`');
  }
  return path;
}

function foreignCharacters(line: string): InvalidInputError {
  return invalid(
    line,
    'with characters that no repository name has, or with too many. Write `namespace/name` in lower case, of letters, digits, `.`, `_` and `-`',
  );
}

function invalid(line: string, what: string): InvalidInputError {
  return new InvalidInputError(`\`repository\` has ${quote(line)}, ${what}.`, { namesInput: true });
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
  const { values, problems } = readLines(meaningfulLines(text), parseBranchPattern);
  if (problems.length > 0) throw new AggregateError(problems, 'Some branches are not valid.');
  return values;
}

/** What no branch's name holds, besides the characters of patterns: https://git-scm.com/docs/git-check-ref-format */
const FOREIGN = /[\s~^:\\\p{Cc}]|\.\.|@\{|\/\//u;

function parseBranchPattern(text: string): BranchPattern {
  refuseDash(text);
  const withoutClasses = text.replace(/\[[!^]/g, '[');
  const foreign = FOREIGN.exec(withoutClasses)?.[0];
  if (foreign !== undefined || PLACEHOLDER.test(text) || /^\/|\/$/.test(text)) {
    throw new InvalidInputError(
      `\`keep-commits-of\` has ${quote(text)}, which no branch is called. Write branches or globs, one per line, such as \`release/*\`.`,
      { namesInput: true },
    );
  }
  const regex = compileGlobs(
    text,
    expandBraces(text).map((glob) => glob.replace(/\*+/g, '**')),
  );
  return { text, matches: (branch) => regex.test(branch) };
}
