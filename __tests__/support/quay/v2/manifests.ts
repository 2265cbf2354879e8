import { type Incoming, type Reply, text } from '../exchange.ts';
import { parseManifest } from '../manifests.ts';
import type { Repository } from '../repository.ts';
import { removeTags } from '../rest/tags.ts';
import type { Server } from '../server.ts';
import { digestFor } from '../state.ts';
import { MANIFEST_UNKNOWN, tagImmutable, v2Error } from './access.ts';

/** GET and HEAD of a manifest; either one counts as a pull. */
export function readManifest({ state }: Server, repository: Repository, reference: string): Reply {
  const manifest = repository.resolve(reference);
  if (!manifest) return MANIFEST_UNKNOWN;
  const now = state.now();
  if (!reference.startsWith('sha256:')) repository.tagPulls.count(reference, now);
  repository.manifestPulls.count(manifest.digest, now);
  const headers = { 'content-type': manifest.mediaType, 'docker-content-digest': manifest.digest };
  return { status: 200, headers, body: manifest.bytes };
}

/** PUT of a manifest: stored byte for byte, and the tag stands for it from then on. */
export function putManifest(repository: Repository, request: Incoming, reference: string): Reply {
  const manifest = parseManifest(request.bytes, request.headers['content-type'] ?? '');
  const isDigest = reference.startsWith('sha256:');
  const isWhole = manifest?.children.every((child) => repository.knows(child));
  if (!manifest || !isWhole || (isDigest && reference !== manifest.digest))
    return v2Error(400, 'MANIFEST_INVALID', 'manifest invalid');
  const blobs = [...(manifest.config ? [manifest.config] : []), ...manifest.layers];
  if (!blobs.every(({ digest }) => repository.blobs.has(digest)))
    return v2Error(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry');
  if (!isDigest && repository.tags.find(reference)?.immutable) return tagImmutable(reference);
  repository.store(manifest);
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

/** Answers what stands behind `blobs/`: uploads, and blobs by digest. */
export function answerBlob(server: Server, repository: Repository, request: Incoming, rest: string): Reply {
  if (!rest.startsWith('uploads/')) return readBlob(repository, rest);
  const uuid = rest.replace('uploads/', '');
  if (uuid === '') return startUpload(server, repository, request);
  const before = repository.uploads.get(uuid);
  if (!before) return v2Error(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  const bytes = Buffer.concat([before, request.bytes]);
  const digest = request.query.get('digest');
  if (request.method === 'PUT' && digest !== null)
    return finishUpload(server, repository, { uuid, bytes, digest });
  repository.uploads.set(uuid, bytes);
  return progress(server, repository, uuid);
}

function startUpload(server: Server, repository: Repository, request: Incoming): Reply {
  const uuid = crypto.randomUUID();
  const digest = request.query.get('digest');
  if (digest !== null) return finishUpload(server, repository, { uuid, bytes: request.bytes, digest });
  repository.uploads.set(uuid, Buffer.alloc(0));
  return progress(server, repository, uuid);
}

function progress({ origin }: Server, repository: Repository, uuid: string): Reply {
  const length = repository.uploads.get(uuid)?.length ?? 0;
  return text(202, '', {
    location: `${origin}/v2/${repository.name}/blobs/uploads/${uuid}`,
    'docker-upload-uuid': uuid,
    range: `bytes=0-${length - 1}`,
  });
}

interface Upload {
  readonly uuid: string;
  readonly bytes: Buffer;
  readonly digest: string;
}

function finishUpload({ origin }: Server, repository: Repository, { uuid, bytes, digest }: Upload): Reply {
  if (digestFor(bytes) !== digest)
    return v2Error(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  repository.uploads.delete(uuid);
  repository.blobs.set(digest, bytes);
  return text(201, '', {
    location: `${origin}/v2/${repository.name}/blobs/${digest}`,
    'docker-content-digest': digest,
  });
}

function readBlob(repository: Repository, digest: string): Reply {
  const blob = repository.blobs.get(digest);
  if (!blob) return v2Error(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
  return { status: 200, headers, body: blob };
}
