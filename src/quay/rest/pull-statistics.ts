import type { LastPull } from '../../model/facts.ts';
import { asString, parseObject } from '../../model/json.ts';
import type { TagName } from '../../model/tag.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';

/** When a tag, or its digest under any name, was last pulled; `unknown` where the server has no pull statistics. */
export async function readLastPull(api: RestApi, repository: string, tag: TagName): Promise<LastPull> {
  const response = await api.send({
    method: 'GET',
    path: `${repositoryPath(repository)}/tag/${tag}/pull_statistics`,
    valid: ({ text }) => parseObject(text) !== undefined,
  });
  if (response.status === 404) return 'unknown';
  const body = response.status === 200 ? parseObject(response.text) : undefined;
  if (!body)
    throw api.refusal(response, {
      doing: `reading the pull statistics of ${repository}:${tag}`,
      repository,
    });
  return latestPull(body);
}

/** The later of the pulls by tag and by digest: either means that somebody uses the image. Without both keys it is unknown. */
function latestPull(statistics: Readonly<Record<string, unknown>>): LastPull {
  const dates = ['last_tag_pull_date', 'last_manifest_pull_date'].map((key) =>
    statistics[key] === null ? 'never' : Date.parse(asString(statistics[key]) ?? '') / 1000,
  );
  if (dates.some((date) => Number.isNaN(date))) return 'unknown';
  const pulls = dates.filter((date) => date !== 'never');
  return pulls.length === 0 ? 'never' : Math.max(...pulls);
}
