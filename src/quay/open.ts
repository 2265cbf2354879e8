import { HttpClient, type HttpClientOptions } from '../http/client.ts';
import { CredentialRefusedError, type ServiceError } from '../model/errors.ts';
import { present } from '../model/json.ts';
import { keylessPassword } from './keyless.ts';
import type { Connection, Credentials, Quay, Repository } from './quay.ts';
import { orElse } from './refusals.ts';
import { restQuay } from './rest-quay.ts';
import { V2Api } from './v2.ts';

/** What speaking to a Quay needs of the run. */
export interface QuayOptions
  extends Pick<Connection, 'registry' | 'clock' | 'maskSecret'>,
    Pick<
      HttpClientOptions,
      'environment' | 'concurrency' | 'stop' | 'kill' | 'limits' | 'retries' | 'onRequest'
    > {
  readonly credentials: Credentials;
  /** Asks GitHub for an OIDC token of this job; rejects with a ServiceError that says what to do where it gets none. */
  readonly requestOidcToken: (audience: string) => Promise<string>;
}

/** Opens a connection to a Quay, by the way that the credentials allow: nothing else asks for their kind. Nothing is sent yet. */
export function openQuay(options: QuayOptions): Quay {
  const { registry, credentials, clock, maskSecret, requestOidcToken } = options;
  const service = { name: 'the registry', setting: '`registry`' };
  const http = new HttpClient({ ...options, origin: registry.origin, service });
  const connection: Connection = { registry, http, clock, maskSecret };
  switch (credentials.kind) {
    case 'oauth': {
      const { token } = credentials;
      return restQuay(connection, { token, v2: new V2Api(connection, '$oauthtoken', async () => token) });
    }
    case 'robot': {
      const { username, password } = credentials;
      return robotQuay(new V2Api(connection, username, async () => password), restQuay(connection));
    }
    case 'oidc': {
      const { username, audience } = credentials;
      const password = keylessPassword(connection, username, () => requestOidcToken(audience));
      return robotQuay(new V2Api(connection, username, password), restQuay(connection));
    }
    case 'anonymous':
      return restQuay(connection);
    default:
      return credentials satisfies never;
  }
}

/**
 * Speaks to Quay's v2 API as a robot account.
 *
 * That API lists names only. For a public repository the REST API gives dates, sizes and digests to anybody.
 *
 * @param anonymous - the REST API of the same registry, without credentials
 */
function robotQuay(v2: V2Api, anonymous: Quay): Quay {
  return {
    ...anonymous,
    deleter: {
      prepare:
        async ({ repository, stop }) =>
        (name, { next } = {}) =>
          v2.deleteTag({ repository, name }, { stop, next }),
    },
    async open(repository) {
      const { user, registry } = v2;
      const actions = await v2.actions(repository);
      // As anybody sees it; nobody sees a private one, or one that does not exist.
      const visible = await orElse(anonymous.open(repository), CredentialRefusedError, undefined);
      if (actions.length === 0 && !visible) {
        throw new CredentialRefusedError(
          `${user} has no permission on ${repository}, or there is no such repository on ${registry.host}. Check the spelling, and grant the robot account Write in Quay under ${repository} → Settings → User and Robot Permissions.`,
        );
      }
      return present({
        repository,
        restorableFor: visible?.restorableFor,
        obstacle: actions.includes('push') ? obstacleOf(visible) : readsOnly(v2, repository),
        list: () => visible?.list() ?? v2.listNames(repository),
        details: visible?.details,
      });
    },
  };
}

/** What stands in everybody's way. Nobody writes anonymously, so a refused credential says nothing here. */
function obstacleOf(visible: Repository | undefined): ServiceError | undefined {
  return visible?.obstacle instanceof CredentialRefusedError ? undefined : visible?.obstacle;
}

function readsOnly({ user, registry }: V2Api, repository: string): CredentialRefusedError {
  return new CredentialRefusedError(
    `The robot account ${user} may read ${repository} on ${registry.host} but not delete from it. It may lack Write (grant it in Quay under ${repository} → Settings → User and Robot Permissions), or the repository is read-only or a mirror, where nobody may delete.`,
  );
}
