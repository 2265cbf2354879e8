import type { Features } from '../features.ts';
import type { Repository } from '../repository.ts';
import type { Row } from '../tag-table.ts';

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
