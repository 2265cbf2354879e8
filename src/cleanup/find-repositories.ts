import { QuayError } from '../quay/errors.ts';
import type { FoundRepository } from '../quay/tag-store.ts';
import { countOf, listOf } from '../report/format.ts';
import type { RepositorySelector } from '../selection/patterns/repository-pattern.ts';
import { inShard } from '../selection/shard.ts';
import type { CleanupContext } from './context.ts';

/**
 * Finds the repositories (`namespace/name`, each once) that the input names or matches, and takes this run's shard of them.
 *
 * @throws QuayError where a glob matches nothing
 */
export async function findRepositories(context: CleanupContext): Promise<readonly string[]> {
  const { inputs, record } = context;
  const found = new Set<string>();
  for (const selector of inputs.repositories) {
    const matching: readonly FoundRepository[] =
      selector.kind === 'exact'
        ? [{ repository: selector.repository }]
        : await findMatching(selector, context);
    for (const { repository, unwritable } of matching) {
      if (unwritable) record.note(`Skipped ${repository}: it ${unwritable}.`);
      else found.add(repository);
    }
  }
  const { shard } = inputs;
  const repositories = [...found].filter((repository) => !shard || inShard(repository, shard));
  if (shard)
    record.note(
      `Shard ${shard.index}/${shard.count}: ${repositories.length} of ${countOf(found.size, 'matching repository')}.`,
    );
  refuseForeignPlan(repositories, context);
  return repositories;
}

/** @throws QuayError where the approved plan is about other repositories */
function refuseForeignPlan(repositories: readonly string[], { rules: { approved } }: CleanupContext): void {
  if (!approved || repositories.length === 0 || repositories.some((repository) => approved.has(repository)))
    return;
  throw new QuayError(
    `The \`plan\` has none of the repositories of this run. It is of ${listOf([...approved.keys()].slice(0, MOST_NAMED)) || 'no repository'}. Give the plan that was made for \`repository\`.`,
  );
}

const MOST_NAMED = 5;

type Glob = Extract<RepositorySelector, { readonly kind: 'glob' }>;

async function findMatching(
  selector: Glob,
  { store, record }: CleanupContext,
): Promise<readonly FoundRepository[]> {
  const { text, namespace } = selector;
  const all = await store.findRepositories(namespace);
  const deeper = all.filter(({ repository }) => selector.matchesBelow(repository));
  if (deeper.length > 0) {
    record.note(
      `\`${text}\` leaves out ${countOf(deeper.length, 'repository')} with another slash in the name, such as ${deeper[0]?.repository}. Write \`**\` to include them.`,
    );
  }
  const matching = all.filter(({ repository }) => selector.matches(repository));
  if (matching.length > 0) return matching;
  throw new QuayError(
    `No repository matches \`${text}\`. With an OAuth token, the token's owner must see the repositories; without one, as with a robot account, only public ones are listed: name the private ones, one per line.`,
  );
}
