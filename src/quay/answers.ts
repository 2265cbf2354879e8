import { asString, isObject, parseObject } from '../model/json.ts';
import { QuayError, UnknownOutcomeError } from './errors.ts';
import type { HttpResponse } from './http/client.ts';

/** The error for an answer that no Quay gives. */
export function notQuay(host: string, response: HttpResponse): QuayError {
  const kind = /^\s*</.test(response.text) ? 'an HTML page' : "something other than Quay's JSON";
  return new QuayError(
    `${host} does not look like a Quay registry: it answered with ${kind} (${response.status}). Check \`registry\`.`,
  );
}

/** What the registry itself said of an error, as ` ("…")`, in one short line; empty where it said nothing readable. */
export function errorText(response: HttpResponse): string {
  const body = parseObject(response.text);
  const said =
    body &&
    (asString(body['detail']) ??
      asString(body['error_message']) ??
      asString(body['message']) ??
      asString(body['error']));
  const text = said ?? asString(firstError(response)?.['message']);
  // A long opaque word may be a credential that the server sends back.
  return text ? ` (${JSON.stringify(text.replace(/[\w+/=.~-]{24,}/g, '…').slice(0, 200))})` : '';
}

/** The kind of an error as Quay's REST API names it, such as `not_found`, or its v2 API, such as `MANIFEST_UNKNOWN`. */
export function errorKind(response: HttpResponse): string | undefined {
  return asString(parseObject(response.text)?.['error_type']) ?? asString(firstError(response)?.['code']);
}

function firstError(response: HttpResponse): Readonly<Record<string, unknown>> | undefined {
  const errors = parseObject(response.text)?.['errors'];
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return isObject(first) ? first : undefined;
}

/** Quay's 503 for a mirrored or read-only repository, which no retry heals. */
export function isReadOnlyAnswer(response: HttpResponse): boolean {
  return (
    response.status === 503 &&
    /read.only or mirror mode/i.test(asString(parseObject(response.text)?.['message']) ?? '')
  );
}

/** The error of a change that was refused; or that nobody knows of it, where an answer of trouble may hide that it was done. */
export function orUnknown(response: HttpResponse, error: QuayError): QuayError {
  return response.isUnclear ? new UnknownOutcomeError(error.message) : error;
}

/** The time of day at the registry, in Unix seconds; undefined where the answer does not tell. */
export function registryTime({ headers }: HttpResponse): number | undefined {
  const time = Date.parse(headers['date'] ?? '') / 1000;
  return Number.isNaN(time) ? undefined : time;
}

/** `one attempt`, `5 attempts` */
export function attemptsOf({ attempts }: HttpResponse): string {
  return attempts === 1 ? 'one attempt' : `${attempts} attempts`;
}
