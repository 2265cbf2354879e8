import { html, type Incoming, type Reply } from './exchange.ts';
import { answerFederation } from './federation.ts';
import type { QuayOptions } from './options.ts';
import { answerRegistry } from './registry-api.ts';
import { answerRest } from './rest-api.ts';
import type { QuayState } from './state.ts';

/** Makes what answers a request from the state, as a Quay of the version in the options does. */
export function answersOf(
  state: QuayState,
  options: QuayOptions,
  origin: string,
): (incoming: Incoming) => Reply {
  const { version = '3.16' } = options;
  const since = (minor: number) => Number(version.split('.')[1]) >= minor;
  const deletesSignatures = options.deletesSignatures ?? false;
  const rest = {
    origin: () => origin,
    filters: since(10),
    pullStatistics: options.pullStatistics ?? since(16),
    deletesSignatures,
  };
  const registry = {
    origin: () => origin,
    host: () => new URL(origin).host,
    deletesByTag: since(13),
    staleList: options.staleRegistryList ?? false,
    absoluteLinks: options.absoluteLinks ?? false,
    tokenSeconds: options.registryTokenSeconds ?? 3600,
    deletesSignatures,
  };
  return (incoming) => {
    if (incoming.path.startsWith('/api/v1/')) return answerRest(state, incoming, rest);
    if (incoming.path.startsWith('/v2/')) return answerRegistry(state, incoming, registry);
    if (incoming.path === '/oauth2/federation/robot/token' && since(13))
      return answerFederation(state, incoming);
    return html(404, '404 Not Found');
  };
}
