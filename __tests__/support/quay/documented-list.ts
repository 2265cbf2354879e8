import type { TagSeed } from './state.ts';

/** A row of the list that Quay's documentation prints. */
export interface DocumentedRow {
  readonly name: string;
  readonly start_ts: number;
  readonly end_ts?: number;
  readonly manifest_digest: string;
  readonly is_manifest_list: boolean;
  readonly size: number | null;
}

/** The tag that a row shows, seen from a time in Unix seconds: dead ones are history. */
export function seedOfRow(row: DocumentedRow, now: number): TagSeed {
  const isDead = row.end_ts !== undefined && row.end_ts <= now;
  return {
    name: row.name,
    digest: row.manifest_digest,
    size: row.size,
    lastModified: row.start_ts,
    manifestList: row.is_manifest_list,
    ...(row.end_ts === undefined ? {} : isDead ? { deletedAt: row.end_ts } : { expiration: row.end_ts }),
  };
}
