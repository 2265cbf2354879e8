import type { TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { clip, countOf, formatCount, formatSize, formatTime, shortDigest } from './format.ts';
import { code, link, type Markdown, prose } from './markdown.ts';
import { describeReason, describeVerdict } from './reasons.ts';

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

export interface Column<Item> {
  readonly title: Markdown;
  readonly align?: 'right';
  /** Undefined where there is nothing to say of the item; where that holds for all, the column is left out. */
  readonly cell: (item: Item) => Markdown | undefined;
  /** What stands for what is undefined; an empty cell if not given. */
  readonly otherwise?: Markdown;
}

/** @param noun - what a row is, in the singular */
export function makeTable<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  { noun = 'tag', isTotals = false } = {},
): Table {
  const shown = columns.filter(({ cell }) => items.some((item) => cell(item) !== undefined));
  const rule = shown.map(({ align }) => (align === 'right' ? '---:' : ':---'));
  const rowOf = (item: Item) => line(shown.map(({ cell, otherwise = '' }) => cell(item) ?? otherwise));
  return {
    head: `${line(shown.map(({ title }) => title))}${line(rule)}`,
    length: items.length,
    row: (index) =>
      items
        .slice(index, index + 1)
        .map(rowOf)
        .join(''),
    noun,
    isTotals,
  };
}

function line(cells: readonly Markdown[]): Markdown {
  return `| ${cells.join(' | ')} |\n`;
}

/** A table of up to this many rows is shown whole. */
const OPEN_ROWS = 15;
/** Of a longer one, so many rows are shown and the rest is folded. */
const PREVIEW_ROWS = 10;

/** @param summary - Markdown is not read in the line that unfolds the rest: plain text or HTML of ours */
export function folded(summary: string, blocks: readonly Block[]): readonly Block[] {
  return [`<details><summary>${summary}</summary>\n\n`, ...blocks, '\n</details>\n\n'];
}

interface TableSection<Item> {
  readonly heading: Markdown;
  /** A paragraph above the table. */
  readonly lead?: Markdown | undefined;
  readonly items: readonly Item[] | undefined;
  readonly columns: readonly Column<Item>[];
  /** What a row is, in the singular; `tag` if not given. */
  readonly noun?: string;
}

/** A heading such as `Deleted tags (12)` and a table of which a long tail is folded; nothing where there are no rows. */
export function tableSection<Item>(section: TableSection<Item>): readonly Block[] {
  const { heading, lead, items = [], columns, noun = 'tag' } = section;
  if (items.length === 0) return [];
  const top = `### ${heading} (${formatCount(items.length)})\n\n${lead === undefined ? '' : `${lead}\n\n`}`;
  if (items.length <= OPEN_ROWS) return [top, makeTable(items, columns, { noun }), '\n'];
  const [preview, rest] = [items.slice(0, PREVIEW_ROWS), items.slice(PREVIEW_ROWS)];
  return [
    top,
    makeTable(preview, columns, { noun }),
    '\n',
    ...folded(`${formatCount(rest.length)} more`, [makeTable(rest, columns, { noun })]),
  ];
}

const UTF8 = new TextEncoder();

function byteLength(text: string): number {
  return UTF8.encode(text).length;
}

/** Says that rows are not shown, and where they are. */
function leftOut(count: number, noun: string): Markdown {
  return `*${countOf(count, `more ${noun}`)} not shown, to keep this page below GitHub's size limit. The \`report\` has all.*\n`;
}

/** How many bytes the blocks need with every table cut to nothing. */
function leastBytes(blocks: readonly Block[]): number {
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

/** The part of a page that the frames of its sections may take; their rows come on top. */
const LARGEST_FRAME_PART = 0.35;

/** As many of the sections as a page has room for, and a line that says how many it has not. */
export function fittingSections(
  sections: Iterable<readonly Block[]>,
  count: number,
  noun: string,
): readonly Block[] {
  const blocks: Block[] = [];
  let room = MAX_SUMMARY_BYTES * LARGEST_FRAME_PART;
  let shown = 0;
  for (const section of sections) {
    room -= leastBytes(section);
    if (room < 0) return [...blocks, `${leftOut(count - shown, noun)}\n`];
    blocks.push(...section);
    shown += 1;
  }
  return blocks;
}

/**
 * Renders the blocks in their order, within {@link MAX_SUMMARY_BYTES}. Tables that are too long for that share the room evenly:
 * what a short one leaves, the longer ones get.
 */
export function renderPage(blocks: readonly Block[]): Markdown {
  const tables = blocks
    .filter((block) => typeof block !== 'string')
    .toSorted((one, other) => Number(other.isTotals) - Number(one.isTotals) || one.length - other.length);
  const rendered = new Map<Block, Markdown>();
  let room = MAX_SUMMARY_BYTES - leastBytes(blocks);
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

/** The longest text from outside that a cell shows. */
export const CELL_LENGTH = 300;

/** A column of values, written where an item has one. */
export function column<Item, Value>(
  title: Markdown,
  of: (item: Item) => Value | undefined,
  write: (value: Value) => Markdown,
  layout: Pick<Column<Item>, 'align' | 'otherwise'> = {},
): Column<Item> {
  const cell = (item: Item) => {
    const value = of(item);
    return value === undefined ? undefined : write(value);
  };
  return { title, cell, ...layout };
}

/** A column of numbers. */
export function countColumn<Item>(title: Markdown, of: (item: Item) => number | undefined): Column<Item> {
  return column(title, of, formatCount, { align: 'right' });
}

/** The cell of a text that may hold anything. */
export function textCell(text: string): Markdown {
  return prose(clip(text, CELL_LENGTH));
}

/** A column of tag names, which link to the tag's page where it has one. */
export function nameColumn<Item>(
  nameOf: (item: Item) => string,
  pageOf: (item: Item) => string | undefined,
): Column<Item> {
  return {
    title: 'Tag',
    cell: (item) => {
      const [name, page] = [code(nameOf(item)), pageOf(item)];
      return page === undefined ? name : link(name, page);
    },
  };
}

export const UNKNOWN = { otherwise: 'unknown' };

/** What is known of a tag. */
export function detailColumns<Item>(tagOf: (item: Item) => Tag): readonly Column<Item>[] {
  const size = (item: Item) => {
    const { size: bytes, multiArch } = tagOf(item);
    return bytes === undefined ? (multiArch ? 'multi-arch' : undefined) : formatSize(bytes);
  };
  return [
    column('Modified (UTC)', (item) => tagOf(item).lastModified, formatTime, UNKNOWN),
    { title: 'Size', align: 'right', cell: size, ...UNKNOWN },
    digestColumn((item) => tagOf(item).digest),
  ];
}

export function digestColumn<Item>(digestOf: (item: Item) => string | undefined): Column<Item> {
  return column('Digest', digestOf, (digest) => code(shortDigest(digest)), { otherwise: code('unknown') });
}

/** Why a tag is deleted or kept. */
export function whyOf(result: TagResult): string {
  const { outcome } = result;
  if (outcome?.kind === 'kept') return describeReason(outcome.reason);
  if (outcome?.kind !== 'deleted-with-image') return describeVerdict(result);
  return `deleted by Quay with its image${outcome.image === undefined ? '' : ` \`${outcome.image}\``}`;
}
