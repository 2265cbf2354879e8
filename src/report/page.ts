import type { Tag } from '../model/tag.ts';
import { clip, countOf, formatCount, formatTime, shortDigest, sizeOf } from './format.ts';
import { alert, code, link, type Markdown, prose, tagPage } from './markdown.ts';
import { repositoryErrors, type Troubled } from './sentences.ts';

/** A piece of a page: text that is always shown, or a table that may be cut. */
export type Block = Markdown | Table;

type Table = ReturnType<typeof makeTable>;

export interface Column<Item> {
  readonly title: Markdown;
  readonly align?: 'right';
  /** Undefined where there is nothing to say of the item; where that holds for all, the column is left out. */
  readonly cell: (item: Item) => Markdown | undefined;
  /** What stands for what is undefined; an empty cell if not given. */
  readonly otherwise?: Markdown;
}

/**
 * A table whose rows are rendered once, and only as far as they are shown.
 *
 * @param noun - what a row is, in the singular
 * @param isTotals - whether it may take half of the room before the others get any
 */
export function makeTable<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  { noun = 'tag', isTotals = false } = {},
) {
  const shown = columns.filter(({ cell }) => items.some((item) => cell(item) !== undefined));
  const rule = shown.map(({ align }) => (align === 'right' ? '---:' : ':---'));
  const rowOf = (item: Item) => line(shown.map(({ cell, otherwise = '' }) => cell(item) ?? otherwise));
  return {
    head: `${line(shown.map(({ title }) => title))}${line(rule)}`,
    length: items.length,
    rows: items.values().map(rowOf),
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

/** A heading such as `Deleted tags (12)` and a table of which a long tail is folded; nothing where there are no rows. */
export function tableSection<Item>({
  heading,
  lead,
  items = [],
  columns,
}: {
  readonly heading: Markdown;
  /** A paragraph above the table. */
  readonly lead?: Markdown | undefined;
  readonly items: readonly Item[] | undefined;
  readonly columns: readonly Column<Item>[];
}): readonly Block[] {
  if (items.length === 0) return [];
  const top = `### ${heading} (${formatCount(items.length)})\n\n${lead === undefined ? '' : `${lead}\n\n`}`;
  const open = items.length <= OPEN_ROWS ? items : items.slice(0, PREVIEW_ROWS);
  const rest = items.slice(open.length);
  const table = [top, makeTable(open, columns), '\n'];
  if (rest.length === 0) return table;
  return [...table, ...folded(`${formatCount(rest.length)} more`, [makeTable(rest, columns)])];
}

/** @param summary - Markdown is not read in the line that unfolds the rest: plain text or HTML of ours */
export function folded(summary: string, blocks: readonly Block[]): readonly Block[] {
  return [`<details><summary>${summary}</summary>\n\n`, ...blocks, '\n</details>\n\n'];
}

/** The longest text that a box shows, and the most texts. */
const TEXT_LENGTH = 1500;
const MOST_TEXTS = 20;

/** What the reader must see first, in boxes: why the run failed, why repositories failed, the warnings and the notes. */
export function alerts(
  run: Troubled & { readonly warnings?: readonly string[]; readonly notes: readonly string[] },
): readonly Markdown[] {
  const notes = paragraphs(run.notes);
  const boxes = [
    ['caution', paragraphs(run.error === undefined ? [] : [run.error])],
    ['warning', paragraphs(repositoryErrors(run).filter((text) => text !== run.error))],
    ['warning', paragraphs(run.warnings ?? [])],
    ['note', notes.length > 1 ? [notes.map((note) => `- ${note}`).join('\n> ')] : notes],
  ] as const;
  return boxes.flatMap(([kind, texts]) => (texts.length === 0 ? [] : `${alert(kind, texts)}\n`));
}

function paragraphs(texts: readonly string[]): readonly Markdown[] {
  const more = texts.length - MOST_TEXTS;
  return [
    ...texts.slice(0, MOST_TEXTS).map((text) => prose(clip(text, TEXT_LENGTH))),
    ...(more > 0 ? [`${formatCount(more)} more, in the log and in the report`] : []),
  ];
}

/** The longest text from outside that a cell shows. */
export const CELL_LENGTH = 300;

/** A column of values, written where an item has one. */
function column<Item, Value>(
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

/** A column of texts that may hold anything. */
export function textColumn<Item>(title: Markdown, of: (item: Item) => string | undefined): Column<Item> {
  return column(title, of, (text) => prose(clip(text, CELL_LENGTH)));
}

/** A column of numbers. */
export function countColumn<Item>(title: Markdown, of: (item: Item) => number | undefined): Column<Item> {
  return column(title, of, formatCount, { align: 'right' });
}

/** A column of times in Unix seconds. */
export function timeColumn<Item>(
  title: Markdown,
  of: (item: Item) => number | undefined,
  otherwise = '',
): Column<Item> {
  return column(title, of, formatTime, { otherwise });
}

/** A column of tag names, which link to the tag's page where it has one: below that of its repository. */
export function nameColumn<Item>(
  of: (item: Item) => { readonly name: string; readonly page: string | undefined },
): Column<Item> {
  return column('Tag', of, ({ name, page }) =>
    page === undefined ? code(name) : link(code(name), tagPage(page, name)),
  );
}

/** What is known of a tag. */
export function detailColumns<Item>(tagOf: (item: Item) => Tag): readonly Column<Item>[] {
  return [
    timeColumn('Modified (UTC)', (item) => tagOf(item).lastModified, 'unknown'),
    { title: 'Size', align: 'right', cell: (item) => sizeOf(tagOf(item)), otherwise: 'unknown' },
    digestColumn((item) => tagOf(item).digest),
  ];
}

export function digestColumn<Item>(digestOf: (item: Item) => string | undefined): Column<Item> {
  return column('Digest', digestOf, (digest) => code(shortDigest(digest)), { otherwise: code('unknown') });
}

/**
 * UTF-8 bytes that a page may have; GitHub refuses a summary above 1 MiB.
 *
 * Source: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary
 */
export const MAX_SUMMARY_BYTES = 1_000_000;

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

/** The table with as many rows as fit into the room, and a line that says how many did not. */
function renderTable({ head, length, rows, noun }: Table, room: number): Markdown {
  const shown: Markdown[] = [];
  let left = room;
  for (const row of rows) {
    left -= byteLength(row);
    if (left < 0) break;
    shown.push(row);
  }
  const omitted = length - shown.length;
  const end = omitted > 0 ? `\n${leftOut(omitted, noun)}` : '';
  return shown.length === 0 ? end : `${head}${shown.join('')}${end}`;
}

/** How many bytes the blocks need with every table cut to nothing. */
function leastBytes(blocks: readonly Block[]): number {
  const least = blocks.map((block) =>
    typeof block === 'string' ? block : `${block.head}\n${leftOut(block.length, block.noun)}`,
  );
  return byteLength(least.join(''));
}

/** Says that rows are not shown, and where they are. */
function leftOut(count: number, noun: string): Markdown {
  return `*${countOf(count, `more ${noun}`)} not shown, to keep this page below GitHub's size limit. The \`report\` has all.*\n`;
}

const UTF8 = new TextEncoder();

function byteLength(text: string): number {
  return UTF8.encode(text).length;
}
