import pMap from 'p-map';
import { ServiceError } from '../model/errors.ts';
import { asObject, asString, type JsonObject } from '../model/json.ts';
import type { GraphqlClient, Problem, Topic } from './client.ts';

/** Whom to ask, and what about. */
export interface Subject {
  readonly client: GraphqlClient;
  readonly topic: Topic;
  /** `owner/name`. */
  readonly repository: string;
}

/** A string as GraphQL writes it: as JSON does. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The field of a query that stands for a repository. */
export function repositoryField(repository: string): string {
  const [owner = '', name = ''] = repository.split('/');
  return `repository(owner: ${quoted(owner)}, name: ${quoted(name)})`;
}

/** What GitHub says to one field of a query. */
export interface Found {
  readonly value: unknown;
  /** An error about this field, or about none of them in particular. */
  readonly problem?: Problem | undefined;
}

/** Fields in a query, by default; so many cost one point. */
const BATCH = 100;
/** As many queries are asked at a time. */
const AT_ONCE = 4;

/**
 * Asks for many fields of a repository, or of none, each once; after an error nothing more is asked.
 *
 * @param fields - each without an alias, such as `pullRequest(number: 7) { state }`
 * @returns what was found, by the field
 * @throws CredentialRefusedError where the token may not read that; ServiceError when a query was not answered at all
 */
export async function askFields(
  { client, topic, repository }: Omit<Subject, 'repository'> & Partial<Subject>,
  fields: Iterable<string>,
  size = BATCH,
): Promise<(field: string) => Found> {
  const all = [...new Set(fields)];
  const starts = Array.from({ length: Math.ceil(all.length / size) }, (_, index) => index * size);
  const found = new Map<string, Found>();
  const ask = async (start: number) => {
    const batch = new Map(all.slice(start, start + size).map((field, index) => [`f${index}`, field]));
    const text = [...batch].map(([alias, field]) => `${alias}: ${field}`).join('\n');
    const query = repository === undefined ? text : `${repositoryField(repository)} { ${text} }`;
    const { data, errors } = await client.ask(topic, query);
    const values = repository === undefined ? data : asObject(data['repository']);
    const aliasIn = ({ path }: Problem) => String(path[repository === undefined ? 0 : 1]);
    for (const [alias, field] of batch) {
      const problem = errors.find((error) => aliasIn(error) === alias || !batch.has(aliasIn(error)));
      found.set(field, { value: values[alias], problem });
    }
  };
  await pMap(starts, ask, { concurrency: AT_ONCE });
  return (field) => found.get(field) ?? { value: undefined };
}

/** A list that is read page by page. */
export interface List {
  /** Such as `branches`. */
  readonly what: string;
  /** The connection and its arguments, such as `refs(refPrefix: "refs/heads/", $page)`, where `$page` stands for its page. */
  readonly connection: string;
  /** The fields of a node. */
  readonly fields: string;
  /** Nodes in a page; by default 100, which is the most. */
  readonly size?: number;
  /** The field whose list it is, such as `pullRequest(number: 7)`; by default it is one of the repository's. */
  readonly within?: string;
}

interface Page {
  /** How long the whole list is. */
  readonly total: number;
  readonly nodes: readonly JsonObject[];
}

/**
 * The pages of a list, one after another, each beginning with the last node of the page before.
 *
 * @throws ServiceError when a page cannot be read
 */
export async function* readPages(subject: Subject, list: List): AsyncGenerator<Page, void> {
  const { what, connection, fields, size = 100, within } = list;
  let page: string | undefined = `first: ${size}`;
  while (page !== undefined) {
    const text = `${connection.replace('$page', page)} {
      totalCount nodes { ${fields} } edges { cursor } pageInfo { hasNextPage }
    }`;
    const field = within ? `${within} { list: ${text} }` : text;
    const { value, problem } = (await askFields(subject, [field]))(field);
    if (problem) throw incomplete(what, problem.message);
    const { totalCount, nodes, edges, pageInfo } = asObject(within ? asObject(value)['list'] : value);
    const { hasNextPage } = asObject(pageInfo);
    if (!Array.isArray(nodes) || typeof hasNextPage !== 'boolean' || typeof totalCount !== 'number')
      throw incomplete(what, 'a page cannot be read');
    const cursor = asString(asObject(Array.isArray(edges) ? edges.at(-2) : undefined)['cursor']);
    if (hasNextPage && (cursor === undefined || nodes.length < 2))
      throw incomplete(what, 'the next page is missing');
    page = hasNextPage ? `first: ${size}, after: ${quoted(cursor ?? '')}` : undefined;
    yield { total: totalCount, nodes: nodes.map(asObject) };
  }
}

/** A list that changes while its pages are read is read so often. */
const MOST_READINGS = 3;

/**
 * A whole list.
 *
 * GitHub's pages may be places in a list, so that an item falls between two of them when another goes meanwhile, even where a
 * new one keeps the length: a list where a page does not begin with the last item of the page before, or whose length does not
 * agree with what was read, is read again.
 *
 * @param read - a node's key, by which it is told from the others, and what is read of it; undefined where it cannot be read
 * @throws ServiceError when any page is missing: a part of the list is not enough to delete on
 */
export async function readWhole<T>(
  subject: Subject,
  list: List,
  read: (node: JsonObject) => readonly [key: string, item: T] | undefined,
): Promise<ReadonlyMap<string, T>> {
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    const items = await readOnce(subject, list, read);
    if (items) return items;
  }
  throw incomplete(list.what, 'it changed while it was read');
}

/** Undefined where the list changed meanwhile. */
async function readOnce<T>(
  ...[subject, list, read]: Parameters<typeof readWhole<T>>
): Promise<ReadonlyMap<string, T> | undefined> {
  const items = new Map<string, T>();
  const keys: string[] = [];
  let total = 0;
  for await (const page of readPages(subject, list)) {
    const last = keys.pop();
    for (const [index, node] of page.nodes.entries()) {
      const item = read(node);
      if (!item) throw incomplete(list.what, 'an item cannot be read');
      if (index === 0 && last !== undefined && item[0] !== last) return undefined;
      keys.push(item[0]);
      items.set(...item);
    }
    total = page.total;
    // Without this a list that shows more than it counts could go on for ever.
    if (keys.length > total) return undefined;
  }
  return items.size === total ? items : undefined;
}

export function incomplete(what: string, found: string): ServiceError {
  return new ServiceError(`GitHub's list of ${what} is not complete (${found}). Run again later.`);
}

const OID = /^[0-9a-f]{40}$/;

/** The hash of an object, whole; undefined for anything else. */
export function oidOf(object: unknown): string | undefined {
  const { oid } = asObject(object);
  return typeof oid === 'string' && OID.test(oid) ? oid : undefined;
}
