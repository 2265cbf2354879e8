import { createHash } from 'node:crypto';
import type { AnswerTo } from '../http/client.ts';
import { ServiceError } from '../model/errors.ts';
import type { ImageLabels, LastPull, ManifestContents } from '../model/facts.ts';
import {
  asBoolean,
  asObject,
  asString,
  isObject,
  type JsonObject,
  parseObject,
  present,
} from '../model/json.ts';
import { readDigest, type TagName } from '../model/tag.ts';
import type { DetailReader } from './quay.ts';
import { orElse, readBody } from './refusals.ts';
import type { RestApi } from './rest-api.ts';

/** By media type. Source: https://github.com/opencontainers/image-spec/blob/main/image-index.md */
const KINDS: Readonly<Record<string, 'images' | 'indexes'>> = {
  'application/vnd.oci.image.index.v1+json': 'indexes',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'indexes',
  'application/vnd.oci.image.manifest.v1+json': 'images',
  'application/vnd.docker.distribution.manifest.v2+json': 'images',
};

/** Before the names of labels. */
const IMAGE = 'org.opencontainers.image.';

/** The labels of so many platforms are compared; no index that people build has as many. */
const MOST_PLATFORMS = 50;

interface Manifest {
  /** Undefined where it could not be read. */
  readonly isIndex: boolean | undefined;
  /** `unknown` where its text does not have its digest. */
  readonly contents: ManifestContents;
  /** What an index says of itself. */
  readonly annotations: ImageLabels;
}

/**
 * Reads manifests and the labels of a repository's images over the REST API, each once, which counts no pull. What cannot be
 * read is `unknown`: a fact that is missing keeps what depends on it, and stops nothing else.
 */
export function imageReader(api: RestApi, repository: string): Pick<DetailReader, 'manifest' | 'labels'> {
  const bodies = new Map<string, Promise<JsonObject | 'unknown'>>();

  const read = (address: string) => {
    const request = {
      path: `repository/${repository}/manifest/${address}`,
      doing: `reading an image of ${repository}`,
      about: repository,
      read: (answer: AnswerTo) => readBody(answer, (body) => body),
    };
    const body = bodies.get(address) ?? orElse(api.send(request), ServiceError, 'unknown' as const);
    bodies.set(address, body);
    return body;
  };

  const labelsOf = async (digest: string): Promise<ImageLabels | 'unknown'> => {
    const labels = readLabels(await read(`${digest}/labels`));
    // An image that has some is asked for nothing more; an index shows none here.
    if (labels === 'unknown' || !isEmpty(labels)) return labels;
    const { isIndex, contents, annotations } = readManifest(await read(digest), digest);
    if (isIndex === undefined) return 'unknown';
    if (!isIndex || !isEmpty(annotations)) return annotations;
    if (contents === 'unknown') return 'unknown';
    const platforms = [...contents.images, ...contents.indexes];
    if (platforms.length > MOST_PLATFORMS) return 'unknown';
    const found: ImageLabels[] = [];
    for (const platform of platforms) {
      const own = await labelsOf(platform);
      if (own === 'unknown') return 'unknown';
      found.push(own);
    }
    return agreed((label) => found.map((labels) => labels[label]));
  };

  return {
    manifest: async (digest) => readManifest(await read(digest), digest).contents,
    labels: labelsOf,
  };
}

/** When a tag, or its digest under any name, was last pulled; `unknown` where the server has no pull statistics. */
export function readLastPull(api: RestApi, repository: string, tag: TagName): Promise<LastPull> {
  return api.send<LastPull>({
    path: `repository/${repository}/tag/${tag}/pull_statistics`,
    doing: `reading the pull statistics of ${repository}:${tag}`,
    about: repository,
    read: (answer) => (answer.status === 404 ? { value: 'unknown' } : readBody(answer, latestPull)),
  });
}

/** The later of the pulls by tag and by digest: either means that somebody uses the image. Without both keys it is unknown. */
function latestPull(statistics: JsonObject): LastPull {
  const dates = ['last_tag_pull_date', 'last_manifest_pull_date'].map((key) =>
    statistics[key] === null ? 'never' : Date.parse(asString(statistics[key]) ?? '') / 1000,
  );
  if (dates.some((date) => Number.isNaN(date))) return 'unknown';
  const pulls = dates.filter((date) => date !== 'never');
  return pulls.length === 0 ? 'never' : Math.max(...pulls);
}

function readManifest(body: JsonObject | 'unknown', digest: string): Manifest {
  const { manifest_data: data, is_manifest_list: isList } = asObject(body);
  const text = asString(data) ?? '';
  const isIndex = asBoolean(isList);
  if (`sha256:${createHash('sha256').update(text).digest('hex')}` !== digest)
    return { isIndex, contents: 'unknown', annotations: {} };
  const manifest = asObject(parseObject(text));
  const annotations = asObject(manifest['annotations']);
  return {
    isIndex,
    contents: isIndex === undefined ? 'unknown' : readContents(manifest),
    annotations: agreed((label) => [annotations[IMAGE + label]]),
  };
}

function readContents(manifest: JsonObject): ManifestContents {
  const entries = manifest['manifests'];
  const contents = { images: [] as string[], indexes: [] as string[] };
  if (entries === undefined && isObject(manifest['config'])) return contents;
  if (!Array.isArray(entries)) return 'unknown';
  for (const entry of entries.map(asObject)) {
    const { os, architecture } = asObject(entry['platform']);
    // What buildx attests of an image stands beside it in the index, as a platform that is none.
    if (os === 'unknown' && architecture === 'unknown') continue;
    const child = readDigest(entry['digest']);
    const kind = KINDS[asString(entry['mediaType']) ?? ''];
    if (child === undefined || kind === undefined) return 'unknown';
    contents[kind].push(child);
  }
  return contents;
}

function readLabels(body: JsonObject | 'unknown'): ImageLabels | 'unknown' {
  if (body === 'unknown' || !Array.isArray(body['labels'])) return 'unknown';
  // Others than the image's own can be added in Quay.
  const own = body['labels'].map(asObject).filter((label) => label['source_type'] === 'manifest');
  return agreed((label) => own.filter(({ key }) => key === IMAGE + label).map(({ value }) => value));
}

/** What all of them say; nothing where they say different things, or some say nothing. */
function agreed(valuesOf: (label: keyof ImageLabels) => readonly unknown[]): ImageLabels {
  const oneOf = (label: keyof ImageLabels) => {
    const values = new Set(valuesOf(label));
    return values.size === 1 ? asString([...values][0]) : undefined;
  };
  return present({ source: oneOf('source'), version: oneOf('version') });
}

function isEmpty(labels: ImageLabels): boolean {
  return labels.source === undefined && labels.version === undefined;
}
