import { html, type Incoming, json, type Reply } from '../exchange.ts';
import { notFound, problem } from './refused.ts';

/** One of Quay's rules for deleting tags by itself. */
export interface PrunePolicy {
  readonly uuid: string;
  readonly method: string;
  readonly value: string | number;
  readonly tagPattern: string | null;
  readonly tagPatternMatches: boolean;
}

/** Lists and changes the auto-prune policies of a repository or an organization. */
export function answerAutoPrune(policies: Map<string, PrunePolicy>, request: Incoming, uuid: string): Reply {
  if (uuid === '' && request.method === 'GET') return json(200, { policies: [...policies.values()] });
  if (uuid === '' && request.method === 'POST') return create(policies, request.body);
  const policy = policies.get(uuid);
  if (!policy) throw notFound();
  switch (request.method) {
    case 'GET':
      return json(200, policy);
    case 'PUT':
      policies.set(uuid, read(uuid, request.body));
      return { status: 204, headers: { 'content-type': 'application/json' }, body: '' };
    case 'DELETE':
      policies.delete(uuid);
      return json(200, { uuid });
    default:
      return html(405, '405 Method Not Allowed');
  }
}

function create(policies: Map<string, PrunePolicy>, body: string): Reply {
  const policy = read(crypto.randomUUID(), body);
  const values = ({ uuid: _, ...rest }: PrunePolicy) => JSON.stringify(rest);
  if ([...policies.values()].some((other) => values(other) === values(policy))) {
    throw problem(
      400,
      'invalid_request',
      'Existing policy with same values for this repository, duplicate policies are not permitted',
    );
  }
  policies.set(policy.uuid, policy);
  return json(201, { uuid: policy.uuid });
}

function read(uuid: string, body: string): PrunePolicy {
  const { method, value, tagPattern = null, tagPatternMatches = true } = JSON.parse(body);
  const isValid =
    method === 'creation_date'
      ? typeof value === 'string' && /^\d+[smhdw]$/.test(value)
      : Number.isInteger(value) && value > 0;
  if (!isValid) throw problem(400, 'invalid_request', 'Invalid value given for method type');
  return { uuid, method, value, tagPattern, tagPatternMatches };
}
