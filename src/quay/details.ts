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
import type { TagName } from '../model/tag.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';
import { readDigest } from './tags.ts';

/** By media type. Source: https://github.com/opencontainers/image-spec/blob/main/image-index.md */
const KINDS: Readonly<Record<string, 'images' | 'indexes'>> = {
  'application/vnd.oci.image.index.v1+json': 'indexes',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'indexes',
  'application/vnd.oci.image.manifest.v1+json': 'images',
  'application/vnd.docker.distribution.manifest.v2+json': 'images',
};

const SOURCE = 'org.opencontainers.image.source';
const VERSION = 'org.opencontainers.image.version';

/** The labels of so many platforms are compared; no index that people build has as many. */
const MOST_PLATFORMS = 50;

/** A manifest as it is kept. */
interface Manifest {
  readonly isIndex: boolean;
  /** `unknown` where its text does not have its digest. */
  readonly contents: ManifestContents;
  /** What an index says of itself. */
  readonly annotations: ImageLabels;
}

/**
 * Reads manifests and the labels of images over the REST API, each once, which counts no pull. What cannot be read is
 * `unknown`: a fact that is missing keeps what depends on it, and stops nothing else.
 */
export class ManifestReader {
  readonly #api: RestApi;
  readonly #manifests = new Map<string, Promise<Manifest | 'unknown'>>();
  readonly #labels = new Map<string, Promise<ImageLabels | 'unknown'>>();

  constructor(api: RestApi) {
    this.#api = api;
  }

  /** What a manifest refers to. */
  async contents(repository: string, digest: string): Promise<ManifestContents> {
    const manifest = await this.#manifest(repository, digest);
    return manifest === 'unknown' ? 'unknown' : manifest.contents;
  }

  /** Of an index: its annotations, or the labels of its platforms, as far as they agree. */
  labels(repository: string, digest: string): Promise<ImageLabels | 'unknown'> {
    return once(this.#labels, `${repository}@${digest}`, async () => {
      const labels = await this.#read(repository, `${digest}/labels`, readLabels);
      // An image that has some is asked for nothing more; an index shows none here.
      if (labels === 'unknown' || !isEmpty(labels)) return labels;
      const manifest = await this.#manifest(repository, digest);
      if (manifest === 'unknown' || !manifest.isIndex) return manifest === 'unknown' ? manifest : labels;
      const { contents, annotations } = manifest;
      return isEmpty(annotations) ? this.#shared(repository, contents) : annotations;
    });
  }

  async #shared(repository: string, contents: ManifestContents): Promise<ImageLabels | 'unknown'> {
    if (contents === 'unknown') return 'unknown';
    const { images, indexes } = contents;
    if (images.length + indexes.length > MOST_PLATFORMS) return 'unknown';
    const found: ImageLabels[] = [];
    for (const digest of [...images, ...indexes]) {
      const labels = await this.labels(repository, digest);
      if (labels === 'unknown') return 'unknown';
      found.push(labels);
    }
    return labelsOf(
      found.map(({ source }) => source),
      found.map(({ version }) => version),
    );
  }

  #manifest(repository: string, digest: string): Promise<Manifest | 'unknown'> {
    return once(this.#manifests, `${repository}@${digest}`, () =>
      this.#read(repository, digest, (body) => readManifest(body, digest)),
    );
  }

  async #read<T>(
    repository: string,
    path: string,
    read: (body: JsonObject) => T | 'unknown',
  ): Promise<T | 'unknown'> {
    try {
      return await this.#api.send({
        method: 'GET',
        path: `${repositoryPath(repository)}/manifest/${path}`,
        doing: `reading an image of ${repository}`,
        about: repository,
        read: (answer) => {
          const body = bodyOf(answer);
          return body && { value: read(body) };
        },
      });
    } catch (error) {
      if (error instanceof ServiceError) return 'unknown';
      throw error;
    }
  }
}

/** When a tag, or its digest under any name, was last pulled; `unknown` where the server has no pull statistics. */
export function readLastPull(api: RestApi, repository: string, tag: TagName): Promise<LastPull> {
  return api.send<LastPull>({
    method: 'GET',
    path: `${repositoryPath(repository)}/tag/${tag}/pull_statistics`,
    doing: `reading the pull statistics of ${repository}:${tag}`,
    about: repository,
    read: (answer) => {
      if (answer.status === 404) return { value: 'unknown' };
      const body = bodyOf(answer);
      return body && { value: latestPull(body) };
    },
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

function bodyOf({ status, text }: AnswerTo): JsonObject | undefined {
  return status === 200 ? parseObject(text) : undefined;
}

async function once<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const value = known.get(key) ?? read();
  known.set(key, value);
  return value;
}

function readManifest(body: JsonObject, digest: string): Manifest | 'unknown' {
  const text = asString(body['manifest_data']) ?? '';
  const isIndex = asBoolean(body['is_manifest_list']);
  if (isIndex === undefined) return 'unknown';
  if (`sha256:${createHash('sha256').update(text).digest('hex')}` !== digest)
    return { isIndex, contents: 'unknown', annotations: {} };
  const manifest = asObject(parseObject(text));
  const annotations = asObject(manifest['annotations']);
  return {
    isIndex,
    contents: readContents(manifest),
    annotations: labelsOf([asString(annotations[SOURCE])], [asString(annotations[VERSION])]),
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

function readLabels(body: JsonObject): ImageLabels | 'unknown' {
  if (!Array.isArray(body['labels'])) return 'unknown';
  // Others than the image's own can be added in Quay.
  const own = body['labels'].map(asObject).filter((label) => label['source_type'] === 'manifest');
  const valuesOf = (key: string) =>
    own.filter((label) => label['key'] === key).map((label) => asString(label['value']));
  return labelsOf(valuesOf(SOURCE), valuesOf(VERSION));
}

/** What all of them say; nothing where they say different things, or some say nothing. */
function labelsOf(
  sources: readonly (string | undefined)[],
  versions: readonly (string | undefined)[],
): ImageLabels {
  return present({ source: agreed(sources), version: agreed(versions) });
}

function agreed(values: readonly (string | undefined)[]): string | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}

function isEmpty(labels: ImageLabels): boolean {
  return labels.source === undefined && labels.version === undefined;
}
