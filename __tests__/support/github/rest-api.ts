import { json, type Reply } from './reply.ts';
import { compare, type RepositoryState } from './state.ts';

/** `GET /repos/{owner}/{repo}/compare/{base}...{head}`; anything else is not found. */
export function answerRest(state: RepositoryState, path: string): Reply {
  const [, basehead = ''] = new RegExp(`^/repos/${state.name}/compare/([^?]+)`).exec(path) ?? [];
  const [base, head] = decodeURIComponent(basehead)
    .split('...')
    .map((name) => state.resolve(name));
  const found = base && head ? compare(state, base, head) : undefined;
  if (!found) return json(404, { message: 'Not Found' });
  return json(200, {
    status: found.status.toLowerCase(),
    ahead_by: found.aheadBy,
    behind_by: found.behindBy,
    base_commit: { sha: base },
    merge_base_commit: { sha: found.mergeBase },
  });
}
