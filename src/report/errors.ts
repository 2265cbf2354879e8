import type { CleanupResult, Outcome } from '../model/cleanup-result.ts';
import type { RestoreOutcome, RestoreResult } from '../model/restore-result.ts';

/** What went wrong in a run, in the run itself first, then by repository and by tag. */
export function errorsOf({ error, repositories }: CleanupResult | RestoreResult): readonly string[] {
  return [...given(error), ...errorsIn(repositories)];
}

interface Repository {
  readonly repository: string;
  readonly error?: string;
  readonly tags: readonly { readonly outcome?: Outcome | RestoreOutcome }[];
}

function errorsIn(repositories: readonly Repository[]): readonly string[] {
  const several = repositories.length > 1;
  return [
    ...repositories.flatMap(({ repository, error }) =>
      given(error).map((text) => (several ? `${repository}: ${text}` : text)),
    ),
    ...repositories.flatMap(({ tags }) => tags.flatMap(({ outcome }) => errorOf(outcome))),
  ];
}

function errorOf(outcome: Outcome | RestoreOutcome | undefined): readonly string[] {
  switch (outcome?.kind) {
    case 'failed':
    case 'unknown':
      return [outcome.error];
    case 'deleted-with-image':
      return given(outcome.error);
    default:
      return [];
  }
}

function given(error: string | undefined): readonly string[] {
  return error === undefined ? [] : [error];
}
