import pMap from 'p-map';
import { ServiceError } from '../model/errors.ts';
import { type FoundRepository, REPOSITORIES_AT_ONCE, type Repository } from '../quay/quay.ts';
import { countOf, listOf } from '../report/format.ts';
import { conditionsUsed } from '../selection/conditions.ts';
import { inShard, type RepositorySelector } from '../selection/patterns/name-patterns.ts';
import type { Rules } from '../selection/rules.ts';
import type { CleanupContext, OpenRepositories, Recorder } from './context.ts';

/**
 * Finds the repositories that the input names or matches, takes this run's shard of them, and opens each. One that cannot be
 * opened is reported, and does not stop the others.
 *
 * @throws ServiceError where a glob matches nothing, or the plan is about other repositories
 */
export async function findRepositories(context: CleanupContext): Promise<OpenRepositories> {
  const names = await namesOf(context);
  for (const name of names) context.record.repository(name);
  const opened = await pMap(names, (name) => open(name, context), { concurrency: REPOSITORIES_AT_ONCE });
  return new Map(opened.flatMap((found) => (found ? [[found.repository, found] as const] : [])));
}

/** `namespace/name`, each once. */
async function namesOf(context: CleanupContext): Promise<readonly string[]> {
  const { inputs, record, quay } = context;
  const { shard } = inputs;
  const found = new Set<string>();
  /** Why they cannot be written, by name. */
  const skipped = new Map<string, string>();
  const namespaces = new Map<string, readonly FoundRepository[]>();
  for (const selector of inputs.repositories) {
    if (selector.kind === 'exact') found.add(selector.repository);
    else {
      const { namespace } = selector;
      const all = namespaces.get(namespace) ?? (await quay.findRepositories(namespace));
      namespaces.set(namespace, all);
      for (const { repository, unwritable } of matching(selector, all, record)) {
        if (unwritable) skipped.set(repository, unwritable);
        else found.add(repository);
      }
    }
  }
  for (const [repository, unwritable] of skipped)
    if (!found.has(repository)) record.notes.push(`Skipped ${repository}: it ${unwritable}.`);
  const names = [...found].filter((repository) => !shard || inShard(repository, shard));
  if (shard)
    record.notes.push(
      `Shard ${shard.index}/${shard.count}: ${names.length} of ${countOf(found.size, 'matching repository')}.`,
    );
  refuseForeignPlan(names, context);
  return names;
}

const MOST_NAMED = 5;

function refuseForeignPlan(names: readonly string[], { rules: { approved } }: CleanupContext): void {
  if (!approved || names.length === 0 || names.some((name) => approved.has(name))) return;
  throw new ServiceError(
    `The \`plan\` has none of the repositories of this run. It is of ${listOf([...approved.keys()].slice(0, MOST_NAMED)) || 'no repository'}. Give the plan that was made for \`repository\`.`,
  );
}

function matching(
  { text, matches, matchesBelow }: Extract<RepositorySelector, { readonly kind: 'glob' }>,
  all: readonly FoundRepository[],
  record: Recorder,
): readonly FoundRepository[] {
  const deeper = all.filter(({ repository }) => matchesBelow(repository));
  if (deeper.length > 0)
    record.notes.push(
      `\`${text}\` leaves out ${countOf(deeper.length, 'repository')} with another slash in the name, such as ${deeper[0]?.repository}. Write \`**\` to include them.`,
    );
  const meant = all.filter(({ repository }) => matches(repository));
  if (meant.length > 0) return meant;
  throw new ServiceError(
    `No repository matches \`${text}\`. With an OAuth token, the token's owner must see the repositories; without one, as with a robot account, only public ones are listed: name the private ones, one per line.`,
  );
}

async function open(name: string, context: CleanupContext): Promise<Repository | undefined> {
  const { quay, rules, inputs, record, log } = context;
  try {
    const repository = await quay.open(name);
    const { obstacle, restorableFor } = repository;
    if (restorableFor !== undefined) record.repository(name, { restorableFor });
    if (inputs.dryRun && obstacle)
      record.notes.push(`Without \`dry-run\` the run would fail: ${obstacle.message}`);
    if (!inputs.dryRun && obstacle) throw obstacle;
    refuseUnknowable(repository, rules);
    return repository;
  } catch (error) {
    record.repository(name, { error: log.explain(error) });
    return undefined;
  }
}

/** Refuses a condition on facts that these credentials never show: it would keep every tag for ever. */
function refuseUnknowable({ repository, details, lastPull }: Repository, rules: Rules): void {
  const used = conditionsUsed(rules);
  const needing = [
    ...(used.has('olderThan') ? ['`older-than`'] : []),
    ...(used.has('keepNewest') ? ['`keep-n-most-recent`'] : []),
    ...(used.has('notPulledFor') ? ['`not-pulled-for`'] : []),
    ...(rules.byImage ? ['`by-image`'] : []),
    ...(rules.cleanOrphanedSignatures ? ['`clean-orphaned-signatures`'] : []),
    ...(rules.inUse?.namesDigests ? ['`in-use`'] : []),
    ...(rules.approved ? ['`plan`'] : []),
    ...(rules.source.kind === 'from-labels' ? ['`github-repository: from-labels`'] : []),
  ];
  if (!details && needing.length > 0) {
    const [need, them] = needing.length === 1 ? ['needs', 'it'] : ['need', 'them'];
    throw new ServiceError(
      `${repository} is private, and a robot account sees only the names of its tags: ${listOf(needing)} ${need} their dates, digests or labels. Use an OAuth \`token\`, or leave ${them} out.`,
    );
  }
  if (!details && rules.source.kind === 'own-labels')
    throw new ServiceError(
      `${repository} is private, and a robot account does not see where its images come from, which decides with a glob in \`repository\`. Use an OAuth \`token\`, write the repositories by name, or set \`github-repository: ${rules.source.repository}\` if all of them are built from it.`,
    );
  if (!lastPull && used.has('notPulledFor'))
    throw new ServiceError(
      '`not-pulled-for` needs pull statistics, which a robot account cannot read. Use an OAuth `token`, or leave it out.',
    );
}
