import { type Incoming, type Reply, text } from '../exchange.ts';
import { isIndexType, type Manifest, parseManifest } from '../manifests.ts';
import type { Repository } from '../repository.ts';
import { removeTags } from '../rest/change-tag.ts';
import type { Server } from '../server.ts';
import { digestFor } from '../state.ts';
import { MANIFEST_UNKNOWN, tagImmutable, v2Error } from './errors.ts';

/** GET and HEAD of a manifest; either one counts as a pull. */
export function readManifest(
  { state }: Server,
  repository: Repository,
  request: Incoming,
  reference: string,
): Reply {
  const manifest = repository.resolve(reference);
  if (!manifest) return MANIFEST_UNKNOWN;
  const now = state.now();
  if (!reference.startsWith('sha256:')) repository.tagPulls.count(reference, now);
  repository.manifestPulls.count(manifest.digest, now);
  const accepts = (request.headers['accept'] ?? '').includes(manifest.mediaType);
  const served = isIndexType(manifest.mediaType) && !accepts ? asOldImage(manifest) : manifest;
  const headers = { 'content-type': served.mediaType, 'docker-content-digest': served.digest };
  return { status: 200, headers, body: served.bytes };
}

/** Who does not ask for an index gets an image of the first version, with another digest. */
function asOldImage(index: Manifest): Manifest {
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 1, name: index.digest, fsLayers: [], history: [] }),
  );
  const mediaType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
  return { digest: digestFor(bytes), mediaType, bytes, children: [], blobs: [], size: 0 };
}

/** PUT of a manifest: stored byte for byte, and the tag stands for it from then on. */
export function putManifest(repository: Repository, request: Incoming, reference: string): Reply {
  const manifest = parseManifest(request.bytes, request.headers['content-type'] ?? '');
  const isDigest = reference.startsWith('sha256:');
  const isWhole = manifest?.children.every((child) => repository.knows(child));
  if (!manifest || !isWhole || (isDigest && reference !== manifest.digest))
    return v2Error(400, { code: 'MANIFEST_INVALID', message: 'manifest invalid' });
  if (!manifest.blobs.every((blob) => repository.blobs.has(blob)))
    return v2Error(400, { code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry' });
  if (!isDigest && repository.tags.find(reference)?.immutable) return tagImmutable(reference);
  repository.manifests.set(manifest.digest, manifest);
  if (!isDigest) repository.point(reference, manifest.digest);
  return text(201, 'OK', {
    location: `/v2/${repository.name}/manifests/${manifest.digest}`,
    'docker-content-digest': manifest.digest,
  });
}

/** DELETE of a manifest: of one tag, or of every tag on a digest. */
export function deleteManifest(server: Server, repository: Repository, reference: string): Reply {
  const isDigest = reference.startsWith('sha256:');
  const deletesByTag = server.features.deletesByTag && server.mutation !== 'refuses-deletes-over-v2';
  if (!isDigest && !deletesByTag) return NOT_ALLOWED;
  const row = repository.tags.find(reference);
  const rows = isDigest ? repository.tags.livingOn(repository.canonical(reference)) : row ? [row] : [];
  if (rows.length === 0) return MANIFEST_UNKNOWN;
  const kept = rows.find(({ immutable }) => immutable);
  if (kept && server.mutation !== 'ignores-immutable') return tagImmutable(kept.name);
  removeTags(server, repository, rows);
  return text(202);
}

const NOT_ALLOWED = text(405, '<html><head><title>405 Method Not Allowed</title></head></html>\n');
