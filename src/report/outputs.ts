import { isSelected, type RestoreOutcome, type RestoreResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { listOf } from './format.ts';
import { type RepositoryTally, sumOf, type Tally } from './tally.ts';

export interface Output {
  readonly name: string;
  readonly value: string;
}

export interface Outputs {
  readonly outputs: readonly Output[];
  /** What the outputs cannot say, a sentence each. */
  readonly warnings: readonly string[];
}

/** The outputs of the cleanup action: JSON arrays of `namespace/name:tag`, their counts, and the path of the report. */
export function cleanupOutputs({ run, repositories, totals }: Tally): Outputs {
  const names = (tagsOf: (tally: RepositoryTally) => readonly Tag[] | undefined) =>
    repositories.flatMap((tally) =>
      (tagsOf(tally) ?? []).map(({ name }) => `${tally.repository.repository}:${name}`),
    );
  const isListed = totals.remaining !== undefined && (repositories.length > 0 || run.error === undefined);
  const arrays = {
    selected: names(({ repository }) => repository.tags.filter(isSelected).map(({ tag }) => tag)),
    deleted: names(({ by }) => by.deleted?.map(({ tag }) => tag)),
    failed: names(({ by }) => by.failed?.map(({ tag }) => tag)),
    remaining: isListed ? names(({ remaining }) => remaining) : undefined,
  };
  const { outputs, warnings } = tagOutputs(arrays, 'All tags are in the file that `report` names.');
  const unlisted = repositories.filter(({ remaining }) => remaining === undefined).map(nameOf);
  const uncertain = repositories.filter(({ remainingIsCertain }) => !remainingIsCertain).map(nameOf);
  return {
    outputs: [...outputs, { name: 'report', value: run.reportPath ?? '' }],
    warnings: [
      ...(unlisted.length > 0
        ? [
            `The outputs \`remaining\` and \`remaining-count\` are empty: ${listOf(unlisted)} could not be listed.`,
          ]
        : []),
      ...uncertain.map(
        (name) =>
          `${name} was not listed again: its part of \`remaining\` is what was listed before, without what is known to be gone.`,
      ),
      ...warnings,
    ],
  };
}

function nameOf({ repository }: RepositoryTally): string {
  return repository.repository;
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
function tagOutputs(
  arrays: Readonly<Record<string, readonly string[] | undefined>>,
  remedy: string,
): Outputs {
  const values = Object.entries(arrays).map(([name, tags]) => ({
    name,
    value: tags ? JSON.stringify(tags) : '',
  }));
  const emptied: string[] = [];
  while (sumOf(values, ({ value }) => value.length * 2) > MAX_OUTPUT_BYTES - RESERVED_BYTES) {
    const largest = values.reduce((one, other) => (other.value.length > one.value.length ? other : one));
    largest.value = '';
    emptied.push(`\`${largest.name}\``);
  }
  const counts = Object.entries(arrays).map(([name, tags]) => ({
    name: `${name}-count`,
    value: tags ? String(tags.length) : '',
  }));
  const [noun, are] = emptied.length === 1 ? ['output', 'is'] : ['outputs', 'are'];
  const tooLarge = `The ${noun} ${listOf(emptied)} ${are} empty, because GitHub accepts at most 1 MB; the counts are right. ${remedy}`;
  return { outputs: [...values, ...counts], warnings: emptied.length === 0 ? [] : [tooLarge] };
}
