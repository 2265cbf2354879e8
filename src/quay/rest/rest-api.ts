import { attemptsOf, errorText, isReadOnlyAnswer, notQuay } from '../answers.ts';
import { CredentialRefusedError, QuayError } from '../errors.ts';
import type { HttpClient, HttpResponse } from '../http/client.ts';
import type { Registry } from '../registry.ts';

/** A request to Quay's REST API, its path below `/api/v1/`. */
interface RestRequest {
  readonly method: 'GET' | 'DELETE' | 'PUT' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Aborts while the request waits for its turn: then it is not sent. */
  readonly stop?: AbortSignal;
  /** Whether the request is sent although the run was told to stop. */
  readonly evenWhenStopped?: boolean;
  /** Whether a 200 holds what was asked for; one that does not is asked again, like a broken answer. */
  readonly valid?: (response: HttpResponse) => boolean;
  /** The same for an answer of any status. */
  readonly credible?: (response: HttpResponse) => boolean;
}

/** How the requests to the REST API sign in: with an OAuth access token, or not at all. */
type RestSignIn = { readonly kind: 'oauth'; readonly token: string } | { readonly kind: 'anonymous' };

/** How to get a token that may do what is needed. */
const NEW_TOKEN =
  'create one under Organization → OAuth Applications → Generate Token, with "Read/Write to any accessible repositories"';

/** Sends requests to Quay's REST API v1 and words what it refuses. */
export class RestApi {
  readonly registry: Registry;
  readonly isAnonymous: boolean;
  readonly #http: HttpClient;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(registry: Registry, http: HttpClient, signIn: RestSignIn) {
    this.registry = registry;
    this.#http = http;
    this.isAnonymous = signIn.kind === 'anonymous';
    this.#headers = {
      accept: 'application/json',
      // Quay answers 400 to reads that look like a browser's without this header.
      'x-requested-with': 'XMLHttpRequest',
      ...(signIn.kind === 'oauth' ? { authorization: `Bearer ${signIn.token}` } : {}),
    };
  }

  /** The answer, whatever its status, after the retries of what can heal. */
  send(request: RestRequest): Promise<HttpResponse> {
    const url = new URL(`/api/v1/${request.path}`, this.registry.origin);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const body = request.body && JSON.stringify(request.body);
    const { valid, credible, stop, evenWhenStopped } = request;
    return this.#http.send({
      method: request.method,
      url,
      lane: 'api',
      headers: body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
      valid: (response) =>
        (credible?.(response) ?? true) && (response.status !== 200 || (valid?.(response) ?? true)),
      ...(stop ? { stop } : {}),
      ...(evenWhenStopped ? { evenWhenStopped } : {}),
      final: isReadOnlyAnswer,
    });
  }

  /** Words an answer that is none of those the caller knows. */
  refusal(
    response: HttpResponse,
    { doing, repository }: { readonly doing: string; readonly repository: string },
  ): QuayError {
    const { host } = this.registry;
    if (isReadOnlyAnswer(response)) {
      return new QuayError(
        `${host} refused ${doing}: ${repository} is read-only or a mirror (503). Change its state to "Normal" in the repository's settings, or leave it out of \`repository\`.`,
      );
    }
    switch (response.status) {
      case 401:
        return this.#credentialRefused(401, repository);
      case 403:
        return /csrf/i.test(response.text) || !/insufficient_scope|unauthorized/i.test(response.text)
          ? this.#credentialRefused(403, repository)
          : new CredentialRefusedError(
              `${host} refused ${doing} with this token (403 insufficient_scope). It may lack the scope \`repo:write\`, or its owner may lack write permission on ${repository}, or the namespace does not exist: check \`repository\`, and generate a token with "Read/Write to any accessible repositories" as a user with write permission.`,
            );
      case 404:
        return response.text.trimStart().startsWith('{')
          ? new QuayError(
              `${repository} was not found on ${host} (404)${errorText(response)}. Check the spelling of \`repository\`, and that the token's owner can see it.`,
            )
          : notQuay(host, response);
      case 429:
        return new QuayError(
          `${host} still limits the rate of requests (429) after ${attemptsOf(response)} at ${doing}. Lower \`concurrency\`, or run again later.`,
        );
      default:
        return response.status < 400
          ? notQuay(host, response)
          : new QuayError(
              `${host} answered ${response.status}${errorText(response)} to ${doing}, after ${attemptsOf(response)}. If this persists, see the registry's status page or its logs.`,
            );
    }
  }

  /** The error for a token that the registry does not know, or for none at all. */
  #credentialRefused(status: number, repository: string): CredentialRefusedError {
    const { host } = this.registry;
    return this.isAnonymous
      ? new CredentialRefusedError(
          `${repository} cannot be read on ${host} without credentials (${status}): it is private, or does not exist. Set \`token\`, or \`username\` and \`password\`.`,
        )
      : tokenRefused(host, status);
  }
}

/** The error for a token that the registry does not know, with how to get another. */
export function tokenRefused(host: string, status: number): CredentialRefusedError {
  return new CredentialRefusedError(
    `The token was refused by ${host} (${status}). It may be wrong or expired: ${NEW_TOKEN}.`,
  );
}

/** The error for a token that may read and not write; on a public repository a wrong one looks the same. */
export function tokenOnlyReads(
  host: string,
  { repository, isPublic }: { readonly repository: string; readonly isPublic: boolean },
): CredentialRefusedError {
  const orUnknown = isPublic ? ' On a public repository, a wrong or expired token looks the same.' : '';
  return new CredentialRefusedError(
    `The token can read ${repository} on ${host} but not write to it.${orUnknown} To get another, ${NEW_TOKEN}, as a user with write permission on ${repository}.`,
  );
}

/** The path of a repository below `/api/v1/`, without a slash at its end. */
export function repositoryPath(repository: string): string {
  return `repository/${repository.split('/').map(encodeURIComponent).join('/')}`;
}
