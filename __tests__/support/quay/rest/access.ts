import { type Incoming, json, type Reply, text } from '../exchange.ts';
import type { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import type { OAuthToken, QuayState } from '../state.ts';

const READ_ONLY_MODES = { READ_ONLY: 1, MIRROR: 2, ORG_MIRROR: 4 };

/** The token that a request comes with; undefined for one that is wrong or has expired. */
export function tokenOf(state: QuayState, request: Incoming): OAuthToken | undefined {
  const header = request.headers['authorization'] ?? '';
  const token = state.oauthTokens.get(/^Bearer (.*)$/.exec(header)?.[1] ?? '');
  return token?.expired ? undefined : token;
}

/** The repository, for a caller who may read it. */
export function readable({ state }: Server, request: Incoming, name: string): Repository {
  const repository = state.repositories.get(name);
  if (repository?.public) return repository;
  const token = tokenOf(state, request);
  if (!token) throw problem(401, 'invalid_token', 'Requires authentication');
  if (!state.sees(token, namespaceOf(name))) throw insufficientScope();
  if (!repository) throw notFound();
  return repository;
}

/** The repository, for a caller who may change its tags now. */
export function writable({ state }: Server, request: Incoming, name: string): Repository {
  const token = changing(state, request);
  if (!mayWrite(state, token, name)) throw insufficientScope();
  const repository = state.repositories.get(name);
  if (!repository) throw notFound();
  if (repository.state !== 'NORMAL') {
    throw message(503, `Repository is in read only or mirror mode: ${READ_ONLY_MODES[repository.state]}`);
  }
  return repository;
}

/** The repository, for an owner. */
export function administered(state: QuayState, request: Incoming, name: string): Repository {
  const token = tokenOf(state, request);
  if (!token && request.method === 'GET') throw problem(401, 'invalid_token', 'Requires authentication');
  demandOwner(state, request, namespaceOf(name));
  const repository = state.repositories.get(name);
  if (!repository) throw notFound();
  return repository;
}

/** Throws unless the caller owns the namespace. */
export function demandOwner(state: QuayState, request: Incoming, namespace: string): void {
  const token = request.method === 'GET' ? tokenOf(state, request) : changing(state, request);
  if (token?.scope !== 'repo:admin' || !state.sees(token, namespace)) throw insufficientScope();
}

/** Whether the token's user may change tags there, whatever state the repository is in. */
export function mayWrite(state: QuayState, token: OAuthToken | undefined, name: string): boolean {
  return token !== undefined && token.scope !== 'repo:read' && state.sees(token, namespaceOf(name));
}

export function namespaceOf(name: string): string {
  return name.split('/')[0] ?? '';
}

function changing(state: QuayState, request: Incoming): OAuthToken {
  const token = tokenOf(state, request);
  if (!token) throw csrf();
  return token;
}

/** Thrown where a request must not go on; the REST API answers with it. */
export class Refused extends Error {
  readonly reply: (origin: string) => Reply;

  constructor(reply: (origin: string) => Reply) {
    super('The request is refused.');
    this.reply = reply;
  }
}

/** An error in the shape that most of Quay's have. */
export function problem(status: number, type: string, detail: string): Refused {
  return new Refused((origin) =>
    json(status, {
      detail,
      error_message: detail,
      error_type: type,
      title: type,
      type: `${origin}/api/v1/error/${type}`,
      status,
    }),
  );
}

/** An error that is a message alone. */
export function message(status: number, words: string): Refused {
  return new Refused(() => json(status, { message: words }));
}

export function notFound(): Refused {
  return problem(404, 'not_found', 'Not Found');
}

export function insufficientScope(): Refused {
  return problem(403, 'insufficient_scope', 'Unauthorized');
}

/** What a write without a valid token meets; JSON by its looks, HTML by its label. */
function csrf(): Refused {
  return new Refused(() => text(403, JSON.stringify({ error: 'CSRF token was invalid or missing.' })));
}

/** What every write meets on a registry that is read-only as a whole. */
export function readOnly(): Refused {
  return new Refused(() => json(503, { message: SYSTEM_READ_ONLY, is_readonly: true }));
}

export const SYSTEM_READ_ONLY =
  'System is currently read-only. Pulls will succeed but all write operations are currently suspended.';
