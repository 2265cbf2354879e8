import { createHash } from 'node:crypto';
import type { IndexedImages } from '../../model/facts.ts';
import { asString, isObject, parseObject } from '../../model/json.ts';
import { QuayError } from '../errors.ts';
import type { RegistrySession } from './session.ts';

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/**
 * Reads which images a multi-arch image consists of, by its digest, over the registry API.
 *
 * @returns their digests; none for a plain image; `unknown` for whatever cannot be read or does not have the digest
 *
 * Source: https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
export async function readIndexedImages(
  session: RegistrySession,
  repository: string,
  digest: string,
): Promise<IndexedImages> {
  try {
    const response = await session.send({
      method: 'GET',
      repository,
      url: new URL(`/v2/${repository}/manifests/${digest}`, session.registry.origin),
      lane: 'manifests',
      accept: [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST].join(', '),
    });
    const isWhatWasAsked = `sha256:${createHash('sha256').update(response.text).digest('hex')}` === digest;
    return response.status === 200 && isWhatWasAsked ? imagesIn(response.text) : 'unknown';
  } catch (error) {
    // A fact that cannot be read keeps what depends on it, and stops nothing else.
    if (error instanceof QuayError) return 'unknown';
    throw error;
  }
}

function imagesIn(text: string): IndexedImages {
  const manifest = parseObject(text);
  if (!manifest) return 'unknown';
  const entries = manifest['manifests'];
  if (entries === undefined) return isObject(manifest['config']) ? new Set() : 'unknown';
  if (!Array.isArray(entries)) return 'unknown';
  const digests = entries.map((entry: unknown) =>
    isObject(entry) && [OCI_MANIFEST, DOCKER_MANIFEST].includes(asString(entry['mediaType']) ?? '')
      ? asString(entry['digest'])
      : undefined,
  );
  return digests.every((digest) => digest !== undefined) ? new Set(digests) : 'unknown';
}
