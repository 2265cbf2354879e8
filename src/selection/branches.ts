import type { Branches } from '../model/facts.ts';
import { LONGEST_TAG } from '../model/tag.ts';

/** A branch that may stand in a tag. */
export interface KnownBranch {
  readonly branch: string;
  /** The open pull request that it is proposed by, where it is not known as a branch of the repository. */
  readonly number?: number;
}

/** Branches by all the forms in which tags may hold them. */
export interface BranchIndex {
  readonly byForm: ReadonlyMap<string, KnownBranch>;
  /** All forms, sorted, to find what begins like a text. */
  readonly forms: readonly string[];
}

/** Tools cut long branches off, at lengths of their own; a shorter beginning says nothing. In characters. */
const SHORTEST_CUT = 20;

/** What tools put behind the cut to tell branches apart. */
const HASH_BEHIND_CUT = /-[0-9a-f]{5,10}$/i;

/** The branches by the forms under which tags may hold them; of two with one form, the first. */
export function indexBranches(branches: Iterable<KnownBranch>): BranchIndex {
  const byForm = new Map<string, KnownBranch>();
  for (const known of branches)
    for (const form of formsOf(known.branch)) if (!byForm.has(form)) byForm.set(form, known);
  return { byForm, forms: [...byForm.keys()].toSorted() };
}

const indexes = new WeakMap<Branches, BranchIndex>();

/** The index of all branches of a repository, and of its open pull requests; made once. */
export function branchIndexOf(branches: Branches): BranchIndex {
  const { names, proposed } = branches;
  const index =
    indexes.get(branches) ??
    indexBranches([
      ...Array.from(names, (branch) => ({ branch })),
      ...Array.from(proposed, ([branch, number]) => ({ branch, number })),
    ]);
  indexes.set(branches, index);
  return index;
}

/**
 * How a branch may be written in a tag, each in its {@link plain} form: its whole name, and its last part.
 *
 * docker/metadata-action writes each run of characters that a tag cannot hold as one `-`, and does not shorten. Other tools
 * write `-` or `_` for each character or leave them out, take accents off letters, take hyphens off the ends, and cut the name
 * off. A text before the branch may run together with its first characters. In plain form all these are alike, and a cut is a
 * beginning.
 *
 * Sources: `sanitizeTag` in https://github.com/docker/metadata-action/blob/906ecf0fc0a80f9110f79d9e6c04b1080f4a2621/src/meta.ts
 * and https://github.com/rlespinasse/github-slug-action
 */
function formsOf(branch: string): ReadonlySet<string> {
  const parts = [branch, branch.slice(branch.lastIndexOf('/') + 1)];
  const names = parts.flatMap((part) => [part, part.normalize('NFKD').replace(/\p{M}+/gu, '')]);
  // The Kelvin sign is a letter `k` once it is in lower case, and a foreign character before: tools differ in the order.
  return new Set(names.flatMap((name) => [plain(name), plain(name.replace(/[^a-z0-9]+/gi, ''))]));
}

/** The letters and digits of a text in lower case. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

/** A branch of the index that one of the readings of a tag may stand for. */
export function findBranch(
  index: BranchIndex,
  { name, readings }: { readonly name: string; readonly readings: Iterable<string> },
): KnownBranch | undefined {
  for (const reading of readings) {
    const found = index.byForm.get(plain(reading)) ?? findBeginning(index, name, reading);
    if (found) return found;
  }
  return undefined;
}

/** A branch that the reading may be the beginning of, with or without a hash behind it. */
function findBeginning(index: BranchIndex, name: string, reading: string): KnownBranch | undefined {
  // A tag of the greatest length may hold only the beginning of a branch, however short.
  const shortest = name.length === LONGEST_TAG && name.endsWith(reading) ? 1 : SHORTEST_CUT;
  for (const beginning of [reading, reading.replace(HASH_BEHIND_CUT, '')]) {
    const form = beginning.length < shortest ? '' : plain(beginning);
    const found = form === '' ? undefined : startingWith(index, form);
    if (found) return found;
  }
  return undefined;
}

function startingWith({ byForm, forms }: BranchIndex, beginning: string): KnownBranch | undefined {
  let low = 0;
  let high = forms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((forms[middle] ?? '') < beginning) low = middle + 1;
    else high = middle;
  }
  const form = forms[low];
  return form?.startsWith(beginning) ? byForm.get(form) : undefined;
}
