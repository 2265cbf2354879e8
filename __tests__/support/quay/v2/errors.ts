import { json, type Reply } from '../exchange.ts';
import type { Server } from '../server.ts';

/** An error in the shape of the OCI distribution specification. */
export function v2Error(
  status: number,
  {
    code,
    message,
    detail = {},
  }: { readonly code: string; readonly message: string; readonly detail?: object },
  headers: Readonly<Record<string, string>> = {},
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
  return v2Error(401, { code: 'UNAUTHORIZED', message }, challenge(server, scope));
}

export const MANIFEST_UNKNOWN = v2Error(404, { code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' });

export const NAME_UNKNOWN = v2Error(404, {
  code: 'NAME_UNKNOWN',
  message: 'repository name not known to registry',
});

export function tagImmutable(tag: string): Reply {
  return v2Error(409, {
    code: 'TAG_IMMUTABLE',
    detail: { message: `tag '${tag}' is immutable` },
    message: 'tag is immutable and cannot be overwritten',
  });
}
