import type { AnswerTo, Reading } from '../http/client.ts';
import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import { asObject, asString, type JsonObject, parseObject } from '../model/json.ts';

/** What Quay says of an error. */
interface QuayRefusal {
  /**
   * As its REST API names it, such as `not_found`, or its v2 API, such as `manifest_unknown`, in lower case; one of {@link SPOKEN}
   * where it only has a sentence; empty where it is none of Quay's.
   */
  readonly kind: string;
  /** In its own words. */
  readonly said: string | undefined;
}

/** Refusals that Quay gives no name, by what it says. */
const SPOKEN: readonly (readonly [RegExp, string])[] = [
  [/^Repository is in read only or mirror mode: 2$/i, 'mirror'],
  [/^Repository is in read only or mirror mode: 4$/i, 'org_mirror'],
  [/^Repository is in read only or mirror mode/i, 'read_only'],
  [/immutable tag/i, 'tag_immutable'],
  [/^Token does not match robot/i, 'subject'],
  [/^Invalid token: Audience/i, 'audience'],
  [/does not have federated login/i, 'no_federation'],
];

const NORMAL = 'change its state to "Normal" in its settings';
/** The states of a repository in which nobody can change its tags: what it is then, and what to do. */
const STATES: Readonly<Record<string, readonly [is: string, remedy: string]>> = {
  mirror: ['is a mirror', NORMAL],
  org_mirror: ['is a mirror that its organization keeps', "end the mirroring in the organization's settings"],
  read_only: ['is read-only', NORMAL],
};

/** How to get a token that may do what is needed. */
const NEW_TOKEN =
  'create one under Organization → OAuth Applications → Generate Token, with "Read/Write to any accessible repositories"';

/** A request, as messages call it. */
export interface Asked {
  readonly host: string;
  /** Such as `deleting acme/web:pr-1`. */
  readonly doing: string;
  /** The repository, or the namespace, that it is about. */
  readonly about: string;
  /** A robot account, or `$oauthtoken`; undefined without credentials. */
  readonly user: string | undefined;
}

/** A refused request, as messages call it. */
interface Refused extends Asked {
  readonly status: number;
  readonly kind: string;
  /** What Quay said, as ` ("…")`, or nothing. */
  readonly quote: string;
  /** Such as `5 attempts`. */
  readonly attempts: string;
}

/** What a refusal means. */
export interface Meaning {
  /** Any, if not given. */
  readonly status?: readonly number[];
  /** Any, if not given. */
  readonly kind?: readonly string[];
  /** Whether the credential does not do: nothing more is sent with it. */
  readonly isCredential?: true;
  /** Whether another attempt is of no use, although the status may heal. */
  readonly isFinal?: true;
  /** What failed, what was found and what to do. */
  readonly text: (refused: Refused) => string;
}

const registryReadOnly: Meaning = {
  isFinal: true,
  text: ({ host, status }) =>
    `${host} is read-only as a whole at present (${status}): nothing can be changed there, with whatever credential. Run again when that is over.`,
};
const unknownCredential: Meaning = { isCredential: true, text: credentialText };

/** By either API, the first that fits. */
const ALWAYS: readonly Meaning[] = [
  { ...registryReadOnly, kind: ['registry_read_only'] },
  { ...registryReadOnly, status: [405], kind: ['denied'] },
  {
    status: [503],
    kind: Object.keys(STATES),
    isFinal: true,
    text: ({ about, kind }) => stateObstacle(about, kind)?.message ?? '',
  },
  {
    status: [429],
    text: ({ host, attempts, doing }) =>
      `${host} still limits the rate of requests (429) after ${attempts} at ${doing}. Lower \`concurrency\`, or run again later.`,
  },
];

/** By the REST API. */
export const REST: readonly Meaning[] = [
  {
    status: [403],
    kind: ['insufficient_scope'],
    isCredential: true,
    text: ({ host, doing, about }) =>
      `${host} refused ${doing} with this token (403 insufficient_scope). It may lack the scope \`repo:write\`, or its owner may lack write permission on ${about}, or the namespace does not exist: check \`repository\`, and generate a token with "Read/Write to any accessible repositories" as a user with write permission.`,
  },
  { ...unknownCredential, status: [401, 403] },
  {
    status: [404],
    kind: ['not_found'],
    text: ({ host, about, quote }) =>
      `${about} was not found on ${host} (404)${quote}. Check the spelling of \`repository\`, and that the token's owner can see it.`,
  },
];

/** By the v2 API, where it is asked to delete. */
export const V2_DELETION: readonly Meaning[] = [
  {
    status: [401, 403],
    isCredential: true,
    text: ({ host, doing, status, quote }) =>
      `${host} no longer allows ${doing} (${status})${quote}. Check that the account still has write permission.`,
  },
  {
    status: [405],
    kind: ['method not allowed'],
    text: ({ host, status }) =>
      `${host} has pushes disabled, and with them deleting over the v2 API (${status}). An OAuth \`token\` can delete there still.`,
  },
  ...[{ status: [405] }, { kind: ['unsupported'] }].map((which) => ({
    ...which,
    text: ({ host, status }: Refused) =>
      `${host} cannot delete by tag over the v2 API (${status}): that needs Quay 3.13 or later. Use an OAuth \`token\` instead of a robot account.`,
  })),
];

/** By the v2 API, where it is asked for the names of tags. */
export const V2_NAMES: readonly Meaning[] = [
  {
    status: [401, 404],
    text: ({ host, about, user, status }) =>
      `${about} was not found on ${host}, or ${user} cannot read it (${status}). Check the spelling of \`repository\` and the account's permission.`,
  },
];

