import type { GitHubFacts } from '../src/model/facts.ts';
import { asObject, type JsonObject, parseJson } from '../src/model/json.ts';
import type { Registry } from '../src/model/registry.ts';
import type { TagList } from '../src/model/tag.ts';
import { livingRows, PAGE_SIZE, readAllPages, readPage } from '../src/quay/rows.ts';

/** Reads what everybody may read. Throws an Error whose message is for the reader, as all of this file do. */
async function get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal | null) {
  try {
    const response = await fetch(url, {
      headers,
      signal,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    return { response, text: await response.text() };
  } catch {
    if (signal?.aborted) throw new Error('Reading was stopped.');
    throw new Error(
      `${url.host} could not be reached. Check its name and your connection. A registry that lets no page read it (\`CORS_ORIGIN\`) can be tried by a dry run's report.`,
    );
  }
}

/**
 * Every living tag of a public repository.
 *
 * @param repository - `namespace/name`
 * @param onRead - told how many tags are read so far
 */
export async function readTags(
  registry: Registry,
  repository: string,
  signal: AbortSignal,
  onRead: (tags: number) => void,
): Promise<TagList> {
  const at = Math.floor(Date.now() / 1000);
  const path = `/api/v1/repository/${repository}/tag/?limit=${PAGE_SIZE}&onlyActiveTags=true`;
  // Quay answers 400 to reads that look like a browser's without this header.
  const headers = { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest' };
  let read = 0;
  const rows = await readAllPages(repository, async (page) => {
    const { response, text } = await get(new URL(`${path}&page=${page}`, registry.origin), headers, signal);
    if ([401, 403, 404].includes(response.status))
      throw new Error(
        `${registry.host} shows no public repository ${repository} (${response.status}): it is private, or there is none of that name. For a private one, paste its tags or open a dry run's report.`,
      );
    const found = response.ok ? readPage(text) : undefined;
    if (found?.page !== page)
      throw new Error(
        `${registry.host} answered ${response.status}, and no list of tags. Check that it is a Quay, or try again later.`,
      );
    read += found.rows.length;
    onRead(read);
    return { ...found, at, seenAt: at };
  });
  const tags = livingRows(rows);
  const { invalidNames } = rows;
  return { repository, tags, namesOnly: false, invalidNames, askedAt: at, at, seenAt: at };
}

/** Branches and pull requests, at most five hundred of each; what is not among the facts is told by the problems. */
export async function readGitHub(repository: string) {
  const problems = new Set<string>();
  const list = async (path: string) => {
    const items: JsonObject[] = [];
    try {
      for (let page = 1; page <= 5; page += 1) {
        const url = new URL(`https://api.github.com/repos/${repository}/${path}per_page=100&page=${page}`);
        const { response, text } = await get(url, { accept: 'application/vnd.github+json' }, null);
        const body = parseJson(text);
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
