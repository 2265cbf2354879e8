import { parseObject } from '../../model/json.ts';
import { parseTagName, type Tag } from '../../model/tag.ts';
import { attemptsOf, errorText, notQuay, registryTime } from '../answers.ts';
import { QuayError } from '../errors.ts';
import type { HttpResponse } from '../http/client.ts';
import type { TagList } from '../tag-store.ts';
import type { V2Session } from './session.ts';

/** A page may bring nothing new while others push; so many in succession are a list without an end. */
const MOST_REPEATED_PAGES = 5;

/**
 * The names of a repository's tags, all pages; the v2 API gives nothing else, and may be two minutes late.
 *
 * @param now - the runner's time in Unix seconds, for a registry that does not tell its own
 */
export async function listNames(session: V2Session, repository: string, now: () => number): Promise<TagList> {
  const tags = new Map<string, Tag>();
  const strange = new Set<string>();
  let times: Pick<TagList, 'at' | 'seenAt'> | undefined;
  let repeated = 0;
  let url: URL | undefined = new URL(`/v2/${repository}/tags/list?n=100`, session.registry.origin);
  while (url) {
    const response: HttpResponse = await session.send({ method: 'GET', repository, url, lane: 'tags' });
    const seenAt = now();
    times ??= { at: registryTime(response) ?? seenAt, seenAt };
    const known = tags.size + strange.size;
    for (const text of readNames(session, repository, response)) {
      const name = parseTagName(text);
      if (name === undefined) strange.add(text);
      else tags.set(name, { name });
    }
    url = nextPage(response, url);
    repeated = tags.size + strange.size === known ? repeated + 1 : 0;
    if (url && repeated >= MOST_REPEATED_PAGES) {
      throw new QuayError(
        `The list of the tags of ${repository} does not end: the next pages have nothing new. Nothing was deleted.`,
      );
    }
  }
  return { tags: [...tags.values()], strange: [...strange], ...(times ?? { at: now(), seenAt: now() }) };
}

function readNames(session: V2Session, repository: string, response: HttpResponse): readonly string[] {
  const { host } = session.registry;
  if (response.status === 401 || response.status === 404) {
    throw new QuayError(
      `${repository} was not found on ${host}, or ${session.account.user} cannot read it (${response.status}). Check the spelling of \`repository\` and the account's permission.`,
    );
  }
  if (response.status !== 200) {
    throw new QuayError(
      `${host} answered ${response.status}${errorText(response)} to listing the tags of ${repository}, after ${attemptsOf(response)}. Nothing was deleted from it.`,
    );
  }
  const names: unknown = parseObject(response.text)?.['tags'];
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw notQuay(host, response);
  return names;
}

/** Follows `Link: <…>; rel="next"`, relative or absolute, and never to another origin. */
function nextPage(response: HttpResponse, current: URL): URL | undefined {
  const link = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(response.headers['link'] ?? '')?.[1];
  if (link === undefined) return undefined;
  const next = URL.parse(link, current.href);
  if (next?.origin !== current.origin) {
    throw new QuayError(
      `${current.host} continues its list of tags at ${next?.origin ?? 'an address that cannot be read'}, another origin, where credentials are never sent. Nothing was deleted.`,
    );
  }
  return next;
}
