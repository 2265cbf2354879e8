import { countOf } from '../format.ts';
import type { Markdown } from './escape.ts';

export interface Column<Item> {
  readonly title: Markdown;
  readonly align?: 'right';
  readonly cell: (item: Item) => Markdown;
  /** Where it holds for no item, the column is left out. */
  readonly onlyIf?: (item: Item) => boolean;
}

/** A table whose rows are rendered only as far as they are shown. */
export interface Table {
  readonly head: Markdown;
  readonly length: number;
  readonly row: (index: number) => Markdown;
  /** What to write after the rows when some were left out. */
  readonly leftOut: (count: number) => Markdown;
}

/** @param noun - what a row is, in the singular */
export function makeTable<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  noun = 'tag',
): Table {
  const shown = columns.filter(({ onlyIf }) => onlyIf === undefined || items.some(onlyIf));
  const rule = shown.map(({ align }) => (align === 'right' ? '---:' : ':---'));
  return {
    head: `${line(shown.map(({ title }) => title))}${line(rule)}`,
    length: items.length,
    row: (index) => {
      const item = items[index];
      return item === undefined ? '' : line(shown.map(({ cell }) => cell(item)));
    },
    leftOut: (count) =>
      `\n*${countOf(count, `more ${noun}`)} not shown, to keep this page below GitHub's size limit. The \`report\` has all.*\n`,
  };
}

function line(cells: readonly Markdown[]): Markdown {
  return `| ${cells.join(' | ')} |\n`;
}

/** UTF-8 bytes. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** The most bytes that {@link renderTable} needs to show no row at all. */
export function leastBytes(table: Table): number {
  return byteLength(table.head) + byteLength(table.leftOut(table.length));
}

/** The table with as many rows as fit, and a line that says how many did not; `maxBytes` is at least {@link leastBytes}. */
export function renderTable(table: Table, maxBytes: number): Markdown {
  let left = maxBytes - leastBytes(table);
  const rows: Markdown[] = [];
  for (let index = 0; index < table.length; index += 1) {
    const row = table.row(index);
    left -= byteLength(row);
    if (left < 0) break;
    rows.push(row);
  }
  const omitted = table.length - rows.length;
  if (rows.length === 0) return table.leftOut(omitted);
  return `${table.head}${rows.join('')}${omitted > 0 ? table.leftOut(omitted) : ''}`;
}
