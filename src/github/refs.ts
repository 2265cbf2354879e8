import { asObject } from '../model/json.ts';
import type { GitHub } from './client.ts';
import type { Lookup } from './error-text.ts';
import { GitHubError } from './errors.ts';

interface RefListing {
  readonly github: GitHub;
  readonly lookup: Lookup;
  readonly prefix: 'refs/heads/' | 'refs/tags/';
  /** What is asked of each one besides its name, in GraphQL. */
  readonly fields: string;
}

/** By name without the prefix: what was asked of each one. */
type Refs = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** A list that changes while its pages are read is read so often. */
const MOST_READINGS = 3;

/**
 * All branches or all git tags, with 100 in a request.
 *
 * GitHub's pages are places in a list, so that a ref falls between two of them when another goes meanwhile, even where a new
 * one keeps the length: each page begins with the last ref of the page before, and a list where it does not, or whose length
 * does not agree with what was read, is read again.
 *
 * @throws GitHubError when any page is missing: a part of the list is not enough to delete on
 */
export async function listRefs(listing: RefListing): Promise<Refs> {
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    const refs = await readAll(listing);
    if (refs) return refs;
  }
  throw incomplete(listing, 'it changed while it was read');
}

/** Undefined where the list changed meanwhile. */
async function readAll(listing: RefListing): Promise<Refs | undefined> {
  const refs = new Map<string, Readonly<Record<string, unknown>>>();
  const seen = new Set<string>();
  let total: number | undefined;
  let after: string | undefined;
  let last: string | undefined;
  do {
    const page = await readPage(listing, after);
    if (total !== undefined && page.total !== total) return undefined;
    if (last !== undefined && page.nodes[0]?.[0] !== last) return undefined;
    total = page.total;
    const known = refs.size;
    last = page.nodes.at(-1)?.[0];
    for (const [name, node] of page.nodes) refs.set(name, node);
    after = page.next;
    if (after !== undefined && seen.has(after)) throw incomplete(listing, 'the next page is missing');
    if (after !== undefined) seen.add(after);
    // More than it counts, or the same again: without this a list could go on for ever.
    if (refs.size > total || (after !== undefined && refs.size === known)) return undefined;
  } while (after !== undefined);
  return refs.size === total ? refs : undefined;
}

interface Page {
  readonly total: number;
  readonly nodes: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  /** Where the next page begins: with the last ref of this one. */
  readonly next: string | undefined;
}

async function readPage(listing: RefListing, after: string | undefined): Promise<Page> {
  const { github, lookup, prefix, fields } = listing;
  const query = `query ($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    refs(refPrefix: "${prefix}", first: 100, after: $after) {
      totalCount
      nodes { name ${fields} }
      edges { cursor }
      pageInfo { hasNextPage }
    }
  }
}`;
  const { data, errors } = await github.query(lookup, query, { after: after ?? null });
  const { totalCount, nodes, edges, pageInfo } = asObject(asObject(data['repository'])['refs']);
  const { hasNextPage } = asObject(pageInfo);
  const { cursor } = asObject(Array.isArray(edges) ? edges.at(-2) : undefined);
  if (errors[0]) throw incomplete(listing, errors[0].message);
  if (!Array.isArray(nodes) || typeof hasNextPage !== 'boolean' || typeof totalCount !== 'number')
    throw incomplete(listing, 'a page cannot be read');
  if (hasNextPage && (typeof cursor !== 'string' || nodes.length < 2))
    throw incomplete(listing, 'the next page is missing');
  return {
    total: totalCount,
    nodes: nodes.map((node) => [nameOf(listing, node), asObject(node)]),
    next: hasNextPage && typeof cursor === 'string' ? cursor : undefined,
  };
}

function nameOf(listing: RefListing, node: unknown): string {
  const { name } = asObject(node);
  if (typeof name !== 'string' || name === '') throw incomplete(listing, 'one has no name');
  return name;
}

function incomplete({ prefix }: Pick<RefListing, 'prefix'>, found: string): GitHubError {
  const what = prefix === 'refs/heads/' ? 'branches' : 'git tags';
  return new GitHubError(
    `GitHub's list of ${what} is not complete (${found}). Nothing was deleted. Run again later.`,
  );
}
