import { countOf } from './format.ts';
import type { Markdown } from './markdown.ts';

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

const UTF8 = new TextEncoder();

function byteLength(text: string): number {
  return UTF8.encode(text).length;
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

/** Which tables keep their rows when a page has not enough room for all, the most important first. */
const PRIORITIES = ['totals', 'failed', 'selected', 'kept', 'remaining'] as const;

export type Priority = (typeof PRIORITIES)[number];

/** The largest part of the free room that the tables of one priority may take while others still need it. */
const LARGEST_PART: Readonly<Record<Priority, number>> = {
  totals: 0.3,
  failed: 0.5,
  selected: 0.7,
  kept: 0.3,
  remaining: 1,
};

interface TableBlock {
  readonly table: Table;
  readonly priority: Priority;
}

/** A piece of a page: text that is always shown, or a table that may be cut. */
export type Block = Markdown | TableBlock;

/** How many bytes the blocks need with every table cut to nothing. */
export function leastBytesOf(blocks: readonly Block[]): number {
  return blocks.reduce(
    (sum, block) => sum + (typeof block === 'string' ? byteLength(block) : leastBytes(block.table)),
    0,
  );
}

/** Renders the blocks in their order, within `maxBytes` in UTF-8 wherever {@link leastBytesOf} them fits. */
export function renderPage(blocks: readonly Block[], maxBytes: number): Markdown {
  const tables = blocks.filter((block): block is TableBlock => typeof block !== 'string');
  const rendered = new Map<TableBlock, Markdown>();
  let room = maxBytes - leastBytesOf(blocks);
  for (const [rank, priority] of PRIORITIES.entries()) {
    const waiting = tables.filter((block) => PRIORITIES.indexOf(block.priority) > rank);
    const reserve = Math.min(room * (1 - LARGEST_PART[priority]), estimate(waiting));
    const current = tables.filter((block) => block.priority === priority);
    room -= renderTables(current, room - reserve, rendered);
  }
  return blocks.map((block) => (typeof block === 'string' ? block : (rendered.get(block) ?? ''))).join('');
}

/** Bytes of an ordinary row: two names, a link and a digest. */
const ORDINARY_ROW = 300;

function estimate(blocks: readonly TableBlock[]): number {
  return blocks.reduce((sum, { table }) => sum + table.length * ORDINARY_ROW, 0);
}

/** Shares the room evenly; what a short table leaves, the longer ones get. Returns the bytes that were used. */
function renderTables(
  blocks: readonly TableBlock[],
  room: number,
  rendered: Map<TableBlock, Markdown>,
): number {
  const shortestFirst = blocks.toSorted((one, other) => one.table.length - other.table.length);
  let left = room;
  for (const [index, block] of shortestFirst.entries()) {
    const least = leastBytes(block.table);
    const text = renderTable(block.table, least + left / (blocks.length - index));
    left -= byteLength(text) - least;
    rendered.set(block, text);
  }
  return room - left;
}

/**
 * UTF-8 bytes that a page may have; GitHub refuses a summary above 1 MiB.
 *
 * Source: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary
 */
export const MAX_SUMMARY_BYTES = 1_000_000;
