import { json, type Reply } from './reply.ts';

/** How GitHub refuses everything. */
export type Refusal = 'forbidden' | 'repository-not-found' | 'bad-credentials';

export function refuse(refusal: Refusal): Reply {
  switch (refusal) {
    case 'bad-credentials':
      return json(401, { message: 'Bad credentials' });
    case 'forbidden':
      return json(200, {
        data: { repository: null },
        errors: [
          {
            type: 'FORBIDDEN',
            path: ['repository', 'p0'],
            message: 'Resource not accessible by integration',
          },
        ],
      });
    case 'repository-not-found':
      return json(200, {
        data: { repository: null },
        errors: [
          {
            type: 'NOT_FOUND',
            path: ['repository'],
            message: "Could not resolve to a Repository with the name 'acme/app'.",
          },
        ],
      });
    default:
      return refusal satisfies never;
  }
}
