import type { CleanupResult, Outcome } from '../model/result.ts';
import type { RestoreOutcome, RestoreResult } from '../model/restored.ts';

/** What went wrong in a run, in the run itself first, then by repository and by tag. */
export function errorsOf({ error, repositories }: CleanupResult | RestoreResult): readonly string[] {
  return [...given(error), ...errorsIn(repositories)];
}

interface Repository {
  readonly repository: string;
  readonly error?: string;
  readonly tags: readonly { readonly outcome?: Outcome | RestoreOutcome }[];
}

/** Why repositories failed; each error names its repository where there are several. */
export function repositoryErrors(repositories: readonly Repository[]): readonly string[] {
  const isNamed = (repository: string, text: string) =>
    repositories.length === 1 || text.startsWith(`${repository} `);
  return repositories.flatMap(({ repository, error }) =>
    given(error).map((text) => (isNamed(repository, text) ? text : `${repository}: ${text}`)),
  );
}

function errorsIn(repositories: readonly Repository[]): readonly string[] {
  return [
    ...repositoryErrors(repositories),
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
