import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type GraphQLSchema,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql';

/** A query that cannot be run; GitHub answers such a one with errors and no data. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

export interface Query {
  readonly document: DocumentNode;
  /** Points. */
  readonly cost: number;
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
export function readQuery(text: string): Query {
  const document = parseQuery(text);
  const [problem] = validate(publicSchema(), document);
  if (problem) throw new QueryError(problem.message);
  const size = { requests: 0, nodes: 0 };
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation && 'selectionSet' in operation) measure(operation.selectionSet, size, 1);
  if (size.nodes > MOST_NODES)
    throw new QueryError(`This query is requesting up to ${size.nodes} possible nodes`);
  return { document, cost: Math.max(1, Math.round(size.requests / 100)) };
}

/** Answers a query from plain objects, with an error beside the data for each part that failed. */
export async function runQuery({ document }: Query, rootValue: object): Promise<object> {
  const { data, errors } = await execute({ schema: publicSchema(), document, rootValue });
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

/** @param times - how many nodes there may be to ask */
function measure(
  { selections }: SelectionSetNode,
  size: { requests: number; nodes: number },
  times: number,
): void {
  for (const part of selections) {
    if (part.kind === Kind.FRAGMENT_SPREAD) throw new QueryError('Named fragments are not measured here');
    const page = part.kind === Kind.FIELD && part.arguments?.find(({ name }) => name.value === 'first');
    const first = page && page.value.kind === Kind.INT ? Number(page.value.value) : undefined;
    if (first !== undefined) {
      if (!(first >= 1 && first <= 100)) throw new QueryError('`first` must be within 1 and 100');
      size.requests += times;
      size.nodes += times * first;
    }
    if (part.selectionSet) measure(part.selectionSet, size, times * (first ?? 1));
  }
}
