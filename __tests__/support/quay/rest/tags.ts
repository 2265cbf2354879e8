import { html, type Incoming, json, type Reply } from '../exchange.ts';
import type { Repository } from '../repository.ts';
import type { Features, Mutation, Server } from '../server.ts';
import type { Row } from '../tag-table.ts';
import { demandOwner, message, namespaceOf, notFound, problem } from './access.ts';

const YEAR = 365 * 86_400;

/** One page of a repository's tags, or of its history. */
export function listTags(
  { state, features, options, mutation, lagMs }: Server,
  repository: Repository,
  { query }: Incoming,
): Reply {
  const limit = Math.min(Number(query.get('limit') ?? 50), 100);
  const page = Number(query.get('page') ?? 1);
  const { tags } = repository;
  const isOfLiving = query.get('onlyActiveTags') === 'true';
  if (mutation === 'loses-tags' && isOfLiving)
    for (const oldest of tags.living.slice(-1)) tags.setEnd(oldest, state.now() * 1000);
  if (mutation === 'counts-listing')
    for (const { name } of tags.living) repository.tagPulls.count(name, state.now());
  const { living, all } = tags.behind(lagMs);
  const rows = isOfLiving || mutation === 'forgets-history' ? living : all;
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

/** A row as Quay lists it, with the keys that are there only sometimes. */
export function rowJson(
  repository: Repository,
  row: Row,
  { fullRows }: Features,
): Readonly<Record<string, unknown>> {
  const end = row.endMs === undefined ? undefined : Math.floor(row.endMs / 1000);
  const start = Math.floor(row.startMs / 1000);
  return {
    name: row.name,
    reversion: row.reversion,
    ...(fullRows || row.immutable ? { immutable: row.immutable } : {}),
    start_ts: start,
    ...(end === undefined ? {} : { end_ts: end, expiration: dateText(end) }),
    manifest_digest: row.digest,
    is_manifest_list: row.manifestList,
    size: row.size,
    last_modified: dateText(start),
    ...(fullRows && row.manifestList ? imagesJson(repository, row) : {}),
  };
}

/** What an index holds. */
function imagesJson(repository: Repository, row: Row): Readonly<Record<string, unknown>> {
  const presence = repository.presence(row.digest);
  if (!presence) return {};
  const present = [...presence.values()].filter(Boolean).length;
  return {
    is_sparse: present < presence.size,
    child_manifest_count: presence.size,
    present_child_count: present,
    child_manifests_presence: Object.fromEntries(presence),
  };
}

/** A date as Quay writes it, of Unix seconds. */
export function dateText(seconds: number): string {
  return new Date(seconds * 1000).toUTCString().replace('GMT', '-0000');
}

const HOUR = 3600;
const LONGEST_EXPIRATION = 104 * 7 * 24 * HOUR;
const TAG_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** DELETE of a tag: it alone goes, and on newer servers the signatures of an image whose last tag it was. */
export function deleteTag(server: Server, repository: Repository, tag: string): Reply {
  const row = living(repository, tag);
  if (row.immutable && server.mutation !== 'ignores-immutable')
    throw problem(409, 'tag_immutable', `Cannot delete immutable tag '${tag}'`);
  removeTags(server, repository, [row]);
  return { status: 204, headers: { 'content-type': 'application/json' }, body: '' };
}

/** Ends tags. */
export function removeTags({ mutation }: Server, repository: Repository, rows: readonly Row[]): void {
  if (mutation === 'keeps-deleted') return;
  const going =
    mutation === 'deletes-by-digest' ? rows.flatMap(({ digest }) => repository.tags.livingOn(digest)) : rows;
  for (const each of going) repository.remove(each);
}

/** PUT of a tag: another digest, an expiration, or whether it can change. */
export function changeTag(server: Server, repository: Repository, tag: string, request: Incoming): Reply {
  if (!TAG_NAME.test(tag)) {
    throw message(
      400,
      'Invalid tag: must match [A-Za-z0-9_.-], NOT start with "." or "-", and can contain 1-128 characters',
    );
  }
  const wanted = JSON.parse(request.body);
  if (typeof wanted.manifest_digest === 'string') pointTag(repository, tag, wanted.manifest_digest);
  const row = living(repository, tag);
  // Quay looks the tag up in the replica first.
  const isSeen = () =>
    server.lagMs === 0 || repository.tags.behind(server.lagMs).living.some(({ name }) => name === tag);
  if (wanted.expiration !== undefined && !isSeen()) throw notFound();
  if (wanted.expiration !== undefined) expireTag(server, repository, { row, wanted: wanted.expiration });
  if (typeof wanted.immutable === 'boolean') {
    demandOwner(server.state, request, namespaceOf(repository.name));
    row.immutable = wanted.immutable;
  }
  return json(201, 'Updated');
}

/** The tag, unless it is dead or never was. */
export function living(repository: Repository, tag: string): Row {
  const row = repository.tags.find(tag);
  if (!row) throw notFound();
  return row;
}

/** Lets a tag stand for a digest that the repository holds. */
function pointTag(repository: Repository, tag: string, digest: string, reversion = false): void {
  if (repository.tags.find(tag)?.immutable)
    throw problem(409, 'tag_immutable', `Cannot overwrite immutable tag '${tag}'`);
  if (!repository.knows(digest)) throw notFound();
  repository.point(tag, digest, { reversion });
}

/** Quay counts both bounds from the tag's start: an old tag can be gone at once. */
function expireTag(
  { state, mutation }: Server,
  repository: Repository,
  { row, wanted }: { readonly row: Row; readonly wanted: number | null },
): void {
  const now = state.now();
  if (row.immutable && wanted !== null && mutation !== 'ignores-immutable')
    throw message(400, `Cannot set expiration on immutable tag '${row.name}'`);
  if (wanted !== null && wanted <= now) {
    throw message(400, 'The browser (or proxy) sent a request that this server could not understand.');
  }
  if (mutation === 'ignores-expiration') return;
  const after = (wanted ?? 0) - Math.floor(row.startMs / 1000);
  const longest = mutation === 'tightens-bounds' ? LONGEST_EXPIRATION / 2 : LONGEST_EXPIRATION;
  const bounded = Math.min(Math.max(after, HOUR), longest);
  const end = mutation === 'expires-early' ? (now + 60) * 1000 : row.startMs + bounded * 1000;
  repository.tags.setEnd(row, wanted === null ? undefined : end);
}

/** Brings a tag back; an expiration that it had is gone. */
export function restoreTag(
  { mutation }: Server,
  repository: Repository,
  { tag, body }: { readonly tag: string; readonly body: string },
): Reply {
  const digest = String(JSON.parse(body).manifest_digest);
  const other = repository.tags.living[0]?.digest ?? digest;
  if (mutation !== 'restores-nothing')
    pointTag(repository, tag, mutation === 'restores-another' ? other : digest, true);
  return json(200, {});
}

/** Takes a tag out of the time machine for good, where the server has that switched on. */
export function expireForGood(
  { features }: Server,
  repository: Repository,
  tag: string,
  body: string,
): Reply {
  if (!features.permanentDeletion) return html(405, '405 Method Not Allowed');
  const wanted = JSON.parse(body);
  if (wanted.is_alive === true) {
    const row = living(repository, tag);
    if (row.immutable) throw notFound();
    repository.tags.setEnd(row, repository.windowStartMs);
    return json(200, '');
  }
  if (typeof wanted.manifest_digest !== 'string')
    throw problem(400, 'invalid_request', 'manifest_digest required when is_alive set to false');
  const dead = repository.tags
    .on(wanted.manifest_digest)
    .filter((row) => row.name === tag && repository.tags.find(tag) !== row);
  if (dead.length === 0) throw notFound();
  for (const row of dead) repository.tags.setEnd(row, Math.min(row.endMs ?? 0, repository.windowStartMs));
  return json(200, '');
}

/** How often, and when last, a tag and its digest were pulled. */
export function pullStatistics({ features, mutation }: Server, repository: Repository, tag: string): Reply {
  if (!features.pullStatistics) throw notFound();
  const { digest } = living(repository, tag);
  const counted = mutation !== 'counts-no-pulls';
  const ofTag = repository.tagPulls.of(counted ? tag : '');
  const ofManifest = repository.manifestPulls.of(counted ? digest : '');
  const date = (at: number | null) => (at === null ? null : dateText(Math.floor(at)));
  return json(200, {
    tag_name: tag,
    tag_pull_count: ofTag.count,
    last_tag_pull_date: date(ofTag.lastAt),
    current_manifest_digest: digest,
    manifest_pull_count: ofManifest.count,
    last_manifest_pull_date: date(ofManifest.lastAt),
  });
}
