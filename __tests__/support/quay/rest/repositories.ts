import { type Incoming, json, type Reply } from '../exchange.ts';
import { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import type { QuayState } from '../state.ts';
import { administered, demandOwner, mayWrite, namespaceOf, tokenOf } from './access.ts';
import { problem } from './refused.ts';

const PAGE = 100;
const DAY = 86_400;

/** The repositories of a namespace that the caller sees; public ones only where they are asked for. */
export function listRepositories({ state, mutation }: Server, request: Incoming): Reply {
  const namespace = request.query.get('namespace') ?? '';
  const token = tokenOf(state, request);
  const sees = state.sees(token, namespace);
  const asksForPublic = request.query.get('public') === 'true';
  const visible = [...state.repositories.values()].filter(
    (repository) =>
      mutation !== 'hides-repositories' &&
      !(mutation === 'hides-nested' && repository.name.split('/').length > 2) &&
      repository.name.startsWith(`${namespace}/`) &&
      (sees || (asksForPublic && repository.public)),
  );
  // An invalid page token silently starts again at the first page.
  const from = Number(Buffer.from(request.query.get('next_page') ?? '', 'base64url').toString('utf8')) || 0;
  const next = from + PAGE;
  return json(200, {
    repositories: visible.slice(from, next).map((repository) => ({
      ...nameOf(repository.name),
      description: repository.description,
      is_public: repository.public,
      kind: 'image',
      state: repository.state,
      ...(token ? { is_starred: false } : {}),
    })),
    ...(visible.length > next ? { next_page: Buffer.from(String(next)).toString('base64url') } : {}),
  });
}

export function describeRepository(
  { state, mutation }: Server,
  repository: Repository,
  request: Incoming,
): Reply {
  const token = tokenOf(state, request);
  const isNormal = repository.state === 'NORMAL';
  return json(200, {
    ...nameOf(repository.name),
    kind: 'image',
    description: repository.description,
    is_public: repository.public,
    is_organization: true,
    is_starred: false,
    status_token: token ? repository.statusToken : '',
    trust_enabled: false,
    tag_expiration_s: repository.tagExpirationSeconds - (mutation === 'shortens-window' ? DAY : 0),
    is_free_account: true,
    state: repository.state,
    can_write: isNormal && mayWrite(state, token, repository.name),
    can_admin: token?.scope === 'repo:admin' && state.sees(token, namespaceOf(repository.name)),
  });
}

export function createRepository(state: QuayState, request: Incoming): Reply {
  const { namespace, repository, visibility, description } = JSON.parse(request.body);
  demandOwner(state, request, String(namespace));
  const name = `${namespace}/${repository}`;
  if (state.repositories.has(name)) throw problem(400, 'invalid_request', 'Repository already exists');
  state.add(new Repository(name, { public: visibility === 'public', description }, state.now));
  return json(201, { ...nameOf(name), kind: 'image' });
}

export function deleteRepository({ state }: Server, request: Incoming, name: string): Reply {
  state.repositories.delete(administered(state, request, name).name);
  return { status: 204, headers: { 'content-type': 'application/json' }, body: '' };
}

/**
 * Makes a repository read-only, or normal again. Not recorded: read from Quay's source.
 *
 * Source: https://github.com/quay/quay/blob/master/endpoints/api/repository.py
 */
export function changeState({ state, mutation }: Server, request: Incoming, name: string): Reply {
  const repository = administered(state, request, name);
  const wanted = JSON.parse(request.body).state;
  if (wanted !== 'NORMAL' && wanted !== 'READ_ONLY' && wanted !== 'MIRROR')
    return json(400, { detail: `${wanted} is not a valid Repository state.` });
  if (mutation !== 'ignores-state') repository.state = wanted;
  return json(200, { success: true });
}

function nameOf(path: string): { readonly namespace: string; readonly name: string } {
  const namespace = namespaceOf(path);
  return { namespace, name: path.slice(namespace.length + 1) };
}
