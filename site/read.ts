import type { GitHubFacts } from '../src/model/facts.ts';
import {
  asBoolean,
  asNumber,
  asObject,
  asString,
  isObject,
  type JsonObject,
  parseJson,
} from '../src/model/json.ts';
import type { Registry } from '../src/model/registry.ts';
import { parseTagName, type Tag, type TagList, type TagName } from '../src/model/tag.ts';

/** Reads what everybody may read. Throws an Error whose message is for the reader, as all of this file do. */
async function get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal | null) {
  try {
    const response = await fetch(url, {
      headers,
      signal,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    return { response, body: parseJson(await response.text()) };
  } catch {
    if (signal?.aborted) throw new Error('Reading was stopped.');
    throw new Error(
      `${url.host} could not be reached. Check its name and your connection. A registry that lets no page read it (\`CORS_ORIGIN\`) can be tried by a dry run's report.`,
    );
  }
}

/** Pages that are asked for together. */
const WAVE = 6;

interface Listing {
  readonly registry: Registry;
  /** `namespace/name`. */
  readonly repository: string;
  readonly signal: AbortSignal;
  /** Told how many tags are read so far. */
  readonly onRead: (tags: number) => void;
}

/** Every living tag of a public repository. */
export async function readTags({ registry, repository, signal, onRead }: Listing): Promise<TagList> {
  const at = Math.floor(Date.now() / 1000);
  const tags = new Map<TagName, Tag>();
  const invalidNames: string[] = [];
  const path = `/api/v1/repository/${repository}/tag/?limit=100&onlyActiveTags=true`;
  const readPage = async (page: number) => {
    // Quay answers 400 to reads that look like a browser's without this header.
    const headers = { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest' };
    const { response, body } = await get(new URL(`${path}&page=${page}`, registry.origin), headers, signal);
    const { tags: rows, has_additional: hasMore, page: answered } = asObject(body);
    if ([401, 403, 404].includes(response.status))
      throw new Error(
        `${registry.host} shows no public repository ${repository} (${response.status}): it is private, or there is none of that name. For a private one, paste its tags or open a dry run's report.`,
      );
    if (!response.ok || !Array.isArray(rows) || typeof hasMore !== 'boolean' || answered !== page)
      throw new Error(
        `${registry.host} answered ${response.status}, and no list of tags. Check that it is a Quay, or try again later.`,
      );
    return { hasMore, rows: rows.map(asObject) };
  };
  let hasMore = true;
  for (let next = 1, wave = 1; hasMore; next += wave, wave = WAVE) {
    const pages = await Promise.all(Array.from({ length: wave }, (_, index) => readPage(next + index)));
    for (const row of pages.flatMap(({ rows }) => rows)) {
      const tag = tagOf(row, at);
      if (typeof tag === 'string') invalidNames.push(tag);
      else if (tag && (tags.get(tag.name)?.lastModified ?? -1) < (tag.lastModified ?? 0))
        tags.set(tag.name, tag);
    }
    onRead(tags.size);
    hasMore = pages.findLast(({ rows }) => rows.length > 0)?.hasMore ?? false;
  }
  return {
    repository,
    tags: [...tags.values()],
    namesOnly: false,
    invalidNames,
    askedAt: at,
    at,
    seenAt: at,
  };
}

/** The tag of a row, or its name where no tag can have it; undefined where it is dead. */
function tagOf(row: JsonObject, now: number): Tag | string | undefined {
  const text = asString(row['name']) ?? '';
  const name = parseTagName(text);
  const expiration = asNumber(row['end_ts']);
  const presence = row['child_manifests_presence'];
  const multiArch = asBoolean(row['is_manifest_list']);
  const facts = {
    digest: asString(row['manifest_digest']),
    lastModified: asNumber(row['start_ts']),
    size: asNumber(row['size']),
    expiration,
    immutable: asBoolean(row['immutable']),
    multiArch,
    manifests: multiArch && isObject(presence) ? new Map(Object.entries(presence)) : undefined,
  };
  if (expiration !== undefined && expiration <= now) return undefined;
  const known = Object.entries(facts).filter(([, fact]) => fact !== undefined);
  return name ? { name, ...Object.fromEntries(known) } : text;
}

/** Branches and pull requests, at most five hundred of each; what is not among the facts is told by the problems. */
export async function readGitHub(repository: string) {
  const problems = new Set<string>();
  const list = async (path: string) => {
    const items: JsonObject[] = [];
    try {
      for (let page = 1; page <= 5; page += 1) {
        const url = new URL(`https://api.github.com/repos/${repository}/${path}per_page=100&page=${page}`);
        const { response, body } = await get(url, { accept: 'application/vnd.github+json' }, null);
        if (!response.ok || !Array.isArray(body)) throw new Error(refusalOf(response, repository));
        items.push(...body.map(asObject));
        if (body.length < 100) return { items, isWhole: true };
      }
      throw new Error(`${repository} has more than the 500 branches or pull requests that this page reads.`);
    } catch (error) {
      problems.add(
        `${error instanceof Error ? error.message : error} Tags that depend on it are shown as kept.`,
      );
      return { items, isWhole: false };
    }
  };
  const branches = await list('branches?');
  const open = await list('pulls?state=open&');
  const all = await list('pulls?state=all&');
  const states = all.items.map(({ number, state, merged_at: mergedAt }) => {
    const ended = mergedAt ? 'merged' : 'closed';
    return [Number(number), state === 'open' ? state : ended] as const;
  });
  const proposed = open.items.map(
    ({ head, number }) => [String(asObject(head)['ref']), Number(number)] as const,
  );
  const names = new Set(branches.items.map(({ name }) => String(name)));
  const isKnown = branches.isWhole && open.isWhole;
  const facts: GitHubFacts = {
    pullRequests: new Map(states),
    branches: isKnown ? { names, proposed: new Map(proposed) } : 'unknown',
    commits: new Map(),
  };
  return { repository, facts, problems: [...problems] };
}

function refusalOf({ status, headers }: Response, repository: string): string {
  if (status === 404) return `GitHub shows no public repository ${repository} (404).`;
  if (headers.get('x-ratelimit-remaining') !== '0') return `GitHub answered ${status} about ${repository}.`;
  const reset = new Date(Number(headers.get('x-ratelimit-reset')) * 1000).toTimeString().slice(0, 5);
  return `GitHub's hourly limit for readers without a token is used up until ${reset}.`;
}
