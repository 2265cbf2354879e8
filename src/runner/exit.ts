import * as core from '@actions/core';
import type { Outcome, RunResult } from '../model/cleanup-result.ts';
import type { RestoreResult } from '../model/restore-result.ts';
import { printable } from './log.ts';

/** How many different errors a run names; the summary has them all. */
const NAMED_ERRORS = 5;

/** The last word of a run: one line of log, and the exit code. */
export function conclude({
  errors,
  sentence,
  level,
}: {
  readonly errors: readonly string[];
  readonly sentence: string;
  /** How the sentence is told of a run without errors. */
  readonly level: 'info' | 'notice' | 'warning';
}): void {
  const different = [...new Set(errors)];
  if (different.length > 0) {
    const more =
      different.length > NAMED_ERRORS
        ? [`… and ${different.length - NAMED_ERRORS} more errors: see the job summary.`]
        : [];
    const lines = [sentence, ...different.slice(0, NAMED_ERRORS), ...more].flatMap((error) =>
      error.split('\n'),
    );
    core.setFailed(lines.map(printable).join('\n'));
  } else {
    const say = { info: core.info, notice: core.notice, warning: core.warning }[level];
    say(printable(sentence));
  }
}

/** What went wrong in a run, in the run itself first, then by repository and by tag. */
export function errorsOf({ error, repositories }: RunResult | RestoreResult): readonly string[] {
  return [...given(error), ...errorsIn(repositories)];
}

interface Repository {
  readonly repository: string;
  readonly error?: string;
  readonly tags: readonly {
    readonly outcome?: Outcome | RestoreResult['repositories'][number]['tags'][number]['outcome'];
  }[];
}

function errorsIn(repositories: readonly Repository[]): readonly string[] {
  const several = repositories.length > 1;
  return [
    ...repositories.flatMap(({ repository, error }) =>
      given(error).map((text) => (several ? `${repository}: ${text}` : text)),
    ),
    ...repositories.flatMap(({ tags }) =>
      tags.flatMap(({ outcome }) => (outcome?.kind === 'failed' ? [outcome.error] : [])),
    ),
  ];
}

function given(error: string | undefined): readonly string[] {
  return error === undefined ? [] : [error];
}
