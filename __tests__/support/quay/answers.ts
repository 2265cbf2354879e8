import { html, type Incoming, json, type Reply } from './exchange.ts';
import { answerFederation } from './federation.ts';
import { answerRest } from './rest/answer.ts';
import type { Server } from './server.ts';
import { answerRegistry } from './v2/answer.ts';

/** Answers a request as Quay does, or as one does in which something is broken on purpose. */
export function answerRequest(server: Server, request: Incoming): Reply {
  const isAnonymous = request.headers['authorization'] === undefined;
  if (server.mutation === 'hides-public-repositories' && isAnonymous && request.path.startsWith('/api/'))
    return json(401, { error: 'invalid_token' });
  const isLetIn =
    server.mutation === 'accepts-any-token' ||
    (server.mutation === 'shows-private-repositories' && isAnonymous);
  return isLetIn ? answer(server, withKnownToken(server, request)) : answer(server, request);
}

function answer(server: Server, incoming: Incoming): Reply {
  if (incoming.path.startsWith('/api/v1/')) return answerRest(server, incoming);
  if (incoming.path.startsWith('/v2/')) return answerRegistry(server, incoming);
  if (incoming.path === '/oauth2/federation/robot/token' && server.features.federation) {
    if (server.mutation === 'refuses-federation') return json(400, { message: 'Token does not match robot' });
    return answerFederation(server.state, incoming);
  }
  return html(404, '404 Not Found');
}

/** The request as if it came with a token that is known. */
function withKnownToken({ state }: Server, request: Incoming): Incoming {
  const [known] = state.oauthTokens.keys();
  if (known === undefined || !request.path.startsWith('/api/')) return request;
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${known}` } };
}
