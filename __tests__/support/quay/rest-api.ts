import { empty, html, type Incoming, json, type Reply } from './exchange.ts';
import type { OAuthToken, QuayState, Repository, Row } from './state.ts';

export interface RestOptions {
  readonly pullStatistics: boolean;
  /** Quay 3.10 and later. */
  readonly filters: boolean;
  /** Newer servers expire an image's cosign tags with its last tag. */
  readonly deletesSignatures: boolean;
  readonly origin: () => string;
}

const HOUR = 3600;
const LONGEST_EXPIRATION = 104 * 7 * 24 * HOUR;

/** Answers Quay's REST API v1. */
export function answerRest(state: QuayState, request: Incoming, options: RestOptions): Reply {
  const userAgent = request.headers['user-agent'] ?? '';
  if (request.method === 'GET' && /^Mozilla/.test(userAgent) && !request.headers['x-requested-with'])
    return json(400, { message: 'Invalid request' });
  if (request.path === '/api/v1/repository') return listRepositories(state, request);
  const segments = request.path.replace('/api/v1/repository/', '').split('/');
  const tagAt = segments.indexOf('tag', 2);
  const repositoryPath = (tagAt < 0 ? segments : segments.slice(0, tagAt)).map(decodeURIComponent).join('/');
  const rest = tagAt < 0 ? [] : segments.slice(tagAt + 1);
  const access = accessTo(state, request, repositoryPath);
  if (tagAt < 0) return describeRepository(access, repositoryPath);
  if (rest.length === 0)
    return {
      status: 308,
      headers: { location: `${options.origin()}${request.path}/?${request.query}` },
      body: '',
    };
  if (rest[0] === '' && rest.length === 1)
    return request.method === 'GET'
      ? listTags(access, request, options)
      : html(405, '405 Method Not Allowed');
  if (rest[0]?.includes('%2F') || rest[0]?.includes('%2f')) return insufficientScope();
  return answerTag(access, {
    request,
    tag: decodeURIComponent(rest[0] ?? ''),
    action: rest[1],
    state,
    options,
  });
}

interface Access {
  readonly repository: Repository | undefined;
  readonly token: OAuthToken | undefined;
  readonly seesNamespace: boolean;
}

function accessTo(state: QuayState, request: Incoming, path: string): Access {
  const token = bearer(state, request);
  const namespace = path.split('/')[0] ?? '';
  const exists = [...state.repositories.keys()].some((name) => name.startsWith(`${namespace}/`));
  const seesNamespace = token !== undefined && exists && (token.namespaces?.includes(namespace) ?? true);
  return { repository: state.repositories.get(path), token, seesNamespace };
}

function bearer(state: QuayState, request: Incoming): OAuthToken | undefined {
  const token = state.oauthTokens.get(
    /^Bearer (.*)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '',
  );
  return token?.expired ? undefined : token;
}

/** What a read is refused with; undefined where it is allowed. */
function refuseRead({ repository, token, seesNamespace }: Access): Reply | undefined {
  if (repository?.public) return undefined;
  if (!token) return error(401, 'invalid_token', 'Requires authentication');
  if (!seesNamespace) return insufficientScope();
  return repository ? undefined : error(404, 'not_found', 'Not Found');
}

function refuseWrite(access: Access): Reply | undefined {
  if (!access.token)
    return {
      ...json(403, { error: 'CSRF token was invalid or missing.' }),
      headers: { 'content-type': 'text/html' },
    };
  if (access.token.scope !== 'repo:write' || !access.seesNamespace) return insufficientScope();
  if (!access.repository) return error(404, 'not_found', 'Not Found');
  if (access.repository.state !== 'NORMAL')
    return json(503, { message: `Repository is in read only or mirror mode: ${access.repository.name}` });
  return undefined;
}

function describeRepository(access: Access, path: string): Reply {
  const refused = refuseRead(access);
  if (refused) return refused;
  const [namespace, ...name] = path.split('/');
  return json(200, {
    namespace,
    name: name.join('/'),
    kind: 'image',
    description: null,
    is_public: access.repository?.public,
    can_write: access.token?.scope === 'repo:write' && access.seesNamespace,
    state: access.repository?.state,
    tag_expiration_s: access.repository?.tagExpirationSeconds,
  });
}

function listTags(access: Access, { query }: Incoming, options: RestOptions): Reply {
  const refused = refuseRead(access);
  if (refused || !access.repository) return refused ?? error(404, 'not_found', 'Not Found');
  const limit = Math.min(Number(query.get('limit') ?? 50), 100);
  const page = Number(query.get('page') ?? 1);
  const filter = options.filters ? query.get('filter_tag_name') : null;
  if (filter !== null && !filter.includes(':')) return error(400, 'invalid_request', 'Invalid filter');
  const onlyActive = query.get('onlyActiveTags') === 'true';
  const rows = filtered(onlyActive ? access.repository.living : access.repository.all, filter);
  const from = (page - 1) * limit;
  return json(200, {
    tags: rows.slice(from, from + limit).map((row) => rowJson(row)),
    page,
    has_additional: rows.length > from + limit,
  });
}

function filtered(rows: readonly Row[], filter: string | null): readonly Row[] {
  const [operator, ...rest] = (filter ?? '').split(':');
  const text = rest.join(':');
  if (operator === 'eq') return rows.filter(({ name }) => name === text);
  if (operator === 'like') return rows.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  return rows;
}

