import { asBoolean, asNumber, asString, isObject, type JsonObject, parseObject } from '../../model/json.ts';
import { parseTagName, type Tag } from '../../model/tag.ts';

/** A row of Quay's tag list: a living tag, or one from the history. */
export interface TagRow {
  readonly tag: Tag;
  /** When the tag ended or will end, in Unix seconds; absent for a tag without an end. */
  readonly endsAt?: number;
}

/** One page of Quay's tag list. */
export interface TagPage {
  readonly page: number;
  readonly rows: readonly TagRow[];
  /** Names that no tag can have. */
  readonly strange: readonly string[];
  readonly hasMore: boolean;
}

/** Reads one page of the tag list; undefined for anything that no Quay would answer. */
export function readTagPage(text: string): TagPage | undefined {
  const body = parseObject(text);
  const tags = body?.['tags'];
  const page = asNumber(body?.['page']);
  const hasMore = asBoolean(body?.['has_additional']);
  if (!Array.isArray(tags) || page === undefined || hasMore === undefined) return undefined;
  const rows: TagRow[] = [];
  const strange: string[] = [];
  for (const entry of tags) {
    const row = isObject(entry) ? readRow(entry) : undefined;
    if (row === undefined) return undefined;
    if (typeof row === 'string') strange.push(row);
    else rows.push(row);
  }
  return { page, rows, strange, hasMore };
}

/** The row, or its name where no tag can have it; undefined where it cannot be read. */
function readRow(row: JsonObject): TagRow | string | undefined {
  const text = asString(row['name']);
  const endsAt = asNumber(row['end_ts']);
  const endIsUnreadable = endsAt === undefined && (row['end_ts'] ?? undefined) !== undefined;
  if (text === undefined || endIsUnreadable) return undefined;
  const name = parseTagName(text);
  if (name === undefined) return text;
  const digest = readDigest(row['manifest_digest']);
  const lastModified = asNumber(row['start_ts']);
  const size = asNumber(row['size']);
  const immutable = asBoolean(row['immutable']);
  const multiArch = asBoolean(row['is_manifest_list']);
  const manifests = readPresence(row['child_manifests_presence']);
  const tag: Tag = {
    name,
    ...(digest === undefined ? {} : { digest }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(size === undefined ? {} : { size }),
    ...(endsAt === undefined ? {} : { expiration: endsAt }),
    ...(immutable === undefined ? {} : { immutable }),
    ...(multiArch === undefined ? {} : { multiArch }),
    ...(multiArch && manifests ? { manifests } : {}),
  };
  return { tag, ...(endsAt === undefined ? {} : { endsAt }) };
}

/** The digests in a multi-arch image, as newer servers show them; undefined where any of them cannot be read. */
function readPresence(value: unknown): ReadonlyMap<string, boolean> | undefined {
  if (!isObject(value)) return undefined;
  const presence = new Map<string, boolean>();
  for (const [key, isPresent] of Object.entries(value)) {
    const digest = readDigest(key);
    if (digest === undefined || typeof isPresent !== 'boolean') return undefined;
    presence.set(digest, isPresent);
  }
  return presence;
}

/** When an answer came, in Unix seconds. */
export interface Times {
  /** By the registry's clock. */
  readonly at: number;
  /** By the runner's. */
  readonly seenAt: number;
}

/**
 * The living tags among rows, each name once: a row whose end lies in the past is history, and of a name that moved while
 * its pages were read the newest row counts.
 *
 * The registry has left out what is dead by its own clock. A row that it shows is dead only if both clocks say so: a proxy may
 * answer with another time, and what was taken for dead would take its signatures along.
 */
export function livingTags(rows: Iterable<TagRow>, { at, seenAt }: Times): readonly Tag[] {
  const now = Math.min(at, seenAt);
  const byName = new Map<string, Tag>();
  for (const { tag, endsAt } of rows) {
    if (endsAt !== undefined && endsAt <= now) continue;
    const other = byName.get(tag.name);
    if (!other || (tag.lastModified ?? 0) > (other.lastModified ?? 0)) byName.set(tag.name, tag);
  }
  return [...byName.values()];
}

/** A digest goes into paths: what does not look like one is none. */
function readDigest(value: unknown): string | undefined {
  return /^sha256:[0-9a-f]{64}$/.exec(asString(value) ?? '')?.[0];
}
