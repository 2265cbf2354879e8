import type { Tag, TagName } from '../../model/tag.ts';
import { fetchPage, listTags } from './list-tags.ts';
import type { RestApi } from './rest-api.ts';
import { livingTags } from './tag-rows.ts';

interface TagRequest {
  readonly repository: string;
  readonly name: TagName;
  /** Unix seconds. */
  readonly now: () => number;
  readonly evenWhenStopped?: boolean;
}

/** The tag of that name as it stands now; undefined if there is none. */
export async function findTag(api: RestApi, request: TagRequest): Promise<Tag | undefined> {
  const { repository, name, now } = request;
  const page = await fetchPage(api, {
    ...request,
    query: { onlyActiveTags: 'true', filter_tag_name: `eq:${name}` },
  });
  const isNamed = (tag: Tag) => tag.name === name;
  // Quay before 3.10 ignores the filter, and answers the first page of all tags.
  const wasFiltered = page.rows.every(({ tag }) => isNamed(tag)) && page.strange.length === 0;
  const tags = wasFiltered ? livingTags(page.rows, page) : (await listTags(api, repository, now)).tags;
  return tags.find(isNamed);
}
