import { isSelected, type JudgedTag } from '../model/plan.ts';
import { QuayError } from '../quay/errors.ts';
import { info } from '../runner/log.ts';
import { subjectOf } from '../selection/cosign-tag.ts';
import type { CleanupContext } from './context.ts';
import type { Decider, Plan } from './decide-in-rounds.ts';
import type { Listing } from './list-tags.ts';

/** How often a list is read again. */
const MOST_READINGS = 2;

/**
 * Makes sure that the images of selected cosign tags are gone. While a list is read page by page, others may delete tags, and
 * a living tag may fall between two pages. So the list is read again, until two readings agree on what lives; where they do
 * not, the cosign tags are kept.
 */
export async function confirmOrphans(plan: Plan, context: CleanupContext, decider: Decider): Promise<Plan> {
  let current = plan;
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    if (!current.tags.some(isSelectedCosignTag)) return current;
    const again = await readAgain(current.listing, context);
    if (!again) break;
    const { listing, agrees } = merge(current.listing, again);
    if (listing !== current.listing) {
      const [decided] = await decider.decide([listing]);
      current = decided ?? current;
    }
    if (agrees) return current;
  }
  const [decided] = await decider.decide([{ ...current.listing, shifts: true }]);
  return decided ?? current;
}

function isSelectedCosignTag(judged: JudgedTag): boolean {
  return isSelected(judged) && subjectOf(judged.tag.name) !== undefined;
}

async function readAgain(
  { repository }: Listing,
  { store, now }: CleanupContext,
): Promise<Listing | undefined> {
  info(`${repository}: listing again before signatures are deleted`);
  try {
    const listedAt = now();
    return { repository, listedAt, ...(await store.list(repository)) };
  } catch (error) {
    // Without a second reading nothing is certain, and the signatures are kept.
    if (error instanceof QuayError) return undefined;
    throw error;
  }
}

/** Both readings together, and whether the second shows nothing that the first had missed; what was pushed since is new. */
function merge(first: Listing, second: Listing): { readonly listing: Listing; readonly agrees: boolean } {
  const known = new Map(first.tags.map((tag) => [`${tag.name} ${tag.digest}`, tag]));
  const missed = second.tags.filter(({ name, digest }) => !known.has(`${name} ${digest}`));
  const agrees = missed.every(({ lastModified }) => lastModified !== undefined && lastModified >= first.at);
  const names = new Set(second.tags.map(({ name }) => name));
  const tags = [...second.tags, ...first.tags.filter(({ name }) => !names.has(name))];
  const strange = [...new Set([...first.strange, ...second.strange])];
  const isUnchanged = missed.length === 0 && strange.length === first.strange.length;
  return { listing: isUnchanged ? first : { ...first, tags, strange }, agrees };
}
