import pMap from 'p-map';
import { ServiceError } from '../model/errors.ts';
import { asObject, asString, type JsonObject } from '../model/json.ts';
import { askOf, type Subject } from './client.ts';

interface List<T> extends Subject {
  /** Such as `branches`. */
  readonly what: string;
  /** The connection and its arguments, such as `refs(refPrefix: "refs/heads/", $page) `, where `$page` stands for its page. */
  readonly connection: string;
  /** The fields of a node, in GraphQL. */
  readonly fields: string;
  /** By what a node is told from the others; undefined where it cannot be read. */
  readonly read: (node: JsonObject) => readonly [key: string, item: T] | undefined;
}

/** A list that changes while its pages are read is read so often. */
const MOST_READINGS = 3;

/**
 * A whole list, with 100 in a request.
 *
 * GitHub's pages may be places in a list, so that an item falls between two of them when another goes meanwhile, even where a
 * new one keeps the length: each page begins with the last item of the page before, and a list where it does not, or whose
 * length does not agree with what was read, is read again.
 *
 * @throws ServiceError when any page is missing: a part of the list is not enough to delete on
 */
export async function readWhole<T>(list: List<T>): Promise<ReadonlyMap<string, T>> {
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    const items = await readOnce(list);
    if (items) return items;
  }
  throw incomplete(list.what, 'it changed while it was read');
}

/** Undefined where the list changed meanwhile. */
async function readOnce<T>(list: List<T>): Promise<ReadonlyMap<string, T> | undefined> {
  const items = new Map<string, T>();
  let total: number | undefined;
  let last: string | undefined;
  let after: string | undefined;
  do {
    const page = await readPage(list, after);
    if (total !== undefined && page.total !== total) return undefined;
    if (last !== undefined && page.items[0]?.[0] !== last) return undefined;
    total = page.total;
    last = page.items.at(-1)?.[0];
    const known = items.size;
    for (const [key, item] of page.items) items.set(key, item);
    after = page.next;
    // More than it counts, or the same again: without this a list could go on for ever.
    if (items.size > total || (after !== undefined && items.size === known)) return undefined;
  } while (after !== undefined);
  return items.size === total ? items : undefined;
}

interface Page<T> {
  readonly total: number;
  readonly items: readonly (readonly [string, T])[];
  /** Where the next page begins: with the last item of this one. */
  readonly next: string | undefined;
}

async function readPage<T>(list: List<T>, after: string | undefined): Promise<Page<T>> {
  const { what, connection, fields, read } = list;
  const answer = await askOf(list, {
    text: `list: ${connection.replace('$page', 'first: 100, after: $after')} {
      totalCount nodes { ${fields} } edges { cursor } pageInfo { hasNextPage }
    }`,
    variables: { after: ['String', after ?? null] },
  });
  const { totalCount, nodes, edges, pageInfo } = asObject(answer.found['list']);
  const { hasNextPage } = asObject(pageInfo);
  const [problem] = answer.errors;
  if (problem) throw incomplete(what, problem.message);
  if (!Array.isArray(nodes) || typeof hasNextPage !== 'boolean' || typeof totalCount !== 'number')
    throw incomplete(what, 'a page cannot be read');
  const cursor = asString(asObject(Array.isArray(edges) ? edges.at(-2) : undefined)['cursor']);
  if (hasNextPage && (cursor === undefined || nodes.length < 2))
    throw incomplete(what, 'the next page is missing');
  const items = nodes.map((node) => {
    const item = read(asObject(node));
    if (!item) throw incomplete(what, 'an item cannot be read');
    return item;
  });
  return { total: totalCount, items, next: hasNextPage ? cursor : undefined };
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

/** As many queries are asked at a time. */
const AT_ONCE = 4;

/** Asks about many things, so many in a query; after an error nothing more is asked. */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  ask: (batch: readonly T[]) => Promise<R>,
): Promise<readonly R[]> {
  const batches = Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
  return pMap(batches, ask, { concurrency: AT_ONCE });
}
