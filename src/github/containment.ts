import type { KnownCommit } from '../model/facts.ts';
import { asObject } from '../model/json.ts';
import { askFields, type Found, oidOf, quoted, type Subject } from './query.ts';

type ContainedIn = KnownCommit['onKeptBranch'];

interface ContainmentLookup {
  readonly oids: readonly string[];
  /** By name: the commit that the branch ends in. */
  readonly branches: ReadonlyMap<string, string>;
}

/** Comparisons in a query; so many cost one point. */
const BATCH = 50;

/**
 * Which of the branches contains each commit; false if none does. Of two that contain it, the first one is named.
 *
 * GitHub compares bare hashes, and many rely on it, but does not promise it. Where it compares the branch's own head, a commit
 * that it does not compare has nothing in common with the branch; where it does not, nothing is known of that commit.
 *
 * @throws CredentialRefusedError where the token may not read that; ServiceError when GitHub did not answer
 */
export async function findContained(
  subject: Subject,
  { oids, branches }: ContainmentLookup,
): Promise<ReadonlyMap<string, ContainedIn>> {
  const contained = new Map<string, ContainedIn>(oids.map((oid) => [oid, false]));
  for (const [name, head] of branches) {
    const open = oids.filter((oid) => typeof contained.get(oid) !== 'object');
    if (open.length === 0) break;
    const asked = [...new Set([head, ...open])];
    const ref = `ref(qualifiedName: ${quoted(`refs/heads/${name}`)})`;
    const fields = asked.map(
      (oid) => `${ref} { compare(headRef: "${oid}") { status aheadBy behindBy headTarget { oid } } }`,
    );
    const found = await askFields(subject, fields, BATCH);
    const compared = new Map(asked.map((oid, index) => [oid, readComparison(oid, found[index])]));
    const comparesHashes = compared.get(head) === true;
    for (const oid of open) {
      const isWithin = compared.get(oid);
      const isNotWithin = isWithin === false || (isWithin === 'not compared' && comparesHashes);
      if (!isNotWithin) contained.set(oid, isWithin === true ? { name } : 'unknown');
    }
  }
  return contained;
}

/** What a comparison says with a commit as its head; `unknown` where its parts contradict each other. */
function readComparison(
  oid: string,
  { value, problem }: Found = { value: undefined },
): boolean | 'not compared' | 'unknown' {
  const { compare: comparison } = asObject(value);
  if (problem && problem.type !== 'NOT_FOUND') return 'unknown';
  if (comparison === null) return 'not compared';
  const { status, aheadBy: ahead, behindBy: behind, headTarget } = asObject(comparison);
  if (problem || oidOf(headTarget) !== oid) return 'unknown';
  if (typeof ahead !== 'number' || typeof behind !== 'number') return 'unknown';
  if (status === (behind > 0 ? 'BEHIND' : 'IDENTICAL') && ahead === 0) return true;
  return status === (behind > 0 ? 'DIVERGED' : 'AHEAD') && ahead > 0 ? false : 'unknown';
}
