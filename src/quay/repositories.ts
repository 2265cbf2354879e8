import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import { asBoolean, asNumber, asString, isObject, type JsonObject, parseObject } from '../model/json.ts';
import { stateObstacle } from './answers.ts';
import type { FoundRepository, Repository } from './quay.ts';
import { type RestApi, repositoryPath, tokenOnlyReads } from './rest-api.ts';

/** What a repository says of itself. */
export type Description = Pick<Repository, 'restorableFor' | 'obstacle'>;

/** Checks that a repository exists, and says whether tags can be deleted from it. */
export function describeRepository(api: RestApi, repository: string): Promise<Description> {
  return api.send({
    method: 'GET',
    path: repositoryPath(repository),
    query: { includeTags: 'false' },
    doing: `reading ${repository}`,
    about: repository,
    read: ({ status, text }) => {
      const body = status === 200 ? parseObject(text) : undefined;
      if (!body || asString(body['name']) === undefined) return undefined;
      const restorableFor = asNumber(body['tag_expiration_s']);
      const obstacle = obstacleIn(api, repository, body);
      return {
        value: {
          ...(restorableFor === undefined ? {} : { restorableFor }),
          ...(obstacle ? { obstacle } : {}),
        },
      };
    },
  });
}

function obstacleIn(api: RestApi, repository: string, body: JsonObject): ServiceError | undefined {
  const { host } = api.registry;
  const obstacle = stateObstacle(host, repository, asString(body['state']) ?? '');
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
  let token: string | undefined;
  do {
    const page = await fetchRepositories(api, namespace, token);
    const known = found.size;
    for (const repository of page.repositories) found.set(repository.repository, repository);
    // An invalid page token silently starts again at the first page.
    if (page.next !== undefined && found.size === known) {
      throw new ServiceError(
        `The list of the repositories of ${namespace} on ${api.registry.host} does not end: the next page has nothing new.`,
      );
    }
    token = page.next;
  } while (token !== undefined);
  return [...found.values()];
}

interface RepositoryPage {
  readonly repositories: readonly FoundRepository[];
  readonly next?: string;
}

function fetchRepositories(
  api: RestApi,
  namespace: string,
  token: string | undefined,
): Promise<RepositoryPage> {
  return api.send({
    method: 'GET',
    path: 'repository',
    query: {
      namespace,
      // Without a token Quay answers an empty list, unless the public repositories are asked for.
      ...(api.isAnonymous ? { public: 'true' } : {}),
      ...(token === undefined ? {} : { next_page: token }),
    },
    doing: `listing the repositories of ${namespace}`,
    about: namespace,
    read: ({ status, text }) => {
      const page = status === 200 ? readPage(text, namespace) : undefined;
      return page && { value: page };
    },
  });
}

function readPage(text: string, namespace: string): RepositoryPage | undefined {
  const body = parseObject(text);
  const rows = body?.['repositories'];
  if (!Array.isArray(rows)) return undefined;
  const repositories = rows.map((row: unknown) => readRepository(row, namespace));
  const next = asString(body?.['next_page']);
  if (!repositories.every((repository) => repository !== undefined)) return undefined;
  return { repositories, ...(next === undefined ? {} : { next }) };
}

function readRepository(row: unknown, namespace: string): FoundRepository | undefined {
  if (!isObject(row)) return undefined;
  const name = asString(row['name']);
  // A name that could leave its path is no repository name.
  const isName = /^[a-z0-9._/-]+$/i.test(name ?? '') && !name?.split('/').includes('..');
  if (!isName || asString(row['namespace']) !== namespace) return undefined;
  const unwritable = whyUnwritable(row);
  return { repository: `${namespace}/${name}`, ...(unwritable ? { unwritable } : {}) };
}

function whyUnwritable(row: JsonObject): string | undefined {
  const kind = asString(row['kind']) ?? 'image';
  if (kind !== 'image') return `holds no images (${kind})`;
  const state = asString(row['state']) ?? 'NORMAL';
  switch (state) {
    case 'NORMAL':
      return undefined;
    case 'MIRROR':
      return 'is a mirror';
    case 'ORG_MIRROR':
      return 'is a mirror that its organization keeps';
    case 'READ_ONLY':
      return 'is read-only';
    default:
      return `is in the state ${state}`;
  }
}
