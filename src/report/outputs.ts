import { isSelected, type RestoreOutcome, type RestoreResult, type TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { listOf } from './format.ts';
import { type RepositoryTally, sumOf, type Tally } from './tally.ts';

interface Outputs {
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  /** What the outputs cannot say, a sentence each. */
  readonly warnings: readonly string[];
}

/** The outputs of the cleanup action: JSON arrays of `namespace/name:tag`, their counts, and the path of the report. */
export function cleanupOutputs({ run, repositories, totals }: Tally): Outputs {
  const nameIn = ({ repository }: RepositoryTally, { name }: Tag) => `${repository.repository}:${name}`;
  const namesOf = (resultsOf: (tally: RepositoryTally) => readonly TagResult[] | undefined) =>
    repositories.flatMap((tally) => (resultsOf(tally) ?? []).map(({ tag }) => nameIn(tally, tag)));
  const isListed = totals.remaining !== undefined && (repositories.length > 0 || run.error === undefined);
  const arrays = {
    selected: namesOf(({ repository }) => repository.tags.filter(isSelected)),
    deleted: namesOf(({ by }) => by.deleted),
    failed: namesOf(({ by }) => by.failed),
    remaining: isListed
      ? repositories.flatMap((tally) => (tally.remaining ?? []).map((tag) => nameIn(tally, tag)))
      : undefined,
  };
  const { outputs, warnings } = tagOutputs(arrays, 'All tags are in the file that `report` names.');
  const named = (which: (tally: RepositoryTally) => boolean) =>
    repositories.filter(which).map(({ repository }) => repository.repository);
  const unlisted = named(({ remaining }) => remaining === undefined);
  const uncertain = named(({ remainingIsCertain }) => !remainingIsCertain);
  const missing = `The outputs \`remaining\` and \`remaining-count\` are empty: ${listOf(unlisted)} could not be listed.`;
  return {
    outputs: [...outputs, { name: 'report', value: run.reportPath ?? '' }],
    warnings: [
      ...(unlisted.length > 0 ? [missing] : []),
      ...uncertain.map(
        (name) =>
          `${name} was not listed again: its part of \`remaining\` is what was listed before, without what is known to be gone.`,
      ),
      ...warnings,
    ],
  };
}

/** The outputs of the restore action. */
export function restoreOutputs({ repositories }: RestoreResult): Outputs {
  const names = (kind: RestoreOutcome['kind']) =>
    repositories.flatMap(({ repository, tags }) =>
      tags.filter(({ outcome }) => outcome.kind === kind).map(({ name }) => `${repository}:${name}`),
    );
  return tagOutputs(
    { restored: names('restored'), failed: names('failed') },
    'The job summary lists the tags.',
  );
}

/**
 * UTF-16 bytes that all outputs of a job may have together: GitHub's 1 MB.
 *
 * Source: https://github.com/github/docs/blob/main/data/reusables/actions/output-limitations.md
 */
const MAX_OUTPUT_BYTES = 1_000_000;
/** What is left of it to the counts, the report's path and the names of all outputs. */
const RESERVED_BYTES = 20_000;

/**
 * An array and a count for each name; both are empty where the array is unknown. While all are too large together, the
 * largest arrays are left empty.
 *
 * @param remedy - a sentence that says where else the tags are
 */
function tagOutputs(tags: Readonly<Record<string, readonly string[] | undefined>>, remedy: string): Outputs {
  const arrays = Object.entries(tags);
  // JSON escapes nothing in a name: it adds quotes and a comma.
  const sizes = new Map(
    arrays.map(([name, names = []]) => [name, sumOf(names, ({ length }) => 2 * (length + 3))]),
  );
  const counts = arrays.map(([name, names]) => ({ name: `${name}-count`, value: `${names?.length ?? ''}` }));
  const emptied: string[] = [];
  while (sumOf([...sizes.values()], (size) => size) > MAX_OUTPUT_BYTES - RESERVED_BYTES) {
    const [largest] = [...sizes].reduce((one, other) => (other[1] > one[1] ? other : one));
    sizes.delete(largest);
    emptied.push(`\`${largest}\``);
  }
  const values = arrays.map(([name, names]) => ({
    name,
    value: names && sizes.has(name) ? JSON.stringify(names) : '',
  }));
  const [noun, are] = emptied.length === 1 ? ['output', 'is'] : ['outputs', 'are'];
  const tooLarge = `The ${noun} ${listOf(emptied)} ${are} empty, because GitHub accepts at most 1 MB; the counts are right. ${remedy}`;
  return { outputs: [...values, ...counts], warnings: emptied.length === 0 ? [] : [tooLarge] };
}
