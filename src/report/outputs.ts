import { isSelected } from '../model/plan.ts';
import type { RestoreOutcome, RestoreResult } from '../model/restored.ts';
import { listOf } from './format.ts';
import type { RepositoryTally, Tally } from './tally.ts';

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
  const names = (tagsOf: (tally: RepositoryTally) => readonly { readonly name: string }[]) =>
    repositories.flatMap((tally) =>
      tagsOf(tally).map(({ name }) => `${tally.repository.repository}:${name}`),
    );
  const isListed = totals.remaining !== undefined && (repositories.length > 0 || run.error === undefined);
  const arrays = {
    selected: names(({ repository }) => repository.tags.filter(isSelected).map(({ tag }) => tag)),
    deleted: names(({ deleted }) => deleted.map(({ tag }) => tag)),
    failed: names(({ failed }) => failed.map(({ tag }) => tag)),
    remaining: isListed ? names(({ remaining }) => remaining ?? []) : undefined,
  };
  const { outputs, warnings } = tagOutputs(arrays, 'All tags are in the file that `report` names.');
  const unlisted = repositories.filter(({ remaining }) => remaining === undefined);
  return {
    outputs: [...outputs, { name: 'report', value: run.reportPath ?? '' }],
    warnings: [
      ...(unlisted.length > 0 ? [notListed(unlisted)] : []),
      ...repositories.filter(({ remainingIsCertain }) => !remainingIsCertain).map(uncertainty),
      ...warnings,
    ],
  };
}

function notListed(tallies: readonly RepositoryTally[]): string {
  const names = listOf(tallies.map(({ repository }) => repository.repository));
  return `The outputs \`remaining\` and \`remaining-count\` are empty: ${names} could not be listed.`;
}

function uncertainty({ repository }: RepositoryTally): string {
  return `${repository.repository} was not listed again: its part of \`remaining\` is what was listed before, without what is known to be gone.`;
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
  const values = new Map(
    Object.entries(arrays).map(([name, tags]) => [name, tags ? JSON.stringify(tags) : '']),
  );
  const emptied = emptyLargest(values);
  const outputs = Object.entries(arrays).flatMap(([name, tags]) => [
    { name, value: values.get(name) ?? '' },
    { name: `${name}-count`, value: tags ? String(tags.length) : '' },
  ]);
  return { outputs, warnings: emptied.length === 0 ? [] : [`${tooLarge(emptied)} ${remedy}`] };
}

function emptyLargest(values: Map<string, string>): readonly string[] {
  const size = () => [...values.values()].reduce((sum, value) => sum + value.length * 2, 0);
  const emptied: string[] = [];
  while (size() > MAX_OUTPUT_BYTES - RESERVED_BYTES) {
    const [largest] = [...values].reduce((one, other) => (other[1].length > one[1].length ? other : one));
    values.set(largest, '');
    emptied.push(largest);
  }
  return emptied;
}

function tooLarge(names: readonly string[]): string {
  const quoted = listOf(names.map((name) => `\`${name}\``));
  const [outputs, are] = names.length === 1 ? ['output', 'is'] : ['outputs', 'are'];
  return `The ${outputs} ${quoted} ${are} empty, because GitHub accepts at most 1 MB; the counts are right.`;
}
