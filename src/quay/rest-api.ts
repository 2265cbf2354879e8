import type { AnswerTo, HttpClient, Reading } from '../http/client.ts';
import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import type { Registry } from '../model/registry.ts';
import {
  attemptsOf,
  notQuay,
  quoteRefusal,
  readRefusal,
  registryReadOnly,
  stateObstacle,
} from './answers.ts';

/** A request to Quay's REST API, its path below `/api/v1/`. */
interface RestRequest<T> {
  readonly method: 'GET' | 'DELETE' | 'PUT' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: object;
  /** What it does, for messages, such as `deleting acme/web:pr-1`. */
  readonly doing: string;
  /** The repository, or the namespace, that it is about. */
  readonly about: string;
  /** What the answer says, or why it says nothing; undefined where it is none of those that the caller knows. */
  readonly read: (answer: AnswerTo) => Reading<T> | undefined;
  /** Whether it goes before all that wait. */
  readonly next?: boolean | undefined;
  /** Aborts while the request waits for its turn: then it is not sent. */
  readonly stop?: AbortSignal | undefined;
  /** Whether the request is sent although the run was told to stop. */
  readonly evenWhenStopped?: boolean;
}

/** How to get a token that may do what is needed. */
const NEW_TOKEN =
  'create one under Organization → OAuth Applications → Generate Token, with "Read/Write to any accessible repositories"';

/** Sends requests to Quay's REST API v1 and words what it refuses. */
export class RestApi {
  readonly registry: Registry;
  readonly isAnonymous: boolean;
  readonly #http: HttpClient;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param token - an OAuth access token; undefined to sign in not at all */
  constructor(registry: Registry, http: HttpClient, token?: string) {
    this.registry = registry;
    this.#http = http;
    this.isAnonymous = token === undefined;
    this.#headers = {
      accept: 'application/json',
      // Quay answers 400 to reads that look like a browser's without this header.
      'x-requested-with': 'XMLHttpRequest',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  /**
   * What was asked for. An answer of success that does not hold it is asked for again, like a broken one, and so is to a
   * change a 404 that is not Quay's own.
   *
   * @throws CredentialRefusedError where the token may not do that; ServiceError for all else
   */
  send<T>(request: RestRequest<T>): Promise<T> {
    const { path, query, read, ...sending } = request;
    const url = new URL(`/api/v1/${path}`, this.registry.origin);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    return this.#http.send({
      ...sending,
      url,
      lane: 'api',
      headers: this.#headers,
      read: (answer) => read(answer) ?? this.#refuse(answer, request),
    });
  }

  #refuse(answer: AnswerTo, request: RestRequest<unknown>): Reading<never> {
    const { host } = this.registry;
    const { kind = '' } = readRefusal(answer);
    if (kind === 'registry_read_only')
      return { refusal: registryReadOnly(host, answer.status), again: false };
    const obstacle = answer.status === 503 && stateObstacle(host, request.about, kind);
    if (obstacle) return { refusal: obstacle, again: false };
    const isBroken =
      answer.status < 300 || (answer.status === 404 && kind !== 'not_found' && request.method !== 'GET');
    return { refusal: this.#refusal(answer, request), ...(isBroken ? { again: true } : {}) };
  }

  /** Words an answer that is none of those the caller knows. */
  #refusal(answer: AnswerTo, { doing, about }: RestRequest<unknown>): ServiceError {
    const { host } = this.registry;
    const refusal = readRefusal(answer);
    switch (answer.status) {
      case 401:
        return this.#credentialRefused(401, about);
      case 403:
        return refusal.kind === 'insufficient_scope'
          ? new CredentialRefusedError(
              `${host} refused ${doing} with this token (403 insufficient_scope). It may lack the scope \`repo:write\`, or its owner may lack write permission on ${about}, or the namespace does not exist: check \`repository\`, and generate a token with "Read/Write to any accessible repositories" as a user with write permission.`,
            )
          : this.#credentialRefused(403, about);
      case 404:
        if (refusal.kind === 'not_found') {
          return new ServiceError(
            `${about} was not found on ${host} (404)${quoteRefusal(refusal)}. Check the spelling of \`repository\`, and that the token's owner can see it.`,
          );
        }
        if (refusal.said === undefined) return notQuay(host, answer);
        break;
      case 429:
        return new ServiceError(
          `${host} still limits the rate of requests (429) after ${attemptsOf(answer)} at ${doing}. Lower \`concurrency\`, or run again later.`,
        );
    }
    if (answer.status < 400) return notQuay(host, answer);
    return new ServiceError(
      `${host} answered ${answer.status}${quoteRefusal(refusal)} to ${doing}, after ${attemptsOf(answer)}. If this persists, see the registry's status page or its logs.`,
    );
  }

  /** The error for a token that the registry does not know, or for none at all. */
  #credentialRefused(status: number, about: string): CredentialRefusedError {
    const { host } = this.registry;
    if (!this.isAnonymous) return tokenRefused(host, status);
    return new CredentialRefusedError(
      about.includes('/')
        ? `${about} cannot be read on ${host} without credentials (${status}): it is private, or does not exist, or the registry shows nothing to anybody who does not sign in. Set \`token\`, or \`username\` and \`password\`.`
        : `The repositories of ${about} cannot be listed without credentials: ${host} shows nothing to anybody who does not sign in (${status}). Set \`token\`, or name the repositories.`,
    );
  }
}

/** The error for a token that the registry does not know, with how to get another. */
export function tokenRefused(host: string, status: number): CredentialRefusedError {
  return new CredentialRefusedError(
    `The token was refused by ${host} (${status}). It may be wrong or expired: ${NEW_TOKEN}.`,
  );
}

/** The error for a token that may read and not write; on a public repository a wrong one looks the same. */
export function tokenOnlyReads(host: string, repository: string, isPublic: boolean): CredentialRefusedError {
  const orUnknown = isPublic ? ' On a public repository, a wrong or expired token looks the same.' : '';
  return new CredentialRefusedError(
    `The token can read ${repository} on ${host} but not write to it.${orUnknown} To get another, ${NEW_TOKEN}, as a user with write permission on ${repository}.`,
  );
}

/** The path of a repository below `/api/v1/`, without a slash at its end. */
export function repositoryPath(repository: string): string {
  return `repository/${repository.split('/').map(encodeURIComponent).join('/')}`;
}
