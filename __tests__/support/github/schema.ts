import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type GraphQLSchema,
  Kind,
  parse,
  type SelectionSetNode,
  type ValueNode,
  validate,
} from 'graphql';

/** A query that cannot be run; GitHub answers such a one with errors and no data. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

export interface Query {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Points. */
  readonly cost: number;
  /** Nodes that it may return at most. */
  readonly nodes: number;
}

const MOST_NODES = 500_000;

let schema: GraphQLSchema | undefined;

/** The package exports its types alone. */
const SCHEMA = new URL('../../../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url);

/** GitHub's public schema; built once, since that takes a while. */
function publicSchema(): GraphQLSchema {
  schema ??= buildSchema(readFileSync(SCHEMA, 'utf8'), { assumeValid: true });
  return schema;
}

/**
 * Reads a query: whether it fits the schema, and what it costs.
 *
 * The cost is the requests that each connection in it would take, divided by 100, and 1 at least.
 *
 * @throws QueryError
 *
 * Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function readQuery(text: string, variables: Readonly<Record<string, unknown>>): Query {
  const document = parseQuery(text);
  const [problem] = validate(publicSchema(), document);
  if (problem) throw new QueryError(problem.message);
  const size = { requests: 0, nodes: 0 };
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation && 'selectionSet' in operation)
    measure(operation.selectionSet, { document, variables, size, times: 1 });
  if (size.nodes > MOST_NODES)
    throw new QueryError(`This query is requesting up to ${size.nodes} possible nodes`);
  return { document, variables, cost: Math.max(1, Math.round(size.requests / 100)), nodes: size.nodes };
}

/** Answers a query from plain objects, with an error beside the data for each part that failed. */
export async function runQuery({ document, variables }: Query, rootValue: object): Promise<object> {
  const { data, errors } = await execute({
    schema: publicSchema(),
    document,
    rootValue,
    variableValues: variables,
  });
  const problems = errors?.map((error) => {
    const { message, path } = error.toJSON();
    return { ...error.extensions, path, message };
  });
  return { ...(data === undefined ? {} : { data }), ...(problems ? { errors: problems } : {}) };
}

function parseQuery(text: string): DocumentNode {
  try {
    return parse(text);
  } catch (error) {
    throw new QueryError(error instanceof Error ? error.message : String(error));
  }
}

interface Measuring {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly size: { requests: number; nodes: number };
  /** How many nodes there may be to ask. */
  readonly times: number;
}

function measure({ selections }: SelectionSetNode, measuring: Measuring): void {
  const { document, size, times, variables } = measuring;
  for (const part of selections) {
    if (part.kind === Kind.FRAGMENT_SPREAD) {
      for (const one of document.definitions)
        if (one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === part.name.value)
          measure(one.selectionSet, measuring);
      continue;
    }
    const page =
      part.kind === Kind.FIELD ? part.arguments?.find(({ name }) => name.value === 'first') : undefined;
    const first = page && numberOf(page.value, variables);
    if (first !== undefined) {
      if (!(first >= 1 && first <= 100)) throw new QueryError('`first` must be within 1 and 100');
      size.requests += times;
      size.nodes += times * first;
    }
    if (part.selectionSet) measure(part.selectionSet, { ...measuring, times: times * (first ?? 1) });
  }
}

function numberOf(value: ValueNode, variables: Readonly<Record<string, unknown>>): number {
  if (value.kind === Kind.INT) return Number(value.value);
  return value.kind === Kind.VARIABLE ? Number(variables[value.name.value]) : Number.NaN;
}
