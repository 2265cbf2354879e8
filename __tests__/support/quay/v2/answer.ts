import { html, type Incoming, json, type Reply, text } from '../exchange.ts';
import { decodeJwt } from '../jwt.ts';
import type { Server } from '../server.ts';
import { answerBlob } from './blobs.ts';
import { challenge, NAME_UNKNOWN, type Scope, unauthorized } from './errors.ts';
import { listNames } from './list-names.ts';
import { deleteManifest, putManifest, readManifest } from './manifests.ts';
import { signIn } from './sign-in.ts';

/** Answers the v2 API (OCI distribution) and the sign-in that it asks for. */
export function answerRegistry(server: Server, request: Incoming): Reply {
  if (request.path === '/v2/auth') return signIn(server, request);
  const bearer = /^Bearer (.*)$/.exec(request.headers['authorization'] ?? '')?.[1];
  if (request.path === '/v2/') return ping(server, bearer);
  const [, name = '', kind = '', rest = ''] =
    /^\/v2\/(.+?)\/(tags|manifests|blobs)\/(.*)$/.exec(request.path) ?? [];
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const scope: Scope = { name, actions: reads ? 'pull' : 'pull,push' };
  if (bearer !== undefined && !decodeJwt(bearer))
    return text(401, JSON.stringify({ error: 'Invalid bearer token format' }), challenge(server, scope));
  const repository = server.state.repositories.get(name);
  if (!may(server, bearer, { name, right: reads ? 'pull' : 'push' })) return unauthorized(server, scope);
  if (!repository) return NAME_UNKNOWN;
  if (kind === 'tags') return listNames(server, repository, request);
  if (kind === 'blobs') return answerBlob(server, repository, request, rest);
  const reference = decodeURIComponent(rest);
  if (reads) return readManifest(server, repository, request, reference);
  if (request.method === 'PUT') return putManifest(repository, request, reference);
  if (request.method === 'DELETE') return deleteManifest(server, repository, reference);
  return html(405, '405 Method Not Allowed');
}

function ping(server: Server, bearer: string | undefined): Reply {
  const claims = decodeJwt(bearer ?? '');
  const isValid = claims !== undefined && Number(claims['exp']) > server.state.now();
  return isValid ? json(200, true) : text(401, 'true', challenge(server));
}

/** Whether the bearer token grants the right; any valid one may pull from a public repository. */
function may(
  { state }: Server,
  bearer: string | undefined,
  { name, right }: { readonly name: string; readonly right: 'pull' | 'push' },
): boolean {
  const claims = decodeJwt(bearer ?? '');
  if (!claims || Number(claims['exp']) <= state.now()) return false;
  if (right === 'pull' && state.repositories.get(name)?.public) return true;
  const access = Array.isArray(claims['access']) ? claims['access'] : [];
  const actions: readonly string[] = access.find((entry) => entry.name === name)?.actions ?? [];
  return actions.includes(right) || actions.includes('*');
}
