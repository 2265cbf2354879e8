import { basicCredentials, type Incoming, json, type Reply } from './exchange.ts';
import { decodeJwt, encodeJwt } from './jwt.ts';
import type { QuayState } from './state.ts';

/** Exchanges GitHub's OIDC token for a robot account's password. */
export function answerFederation(state: QuayState, request: Incoming): Reply {
  const credentials = basicCredentials(request.headers['authorization']);
  if (!credentials) return json(401, { error: 'No auth header' });
  const claims = decodeJwt(credentials.password);
  if (!claims)
    return { status: 500, headers: { 'content-type': 'text/html' }, body: 'Internal Server Error' };
  const entries = state.federations.get(credentials.user);
  if (!entries?.length) return json(400, { message: 'Robot does not have federated login configured' });
  const ofIssuer = entries.filter(({ issuer }) => issuer === undefined || issuer === claims['iss']);
  if (
    ofIssuer.length > 0 &&
    ofIssuer.every(({ audience }) => audience !== undefined && audience !== claims['aud'])
  ) {
    return json(400, { message: 'Invalid token: Invalid audience' });
  }
  if (!ofIssuer.some(({ subject }) => subject === claims['sub']))
    return json(400, { message: 'Token does not match robot' });
  const password = encodeJwt({ sub: credentials.user, exp: state.now() + 3600, nonce: state.exchanged.size });
  state.exchanged.set(password, credentials.user);
  return json(200, { token: password });
}
