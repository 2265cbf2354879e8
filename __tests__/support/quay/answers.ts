import { html, type Incoming, type Reply } from './exchange.ts';
import { answerFederation } from './federation.ts';
import { answerRest } from './rest/answer.ts';
import type { Server } from './server.ts';
import { answerRegistry } from './v2/answer.ts';

/** Answers a request as Quay does. */
export function answerRequest(server: Server, incoming: Incoming): Reply {
  if (incoming.path.startsWith('/api/v1/')) return answerRest(server, incoming);
  if (incoming.path.startsWith('/v2/')) return answerRegistry(server, incoming);
  if (incoming.path === '/oauth2/federation/robot/token' && server.features.federation)
    return answerFederation(server.state, incoming);
  return html(404, '404 Not Found');
}
