import { expandBraces, globSource } from './glob.ts';
import { InvalidInputError } from './invalid.ts';
import { meaningfulLines } from './lines.ts';

/** The repositories that a line of the input `repository` means. */
export type RepositorySelector =
  | {
      readonly kind: 'exact';
      /** `namespace/name`. */
      readonly repository: string;
    }
  | {
      readonly kind: 'glob';
      readonly text: string;
      readonly namespace: string;
      /** Whether a repository (`namespace/name`) of the namespace is meant. */
      readonly matches: (repository: string) => boolean;
    };

/**
 * Reads the input `repository`, a repository or a glob a line. `host/namespace/name` is accepted for the registry's own host.
 *
 * @throws AggregateError of every InvalidInputError
 */
export function parseRepositories(text: string, registryHost: string): readonly RepositorySelector[] {
  const problems: InvalidInputError[] = [];
  const lines = [...new Set(meaningfulLines(text))];
  if (text !== '' && lines.length === 0)
    problems.push(new InvalidInputError('`repository` names none. Write `namespace/name`, one a line.'));
  const selectors = lines.flatMap((line) => {
    try {
      return [parseRepository(line, registryHost)];
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(error);
      return [];
    }
  });
  if (problems.length > 0) throw new AggregateError(problems);
  return selectors;
}

function parseRepository(line: string, registryHost: string): RepositorySelector {
  refuseForeign(line, registryHost);
  const path = line.startsWith(`${registryHost}/`) ? line.slice(registryHost.length + 1) : line;
  const [namespace = '', ...rest] = path.split('/');
  const name = rest.join('/');
  if (name === '')
    throw new InvalidInputError(
      `\`repository\` has ${JSON.stringify(line)}, which has no namespace. Write \`namespace/name\`.`,
    );
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new InvalidInputError(
      `\`repository\` has ${JSON.stringify(line)}, with an empty part, \`.\` or \`..\`. Write \`namespace/name\`.`,
    );
  }
  if (/[*?[{]/.test(namespace))
    throw new InvalidInputError(
      `\`repository\` has ${JSON.stringify(line)}, with a wildcard in the namespace. Write each namespace on a line of its own.`,
    );
  if (!/[*?[{]/.test(name)) {
    if (!/^[a-z0-9][a-z0-9._-]*$/.test(namespace) || !/^[a-z0-9_][a-z0-9._/-]*$/.test(name))
      throw foreignCharacters(line);
    return { kind: 'exact', repository: path };
  }
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(namespace) || /[^a-z0-9._/\-*?[\]!^{},]/.test(name))
    throw foreignCharacters(line);
  const regexes = expandBraces(name).map((glob) => new RegExp(`^${globSource(glob, '[^/]')}$`));
  return {
    kind: 'glob',
    text: line,
    namespace,
    matches: (repository) => regexes.some((regex) => regex.test(repository.slice(namespace.length + 1))),
  };
}

function refuseForeign(line: string, registryHost: string): void {
  const found = `\`repository\` has ${JSON.stringify(line)}`;
  if (/^[a-z]+:\/\//i.test(line))
    throw new InvalidInputError(
      `${found}, an address. Write \`namespace/name\`, and the host in \`registry\`.`,
    );
  if (line.includes('%'))
    throw new InvalidInputError(`${found}, with an encoded character. Write \`namespace/name\` plainly.`);
  if (line.includes('@'))
    throw new InvalidInputError(
      `${found}, with a digest. Tags are deleted by name only: write \`namespace/name\`, and the names in \`tags\`.`,
    );
  if (line.includes(',') && !line.includes('{'))
    throw new InvalidInputError(`${found}, with a comma. Write one repository a line.`);
  const [first = ''] = line.split('/');
  const isHost = line.split('/').length > 2 && /[.:\]]/.test(first);
  if (isHost && first !== registryHost) {
    throw new InvalidInputError(
      `${found}, on ${first}, and \`registry\` is ${registryHost}. Clean up one registry in a step, and leave the host out.`,
    );
  }
  const withoutHost = isHost ? line.slice(first.length + 1) : line;
  if (withoutHost.includes(':'))
    throw new InvalidInputError(
      `${found}, with a tag. Write \`namespace/name\` here, and the tag in \`tags\`.`,
    );
}

function foreignCharacters(line: string): InvalidInputError {
  return new InvalidInputError(
    `\`repository\` has ${JSON.stringify(line)}, with characters that no repository has. Write \`namespace/name\` in lower case, of letters, digits, \`.\`, \`_\` and \`-\`.`,
  );
}
