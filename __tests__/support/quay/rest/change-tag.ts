import { type Incoming, json, type Reply } from '../exchange.ts';
import type { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import type { Row } from '../tag-table.ts';
import { demandOwner, namespaceOf } from './access.ts';
import { message, notFound, problem } from './refused.ts';

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

/** Ends tags, and on newer servers the signatures of the images whose last tags they were. */
export function removeTags(
  { features, mutation }: Server,
  repository: Repository,
  rows: readonly Row[],
): void {
  if (mutation === 'keeps-deleted') return;
  const going =
    mutation === 'deletes-by-digest' ? rows.flatMap(({ digest }) => repository.tags.livingOn(digest)) : rows;
  for (const each of going) repository.remove(each);
  if (features.takesSignaturesAlong) for (const each of going) repository.takeSignaturesAlong(each);
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
export function pointTag(repository: Repository, tag: string, digest: string, reversion = false): void {
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
  if (row.immutable && mutation !== 'ignores-immutable')
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
