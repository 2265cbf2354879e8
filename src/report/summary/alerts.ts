import type { CleanupResult } from '../../model/result.ts';
import { clip, formatCount } from '../format.ts';
import { alert, list, type Markdown, prose } from '../markdown/escape.ts';

/** The longest error or note that a page shows, and the most notes. */
const TEXT_LENGTH = 1500;
const MOST_NOTES = 20;

/** What the reader must see first: why the run failed, why its only repository failed, and the notes. */
export function alerts(run: CleanupResult): readonly Markdown[] {
  const refused = run.stopped?.kind === 'guard' ? run.stopped.message : undefined;
  const failures = new Set([refused, run.error].filter((text) => text !== undefined));
  const [only] = run.repositories;
  const single =
    run.repositories.length === 1 && only?.error !== undefined && !failures.has(only.error)
      ? [only.error]
      : [];
  return [
    ...alertOf('caution', [...failures]),
    ...alertOf('warning', single),
    ...alertOf('warning', run.warnings ?? []),
    ...notesAlert(run.notes),
  ];
}

/** One box with a paragraph for each text, or nothing. */
export function alertOf(kind: 'caution' | 'warning', texts: readonly string[]): readonly Markdown[] {
  return texts.length === 0 ? [] : [`${alert(kind, texts.map(textOf))}\n`];
}

/** One box with all notes, or nothing. */
export function notesAlert(notes: readonly string[]): readonly Markdown[] {
  const [first] = notes;
  if (first === undefined) return [];
  if (notes.length === 1) return [`${alert('note', [textOf(first)])}\n`];
  const items = notes.slice(0, MOST_NOTES).map(textOf);
  const more =
    notes.length > MOST_NOTES
      ? [`${formatCount(notes.length - MOST_NOTES)} more, in the log and in the report`]
      : [];
  return [`${alert('note', [list([...items, ...more]).replaceAll('\n', '\n> ')])}\n`];
}

function textOf(text: string): Markdown {
  return prose(clip(text, TEXT_LENGTH));
}
