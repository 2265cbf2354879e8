import type { KnownCommit } from '../model/facts.ts';
import { asObject, asString, type JsonObject } from '../model/json.ts';
import { askFields, type Found, incomplete, oidOf, quoted, readWhole, type Subject } from './query.ts';

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

/** Comparisons in a query; so many cost one point. */
const COMPARISONS = 50;

/**
 * Which of the branches contains each commit; false if none does. Of two that contain it, the first one is named.
 *
 * GitHub compares bare hashes, and many rely on it, but does not promise it. Where it compares the branch's own head, a commit
 * that it does not compare has nothing in common with the branch; where it does not, nothing is known of that commit.
 *
 * @param branches - by name: the commit that the branch ends in
 * @throws CredentialRefusedError where the token may not read that; ServiceError when GitHub did not answer
 */
export async function findContained(
  subject: Subject,
  oids: readonly string[],
  branches: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, KnownCommit['onKeptBranch']>> {
  const contained = new Map<string, KnownCommit['onKeptBranch']>(oids.map((oid) => [oid, false]));
  for (const [name, head] of branches) {
    const open = oids.filter((oid) => typeof contained.get(oid) !== 'object');
    if (open.length === 0) break;
    const ref = `ref(qualifiedName: ${quoted(`refs/heads/${name}`)})`;
    const field = (oid: string) =>
      `${ref} { compare(headRef: "${oid}") { status aheadBy behindBy headTarget { oid } } }`;
    const found = await askFields(subject, [head, ...open].map(field), COMPARISONS);
    const compared = (oid: string) => readComparison(oid, found(field(oid)));
    const comparesHashes = compared(head) === true;
    for (const oid of open) {
      const isWithin = compared(oid);
      const isNotWithin = isWithin === false || (isWithin === 'not compared' && comparesHashes);
      if (!isNotWithin) contained.set(oid, isWithin === true ? { name } : 'unknown');
    }
  }
  return contained;
}

/** What a comparison says with a commit as its head; `unknown` where its parts contradict each other. */
function readComparison(oid: string, { value, problem }: Found): boolean | 'not compared' | 'unknown' {
  const { compare: comparison } = asObject(value);
  if (problem && problem.type !== 'NOT_FOUND') return 'unknown';
  if (comparison === null) return 'not compared';
  const { status, aheadBy: ahead, behindBy: behind, headTarget } = asObject(comparison);
  if (problem || oidOf(headTarget) !== oid) return 'unknown';
  if (typeof ahead !== 'number' || typeof behind !== 'number') return 'unknown';
  if (status === (behind > 0 ? 'BEHIND' : 'IDENTICAL') && ahead === 0) return true;
  return status === (behind > 0 ? 'DIVERGED' : 'AHEAD') && ahead > 0 ? false : 'unknown';
}
