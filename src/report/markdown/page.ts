import type { Markdown } from './escape.ts';
import { byteLength, leastBytes, renderTable, type Table } from './table.ts';

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
