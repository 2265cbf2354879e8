import { html, type Incoming, json, type Reply } from '../exchange.ts';
import type { QuayState } from '../state.ts';
import { message } from './refused.ts';

/**
 * Gives a robot account a right on a repository. Not recorded: as Quay's documentation shows it.
 *
 * Source: https://docs.redhat.com/en/documentation/red_hat_quay/3/html/managing_access_and_permissions/adjust-access-user-repo-api
 */
export function changePermission(
  state: QuayState,
  request: Incoming,
  { repository, rest }: { readonly repository: string; readonly rest: readonly string[] },
): Reply {
  const [kind, encoded = ''] = rest;
  if (request.method !== 'PUT' || kind !== 'user') return html(405, '405 Method Not Allowed');
  const name = decodeURIComponent(encoded);
  const { role } = JSON.parse(request.body);
  const robot = state.robots.get(name);
  if (!robot || !['read', 'write', 'admin'].includes(role)) throw message(400, 'Invalid username');
  state.robots.set(name, { ...robot, permissions: { ...robot.permissions, [repository]: role } });
  return json(200, { role, name, is_robot: true });
}
