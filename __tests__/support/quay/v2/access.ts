import { basicCredentials, decodeJwt, encodeJwt, type Incoming, json, type Reply } from '../exchange.ts';
import { SYSTEM_READ_ONLY } from '../rest/access.ts';
import type { Server } from '../server.ts';
import type { QuayState } from '../state.ts';

/** An error in the shape of the OCI distribution specification. */
export function v2Error(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  detail: object = {},
): Reply {
  return json(status, { errors: [{ code, detail, message }] }, headers);
}

/** What a right on a repository would have to be asked for. */
export interface Scope {
  readonly name: string;
  readonly actions: 'pull' | 'pull,push';
}

export function challenge({ origin, host }: Server, scope?: Scope): Readonly<Record<string, string>> {
  const wanted = scope ? `,scope="repository:${scope.name}:${scope.actions}"` : '';
  return { 'www-authenticate': `Bearer realm="${origin}/v2/auth",service="${host}"${wanted}` };
}

export function unauthorized(server: Server, scope: Scope): Reply {
  const message = 'access to the requested resource is not authorized';
  return v2Error(401, 'UNAUTHORIZED', message, challenge(server, scope));
}

/** What a write meets where nobody may write now; a DELETE is one. */
export function refusedWrite({ options }: Server): Reply | undefined {
  if (options.readOnly) {
    return json(405, {
      errors: [{ code: 'DENIED', detail: {}, message: SYSTEM_READ_ONLY }],
      is_readonly: true,
    });
  }
  const message =
    'Pushes to the registry are currently disabled. Please contact the administrator for more information.';
  return options.pushesDisabled ? v2Error(405, 'METHOD NOT ALLOWED', message) : undefined;
}

export const MANIFEST_UNKNOWN = v2Error(404, 'MANIFEST_UNKNOWN', 'manifest unknown');

export const NAME_UNKNOWN = v2Error(404, 'NAME_UNKNOWN', 'repository name not known to registry');

export function tagImmutable(tag: string): Reply {
  const detail = { message: `tag '${tag}' is immutable` };
  return v2Error(409, 'TAG_IMMUTABLE', 'tag is immutable and cannot be overwritten', {}, detail);
}

type Rights = 'none' | 'read' | 'write' | 'admin';

const ACTIONS: Readonly<Record<Rights, readonly string[]>> = {
  none: [],
  read: ['pull'],
  write: ['push', 'pull'],
  admin: ['push', 'pull', '*'],
};

/** Gives a registry token for the rights that the account has of those it asks for; a missing right is no error. */
export function signIn(server: Server, request: Incoming): Reply {
  const { state, options, host } = server;
  const credentials = basicCredentials(request.headers['authorization']);
  const scope = request.query.get('scope') ?? '';
  const [, name = '', wanted = ''] = /^repository:([^:]+):(.*)$/.exec(scope) ?? [];
  if (wanted.split(',').includes('delete')) return json(400, { error: 'Invalid scope' });
  const account: Account = credentials ? accountOf(server, credentials, name) : { rights: 'none' };
  if ('refusal' in account) {
    return v2Error(401, 'UNAUTHORIZED', account.refusal, challenge(server));
  }
  const repository = state.repositories.get(name);
  // Nobody writes to a mirror or a read-only repository, not even its owner.
  const rights =
    repository && repository.state !== 'NORMAL' && account.rights !== 'none' ? 'read' : account.rights;
  const granted = server.mutation === 'everybody-pushes' ? 'write' : rights;
  const actions = ACTIONS[granted].filter((action) => wanted.split(',').includes(action));
  const now = Math.floor(state.now());
  const claims = {
    iss: 'quay',
    aud: host,
    exp: now + (options.registryTokenSeconds ?? 3600),
    iat: now,
    access: [{ type: 'repository', name, actions }],
  };
  return json(200, { token: encodeJwt(claims) });
}

type Account = { readonly rights: Rights } | { readonly refusal: string };

interface Credentials {
  readonly user: string;
  readonly password: string;
}

function accountOf({ state, mutation }: Server, { user, password }: Credentials, name: string): Account {
  if (user === '$oauthtoken') return tokenRights(state, password, name);
  const robot = state.robots.get(user);
  if (!robot) return { refusal: 'Could not find robot with specified username' };
  const isKnown = robot.password === password || state.exchanged.get(password) === user;
  if (!isKnown && mutation !== 'accepts-any-password')
    return { refusal: `Could not find robot with username: ${user} and supplied password.` };
  const repository = state.repositories.get(name);
  if (!repository) return { rights: 'none' };
  return { rights: robot.permissions[name] ?? (repository.public ? 'read' : 'none') };
}

function tokenRights(state: QuayState, password: string, name: string): Account {
  const token = state.oauthTokens.get(password);
  if (!token || token.expired) return { refusal: 'OAuth access token could not be validated' };
  const repository = state.repositories.get(name);
  if (!state.sees(token, name.split('/')[0] ?? '')) return { rights: repository?.public ? 'read' : 'none' };
  // An owner may push to a repository that is yet to be created.
  if (!repository) return { rights: token.scope === 'repo:admin' ? 'write' : 'none' };
  return { rights: token.scope === 'repo:read' ? 'read' : token.scope === 'repo:write' ? 'write' : 'admin' };
}

/** Exchanges GitHub's OIDC token for a robot account's password. */
export function answerFederation(state: QuayState, request: Incoming): Reply {
  const credentials = basicCredentials(request.headers['authorization']);
  if (!credentials) return json(401, { error: 'No auth header' });
  const { user, password } = credentials;
  if (!user.includes('+')) return json(401, { error: 'Invalid robot' });
  const entries = state.federations.get(user);
  if (!entries && !state.robots.has(user)) return refused('Could not find robot with specified username');
  if (!entries?.length) return refused('Robot does not have federated login configured');
  const claims = decodeJwt(password);
  if (!claims) return INTERNAL_SERVER_ERROR;
  if (Number(claims['exp']) <= state.now()) return refused('Invalid token: Signature has expired');
  const ofIssuer = entries.filter(({ issuer }) => issuer === undefined || issuer === claims['iss']);
  const isForThem = ofIssuer.some(({ audience }) => audience === undefined || audience === claims['aud']);
  if (ofIssuer.length > 0 && !isForThem) return refused("Invalid token: Audience doesn't match");
  if (!ofIssuer.some(({ subject }) => subject === claims['sub']))
    return refused('Token does not match robot');
  const exchanged = encodeJwt({ sub: user, exp: state.now() + 3600, nonce: state.exchanged.size });
  state.exchanged.set(exchanged, user);
  return json(200, { token: exchanged });
}

function refused(message: string): Reply {
  return json(400, { message });
}

const INTERNAL_SERVER_ERROR: Reply = {
  status: 500,
  headers: { 'content-type': 'text/html' },
  body: '<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n',
};
