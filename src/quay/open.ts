import type { Credentials } from './credentials.ts';
import type { HttpClient } from './http/client.ts';
import { RestStore } from './oauth-tag-store.ts';
import type { Registry } from './registry.ts';
import { RestApi } from './rest/rest-api.ts';
import { RegistryStore } from './robot-tag-store.ts';
import type { TagStore } from './tag-store.ts';
import { keylessPassword } from './v2/keyless.ts';
import { RegistrySession } from './v2/session.ts';

/** What every way to speak to a Quay needs. */
export interface Connection {
  readonly registry: Registry;
  readonly http: HttpClient;
  /** Unix seconds. */
  readonly now: () => number;
  /** Keeps a secret that turns up on the way out of everything that is written. */
  readonly maskSecret: (secret: string) => void;
  /** Asks GitHub for an OIDC token of this job. */
  readonly requestOidcToken: (audience: string) => Promise<string>;
}

/** Chooses the way to speak to a Quay by the credentials. Nothing else asks for their kind. */
export function openTagStore(credentials: Credentials, connection: Connection): TagStore {
  const { registry, http, now } = connection;
  const anonymous = () => new RestStore({ api: new RestApi(registry, http, { kind: 'anonymous' }), now });
  const session = (user: string, password: () => Promise<string>) =>
    new RegistrySession({ ...connection, account: { user, password } });
  switch (credentials.kind) {
    case 'oauth': {
      const { token } = credentials;
      const fastLane = session('$oauthtoken', async () => token);
      return new RestStore({ api: new RestApi(registry, http, { kind: 'oauth', token }), fastLane, now });
    }
    case 'robot': {
      const { username, password } = credentials;
      return new RegistryStore({ session: session(username, async () => password), anonymous: anonymous() });
    }
    case 'oidc': {
      const { username, audience } = credentials;
      return new RegistryStore({
        session: session(username, keylessPassword({ ...connection, username, audience })),
        anonymous: anonymous(),
      });
    }
    case 'anonymous':
      return anonymous();
    default:
      return credentials satisfies never;
  }
}
