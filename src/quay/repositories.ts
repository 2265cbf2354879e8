import { CredentialRefusedError, type ServiceError } from '../model/errors.ts';
import { asBoolean, asNumber, asString, isObject, type JsonObject, present } from '../model/json.ts';
import type { FoundRepository, Repository } from './quay.ts';
import { readBody, stateObstacle, stateOf, tokenOnlyReads } from './refusals.ts';
import type { RestApi } from './rest-api.ts';
import { pageCheck } from './rows.ts';

/** Checks that a repository exists, and says whether tags can be deleted from it. */
export function describeRepository(
  api: RestApi,
  repository: string,
): Promise<Pick<Repository, 'restorableFor' | 'obstacle'>> {
  return api.send({
    path: `repository/${repository}`,
    query: { includeTags: 'false' },
    doing: `reading ${repository}`,
    about: repository,
    read: (answer) =>
      readBody(answer, (body) => {
        if (asString(body['name']) === undefined) return undefined;
        const restorableFor = asNumber(body['tag_expiration_s']);
        return present({ restorableFor, obstacle: obstacleIn(api, repository, body) });
      }),
  });
}

function obstacleIn(api: RestApi, repository: string, body: JsonObject): ServiceError | undefined {
  const { host } = api.registry;
  const obstacle = stateObstacle(repository, asString(body['state']) ?? '');
  if (obstacle) return obstacle;
  if (api.isAnonymous) {
    return new CredentialRefusedError(
      `No tags of ${repository} on ${host} can be deleted without credentials.`,
    );
  }
  return asBoolean(body['can_write']) === false
    ? tokenOnlyReads(host, repository, body['is_public'] === true)
    : undefined;
}

/** All repositories of a namespace that the credentials can see, from every page. */
export async function listRepositories(api: RestApi, namespace: string): Promise<readonly FoundRepository[]> {
  const found = new Map<string, FoundRepository>();
  // An invalid page token silently starts again at the first page.
  const check = pageCheck(`the repositories of ${namespace}`);
  let next: string | undefined;
  do {
    const page: RepositoryPage = await fetchRepositories(api, namespace, next);
    for (const repository of page.repositories) found.set(repository.repository, repository);
    check(page.repositories.at(-1)?.repository, page.next !== undefined);
    next = page.next;
  } while (next !== undefined);
  return [...found.values()];
}

interface RepositoryPage {
  readonly repositories: readonly FoundRepository[];
  readonly next: string | undefined;
}

function fetchRepositories(
  api: RestApi,
  namespace: string,
  token: string | undefined,
): Promise<RepositoryPage> {
  return api.send({
    path: 'repository',
    query: {
      namespace,
      // Without a token Quay answers an empty list, unless the public repositories are asked for.
      ...(api.isAnonymous ? { public: 'true' } : {}),
      ...(token === undefined ? {} : { next_page: token }),
    },
    doing: `listing the repositories of ${namespace}`,
    about: namespace,
    read: (answer) =>
      readBody(answer, ({ repositories: rows, next_page }) => {
        if (!Array.isArray(rows)) return undefined;
        const repositories = rows.map((row) => readRepository(row, namespace));
        if (!repositories.every((repository) => repository !== undefined)) return undefined;
        return { repositories, next: asString(next_page) };
      }),
  });
}

function readRepository(row: unknown, namespace: string): FoundRepository | undefined {
  if (!isObject(row)) return undefined;
  const name = asString(row['name']);
  // A name that could leave its path is no repository name.
  const isName = /^[a-z0-9._/-]+$/i.test(name ?? '') && !name?.split('/').includes('..');
  if (!isName || asString(row['namespace']) !== namespace) return undefined;
  return present({ repository: `${namespace}/${name}`, unwritable: whyUnwritable(row) });
}

function whyUnwritable(row: JsonObject): string | undefined {
  const kind = asString(row['kind']) ?? 'image';
  if (kind !== 'image') return `holds no images (${kind})`;
  const state = asString(row['state']) ?? 'NORMAL';
  return state === 'NORMAL' ? undefined : (stateOf(state) ?? `is in the state ${state}`);
}
