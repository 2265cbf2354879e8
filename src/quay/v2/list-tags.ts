import { parseObject } from '../../model/json.ts';
import { parseTagName, type Tag } from '../../model/tag.ts';
import { QuayError } from '../errors.ts';
import type { HttpResponse } from '../http/client.ts';
import { errorText, notQuay } from '../rest/rest-api.ts';
import type { RegistrySession } from './session.ts';

/** The names of a repository's tags, all pages; the registry API tells nothing else, and up to two minutes late. */
export async function listNames(session: RegistrySession, repository: string): Promise<readonly Tag[]> {
  const names = new Map<string, Tag>();
  let url: URL | undefined = new URL(`/v2/${repository}/tags/list?n=100`, session.registry.origin);
  while (url) {
    const response: HttpResponse = await session.send({ method: 'GET', repository, url, lane: 'tags' });
    const page = readNames(session, repository, response);
    const known = names.size;
    for (const tag of page) names.set(tag.name, tag);
    const next = nextPage(response, url);
    if (next && names.size === known) {
      throw new QuayError(
        `The list of the tags of ${repository} does not end: a further page is announced, and it brings nothing new. Nothing was deleted.`,
      );
    }
    url = next;
  }
  return [...names.values()];
}

function readNames(session: RegistrySession, repository: string, response: HttpResponse): readonly Tag[] {
  const { host } = session.registry;
  if (response.status === 401 || response.status === 404) {
    throw new QuayError(
      `${repository} was not found on ${host}, or ${session.account.user} cannot read it (${response.status}). Check the spelling of \`repository\` and the account's permission.`,
    );
  }
  if (response.status !== 200) {
    throw new QuayError(
      `${host} answered ${response.status}${errorText(response)} to listing the tags of ${repository}, after ${response.attempts} attempts. Nothing was deleted from it.`,
    );
  }
  const names: unknown = parseObject(response.text)?.['tags'];
  const tags = Array.isArray(names)
    ? names.map((name: unknown) => parseTagName(typeof name === 'string' ? name : ''))
    : [undefined];
  if (!tags.every((name) => name !== undefined)) throw notQuay(host, response);
  return tags.map((name) => ({ name }));
}

/** Follows `Link: <…>; rel="next"`, relative or absolute, and never to another origin. */
function nextPage(response: HttpResponse, current: URL): URL | undefined {
  const link = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(response.headers['link'] ?? '')?.[1];
  if (link === undefined) return undefined;
  const next = URL.parse(link, current.href);
  if (next?.origin !== current.origin) {
    throw new QuayError(
      `${current.host} continues its list of tags at ${next?.origin ?? 'an address that is none'}, another origin, where credentials are never sent. Nothing was deleted.`,
    );
  }
  return next;
}
