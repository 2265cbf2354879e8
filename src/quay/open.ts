import { HttpClient, type HttpClientOptions } from '../http/client.ts';
import type { Registry } from '../model/registry.ts';
import { keylessPassword } from './keyless.ts';
import type { Credentials, Quay } from './quay.ts';
import { RestApi } from './rest-api.ts';
import { RestQuay } from './rest-quay.ts';
import { RobotQuay } from './robot-quay.ts';
import { V2Api } from './v2.ts';

/** What speaking to a Quay needs of the run. */
export interface QuayOptions
  extends Pick<
    HttpClientOptions,
    'environment' | 'clock' | 'concurrency' | 'stop' | 'kill' | 'limits' | 'retries' | 'onRequest'
  > {
  readonly registry: Registry;
  readonly credentials: Credentials;
  /** Keeps a secret that turns up on the way out of everything that is written. */
  readonly maskSecret: (secret: string) => void;
  /** Asks GitHub for an OIDC token of this job; rejects with a ServiceError that says what to do where it gets none. */
  readonly requestOidcToken: (audience: string) => Promise<string>;
}

/** Opens a connection to a Quay, by the way that the credentials allow: nothing else asks for their kind. Nothing is sent yet. */
export function openQuay(options: QuayOptions): Quay {
  const { registry, credentials, clock } = options;
  const http = new HttpClient({
    ...options,
    origin: registry.origin,
    service: { name: 'the registry', setting: '`registry`' },
  });
  const v2 = (user: string, password: () => Promise<string>) =>
    new V2Api({ ...options, http, account: { user, password } });
  const anonymous = () => new RestQuay({ api: new RestApi(registry, http), http, clock });
  switch (credentials.kind) {
    case 'oauth': {
      const { token } = credentials;
      const api = new RestApi(registry, http, token);
      return new RestQuay({ api, v2: v2('$oauthtoken', async () => token), http, clock });
    }
    case 'robot': {
      const { username, password } = credentials;
      return new RobotQuay(
        v2(username, async () => password),
        anonymous(),
      );
    }
    case 'oidc':
      return new RobotQuay(
        v2(credentials.username, keylessPassword({ ...options, ...credentials, http })),
        anonymous(),
      );
    case 'anonymous':
      return anonymous();
    default:
      return credentials satisfies never;
  }
}
