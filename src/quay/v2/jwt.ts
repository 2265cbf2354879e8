import { type JsonObject, parseObject } from '../../model/json.ts';

/** The claims of a JSON Web Token, unverified: enough to read what a server granted us; undefined if it is none. */
export function readClaims(jwt: string): JsonObject | undefined {
  const payload = jwt.split('.')[1];
  return payload === undefined ? undefined : parseObject(Buffer.from(payload, 'base64url').toString('utf8'));
}
