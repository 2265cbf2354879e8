import { html, json, type Reply } from '../exchange.ts';
import type { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import { living, pointTag } from './change-tag.ts';
import { notFound, problem } from './refused.ts';

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
    repository.tags.remove(row, repository.windowStartMs);
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
