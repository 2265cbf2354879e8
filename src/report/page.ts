import { countOf } from './format.ts';
import type { Markdown } from './markdown.ts';

/** A table whose rows are rendered only as far as they are shown. */
export interface Table {
  readonly head: Markdown;
  readonly length: number;
  readonly row: (index: number) => Markdown;
  /** What a row is, in the singular. */
  readonly noun: string;
  /** Whether it may take half of the room before the others get any. */
  readonly isTotals: boolean;
}

/** A piece of a page: text that is always shown, or a table that may be cut. */
export type Block = Markdown | Table;

const UTF8 = new TextEncoder();

function byteLength(text: string): number {
  return UTF8.encode(text).length;
}

/** Says that rows are not shown, and where they are. */
export function leftOut(count: number, noun: string): Markdown {
  return `*${countOf(count, `more ${noun}`)} not shown, to keep this page below GitHub's size limit. The \`report\` has all.*\n`;
}

/** How many bytes the blocks need with every table cut to nothing. */
export function leastBytes(blocks: readonly Block[]): number {
  return blocks.reduce(
    (sum, block) =>
      sum +
      byteLength(typeof block === 'string' ? block : `${block.head}\n${leftOut(block.length, block.noun)}`),
    0,
  );
}

/** The table with as many rows as fit into the room, and a line that says how many did not. */
function renderTable(table: Table, room: number): Markdown {
  const rows: Markdown[] = [];
  let left = room;
  for (let index = 0; index < table.length; index += 1) {
    const row = table.row(index);
    left -= byteLength(row);
    if (left < 0) break;
    rows.push(row);
  }
  const omitted = table.length - rows.length;
  const end = omitted > 0 ? `\n${leftOut(omitted, table.noun)}` : '';
  return rows.length === 0 ? end : `${table.head}${rows.join('')}${end}`;
}

/**
 * Renders the blocks in their order, within `maxBytes` in UTF-8 wherever {@link leastBytes} fit. Tables that are too long for
 * that share the room evenly: what a short one leaves, the longer ones get.
 */
export function renderPage(blocks: readonly Block[], maxBytes: number): Markdown {
  const tables = blocks
    .filter((block) => typeof block !== 'string')
    .toSorted((one, other) => Number(other.isTotals) - Number(one.isTotals) || one.length - other.length);
  const rendered = new Map<Block, Markdown>();
  let room = maxBytes - leastBytes(blocks);
  for (const [index, table] of tables.entries()) {
    const text = renderTable(table, room / (table.isTotals ? 2 : tables.length - index));
    room -= byteLength(text) - leastBytes([table]);
    rendered.set(table, text);
  }
  return blocks.map((block) => rendered.get(block) ?? block).join('');
}

/**
 * UTF-8 bytes that a page may have; GitHub refuses a summary above 1 MiB.
 *
 * Source: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary
 */
export const MAX_SUMMARY_BYTES = 1_000_000;
