import { asString, isObject, parseObject } from '../../model/json.ts';
import { notQuay } from '../answers.ts';
import { QuayError } from '../errors.ts';
import type { FoundRepository } from '../tag-store.ts';
import type { RestApi } from './rest-api.ts';

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
      throw new QuayError(
        `The list of the repositories of ${namespace} on ${api.registry.host} does not end: the next page has nothing new. Nothing was deleted.`,
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

async function fetchRepositories(
  api: RestApi,
  namespace: string,
  token: string | undefined,
): Promise<RepositoryPage> {
  const response = await api.send({
    method: 'GET',
    path: 'repository',
    query: {
      namespace,
      // Without a token Quay answers an empty list, unless the public repositories are asked for.
      ...(api.isAnonymous ? { public: 'true' } : {}),
      ...(token === undefined ? {} : { next_page: token }),
    },
    valid: ({ text }) => readPage(text, namespace) !== undefined,
  });
  if (response.status !== 200) {
    throw api.refusal(response, {
      doing: `listing the repositories of ${namespace}`,
      repository: namespace,
    });
  }
  const page = readPage(response.text, namespace);
  if (!page) throw notQuay(api.registry.host, response);
  return page;
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
  if (
    !name ||
    !/^[a-z0-9._/-]+$/i.test(name) ||
    name.split('/').includes('..') ||
    asString(row['namespace']) !== namespace
  )
    return undefined;
  const unwritable = whyUnwritable(row);
  return { repository: `${namespace}/${name}`, ...(unwritable ? { unwritable } : {}) };
}

function whyUnwritable(row: Readonly<Record<string, unknown>>): string | undefined {
  const kind = asString(row['kind']) ?? 'image';
  if (kind !== 'image') return `holds no images (${kind})`;
  switch (asString(row['state']) ?? 'NORMAL') {
    case 'NORMAL':
      return undefined;
    case 'MIRROR':
      return 'is a mirror';
    case 'READ_ONLY':
      return 'is read-only';
    default:
      return `is in the state ${asString(row['state'])}`;
  }
}
