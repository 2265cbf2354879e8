import { type Incoming, type Reply, text } from '../exchange.ts';
import type { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import { digestFor } from '../state.ts';
import { v2Error } from './errors.ts';

/** Answers what stands behind `blobs/`: uploads, and blobs by digest. */
export function answerBlob(server: Server, repository: Repository, request: Incoming, rest: string): Reply {
  if (!rest.startsWith('uploads/')) return readBlob(repository, rest);
  const uuid = rest.replace('uploads/', '');
  if (uuid === '') return startUpload(server, repository, request);
  const before = repository.uploads.get(uuid);
  if (!before)
    return v2Error(404, { code: 'BLOB_UPLOAD_UNKNOWN', message: 'blob upload unknown to registry' });
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
    return v2Error(400, {
      code: 'DIGEST_INVALID',
      message: 'provided digest did not match uploaded content',
    });
  repository.uploads.delete(uuid);
  repository.blobs.set(digest, bytes);
  return text(201, '', {
    location: `${origin}/v2/${repository.name}/blobs/${digest}`,
    'docker-content-digest': digest,
  });
}

function readBlob(repository: Repository, digest: string): Reply {
  const blob = repository.blobs.get(digest);
  if (!blob) return v2Error(404, { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry' });
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
  return { status: 200, headers, body: blob };
}
