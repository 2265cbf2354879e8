import { decodeJwt, html, type Incoming, json, type Reply } from '../exchange.ts';
import type { Server } from '../server.ts';
import {
  administered,
  demandOwner,
  insufficientScope,
  message,
  namespaceOf,
  Refused,
  readable,
  readOnly,
  tokenOf,
  writable,
} from './access.ts';
import { answerManifest } from './manifests.ts';
import {
  answerAutoPrune,
  changePermission,
  changeState,
  createRepository,
  deleteRepository,
  describeRepository,
  listRepositories,
} from './repositories.ts';
import { changeTag, deleteTag, expireForGood, listTags, pullStatistics, restoreTag } from './tags.ts';

const NOT_ALLOWED = html(405, '405 Method Not Allowed');

/** Answers Quay's REST API v1. */
export function answerRest(server: Server, request: Incoming): Reply {
  try {
    return route(server, request);
  } catch (error) {
    if (error instanceof Refused) return error.reply(server.origin);
    throw error;
  }
}

function route(server: Server, request: Incoming): Reply {
  const { state, options } = server;
  refuseStrangers(request);
  if (options.anonymousAccess === false && !tokenOf(state, request))
    throw message(401, 'Anonymous access is not allowed');
  if (options.readOnly && request.method !== 'GET' && tokenOf(state, request)) throw readOnly();
  if (request.path === '/api/v1/repository')
    return request.method === 'POST' ? createRepository(server, request) : listRepositories(server, request);
  const [, organization, policy] =
    /^\/api\/v1\/organization\/([^/]+)\/autoprunepolicy\/(.*)$/.exec(request.path) ?? [];
  if (organization !== undefined) {
    demandOwner(state, request, organization);
    return answerAutoPrune(state.prunePolicies(organization), request, policy ?? '');
  }
  const segments = request.path.replace('/api/v1/repository/', '').split('/');
  const at = segments.findIndex(
    (segment, index) =>
      index > 1 && /^(?:tag|manifest|autoprunepolicy|permissions|changestate)$/.test(segment),
  );
  const name = (at < 0 ? segments : segments.slice(0, at)).map(decodeURIComponent).join('/');
  if (at < 0) return answerRepository(server, request, name);
  const rest = segments.slice(at + 1);
  if (segments[at] === 'autoprunepolicy') {
    administered(state, request, name);
    return answerAutoPrune(state.prunePolicies(name), request, rest[0] ?? '');
  }
  if (segments[at] === 'permissions') {
    administered(state, request, name);
    return changePermission(state, request, { repository: name, rest });
  }
  if (segments[at] === 'changestate')
    return request.method === 'PUT' ? changeState(server, request, name) : NOT_ALLOWED;
  if (segments[at] === 'manifest') return answerManifest(server, request, { repository: name, rest });
  return answerTags(server, request, name, rest);
}

/** Quay takes a browser for somebody else's page, and a registry token for another service's. */
function refuseStrangers({ method, headers }: Incoming): void {
  const isBrowser = /^Mozilla/.test(headers['user-agent'] ?? '');
  if (method === 'GET' && isBrowser && !headers['x-requested-with']) throw message(400, 'Invalid request');
  const bearer = /^Bearer (.*)$/.exec(headers['authorization'] ?? '')?.[1] ?? '';
  if (decodeJwt(bearer)?.['iss'] === 'quay')
    throw new Refused(() => json(401, { error: 'Issuer quay not configured' }));
}

function answerRepository(server: Server, request: Incoming, name: string): Reply {
  if (request.method === 'DELETE') return deleteRepository(server, request, name);
  if (request.method !== 'GET') return NOT_ALLOWED;
  return describeRepository(server, readable(server, request, name), request);
}

/** @param rest - what stands behind `tag/` */
function answerTags(server: Server, request: Incoming, name: string, rest: readonly string[]): Reply {
  const [encoded, action = ''] = rest;
  if (encoded === undefined) {
    const location = `${server.origin}${request.path}/?${request.query}`;
    return { status: 308, headers: { location }, body: '' };
  }
  const read = () => readable(server, request, name);
  if (encoded === '') return request.method === 'GET' ? listTags(server, read(), request) : NOT_ALLOWED;
  if (/%2f/i.test(encoded)) throw insufficientScope();
  const tag = decodeURIComponent(encoded);
  if (action === 'pull_statistics') return pullStatistics(server, read(), tag);
  if (server.mutation === 'demands-owner') demandOwner(server.state, request, namespaceOf(name));
  const repository = writable(server, request, name);
  switch (`${request.method} ${action}`) {
    case 'DELETE ':
      return deleteTag(server, repository, tag);
    case 'PUT ':
      return changeTag(server, repository, tag, request);
    case 'POST restore':
      return restoreTag(server, repository, { tag, body: request.body });
    case 'POST expire':
      return expireForGood(server, repository, tag, request.body);
    default:
      return NOT_ALLOWED;
  }
}
