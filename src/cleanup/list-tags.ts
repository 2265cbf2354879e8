import pMap from 'p-map';
import { quote } from '../model/quote.ts';
import type { Tag } from '../model/tag.ts';
import { QuayError } from '../quay/errors.ts';
import type { RepositoryDetails, Visible } from '../quay/tag-store.ts';
import { countOf, listOf } from '../report/format.ts';
import { explain, info } from '../runner/log.ts';
import { conditionsUsed } from '../selection/conditions.ts';
import { exclusionsOfCosignTags, refuseLoneBranch, refuseUnbounded } from '../selection/guards.ts';
import type { Rules } from '../selection/rules.ts';
import { type CleanupContext, REPOSITORIES_AT_ONCE } from './context.ts';

/** A repository whose tags are all known. */
export interface Listing {
  /** `namespace/name`. */
  readonly repository: string;
  readonly tags: readonly Tag[];
  /** Listed names that no tag can have. */
  readonly strange: readonly string[];
  /** Whether no two readings of the list agree on what lives. */
  readonly shifts?: boolean;
  /** When the list began to come, in Unix seconds: by the registry's clock, and by the runner's. */
  readonly at: number;
  readonly seenAt: number;
  /** When it was asked for, by the runner's clock. */
  readonly listedAt: number;
}

/** Clocks that differ by more than this are worth a warning, in seconds. */
const NOTICEABLE_SKEW = 60;

/** Checks and lists every repository. One that fails is reported, and does not stop the others. */
export async function listTags(
  repositories: readonly string[],
  context: CleanupContext,
): Promise<readonly Listing[]> {
  for (const repository of repositories) context.record.repository(repository);
  const listings = await pMap(repositories, (repository) => listOne(repository, context), {
    concurrency: REPOSITORIES_AT_ONCE,
  });
  const listed = listings.filter((listing) => listing !== undefined);
  noteSkew(listed, context);
  return listed;
}

async function listOne(repository: string, context: CleanupContext): Promise<Listing | undefined> {
  const { store, rules, inputs, record, now } = context;
  try {
    const details = await store.inspect(repository);
    noteDetails(repository, details, context);
    if (!inputs.dryRun && details.obstacle) throw details.obstacle;
    const visible = await store.visible(repository);
    refuseUnknowable(repository, rules, visible);
    const listedAt = now();
    const { tags, strange, at, seenAt } = await store.list(repository);
    record.repository(repository, { listed: tags });
    info(`${repository}: ${countOf(tags.length, 'tag')}`);
    noteStrange(repository, strange, context);
    refuseUnguarded(tags, rules, visible);
    return { repository, tags, strange, at, seenAt, listedAt };
  } catch (error) {
    record.repository(repository, { error: explain(error) });
    info(`${repository}: failed`);
    return undefined;
  }
}

/** Names that are shown one by one. */
const MOST_STRANGE = 5;

function noteStrange(repository: string, strange: readonly string[], { record }: CleanupContext): void {
  for (const name of strange.slice(0, MOST_STRANGE))
    record.note(`${repository} lists a tag named ${quote(name)}, which is not a valid name. It is kept.`);
  const left = strange.length - MOST_STRANGE;
  if (left > 0)
    record.note(
      `${repository} lists ${countOf(left, 'more tag')} with an invalid name. ${left === 1 ? 'It is' : 'They are'} kept.`,
    );
}

function noteDetails(
  repository: string,
  details: RepositoryDetails,
  { inputs, record }: CleanupContext,
): void {
  const { restorableFor, obstacle } = details;
  if (restorableFor !== undefined) record.repository(repository, { restorableFor });
  if (inputs.dryRun && obstacle) record.note(`Without \`dry-run\` the run would fail: ${obstacle.message}`);
}

/** Refuses a condition on facts that these credentials never show: it would keep every tag for ever. */
function refuseUnknowable(repository: string, rules: Rules, visible: Visible): void {
  const used = conditionsUsed(rules);
  const conditions = [
    ...(used.has('olderThan') ? ['`older-than`'] : []),
    ...(used.has('keepNewest') ? ['`keep-n-most-recent`'] : []),
    ...(used.has('notPulledFor') ? ['`not-pulled-for`'] : []),
    ...(rules.cleanOrphanedSignatures ? ['`clean-orphaned-signatures`'] : []),
    ...(rules.inUse?.namesDigests ? ['`in-use`'] : []),
    ...(rules.approved ? ['`plan`'] : []),
  ];
  if (!visible.details && conditions.length > 0) {
    const [need, them] = conditions.length === 1 ? ['needs', 'it'] : ['need', 'them'];
    throw new QuayError(
      `${repository} is private, and a robot account sees only the names of its tags: ${listOf(conditions)} ${need} their dates and digests. Use an OAuth \`token\`, or leave ${them} out.`,
    );
  }
  if (!visible.pulls && used.has('notPulledFor')) {
    throw new QuayError(
      '`not-pulled-for` needs pull statistics, which a robot account cannot read. Use an OAuth `token`, or leave it out.',
    );
  }
}

/** Refuses rules that nothing narrows here, and exclusions whose protection cannot be kept up. */
function refuseUnguarded(tags: readonly Tag[], rules: Rules, visible: Visible): void {
  const names = tags.map(({ name }) => name);
  refuseUnbounded(rules, names);
  refuseLoneBranch(rules, names);
  const blind = visible.details ? [] : exclusionsOfCosignTags(rules.exclude, names);
  if (blind.length === 0) return;
  throw new QuayError(
    `The ${blind.length === 1 ? 'exclusion' : 'exclusions'} ${listOf(blind.map((text) => `\`${text}\``))} ${blind.length === 1 ? 'protects' : 'protect'} signatures, and Quay 3.18 and later delete signatures with their image. A robot account does not see which image a tag of a private repository stands for, so nothing was deleted here. Use an OAuth \`token\`, or leave the exclusion out if no pattern begins with \`sha256-\`: wildcards do not select signatures.`,
  );
}

/** Whether a tag lives is judged by the registry's clock, its age by the earlier of the two. */
function noteSkew(listings: readonly Listing[], { record }: CleanupContext): void {
  // Between asking and answering any time may pass: a busy registry is no wrong clock.
  const skews = listings.map(({ at, seenAt, listedAt }) => Math.max(listedAt - at, at - seenAt));
  const skew = skews.find((seconds) => seconds > NOTICEABLE_SKEW);
  if (skew === undefined) return;
  record.warn(
    `The clocks of the runner and the registry differ by ${Math.round(skew)} s. Ages are counted by the earlier of the two, so that nothing is deleted too early.`,
  );
}
