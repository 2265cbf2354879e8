import { ServiceError } from '../model/errors.ts';
import { asObject, asString, type JsonObject } from '../model/json.ts';
import type { Subject } from './client.ts';
import { incomplete, oidOf, readWhole } from './lists.ts';

/** An annotated git tag is an object that names a commit, or another tag. So many are looked through. */
const DEEPEST_TAG = 4;

/**
 * The commit that each branch ends in.
 *
 * @throws ServiceError where the list is not complete
 */
export async function listBranches(subject: Subject): Promise<ReadonlyMap<string, string>> {
  const branches = await listRefs(subject, {
    what: 'branches',
    prefix: 'refs/heads/',
    target: '{ oid }',
    read: oidOf,
  });
  // A repository without any branch builds no image: then the answer is not to be trusted.
  if (branches.size === 0) throw incomplete('branches', 'it is empty');
  return branches;
}

/**
 * The commit that each git tag names at last, without those that name a file or a folder.
 *
 * @throws ServiceError where the list is not complete
 */
export async function listGitTags(subject: Subject): Promise<ReadonlyMap<string, string>> {
  const gitTags = await listRefs(subject, {
    what: 'git tags',
    prefix: 'refs/tags/',
    target: targetFields(DEEPEST_TAG),
    read: commitOf,
  });
  return new Map([...gitTags].filter(([, oid]) => oid !== 'none'));
}

function listRefs<T extends string>(
  subject: Subject,
  refs: {
    readonly what: string;
    readonly prefix: string;
    /** What is asked of the object that a ref names. */
    readonly target: string;
    readonly read: (target: JsonObject) => T | undefined;
  },
): Promise<ReadonlyMap<string, T>> {
  const { what, prefix, target, read } = refs;
  return readWhole({
    ...subject,
    what,
    connection: `refs(refPrefix: "${prefix}", $page)`,
    fields: `name target ${target}`,
    read: (node) => {
      const name = asString(node['name']);
      if (!name) return undefined;
      const value = read(asObject(node['target']));
      if (value !== undefined) return [name, value];
      throw new ServiceError(
        `GitHub does not say which commit the ${prefix === 'refs/heads/' ? 'branch' : 'git tag'} ${name} points to. Run again later; if a git tag points to another one, and that to another, and so on, make it point to the commit.`,
      );
    },
  });
}

function targetFields(depth: number): string {
  return `{ __typename oid ${depth > 0 ? `... on Tag { target ${targetFields(depth - 1)} }` : ''} }`;
}

function commitOf(target: JsonObject): string | 'none' | undefined {
  let at = target;
  while (at['__typename'] === 'Tag') at = asObject(at['target']);
  const type = at['__typename'];
  if (type === 'Tree' || type === 'Blob') return 'none';
  return type === 'Commit' ? oidOf(at) : undefined;
}
