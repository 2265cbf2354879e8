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
export function deleteTag({ features }: Server, repository: Repository, tag: string): Reply {
  const row = living(repository, tag);
  if (row.immutable) throw problem(409, 'tag_immutable', `Cannot delete immutable tag '${tag}'`);
  repository.remove(row);
  if (features.takesSignaturesAlong) repository.takeSignaturesAlong(row);
  return { status: 204, headers: { 'content-type': 'application/json' }, body: '' };
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
  if (wanted.expiration !== undefined) expireTag(repository, row, wanted.expiration, server.state.now());
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
function expireTag(repository: Repository, row: Row, wanted: number | null, now: number): void {
  if (row.immutable) throw message(400, `Cannot set expiration on immutable tag '${row.name}'`);
  if (wanted !== null && wanted <= now) {
    throw message(400, 'The browser (or proxy) sent a request that this server could not understand.');
  }
  const after = (wanted ?? 0) - Math.floor(row.startMs / 1000);
  const bounded = Math.min(Math.max(after, HOUR), LONGEST_EXPIRATION);
  repository.tags.setEnd(row, wanted === null ? undefined : row.startMs + bounded * 1000);
}
