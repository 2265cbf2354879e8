import { formatCount } from '../format.ts';
import type { Markdown } from '../markdown/escape.ts';
import type { Block, Priority } from '../markdown/page.ts';
import { type Column, makeTable } from '../markdown/table.ts';

/** A table of up to this many rows is shown whole. */
const OPEN_ROWS = 15;
/** Of a longer one, so many rows are shown and the rest is folded. */
const PREVIEW_ROWS = 10;

/** @param summary - Markdown is not read in the line that unfolds the rest: plain text or HTML of ours */
export function folded(summary: string, blocks: readonly Block[]): readonly Block[] {
  return [`<details><summary>${summary}</summary>\n\n`, ...blocks, '\n</details>\n\n'];
}

/** A heading with a count, such as `Deleted tags (12)`. */
export function counted(heading: string, items: readonly unknown[]): string {
  return `${heading} (${formatCount(items.length)})`;
}

interface TableSection<Item> {
  readonly heading: Markdown;
  /** A paragraph above the table. */
  readonly lead?: Markdown;
  readonly items: readonly Item[];
  readonly columns: readonly Column<Item>[];
  readonly priority: Priority;
  /** What a row is, in the singular; `tag` if not given. */
  readonly noun?: string;
}

/** A heading and a table of which a long tail is folded; nothing where there are no rows. */
export function tableSection<Item>(section: TableSection<Item>): readonly Block[] {
  const { heading, lead, items, columns, priority, noun } = section;
  if (items.length === 0) return [];
  const top = `### ${heading}\n\n${lead === undefined ? '' : `${lead}\n\n`}`;
  const block = (some: readonly Item[]) => ({ table: makeTable(some, columns, noun), priority });
  if (items.length <= OPEN_ROWS) return [top, block(items), '\n'];
  const rest = items.slice(PREVIEW_ROWS);
  return [
    top,
    block(items.slice(0, PREVIEW_ROWS)),
    '\n',
    ...folded(`${formatCount(rest.length)} more`, [block(rest)]),
  ];
}
