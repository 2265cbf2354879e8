import * as core from '@actions/core';
import { HttpClient } from '../quay/http/client.ts';
import type { Connection } from '../quay/open.ts';
import type { Registry } from '../quay/registry.ts';
import { RestApi } from '../quay/rest/rest-api.ts';
import { TimeMachine } from '../quay/rest/time-machine.ts';
import type { Stop } from './cancellation.ts';
import { unixNow } from './clock.ts';
import { printable } from './log.ts';
import { requestOidcToken } from './oidc-token.ts';
import { keepSecret } from './secrets.ts';

interface QuayOptions {
  readonly registry: Registry;
  readonly concurrency: number;
}

/** Opens the connection to the registry, with the signals of a cancelled workflow wired to it. */
export function connect(
  { registry, concurrency }: QuayOptions,
  stop: Stop,
): { readonly connection: Connection; close(): Promise<void> } {
  const http = new HttpClient({
    origin: registry.origin,
    concurrency,
    userAgent: 'quay-tag-cleanup',
    stop: stop.sending,
    kill: stop.waiting,
    ...(core.isDebug()
      ? {
          onRequest: ({ method, path, status, ms, attempt }) =>
            core.debug(
              printable(`${method} ${path} → ${status} in ${Math.round(ms)} ms, attempt ${attempt}`),
            ),
        }
      : {}),
  });
  const connection = {
    registry,
    http,
    now: unixNow,
    maskSecret: keepSecret,
    requestOidcToken: (audience: string) => requestOidcToken(audience, process.env),
  };
  return { connection, close: () => http.close() };
}

/** The way to Quay's time machine, which only an OAuth token opens. */
export function openTimeMachine(token: string, { registry, http, now }: Connection): TimeMachine {
  return new TimeMachine(new RestApi(registry, http, { kind: 'oauth', token }), now);
}
