import { createHash } from 'node:crypto';
import type { ManifestContents } from '../../model/facts.ts';
import { asString, isObject, parseObject } from '../../model/json.ts';
import { QuayError } from '../errors.ts';
import type { V2Session } from './session.ts';

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Reads what a manifest refers to, by its digest. Quay counts that as a pull of the digest.
 *
 * @returns `unknown` for whatever cannot be read or does not have the digest
 *
 * Source: https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
export async function readManifest(
  session: V2Session,
  repository: string,
  digest: string,
): Promise<ManifestContents> {
  try {
    const response = await session.send({
      method: 'GET',
      repository,
      url: new URL(`/v2/${repository}/manifests/${digest}`, session.registry.origin),
      lane: 'manifests',
      accept: [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST].join(', '),
    });
    const isWhatWasAsked = `sha256:${createHash('sha256').update(response.text).digest('hex')}` === digest;
    return response.status === 200 && isWhatWasAsked ? contentsOf(response.text) : 'unknown';
  } catch (error) {
    // A fact that cannot be read keeps what depends on it, and stops nothing else.
    if (error instanceof QuayError) return 'unknown';
    throw error;
  }
}

function contentsOf(text: string): ManifestContents {
  const manifest = parseObject(text);
  const entries = manifest?.['manifests'];
  if (!manifest || (entries !== undefined && !Array.isArray(entries))) return 'unknown';
  if (entries === undefined) return isObject(manifest['config']) ? { images: [], indexes: [] } : 'unknown';
  const images: string[] = [];
  const indexes: string[] = [];
  for (const entry of entries) {
    const digest = isObject(entry) ? asString(entry['digest']) : undefined;
    const kind = isObject(entry) ? kindOf(asString(entry['mediaType'])) : undefined;
    if (digest === undefined || !DIGEST.test(digest) || kind === undefined) return 'unknown';
    (kind === 'image' ? images : indexes).push(digest);
  }
  return { images, indexes };
}

function kindOf(mediaType: string | undefined): 'image' | 'index' | undefined {
  if (mediaType === OCI_MANIFEST || mediaType === DOCKER_MANIFEST) return 'image';
  return mediaType === OCI_INDEX || mediaType === DOCKER_LIST ? 'index' : undefined;
}
