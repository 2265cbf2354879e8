import type { AnswerTo } from '../http/client.ts';
import { ServiceError } from '../model/errors.ts';
import { asObject, asString, parseObject } from '../model/json.ts';

/** What Quay says of an error. */
export interface QuayRefusal {
  /**
   * As its REST API names it, such as `not_found`, or its v2 API, such as `manifest_unknown`, in lower case; one of
   * {@link SPOKEN} where it only has a sentence.
   */
  readonly kind?: string;
  /** In its own words. */
  readonly said?: string;
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

/** Reads what an error of Quay is; empty for an answer that no Quay gives. */
export function readRefusal({ text }: Pick<AnswerTo, 'text'>): QuayRefusal {
  const body = parseObject(text);
  if (!body) return {};
  const first = asObject(Array.isArray(body['errors']) ? body['errors'][0] : undefined);
  const said =
    asString(body['detail']) ??
    asString(body['error_message']) ??
    asString(body['message']) ??
    asString(body['error']) ??
    asString(first['message']);
  const kind =
    body['is_readonly'] === true
      ? 'registry_read_only'
      : (asString(body['error_type']) ??
        asString(first['code']) ??
        SPOKEN.find(([words]) => words.test(said ?? ''))?.[1]);
  return { ...(kind ? { kind: kind.toLowerCase() } : {}), ...(said ? { said } : {}) };
}

/** What Quay said, as ` ("…")`, in one short line; empty where it said nothing readable. */
export function quoteRefusal({ said }: QuayRefusal): string {
  // A long opaque word may be a credential that the server sends back.
  return said ? ` (${JSON.stringify(said.replace(/[\w+/=.~-]{24,}/g, '…').slice(0, 200))})` : '';
}

/** The error for an answer that no Quay gives. */
export function notQuay(host: string, answer: AnswerTo): ServiceError {
  const kind = isPage(answer) ? 'an HTML page' : "something other than Quay's JSON";
  return new ServiceError(
    `${host} does not look like a Quay registry: it answered with ${kind} (${answer.status}). Check \`registry\`.`,
  );
}

/** Whether an answer is a page that something in between shows. */
export function isPage({ text }: Pick<AnswerTo, 'text'>): boolean {
  return /^\s*</.test(text);
}

/** The error for a registry that takes no change at all. */
export function registryReadOnly(host: string, status: number): ServiceError {
  return new ServiceError(
    `${host} is read-only as a whole at present (${status}): nothing can be changed there, with whatever credential. Run again when that is over.`,
  );
}

/** Why nobody can change the tags of a repository in such a state, such as `MIRROR`; undefined for an ordinary one. */
export function stateObstacle(host: string, repository: string, state: string): ServiceError | undefined {
  const leaveOut = 'Leave it out of `repository`, or';
  switch (state.toUpperCase()) {
    case 'MIRROR':
      return new ServiceError(
        `${repository} is a mirror on ${host}, so its tags cannot be deleted. ${leaveOut} change its state to "Normal" in its settings.`,
      );
    case 'ORG_MIRROR':
      return new ServiceError(
        `${repository} is a mirror on ${host} that its organization keeps, so its tags cannot be deleted. ${leaveOut} end the mirroring in the organization's settings.`,
      );
    case 'READ_ONLY':
      return new ServiceError(
        `${repository} is read-only on ${host}. ${leaveOut} change its state to "Normal" in its settings.`,
      );
    default:
      return undefined;
  }
}

/** The time of day at the registry, in Unix seconds; undefined where the answer does not tell. */
export function registryTime({ headers }: AnswerTo): number | undefined {
  const time = Date.parse(headers['date'] ?? '') / 1000;
  return Number.isNaN(time) ? undefined : time;
}

/** `one attempt`, `5 attempts` */
export function attemptsOf({ attempts }: AnswerTo): string {
  return attempts === 1 ? 'one attempt' : `${attempts} attempts`;
}
