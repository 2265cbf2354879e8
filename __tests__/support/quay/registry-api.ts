import { basicCredentials, html, type Incoming, json, type Reply } from './exchange.ts';
import { decodeJwt, encodeJwt } from './jwt.ts';
import { removeTag } from './rest-api.ts';
import { digestFor, type QuayState, type Repository, type Row } from './state.ts';

export interface RegistryOptions {
  readonly host: () => string;
  readonly origin: () => string;
  /** Quay 3.13 and later. */
  readonly deletesByTag: boolean;
  readonly staleList: boolean;
  readonly absoluteLinks: boolean;
  readonly tokenSeconds: number;
  readonly deletesSignatures: boolean;
}

/** Answers the registry API v2 and the sign-in that it asks for. */
export function answerRegistry(state: QuayState, request: Incoming, options: RegistryOptions): Reply {
  if (request.path === '/v2/auth') return signIn(state, request, options);
  const [, name = '', rest = ''] = /^\/v2\/(.+?)\/((?:tags|manifests)\/.*)$/.exec(request.path) ?? [];
  const actions = grantedActions(state, request, name);
  if (!actions) return unauthorized(options);
  const repository = state.repositories.get(name);
  if (request.path === '/v2/') return json(200, {});
  if (!repository || !actions.includes('pull')) return unauthorized(options);
  if (rest === 'tags/list') return listNames(repository, request, options);
  const reference = decodeURIComponent(rest.replace('manifests/', ''));
  return request.method === 'DELETE'
    ? remove(repository, { reference, actions, options })
    : readManifest(repository, reference, request.method);
}

function unauthorized(options: RegistryOptions): Reply {
  const challenge = `Bearer realm="${options.origin()}/v2/auth",service="${options.host()}"`;
  return json(
    401,
    {
      errors: [
        { code: 'UNAUTHORIZED', detail: {}, message: 'access to the requested resource is not authorized' },
      ],
    },
    { 'www-authenticate': challenge },
  );
}

function signIn(state: QuayState, request: Incoming, options: RegistryOptions): Reply {
  const credentials = basicCredentials(request.headers['authorization']);
  const scope = request.query.get('scope') ?? '';
  const [, name = '', wanted = ''] = /^repository:([^:]+):(.*)$/.exec(scope) ?? [];
  if (wanted.split(',').includes('delete')) return json(400, { error: 'Invalid scope' });
  const may = credentials && permission(state, credentials, name);
  if (credentials && may === undefined) {
    const message = `Could not find robot with username: ${credentials.user} and supplied password.`;
    return json(401, { errors: [{ code: 'UNAUTHORIZED', detail: {}, message }] });
  }
  const granted = { none: [], read: ['pull'], write: ['pull', 'push'], admin: ['pull', 'push', '*'] }[
    may ?? 'none'
  ].filter((action) => wanted.split(',').includes(action));
  const now = state.now();
  const claims = {
    iss: 'quay',
    aud: options.host(),
    exp: now + options.tokenSeconds,
    iat: now,
    access: [{ type: 'repository', name, actions: granted }],
  };
  return json(200, { token: encodeJwt(claims) });
}

/** What an account may do; undefined where the password is wrong. */
function permission(
  state: QuayState,
  { user, password }: { readonly user: string; readonly password: string },
  name: string,
): 'none' | 'read' | 'write' | 'admin' | undefined {
  const repository = state.repositories.get(name);
  if (user === '$oauthtoken') {
    const token = state.oauthTokens.get(password);
    if (!token || token.expired) return undefined;
    const sees = repository && (token.namespaces?.includes(name.split('/')[0] ?? '') ?? true);
    return sees ? (token.scope === 'repo:write' ? 'write' : 'read') : 'none';
  }
  const robot = state.robots.get(user);
  if (!robot || (robot.password !== password && state.exchanged.get(password) !== user)) return undefined;
  return repository ? (robot.permissions[name] ?? (repository.public ? 'read' : 'none')) : 'none';
}

