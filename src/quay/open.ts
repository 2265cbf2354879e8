import type { Credentials } from './credentials.ts';
import { HttpClient } from './http/client.ts';
import type { RequestLog } from './http/options.ts';
import { OAuthTagStore } from './oauth-tag-store.ts';
import type { Registry } from './registry.ts';
import { RestApi } from './rest/rest-api.ts';
import { RobotTagStore } from './robot-tag-store.ts';
import type { TagStore } from './tag-store.ts';
import { TimeMachine } from './time-machine.ts';
import { keylessPassword } from './v2/keyless.ts';
import { V2Session } from './v2/session.ts';

/** What speaking to a Quay needs of the runner. */
export interface QuayOptions {
  readonly registry: Registry;
  /** Requests in flight at most; without it, their number follows the round trip. */
  readonly concurrency?: number;
  /** Aborts when nothing more may be sent. */
  readonly stop: AbortSignal;
  /** Aborts when no answer may be waited for any longer. */
  readonly kill: AbortSignal;
  /** Unix seconds. */
  readonly now: () => number;
  /** Called with each attempt at a request. */
  readonly onRequest?: (request: RequestLog) => void;
  /** Keeps a secret that turns up on the way out of everything that is written. */
  readonly maskSecret: (secret: string) => void;
  /** Asks GitHub for an OIDC token of this job. */
  readonly requestOidcToken: (audience: string) => Promise<string>;
}

/** An open connection to a Quay. */
export interface Quay {
  /** Chooses the way to speak to it by the credentials. Nothing else asks for their kind. */
  tagStore(credentials: Credentials): TagStore;
  /** The way to its time machine, which only an OAuth token opens. */
  timeMachine(token: string): TimeMachine;
  close(): Promise<void>;
}

/** Opens a connection to a Quay; nothing is sent yet. */
export function openQuay(options: QuayOptions): Quay {
  const { registry, concurrency, stop, kill, now, onRequest } = options;
  const http = new HttpClient({
    origin: registry.origin,
    userAgent: 'quay-tag-cleanup',
    stop,
    kill,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(onRequest ? { onRequest } : {}),
  });
  const rest = (token: string) => new RestApi(registry, http, { kind: 'oauth', token });
  const anonymous = () => new OAuthTagStore({ api: new RestApi(registry, http, { kind: 'anonymous' }), now });
  const session = (user: string, password: () => Promise<string>) =>
    new V2Session({ registry, http, maskSecret: options.maskSecret, account: { user, password } });
  return {
    tagStore(credentials) {
      switch (credentials.kind) {
        case 'oauth': {
          const { token } = credentials;
          return new OAuthTagStore({ api: rest(token), v2: session('$oauthtoken', async () => token), now });
        }
        case 'robot': {
          const { username, password } = credentials;
          const robot = session(username, async () => password);
          return new RobotTagStore({ session: robot, anonymous: anonymous(), now });
        }
        case 'oidc': {
          const { username, audience } = credentials;
          const robot = session(username, keylessPassword({ ...options, http, username, audience }));
          return new RobotTagStore({ session: robot, anonymous: anonymous(), now });
        }
        case 'anonymous':
          return anonymous();
        default:
          return credentials satisfies never;
      }
    },
    timeMachine: (token) => new TimeMachine(rest(token), now),
    close: () => http.close(),
  };
}
