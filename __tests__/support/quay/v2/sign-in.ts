import { basicCredentials, type Incoming, json, type Reply } from '../exchange.ts';
import { encodeJwt } from '../jwt.ts';
import type { Server } from '../server.ts';
import type { QuayState } from '../state.ts';
import { challenge, v2Error } from './errors.ts';

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
    return v2Error(401, { code: 'UNAUTHORIZED', message: account.refusal }, challenge(server));
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
