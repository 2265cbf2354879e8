import type { Outcome, RestoreOutcome } from '../model/result.ts';
import { clip, formatCount } from './format.ts';
import { alert, list, type Markdown, prose } from './markdown.ts';

/** What a cleanup and a restore can be in trouble with. */
interface Troubled {
  readonly error?: string;
  readonly repositories: readonly {
    readonly repository: string;
    readonly error?: string;
    readonly tags: readonly { readonly outcome?: Outcome | RestoreOutcome }[];
  }[];
}

/** What went wrong in a run, in the run itself first, then by repository and by tag. */
export function errorsOf(run: Troubled): readonly string[] {
  const outcomes = run.repositories.flatMap(({ tags }) => tags.map(({ outcome }) => outcome));
  return [
    ...given(run.error),
    ...repositoryErrors(run),
    ...outcomes.flatMap((outcome) =>
      outcome?.kind === 'failed' || outcome?.kind === 'unknown' ? [outcome.error] : [],
    ),
  ];
}

/** Why repositories failed; each error names its repository where there are several. */
function repositoryErrors({ repositories }: Troubled): readonly string[] {
  const isNamed = (repository: string, text: string) =>
    repositories.length === 1 || text.startsWith(`${repository} `);
  return repositories.flatMap(({ repository, error }) =>
    given(error).map((text) => (isNamed(repository, text) ? text : `${repository}: ${text}`)),
  );
}

function given(error: string | undefined): readonly string[] {
  return error === undefined ? [] : [error];
}

/** The longest text that a box shows, and the most texts. */
const TEXT_LENGTH = 1500;
const MOST_TEXTS = 20;

interface Told extends Troubled {
  readonly warnings?: readonly string[];
  readonly notes: readonly string[];
}

/** What the reader must see first: why the run failed, why repositories failed, the warnings and the notes. */
export function alerts(run: Told): readonly Markdown[] {
  const failures = repositoryErrors(run).filter((text) => text !== run.error);
  const notes = cut(run.notes);
  return [
    ...alertOf('caution', cut(given(run.error))),
    ...alertOf('warning', cut(failures)),
    ...alertOf('warning', cut(run.warnings ?? [])),
    ...alertOf('note', notes.length > 1 ? [list(notes).replaceAll('\n', '\n> ')] : notes),
  ];
}

/** One box with a paragraph for each text, or nothing. */
function alertOf(kind: 'caution' | 'warning' | 'note', texts: readonly Markdown[]): readonly Markdown[] {
  return texts.length === 0 ? [] : [`${alert(kind, texts)}\n`];
}

function cut(texts: readonly string[]): readonly Markdown[] {
  const more = texts.length - MOST_TEXTS;
  return [
    ...texts.slice(0, MOST_TEXTS).map((text) => prose(clip(text, TEXT_LENGTH))),
    ...(more > 0 ? [`${formatCount(more)} more, in the log and in the report`] : []),
  ];
}
