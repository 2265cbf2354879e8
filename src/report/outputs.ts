import type { RunResult } from '../model/cleanup-result.ts';
import { type Outputs, tagOutputs } from './tag-outputs.ts';
import { type Tally, tallyRun } from './tally.ts';

/** The outputs of the cleanup action: JSON arrays of `namespace/name:tag`, their counts, and the path of the report. */
export function actionOutputs(run: RunResult): Outputs {
  const tallies = tallyRun(run);
  const names = (tagsOf: (tally: Tally) => Iterable<{ readonly name: string }>) =>
    tallies.flatMap((tally) =>
      Array.from(tagsOf(tally), ({ name }) => `${tally.repository.repository}:${name}`),
    );
  const arrays = {
    selected: names(({ repository }) =>
      repository.tags.filter(({ verdict }) => verdict.kind === 'delete').map(({ tag }) => tag),
    ),
    deleted: names(({ deleted }) => deleted.map(({ tag }) => tag)),
    failed: names(({ failed }) => failed.map(({ tag }) => tag)),
    remaining: names(({ remaining }) => remaining),
  };
  const { outputs, warnings } = tagOutputs(arrays, 'All tags are in the file that `report` names.');
  return {
    outputs: [...outputs, { name: 'report', value: run.reportPath ?? '' }],
    warnings: [
      ...tallies.filter(({ remainingIsCertain }) => !remainingIsCertain).map(uncertainty),
      ...warnings,
    ],
  };
}

function uncertainty({ repository }: Tally): string {
  return `${repository.repository} could not be listed again: its part of \`remaining\` is what was listed before, without what was deleted.`;
}
