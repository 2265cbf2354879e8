import { decodeJwt, html, type Incoming, json, type Reply, text } from '../exchange.ts';
import type { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import { challenge, NAME_UNKNOWN, refusedWrite, type Scope, signIn, unauthorized } from './access.ts';
import { answerBlob, deleteManifest, putManifest, readManifest } from './manifests.ts';

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
  const refused = reads ? undefined : refusedWrite(server);
  if (refused) return refused;
  if (kind === 'tags') return listNames(server, repository, request);
  if (kind === 'blobs') return answerBlob(server, repository, request, rest);
  const reference = decodeURIComponent(rest);
  if (reads) return readManifest(server, repository, reference);
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

// Quay's database sorts names by its own collation, which often ignores case.
const collator = new Intl.Collator('en', { sensitivity: 'base' });
function order(one: string, other: string): number {
  if (one === other) return 0;
  return collator.compare(one, other) || (one < other ? -1 : 1);
}

/** One page of tag names, with a link to the next. */
function listNames(
  { options, origin, mutation, lagMs }: Server,
  repository: Repository,
  { query }: Incoming,
): Reply {
  const names = repository.tags
    .behind(lagMs)
    .living.map(({ name }) => name)
    .sort(order);
  const limit = Math.min(Number(query.get('n') ?? 50), 100);
  const last = query.get('last');
  const from = last === null ? 0 : names.findIndex((name) => order(name, last) > 0);
  const page = from < 0 ? [] : names.slice(from, from + limit);
  const hasMore = mutation !== 'one-page' && from >= 0 && names.length > from + limit;
  const next = nextLast(options.endlessList, { last, end: page.at(-1) ?? '', hasMore });
  const path = `/v2/${repository.name}/tags/list?n=${limit}${next ? `&last=${encodeURIComponent(next)}` : ''}`;
  const link = `<${options.absoluteLinks ? origin : ''}${path}>; rel="next"`;
  return json(200, { name: repository.name, tags: page }, next === undefined ? {} : { link });
}

interface Place {
  readonly last: string | null;
  /** The last name of this page. */
  readonly end: string;
  readonly hasMore: boolean;
}

/** Where the next page begins: empty for the first page, undefined where there is none. */
function nextLast(
  endless: 'last-page' | 'two-pages' | undefined,
  { last, end, hasMore }: Place,
): string | undefined {
  if (endless === 'two-pages') return last === null ? end : '';
  if (hasMore) return end;
  return endless === 'last-page' ? (last ?? '') : undefined;
}
