import type { TagResult } from '../model/result.ts';
import { listOf } from './format.ts';
import { type Outputs, tagOutputs } from './tag-outputs.ts';
import type { RepositoryTally, Tally } from './tally.ts';

/** The outputs of the cleanup action: JSON arrays of `namespace/name:tag`, their counts, and the path of the report. */
export function cleanupOutputs({ run, repositories, totals }: Tally): Outputs {
  const names = (tagsOf: (tally: RepositoryTally) => readonly { readonly name: string }[]) =>
    repositories.flatMap((tally) =>
      tagsOf(tally).map(({ name }) => `${tally.repository.repository}:${name}`),
    );
  const tags = (results: readonly TagResult[]) => results.map(({ tag }) => tag);
  const isListed = totals.remaining !== undefined && (repositories.length > 0 || run.error === undefined);
  const arrays = {
    selected: names(({ repository }) =>
      tags(repository.tags.filter(({ verdict }) => verdict.kind === 'delete')),
    ),
    deleted: names(({ deleted }) => tags(deleted)),
    failed: names(({ failed }) => tags(failed)),
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
  return `${repository.repository} was not listed again: its part of \`remaining\` is what was listed before, without what is known to be deleted.`;
}
