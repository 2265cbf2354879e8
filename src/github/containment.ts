import type { KnownCommit } from '../model/facts.ts';
import { asObject, asString } from '../model/json.ts';
import { askOf, type Subject } from './client.ts';
import { inBatches, oidOf } from './lists.ts';

interface ContainmentLookup extends Subject {
  readonly oids: ReadonlySet<string>;
  /** By name: the commit that the branch ends in. Of two that contain a commit, the first one is named. */
  readonly branches: ReadonlyMap<string, string>;
}

type ContainedIn = KnownCommit['onKeptBranch'];

/** Comparisons in a query; so many cost one point. */
const BATCH = 50;
/** Pages of history that are read in one lookup, of 100 commits each. */
const MOST_PAGES = 100;

/** Which of the branches contains each commit; false if none does. */
export async function findContained(lookup: ContainmentLookup): Promise<ReadonlyMap<string, ContainedIn>> {
  const endsIn = new Map([...lookup.branches].toReversed().map(([name, head]) => [head, { name }] as const));
  const contained = new Map<string, ContainedIn>(
    [...lookup.oids].map((oid) => [oid, endsIn.get(oid) ?? false]),
  );
  const branchReader = new BranchReader(lookup);
  for (const [name, head] of lookup.branches) {
    const open = [...contained].filter(([, found]) => typeof found !== 'object').map(([oid]) => oid);
    for (const [oid, found] of await branchReader.contains({ name, head }, open))
      if (found !== false) contained.set(oid, found === true ? { name } : 'unknown');
  }
  return contained;
}

type IsContained = boolean | 'unknown';
type Found = readonly (readonly [oid: string, found: IsContained])[];

interface Branch {
  readonly name: string;
  /** The commit that it ends in. */
  readonly head: string;
}

/** Asks which commits a branch contains: by comparing, or from its history where this GitHub compares no bare hashes. */
class BranchReader {
  readonly #lookup: ContainmentLookup;
  /** Whether this GitHub compares bare hashes, which it does not promise; undefined until that matters. */
  #comparesHashes: boolean | undefined;
  #pagesLeft = MOST_PAGES;

  constructor(lookup: ContainmentLookup) {
    this.#lookup = lookup;
  }

  async contains(branch: Branch, oids: readonly string[]): Promise<Found> {
    const compare = (batch: readonly string[]) => this.#compare(branch, batch);
    const compared = await compare(oids.slice(0, BATCH));
    // The first ones show whether the others are worth a request.
    if (compared.some(([, found]) => found === undefined)) await this.#learn(branch);
    const all = [...compared, ...(await inBatches(oids.slice(BATCH), BATCH, compare)).flat()];
    const open = all.filter(([, found]) => found === undefined).map(([oid]) => oid);
    if (open.length === 0) return all.map(([oid, found]) => [oid, found ?? 'unknown']);
    await this.#learn(branch);
    // Where it compares hashes, those that it did not compare have nothing in common with the branch.
    const isWithin = this.#comparesHashes ? undefined : await this.#findInHistory(branch, open);
    return all.map(([oid, found]) => [oid, found ?? isWithin?.get(oid) ?? false]);
  }

  async #learn(branch: Branch): Promise<void> {
    this.#comparesHashes ??= (await this.#compare(branch, [branch.head]))[0]?.[1] === true;
  }

  /** Undefined where GitHub does not compare them. */
  async #compare(
    { name }: Branch,
    oids: readonly string[],
  ): Promise<readonly (readonly [oid: string, found: IsContained | undefined])[]> {
    if (this.#comparesHashes === false || oids.length === 0) return oids.map((oid) => [oid, undefined]);
    const fields = oids.map(
      (_, index) => `c${index}: compare(headRef: $h${index}) { status aheadBy behindBy headTarget { oid } }`,
    );
    const answer = await askOf(this.#lookup, {
      text: `ref(qualifiedName: $branch) { ${fields.join('\n')} }`,
      variables: {
        branch: ['String!', `refs/heads/${name}`],
        ...Object.fromEntries(oids.map((oid, index) => [`h${index}`, ['String!', oid] as const])),
      },
    });
    const { ref } = answer.found;
    return oids.map((oid, index) => {
      const alias = `c${index}`;
      // An error that names no comparison may be about each of them.
      const problem = answer.errors.find(({ path }) => path.length < 3 || path[2] === alias);
      const comparison = asObject(ref)[alias];
      if (comparison === null && (!problem || isNotFound(problem, alias))) return [oid, undefined];
      return [oid, problem ? 'unknown' : readComparison(comparison, oid)];
    });
  }

  /** Reads the commits of a branch one after another. */
  async #findInHistory({ head }: Branch, oids: readonly string[]): Promise<ReadonlyMap<string, IsContained>> {
    const left = new Set(oids);
    let after: string | undefined;
    let isWhole = false;
    while (left.size > 0 && !isWhole && this.#pagesLeft > 0) {
      this.#pagesLeft -= 1;
      const answer = await askOf(this.#lookup, {
        text: `object(oid: $head) { ... on Commit { history(first: 100, after: $after) {
          nodes { oid } pageInfo { hasNextPage endCursor }
        } } }`,
        variables: { head: ['GitObjectID!', head], after: ['String', after ?? null] },
      });
      const { nodes, pageInfo } = asObject(asObject(answer.found['object'])['history']);
      const read = Array.isArray(nodes) ? nodes.map(oidOf) : [];
      for (const oid of read) if (oid !== undefined) left.delete(oid);
      const { hasNextPage, endCursor } = asObject(pageInfo);
      if (answer.errors.length > 0 || read.length === 0 || read.includes(undefined)) break;
      isWhole = hasNextPage === false;
      after = asString(endCursor);
      if (after === undefined) break;
    }
    return new Map(oids.map((oid) => [oid, left.has(oid) ? (isWhole ? false : 'unknown') : true]));
  }
}

function isNotFound(
  { type, path }: { readonly type: string; readonly path: readonly unknown[] },
  alias: string,
) {
  return type === 'NOT_FOUND' && path[2] === alias;
}

/** What a comparison says with `oid` as its head; `unknown` where its parts contradict each other. */
function readComparison(comparison: unknown, oid: string): IsContained {
  const { status, aheadBy: ahead, behindBy: behind, headTarget } = asObject(comparison);
  if (oidOf(headTarget) !== oid || typeof ahead !== 'number' || typeof behind !== 'number') return 'unknown';
  if (status === (behind > 0 ? 'BEHIND' : 'IDENTICAL') && ahead === 0) return true;
  return status === (behind > 0 ? 'DIVERGED' : 'AHEAD') && ahead > 0 ? false : 'unknown';
}