/** By the v2 API, where somebody signs in. */
export const V2_SIGN_IN: readonly Meaning[] = [{ ...unknownCredential, status: [401, 403] }];

/**
 * What an answer means that does not hold what was asked for.
 *
 * A success without it is asked for again, like a broken one, and so is a change after a 404 that no meaning fits.
 */
export function refuse(answer: AnswerTo, asked: Asked, meanings: readonly Meaning[]): Reading<never> {
  const { status, attempts, changes } = answer;
  const { kind, said } = readRefusal(answer);
  const refused: Refused = {
    ...asked,
    status,
    kind,
    // A long opaque word may be a credential that the server sends back.
    quote: said ? ` (${JSON.stringify(said.replace(/[\w+/=.~-]{24,}/g, '…').slice(0, 200))})` : '',
    attempts: attempts === 1 ? 'one attempt' : `${attempts} attempts`,
  };
  const meaning =
    status >= 400 &&
    [...ALWAYS, ...meanings].find(
      (known) => (known.status?.includes(status) ?? true) && (known.kind?.includes(kind) ?? true),
    );
  if (meaning) {
    const refusal = new (meaning.isCredential ? CredentialRefusedError : ServiceError)(meaning.text(refused));
    return { refusal, ...(meaning.isFinal ? { again: false } : {}) };
  }
  const isForeign = status < 400 || (status === 404 && said === undefined);
  const { host, doing } = asked;
  const found = isPage(answer) ? 'an HTML page' : "something other than Quay's JSON";
  const text = isForeign
    ? `${host} does not look like a Quay registry: it answered with ${found} (${status}). Check \`registry\`.`
    : `${host} answered ${status}${refused.quote} to ${doing}, after ${refused.attempts}. If this persists, see the registry's status page or its logs.`;
  const isAgain = status < 300 || (status === 404 && changes);
  return { refusal: new ServiceError(text), ...(isAgain ? { again: true } : {}) };
}

/** What `read` makes of the JSON object that came with a 200; undefined where it makes nothing of it, or none came. */
export function readBody<T>(
  { status, text }: AnswerTo,
  read: (body: JsonObject) => T | undefined,
): { readonly value: T } | undefined {
  const body = status === 200 ? parseObject(text) : undefined;
  const value = body && read(body);
  return value === undefined ? undefined : { value };
}

/** What is fulfilled, or `instead` where that is rejected with such an error. */
export function orElse<T, U>(asked: Promise<T>, kind: typeof ServiceError, instead: U): Promise<T | U> {
  return asked.catch((error: unknown) => {
    if (error instanceof kind) return instead;
    throw error;
  });
}

/** Reads what an error of Quay is; its kind is empty for an answer that no Quay gives. */
export function readRefusal({ text }: Pick<AnswerTo, 'text'>): QuayRefusal {
  const body = parseObject(text) ?? {};
  const first = asObject(Array.isArray(body['errors']) ? body['errors'][0] : undefined);
  const words = [body['detail'], body['error_message'], body['message'], body['error'], first['message']];
  const said = words.find((text) => typeof text === 'string');
  const spoken = SPOKEN.find(([known]) => known.test(said ?? ''))?.[1];
  const kind = asString(body['error_type']) ?? asString(first['code']) ?? spoken;
  return { kind: body['is_readonly'] === true ? 'registry_read_only' : (kind ?? '').toLowerCase(), said };
}

/** Whether an answer is a page that something in between shows. */
export function isPage({ text }: Pick<AnswerTo, 'text'>): boolean {
  return /^\s*</.test(text);
}

/** What a repository is in such a state, such as `MIRROR`; undefined for an ordinary one. */
export function stateOf(state: string): string | undefined {
  return STATES[state.toLowerCase()]?.[0];
}

/** Why nobody can change the tags of a repository in such a state; undefined for an ordinary one. */
export function stateObstacle(repository: string, state: string): ServiceError | undefined {
  const [is, remedy] = STATES[state.toLowerCase()] ?? [];
  if (is === undefined) return undefined;
  return new ServiceError(
    `${repository} ${is}, so its tags cannot be deleted. Leave it out of \`repository\`, or ${remedy}.`,
  );
}

/** The error for a token that may read and not write; on a public repository a wrong one looks the same. */
export function tokenOnlyReads(host: string, repository: string, isPublic: boolean): CredentialRefusedError {
  const orUnknown = isPublic ? ' On a public repository, a wrong or expired token looks the same.' : '';
  return new CredentialRefusedError(
    `The token can read ${repository} on ${host} but not write to it.${orUnknown} To get another, ${NEW_TOKEN}, as a user with write permission on ${repository}.`,
  );
}

/** The registry does not know the token or the robot account, or wants to know who asks. */
function credentialText({ host, user, about, status, quote }: Refused): string {
  if (user === '$oauthtoken')
    return `The token was refused by ${host} (${status}). It may be wrong or expired: ${NEW_TOKEN}.`;
  if (user !== undefined)
    return `The robot account ${user} was refused by ${host} (${status})${quote}. Check \`username\` and \`password\`: both are shown in Quay under Robot Accounts → ${user} → Robot Token.`;
  return about.includes('/')
    ? `${about} cannot be read on ${host} without credentials (${status}): it is private, or does not exist, or the registry shows nothing to anybody who does not sign in. Set \`token\`, or \`username\` and \`password\`.`
    : `The repositories of ${about} cannot be listed without credentials: ${host} shows nothing to anybody who does not sign in (${status}). Set \`token\`, or name the repositories.`;
}