/** What the bearer token grants; undefined where there is none or it has expired. */
function grantedActions(state: QuayState, request: Incoming, name: string): readonly string[] | undefined {
  const claims = decodeJwt(/^Bearer (.*)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '');
  if (!claims || Number(claims['exp']) <= state.now()) return undefined;
  const access = Array.isArray(claims['access']) ? claims['access'] : [];
  const actions: readonly string[] = access.find((entry) => entry.name === name)?.actions ?? [];
  return actions.includes('*') ? ['pull', 'push', '*'] : actions;
}

function listNames(repository: Repository, request: Incoming, options: RegistryOptions): Reply {
  const stale = options.staleList ? [...repository.recentlyDeleted] : [];
  const order = (one: string, other: string) =>
    one.toLowerCase().localeCompare(other.toLowerCase()) || (one < other ? -1 : 1);
  const names = [...new Set([...repository.living.map(({ name }) => name), ...stale])].sort(order);
  const limit = Math.min(Number(request.query.get('n') ?? 50), 100);
  const last = request.query.get('last');
  const from = last === null ? 0 : names.findIndex((name) => order(name, last) > 0);
  const page = from < 0 ? [] : names.slice(from, from + limit);
  const more = from >= 0 && names.length > from + limit;
  const next = `/v2/${repository.name}/tags/list?n=${limit}&last=${encodeURIComponent(page.at(-1) ?? '')}`;
  const link = more ? { link: `<${options.absoluteLinks ? options.origin() : ''}${next}>; rel="next"` } : {};
  return json(200, { name: repository.name, tags: page }, link);
}

interface Removal {
  readonly reference: string;
  readonly actions: readonly string[];
  readonly options: RegistryOptions;
}

function remove(repository: Repository, { reference, actions, options }: Removal): Reply {
  if (!actions.includes('push')) return unauthorized(options);
  if (reference.startsWith('sha256:')) return removeDigest(repository, reference);
  if (!options.deletesByTag) return html(405, '405 Method Not Allowed');
  const row = repository.find(reference);
  if (!row) return manifestUnknown();
  if (row.immutable) return immutable(reference);
  if (repository.state !== 'NORMAL')
    return json(503, { message: `Repository is in read only or mirror mode: ${repository.name}` });
  removeTag(repository, row, options.deletesSignatures);
  return { status: 202, headers: {}, body: '' };
}

/** Deletes every tag on the digest, as Quay really does, so that a test can see that nobody asks for it. */
function removeDigest(repository: Repository, digest: string): Reply {
  const rows = repository.living.filter((row) => standsOn(row, digest));
  const kept = rows.find((row) => row.immutable);
  if (kept) return immutable(kept.name);
  if (rows.length === 0) return manifestUnknown();
  for (const row of rows) repository.remove(row);
  return { status: 202, headers: {}, body: '' };
}

function manifestUnknown(): Reply {
  return json(404, { errors: [{ code: 'MANIFEST_UNKNOWN', detail: {}, message: 'manifest unknown' }] });
}

function immutable(tag: string): Reply {
  return json(409, {
    errors: [{ code: 'TAG_IMMUTABLE', detail: {}, message: `Cannot delete immutable tag '${tag}'` }],
  });
}

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

function readManifest(repository: Repository, reference: string, method: string): Reply {
  const row = reference.startsWith('sha256:')
    ? repository.living.find((candidate) => standsOn(candidate, reference))
    : repository.find(reference);
  if (!row) return manifestUnknown();
  const headers = { 'content-type': MANIFEST_TYPE, 'docker-content-digest': row.digest };
  return { status: 200, headers, body: method === 'HEAD' ? '' : (row.manifest ?? manifestOf(row.digest)) };
}

/** A manifest that is the same for all tags of a digest. */
function manifestOf(digest: string): string {
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestFor('config'),
    size: 2,
  };
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config,
    layers: [],
    annotations: { for: digest },
  });
}

/** A client such as skopeo computes the digest from the manifest that it was served. */
function standsOn(row: Row, digest: string): boolean {
  return row.digest === digest || digestFor(manifestOf(row.digest)) === digest;
}
