import pMap from 'p-map';
import type { Tag } from '../model/tag.ts';
import { QuayError } from '../quay/errors.ts';
import type { KnownFacts, RepositoryFacts, TagStore } from '../quay/tag-store.ts';
import { countOf } from '../report/format.ts';
import { info } from '../runner/log.ts';
import type { Rules } from '../selection/rules.ts';

/** What was read of one repository before the decision. */
export type Listing =
  | {
      readonly kind: 'listed';
      readonly repository: string;
      readonly facts: RepositoryFacts;
      readonly tags: readonly Tag[];
      /** When the listing began, in Unix seconds. */
      readonly listedAt: number;
    }
  | { readonly kind: 'failed'; readonly repository: string; readonly error: unknown };

/** A repository whose tags are all known. */
export type Listed = Extract<Listing, { readonly kind: 'listed' }>;

export function isListed(listing: Listing): listing is Listed {
  return listing.kind === 'listed';
}

/** What listing needs besides the repositories. */
export interface ListingOptions {
  readonly store: TagStore;
  readonly rules: Rules;
  /** Whether tags will be changed, so that a missing right is an error now. */
  readonly willChange: boolean;
  readonly concurrency: number;
  /** Unix seconds. */
  readonly now: () => number;
}

/** Checks and lists every repository. One that fails does not stop the others. */
export function listAll(repositories: readonly string[], options: ListingOptions): Promise<Listing[]> {
  return pMap(repositories, (repository) => listOne(repository, options), {
    concurrency: options.concurrency,
  });
}

async function listOne(
  repository: string,
  { store, rules, willChange, now }: ListingOptions,
): Promise<Listing> {
  try {
    const facts = await store.inspect(repository);
    if (willChange && facts.obstacle) throw facts.obstacle;
    refuseUnknowable(repository, { rules, knows: await store.knows(repository) });
    const listedAt = now();
    const tags = await store.list(repository);
    info(`${repository}: ${countOf(tags.length, 'tag')}`);
    return { kind: 'listed', repository, facts, tags, listedAt };
  } catch (error) {
    info(`${repository}: failed`);
    return { kind: 'failed', repository, error };
  }
}

/** A condition on facts that these credentials never show would keep every tag for ever: better to say so. */
function refuseUnknowable(
  repository: string,
  { rules, knows }: { readonly rules: Rules; readonly knows: KnownFacts },
): void {
  const dated = [
    ...(rules.olderThan ? ['`older-than`'] : []),
    ...(rules.keepNewest === undefined ? [] : ['`keep-n-most-recent`']),
    ...(rules.notPulledFor ? ['`not-pulled-for`'] : []),
    ...(rules.cleanOrphanedSignatures ? ['`clean-orphaned-signatures`'] : []),
  ];
  if (!knows.dates && dated.length > 0) {
    throw new QuayError(
      `${repository} is private, and a robot account sees only the names of its tags: ${dated.join(', ')} needs their dates and digests. Use an OAuth \`token\`, or leave ${dated.length === 1 ? 'it' : 'them'} out.`,
    );
  }
  if (!knows.pulls && rules.notPulledFor) {
    throw new QuayError(
      '`not-pulled-for` needs pull statistics, which a robot account cannot read. Use an OAuth `token`, or leave it out.',
    );
  }
}
