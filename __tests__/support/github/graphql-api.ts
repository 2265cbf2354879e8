import { type Field, QueryError, type Selection } from './graphql-query.ts';
import { compare, type PullRequest, type RepositoryState } from './state.ts';

/** A field that GitHub does not find is null, with an error beside the data. */
class NotFound {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** An object of GitHub's schema: its type's names, and its fields as functions of their arguments. */
interface SchemaObject {
  readonly types: readonly string[];
  readonly fields: Readonly<Record<string, (given: Readonly<Record<string, unknown>>) => unknown>>;
}

interface Problem {
  readonly type: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Answers a query about the repository: only what it asks for, and an error for each alias that is not found. */
export function answerQuery(state: RepositoryState, selection: readonly Selection[]): object {
  const problems: Problem[] = [];
  const data = resolve(root(state), selection, { problems, path: [] });
  return { data, ...(problems.length > 0 ? { errors: problems } : {}) };
}

interface Place {
  readonly problems: Problem[];
  readonly path: readonly (string | number)[];
}

function resolve(value: unknown, selection: readonly Selection[], place: Place): unknown {
  const { problems, path } = place;
  if (value instanceof NotFound) {
    problems.push({ type: 'NOT_FOUND', path, message: value.message });
    return null;
  }
  if (Array.isArray(value))
    return value.map((item, index) => resolve(item, selection, { problems, path: [...path, index] }));
  if (!isSchemaObject(value)) return value;
  return Object.fromEntries(
    fieldsFor(value, selection).map((field) => [
      field.alias,
      resolve(askFor(value, field), field.selection, { problems, path: [...path, field.alias] }),
    ]),
  );
}

function fieldsFor(object: SchemaObject, selection: readonly Selection[]): readonly Field[] {
  return selection.flatMap((part) => {
    if (part.kind === 'field') return [part];
    return object.types.includes(part.on) ? fieldsFor(object, part.selection) : [];
  });
}

function askFor(object: SchemaObject, { name, arguments: given }: Field): unknown {
  if (name === '__typename') return object.types[0];
  const field = object.fields[name];
  if (!field) throw new QueryError(`Field '${name}' doesn't exist on type '${object.types[0]}'`);
  return field(given);
}

function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && 'types' in value;
}

function root(state: RepositoryState): SchemaObject {
  return {
    types: ['Query'],
    fields: {
      repository: ({ owner, name }) =>
        `${owner}/${name}` === state.name
          ? repository(state)
          : new NotFound(`Could not resolve to a Repository with the name '${owner}/${name}'.`),
    },
  };
}

function repository(state: RepositoryState): SchemaObject {
  return {
    types: ['Repository'],
    fields: {
      nameWithOwner: () => state.name,
      defaultBranchRef: () =>
        state.branches.has(state.defaultBranch) ? branch(state, state.defaultBranch) : null,
      pullRequest: ({ number }) => {
        const found = state.pullRequests.get(Number(number));
        return found
          ? pullRequest(found)
          : new NotFound(`Could not resolve to a PullRequest with the number of ${number}.`);
      },
      pullRequests: ({ states, baseRefName, first, after }) => {
        const all = [...state.pullRequests.values()].filter(
          (one) =>
            one.repository === state.name &&
            (states === undefined || one.state === states) &&
            (baseRefName === undefined || one.base === baseRefName),
        );
        return connection(all.map(pullRequest), { first, after });
      },
      object: ({ expression }) => {
        const oid = state.resolve(String(expression));
        return oid === undefined ? null : commit(state, oid);
      },
      ref: ({ qualifiedName }) => {
        const name = String(qualifiedName).replace('refs/heads/', '');
        return state.branches.has(name) ? branch(state, name) : null;
      },
      refs: ({ refPrefix, first, after }) => {
        const isHeads = refPrefix === 'refs/heads/';
        const names = [...(isHeads ? state.branches : state.gitTags).keys()];
        const all = names.map((name) => (isHeads ? branch(state, name) : gitTag(state, name)));
        return connection(all, { first, after });
      },
    },
  };
}

function branch(state: RepositoryState, name: string): SchemaObject {
  const head = state.headOf(name);
  return {
    types: ['Ref'],
    fields: {
      name: () => name,
      target: () => commit(state, head),
      compare: ({ headRef }) => {
        const oid = state.resolve(String(headRef));
        const found = oid && compare(state, head, oid);
        if (!oid || !found) return new NotFound(`Could not resolve head ref ${headRef}`);
        return {
          types: ['Comparison'],
          fields: {
            status: () => found.status,
            aheadBy: () => found.aheadBy,
            behindBy: () => found.behindBy,
            headTarget: () => commit(state, oid),
          },
        };
      },
    },
  };
}

function gitTag(state: RepositoryState, name: string): SchemaObject {
  const found = state.gitTags.get(name);
  if (!found) throw new Error(`There is no git tag ${name}.`);
  let target = commit(state, found.commit);
  for (let depth = 0; depth < found.depth; depth += 1) {
    const inner = target;
    target = { types: ['Tag', 'GitObject'], fields: { oid: () => 'f'.repeat(40), target: () => inner } };
  }
  return { types: ['Ref'], fields: { name: () => name, target: () => target } };
}

function commit(state: RepositoryState, oid: string): SchemaObject {
  return {
    types: ['Commit', 'GitObject'],
    fields: {
      oid: () => oid,
      message: () => state.messageOf(oid),
      parents: (page) =>
        connection(
          state.parentsOf(oid).map((parent) => commit(state, parent)),
          page,
        ),
      associatedPullRequests: (page) => connection(state.pullRequestsOf(oid).map(pullRequest), page),
    },
  };
}

function pullRequest({ number, state, repository: name }: PullRequest): SchemaObject {
  return {
    types: ['PullRequest'],
    fields: {
      number: () => number,
      state: () => state,
      repository: () => ({ types: ['Repository'], fields: { nameWithOwner: () => name } }),
    },
  };
}

/** A page of a list; its cursors are places in the list, as GitHub's are. */
function connection(
  all: readonly SchemaObject[],
  { first, after }: Readonly<Record<string, unknown>>,
): SchemaObject {
  if (typeof first !== 'number') throw new QueryError('You must provide a `first` or `last` value');
  const from = Number(after ?? 0);
  const pageInfo: SchemaObject = {
    types: ['PageInfo'],
    fields: { hasNextPage: () => all.length > from + first, endCursor: () => String(from + first) },
  };
  return {
    types: ['Connection'],
    fields: {
      totalCount: () => all.length,
      nodes: () => all.slice(from, from + first),
      edges: () =>
        all
          .slice(from, from + first)
          .map((_, index) => ({ types: ['Edge'], fields: { cursor: () => String(from + index + 1) } })),
      pageInfo: () => pageInfo,
    },
  };
}
