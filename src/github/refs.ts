import { asObject, asString, type JsonObject } from '../model/json.ts';
import { incomplete, oidOf, readWhole, type Subject } from './query.ts';

/**
 * The commit that each branch ends in.
 *
 * @throws ServiceError where the list is not complete
 */
export async function listBranches(subject: Subject): Promise<ReadonlyMap<string, string>> {
  const branches = await listRefs(subject, { what: 'branches', prefix: 'refs/heads/' });
  // A repository without any branch builds no image: then the answer is not to be trusted.
  if (branches.size === 0) throw incomplete('branches', 'it is empty');
  return branches;
}

/**
 * The commit that each git tag names at last, without those that name a file or a folder.
 *
 * @throws ServiceError where the list is not complete
 */
export function listGitTags(subject: Subject): Promise<ReadonlyMap<string, string>> {
  return listRefs(subject, { what: 'git tags', prefix: 'refs/tags/' });
}

async function listRefs(
  subject: Subject,
  { what, prefix }: { readonly what: string; readonly prefix: string },
): Promise<ReadonlyMap<string, string>> {
  const connection = `refs(refPrefix: "${prefix}", $page)`;
  const fields = `name target ${targetFields(DEEPEST_TAG)}`;
  const refs = await readWhole(subject, { what, connection, fields }, ({ name, target }) => {
    const oid = commitOf(asObject(target));
    if (!asString(name)) return undefined;
    if (oid !== undefined) return [String(name), oid];
    throw incomplete(what, `it does not say which commit ${name} points to; make a tag of a tag point to it`);
  });
  return new Map([...refs].filter(([, oid]) => oid !== 'none'));
}

/** An annotated git tag is an object that names a commit, or another tag. So many are looked through. */
const DEEPEST_TAG = 4;

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
