import { type Incoming, json, type Reply } from '../exchange.ts';
import type { Mutation } from '../mutation.ts';
import type { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import type { Row } from '../tag-table.ts';
import { message } from './refused.ts';
import { rowJson } from './rows.ts';

const YEAR = 365 * 86_400;

/** One page of a repository's tags, or of its history. */
export function listTags(
  { state, features, options, mutation }: Server,
  repository: Repository,
  { query }: Incoming,
): Reply {
  const limit = Math.min(Number(query.get('limit') ?? 50), 100);
  const page = Number(query.get('page') ?? 1);
  const { tags } = repository;
  const isOfLiving = query.get('onlyActiveTags') === 'true';
  if (mutation === 'loses-tags' && isOfLiving)
    for (const oldest of tags.living.slice(-1)) tags.remove(oldest);
  if (mutation === 'counts-listing')
    for (const { name } of tags.living) repository.tagPulls.count(name, state.now());
  const rows = isOfLiving || mutation === 'forgets-history' ? tags.living : tags.all;
  const found = filtered(
    named(mutation === 'reverse-order' ? rows.toReversed() : rows, query.get('specificTag')),
    features.filters ? query.get('filter_tag_name') : null,
  );
  const last = mutation === 'one-page' ? 1 : Math.max(1, Math.ceil(found.length / limit));
  const shown = pageShown(page, last, options.endlessList);
  return json(200, {
    tags: found
      .slice((shown - 1) * limit, shown * limit)
      .map((row) => ({ ...rowJson(repository, row, features), ...mutated(row, mutation) })),
    page,
    has_additional: options.endlessList !== undefined || page < last,
  });
}

/** What a row shows wrongly where that is broken on purpose. */
function mutated({ startMs }: Row, mutation: Mutation | undefined): Readonly<Record<string, unknown>> {
  const start = Math.floor(startMs / 1000);
  if (mutation === 'old-dates') return { start_ts: start - YEAR };
  if (mutation === 'future-dates') return { start_ts: start + YEAR };
  return mutation === 'ignores-immutable' ? { immutable: false } : {};
}

function pageShown(page: number, last: number, endless: 'last-page' | 'two-pages' | undefined): number {
  if (endless === 'last-page') return Math.min(page, last);
  return endless === 'two-pages' ? ((page - 1) % 2) + 1 : page;
}

function named(rows: readonly Row[], name: string | null): readonly Row[] {
  return name === null ? rows : rows.filter((row) => row.name === name);
}

function filtered(rows: readonly Row[], filter: string | null): readonly Row[] {
  if (filter === null) return rows;
  const [operator, ...rest] = filter.split(':');
  if (rest.length === 0) {
    throw message(
      400,
      "Unsupported syntax for filter_tag_name. Expected <operation>:<tag_name> where <operation>can be 'like' or 'eq'.",
    );
  }
  const text = rest.join(':');
  if (operator === 'eq') return named(rows, text);
  if (operator === 'like') return rows.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  // An operator that Quay does not know is ignored.
  return rows;
}
