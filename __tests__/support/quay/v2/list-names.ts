import { type Incoming, json, type Reply } from '../exchange.ts';
import type { Repository } from '../repository.ts';
import type { Server } from '../server.ts';

// Quay's database sorts names by its own collation, which often ignores case.
const collator = new Intl.Collator('en', { sensitivity: 'base' });
function order(one: string, other: string): number {
  if (one === other) return 0;
  return collator.compare(one, other) || (one < other ? -1 : 1);
}

/** One page of tag names, with a link to the next. */
export function listNames(
  { options, origin, mutation }: Server,
  repository: Repository,
  { query }: Incoming,
): Reply {
  const stale = options.staleRegistryList ? [...repository.recentlyDeleted] : [];
  const names = [...new Set([...repository.tags.living.map(({ name }) => name), ...stale])].sort(order);
  const limit = Math.min(Number(query.get('n') ?? 50), 100);
  const last = query.get('last');
  const from = last === null ? 0 : names.findIndex((name) => order(name, last) > 0);
  const page = from < 0 ? [] : names.slice(from, from + limit);
  const hasMore = mutation !== 'one-page' && from >= 0 && names.length > from + limit;
  const next = nextLast(options.endlessList, { last, end: page.at(-1) ?? '', hasMore });
  const path = `/v2/${repository.name}/tags/list?n=${limit}${next ? `&last=${encodeURIComponent(next)}` : ''}`;
  const link = `<${options.absoluteLinks ? origin : ''}${path}>; rel="next"`;
  return json(200, { name: repository.name, tags: page }, next === undefined ? {} : { link });
}

interface Place {
  readonly last: string | null;
  /** The last name of this page. */
  readonly end: string;
  readonly hasMore: boolean;
}

/** Where the next page begins: empty for the first page, undefined where there is none. */
function nextLast(
  endless: 'last-page' | 'two-pages' | undefined,
  { last, end, hasMore }: Place,
): string | undefined {
  if (endless === 'two-pages') return last === null ? end : '';
  if (hasMore) return end;
  return endless === 'last-page' ? (last ?? '') : undefined;
}
