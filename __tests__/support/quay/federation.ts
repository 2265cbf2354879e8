import { basicCredentials, type Incoming, json, type Reply } from './exchange.ts';
import { decodeJwt, encodeJwt } from './jwt.ts';
import type { QuayState } from './state.ts';

/** Exchanges GitHub's OIDC token for a robot account's password. */
export function answerFederation(state: QuayState, request: Incoming): Reply {
  const credentials = basicCredentials(request.headers['authorization']);
  if (!credentials) return json(401, { error: 'No auth header' });
  const { user, password } = credentials;
  if (!user.includes('+')) return json(401, { error: 'Invalid robot' });
  const entries = state.federations.get(user);
  if (!entries && !state.robots.has(user)) return refused('Could not find robot with specified username');
  if (!entries?.length) return refused('Robot does not have federated login configured');
  const claims = decodeJwt(password);
  if (!claims) return INTERNAL_SERVER_ERROR;
  if (Number(claims['exp']) <= state.now()) return refused('Invalid token: Signature has expired');
  const ofIssuer = entries.filter(({ issuer }) => issuer === undefined || issuer === claims['iss']);
  const isForThem = ofIssuer.some(({ audience }) => audience === undefined || audience === claims['aud']);
  if (ofIssuer.length > 0 && !isForThem) return refused("Invalid token: Audience doesn't match");
  if (!ofIssuer.some(({ subject }) => subject === claims['sub']))
    return refused('Token does not match robot');
  const exchanged = encodeJwt({ sub: user, exp: state.now() + 3600, nonce: state.exchanged.size });
  state.exchanged.set(exchanged, user);
  return json(200, { token: exchanged });
}

function refused(message: string): Reply {
  return json(400, { message });
}

const INTERNAL_SERVER_ERROR: Reply = {
  status: 500,
  headers: { 'content-type': 'text/html' },
  body: '<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n',
};
