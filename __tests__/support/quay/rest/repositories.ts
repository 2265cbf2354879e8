import { html, type Incoming, json, type Reply } from '../exchange.ts';
import { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import type { QuayState } from '../state.ts';
import {
  administered,
  demandOwner,
  mayWrite,
  message,
  namespaceOf,
  notFound,
  problem,
  tokenOf,
} from './access.ts';

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

export function createRepository({ state, features }: Server, request: Incoming): Reply {
  const { namespace, repository, visibility, description } = JSON.parse(request.body);
  demandOwner(state, request, String(namespace));
  const name = `${namespace}/${repository}`;
  if (state.repositories.has(name)) throw problem(400, 'invalid_request', 'Repository already exists');
  const seed = { public: visibility === 'public', description };
  state.add(new Repository(name, seed, { now: state.now, ...features }));
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

/**
 * Gives a robot account a right on a repository. Not recorded: as Quay's documentation shows it.
 *
 * Source: https://docs.redhat.com/en/documentation/red_hat_quay/3/html/managing_access_and_permissions/adjust-access-user-repo-api
 */
export function changePermission(
  state: QuayState,
  request: Incoming,
  { repository, rest }: { readonly repository: string; readonly rest: readonly string[] },
): Reply {
  const [kind, encoded = ''] = rest;
  if (request.method !== 'PUT' || kind !== 'user') return html(405, '405 Method Not Allowed');
  const name = decodeURIComponent(encoded);
  const { role } = JSON.parse(request.body);
  const robot = state.robots.get(name);
  if (!robot || !['read', 'write', 'admin'].includes(role)) throw message(400, 'Invalid username');
  state.robots.set(name, { ...robot, permissions: { ...robot.permissions, [repository]: role } });
  return json(200, { role, name, is_robot: true });
}

/** One of Quay's rules for deleting tags by itself. */
export interface PrunePolicy {
  readonly uuid: string;
  readonly method: string;
  readonly value: string | number;
  readonly tagPattern: string | null;
  readonly tagPatternMatches: boolean;
}

/** Lists and changes the auto-prune policies of a repository or an organization. */
export function answerAutoPrune(policies: Map<string, PrunePolicy>, request: Incoming, uuid: string): Reply {
  if (uuid === '' && request.method === 'GET') return json(200, { policies: [...policies.values()] });
  if (uuid === '' && request.method === 'POST') return create(policies, request.body);
  const policy = policies.get(uuid);
  if (!policy) throw notFound();
  switch (request.method) {
    case 'GET':
      return json(200, policy);
    case 'PUT':
      policies.set(uuid, read(uuid, request.body));
      return { status: 204, headers: { 'content-type': 'application/json' }, body: '' };
    case 'DELETE':
      policies.delete(uuid);
      return json(200, { uuid });
    default:
      return html(405, '405 Method Not Allowed');
  }
}

function create(policies: Map<string, PrunePolicy>, body: string): Reply {
  const policy = read(crypto.randomUUID(), body);
  const values = ({ uuid: _, ...rest }: PrunePolicy) => JSON.stringify(rest);
  if ([...policies.values()].some((other) => values(other) === values(policy))) {
    throw problem(
      400,
      'invalid_request',
      'Existing policy with same values for this repository, duplicate policies are not permitted',
    );
  }
  policies.set(policy.uuid, policy);
  return json(201, { uuid: policy.uuid });
}

function read(uuid: string, body: string): PrunePolicy {
  const { method, value, tagPattern = null, tagPatternMatches = true } = JSON.parse(body);
  const isValid =
    method === 'creation_date'
      ? typeof value === 'string' && /^\d+[smhdw]$/.test(value)
      : Number.isInteger(value) && value > 0;
  if (!isValid) throw problem(400, 'invalid_request', 'Invalid value given for method type');
  return { uuid, method, value, tagPattern, tagPatternMatches };
}
