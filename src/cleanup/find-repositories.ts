import { QuayError } from '../quay/errors.ts';
import type { TagStore } from '../quay/tag-store.ts';
import type { RepositorySelector } from '../selection/patterns/repository-pattern.ts';
import { inShard, type Shard } from '../selection/shard.ts';

/** The repositories of a run, and what a person should know of those left out. */
export interface FoundRepositories {
  /** `namespace/name`, each once, in the order of the input. */
  readonly repositories: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Finds the repositories that the selectors name or match, and takes this run's shard of them.
 *
 * @throws QuayError where a glob matches nothing
 */
export async function findRepositories(
  store: TagStore,
  {
    selectors,
    shard,
  }: { readonly selectors: readonly RepositorySelector[]; readonly shard: Shard | undefined },
): Promise<FoundRepositories> {
  const found = new Set<string>();
  const notes: string[] = [];
  for (const selector of selectors) {
    if (selector.kind === 'exact') {
      found.add(selector.repository);
      continue;
    }
    const matching = (await store.findRepositories(selector.namespace)).filter(({ repository }) =>
      selector.matches(repository),
    );
    for (const { repository, unwritable } of matching) {
      if (unwritable) notes.push(`Skipped ${repository}: it ${unwritable}.`);
      else found.add(repository);
    }
    if (matching.length === 0) {
      throw new QuayError(
        `No repository matches \`${selector.text}\`. With an OAuth token, the token's owner must see the repositories; a robot account can only list public ones: name the private ones, one a line.`,
      );
    }
  }
  const repositories = [...found].filter((repository) => !shard || inShard(repository, shard));
  if (shard)
    notes.push(
      `Shard ${shard.index}/${shard.count}: ${repositories.length} of ${found.size} matching repositories.`,
    );
  return { repositories, notes };
}
