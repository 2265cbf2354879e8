import type { RestoreOutcome, RestoreResult } from '../model/restored.ts';
import type { CleanupResult, Outcome } from '../model/result.ts';
import { clip, formatCount } from './format.ts';
import { alert, list, type Markdown, prose } from './markdown.ts';

/** What went wrong in a run, in the run itself first, then by repository and by tag. */
export function errorsOf({ error, repositories }: CleanupResult | RestoreResult): readonly string[] {
  return [
    ...given(error),
    ...repositoryErrors(repositories),
    ...(repositories as readonly Repository[]).flatMap(({ tags }) =>
      tags.flatMap(({ outcome }) =>
        outcome?.kind === 'failed' || outcome?.kind === 'unknown' ? [outcome.error] : [],
      ),
    ),
  ];
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

function given(error: string | undefined): readonly string[] {
  return error === undefined ? [] : [error];
}

/** The longest error or note that a page shows, and the most notes. */
const TEXT_LENGTH = 1500;
const MOST_NOTES = 20;

/** What the reader must see first: why the run failed, why its only repository failed, the warnings and the notes. */
export function alerts(run: CleanupResult): readonly Markdown[] {
  const refused = run.stopped?.kind === 'guard' ? run.stopped.message : undefined;
  const failures = new Set([...given(refused), ...given(run.error)]);
  const [only] = run.repositories;
  const single = run.repositories.length === 1 ? given(only?.error) : [];
  return [
    ...alertOf('caution', [...failures]),
    ...alertOf(
      'warning',
      single.filter((text) => !failures.has(text)),
    ),
    ...alertOf('warning', run.warnings),
    ...notesAlert(run.notes),
  ];
}

/** One box with a paragraph for each text, or nothing. */
export function alertOf(kind: 'caution' | 'warning', texts: readonly string[]): readonly Markdown[] {
  return texts.length === 0 ? [] : [`${alert(kind, cut(texts))}\n`];
}

/** One box with all notes, or nothing. */
export function notesAlert(notes: readonly string[]): readonly Markdown[] {
  if (notes.length === 0) return [];
  const content = notes.length === 1 ? cut(notes) : [list(cut(notes)).replaceAll('\n', '\n> ')];
  return [`${alert('note', content)}\n`];
}

function cut(texts: readonly string[]): readonly Markdown[] {
  const more = texts.length - MOST_NOTES;
  return [
    ...texts.slice(0, MOST_NOTES).map((text) => prose(clip(text, TEXT_LENGTH))),
    ...(more > 0 ? [`${formatCount(more)} more, in the log and in the report`] : []),
  ];
}
