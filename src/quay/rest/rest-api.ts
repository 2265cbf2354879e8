import { asString, isObject, parseObject } from '../../model/json.ts';
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
  /** Whether a 200 holds what was asked for; one that does not is asked again, like a broken answer. */
  readonly valid?: (response: HttpResponse) => boolean;
  /** The same for an answer of any status. */
  readonly credible?: (response: HttpResponse) => boolean;
}

/** How the requests to the REST API sign in: with an OAuth access token, or not at all. */
export type RestSignIn = { readonly kind: 'oauth'; readonly token: string } | { readonly kind: 'anonymous' };

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
    const { valid, credible, stop } = request;
    return this.#http.send({
      method: request.method,
      url,
      lane: 'api',
      headers: body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
      valid: (response) =>
        (credible?.(response) ?? true) && (response.status !== 200 || (valid?.(response) ?? true)),
      ...(stop ? { stop } : {}),
      final: isReadOnlyAnswer,
    });
  }
}

/** The path of a repository below `/api/v1/`, without a slash at its end. */
export function repositoryPath(repository: string): string {
  return `repository/${repository.split('/').map(encodeURIComponent).join('/')}`;
}

/** Quay's 503 for a mirrored or read-only repository, which no retry heals. */
export function isReadOnlyAnswer(response: HttpResponse): boolean {
  return (
    response.status === 503 &&
    /read.only or mirror mode/i.test(asString(parseObject(response.text)?.['message']) ?? '')
  );
}

/** Words an answer that is none of those the caller knows. */
export function restRefusal(
  response: HttpResponse,
  registry: Registry,
  what: { readonly doing: string; readonly repository: string },
): QuayError {
  const { host } = registry;
  const { doing, repository } = what;
  const said = errorText(response);
  if (isReadOnlyAnswer(response)) {
    return new QuayError(
      `${host} refused ${doing}: ${repository} is read-only or a mirror (503). Change its state to "Normal" in the repository's settings, or leave it out of \`repository\`.`,
    );
  }
  switch (response.status) {
    case 401:
      return tokenRefused(host, 401);
    case 403:
      return /csrf/i.test(response.text) || !/insufficient_scope|unauthorized/i.test(response.text)
        ? tokenRefused(host, 403)
        : new CredentialRefusedError(
            `${host} does not let the token go on with ${doing} (403 insufficient_scope). It may lack the scope \`repo:write\`, or its owner may lack write permission on ${repository}, or the namespace does not exist: check \`repository\`, and generate a token with "Write to any accessible repositories" as a user with write permission.`,
          );
    case 404:
      return parseObject(response.text)
        ? new QuayError(
            `${repository} was not found on ${host} (404). Check the spelling of \`repository\`, and that the token's owner can see it.`,
          )
        : notQuay(host, response);
    case 429:
      return new QuayError(
        `${host} still limits the rate of requests (429) after ${response.attempts} attempts at ${doing}. Lower \`concurrency\`, or run again later.`,
      );
    default:
      return response.status < 400
        ? notQuay(host, response)
        : new QuayError(
            `${host} answered ${response.status}${said} to ${doing}, after ${attempts(response)}. If it goes on, see the registry's status page or its logs.`,
          );
  }
}

/** The error for a token that the registry does not know, with how to get another. */
function tokenRefused(host: string, status: number): CredentialRefusedError {
  return new CredentialRefusedError(
    `The token was refused by ${host} (${status}). It may be wrong or expired: create one under Organization → OAuth Applications → Generate Token, with "Write to any accessible repositories".`,
  );
}

/** The error for an answer that no Quay gives. */
export function notQuay(host: string, response: HttpResponse): QuayError {
  const kind = /^\s*</.test(response.text) ? 'a page of HTML' : "something else than Quay's JSON";
  return new QuayError(
    `${host} does not look like a Quay registry: it answered ${kind} (${response.status}). Check \`registry\`.`,
  );
}

/** What the registry itself said of an error, as ` ("…")`, in one short line; empty where it said nothing readable. */
export function errorText(response: HttpResponse): string {
  const body = parseObject(response.text);
  const errors = body?.['errors'];
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const said =
    body &&
    (asString(body['detail']) ??
      asString(body['error_message']) ??
      asString(body['message']) ??
      asString(body['error']));
  const text = said ?? (isObject(first) ? asString(first['message']) : undefined);
  // A long opaque word may be a credential that the server sends back.
  return text ? ` (${JSON.stringify(text.replace(/[\w+/=.~-]{24,}/g, '…').slice(0, 200))})` : '';
}

function attempts(response: HttpResponse): string {
  return response.attempts === 1 ? 'one attempt' : `${response.attempts} attempts`;
}