/** A row as Quay lists it, with the keys that are there only sometimes. */
export function rowJson(row: Row): Readonly<Record<string, unknown>> {
  const date = (seconds: number) => new Date(seconds * 1000).toUTCString().replace('GMT', '-0000');
  return {
    name: row.name,
    reversion: false,
    start_ts: row.startTs,
    ...(row.endTs === undefined ? {} : { end_ts: row.endTs, expiration: date(row.endTs) }),
    manifest_digest: row.digest,
    is_manifest_list: row.manifestList,
    size: row.size,
    last_modified: date(row.startTs),
    ...(row.immutable ? { immutable: true } : {}),
    ...(row.manifestList ? { child_manifest_count: 2, is_sparse: false } : {}),
  };
}

interface TagRequest {
  readonly request: Incoming;
  readonly tag: string;
  readonly action: string | undefined;
  readonly state: QuayState;
  readonly options: RestOptions;
}

function answerTag(access: Access, { request, tag, action, state, options }: TagRequest): Reply {
  if (action === 'pull_statistics') return pullStatistics(access, tag, options);
  const refused = refuseWrite(access);
  if (refused || !access.repository) return refused ?? error(404, 'not_found', 'Not Found');
  const { repository } = access;
  if (action === 'restore' && request.method === 'POST') return restore(repository, tag, request.body);
  const row = repository.find(tag);
  if (!row) return error(404, 'not_found', 'Not Found');
  if (request.method === 'PUT') return expire(repository, row, { body: request.body, now: state.now() });
  if (request.method !== 'DELETE' || action !== undefined) return html(405, '405 Method Not Allowed');
  if (row.immutable) return error(409, 'tag_immutable', `Cannot delete immutable tag '${tag}'`);
  removeTag(repository, row, options.deletesSignatures);
  return empty(204);
}

/** Removes the tag alone; newer servers also expire the image's cosign tags with its last tag. */
export function removeTag(repository: Repository, row: Row, deletesSignatures: boolean): void {
  repository.remove(row);
  if (!deletesSignatures || repository.living.some(({ digest }) => digest === row.digest)) return;
  const prefix = `${row.digest.replace(':', '-')}.`;
  for (const signature of repository.living.filter(({ name }) => name.startsWith(prefix)))
    repository.remove(signature);
}

function expire(
  repository: Repository,
  row: Row,
  { body, now }: { readonly body: string; readonly now: number },
): Reply {
  const wanted = Number(JSON.parse(body).expiration);
  if (row.immutable)
    return error(400, 'invalid_request', `Cannot set expiration on immutable tag '${row.name}'`);
  if (wanted < now) return error(400, 'invalid_request', 'Expiration must be in the future');
  repository.expire(row, Math.min(Math.max(wanted, row.startTs + HOUR), row.startTs + LONGEST_EXPIRATION));
  return json(201, 'Updated');
}

function restore(repository: Repository, tag: string, body: string): Reply {
  const digest = String(JSON.parse(body).manifest_digest);
  if (repository.find(tag)?.immutable)
    return error(409, 'tag_immutable', `Cannot overwrite immutable tag '${tag}'`);
  if (!repository.knows(digest)) return error(404, 'not_found', 'Not Found');
  repository.point(tag, digest);
  return json(200, {});
}

function pullStatistics(access: Access, tag: string, { pullStatistics: on }: RestOptions): Reply {
  const refused = refuseRead(access);
  const row = access.repository?.find(tag);
  if (refused || !on || !row) return refused ?? error(404, 'not_found', 'Not Found');
  const date =
    row.pulledAt === null ? null : new Date(row.pulledAt * 1000).toUTCString().replace('GMT', '-0000');
  const count = row.pulledAt === null ? 0 : 3;
  return json(200, {
    tag_name: tag,
    tag_pull_count: count,
    last_tag_pull_date: date,
    current_manifest_digest: row.digest,
    manifest_pull_count: count,
    last_manifest_pull_date: date,
  });
}

function listRepositories(state: QuayState, request: Incoming): Reply {
  const namespace = request.query.get('namespace') ?? '';
  const token = bearer(state, request);
  const sees = token !== undefined && (token.namespaces?.includes(namespace) ?? true);
  const visible = [...state.repositories.values()].filter(
    ({ name, public: isPublic }) => name.startsWith(`${namespace}/`) && (sees || isPublic),
  );
  // An invalid page token silently starts again at the first page.
  const from = Number(Buffer.from(request.query.get('next_page') ?? '', 'base64url').toString('utf8')) || 0;
  const next = from + 100;
  return json(200, {
    repositories: visible.slice(from, next).map((repository) => ({
      namespace,
      name: repository.name.slice(namespace.length + 1),
      description: null,
      is_public: repository.public,
      kind: 'image',
      state: repository.state,
    })),
    ...(visible.length > next ? { next_page: Buffer.from(String(next)).toString('base64url') } : {}),
  });
}

function error(status: number, type: string, detail: string): Reply {
  return json(status, {
    detail,
    error_message: detail,
    error_type: type,
    title: type,
    type: `/api/v1/error/${type}`,
    status,
  });
}

function insufficientScope(): Reply {
  return error(403, 'insufficient_scope', 'Unauthorized');
}
