import type { TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { clip, formatCount, formatSize, formatTime, shortDigest } from './format.ts';
import { code, link, type Markdown, prose, tagPage } from './markdown.ts';
import type { Block, Table } from './page.ts';
import { describeOutcome, describeVerdict } from './reasons.ts';

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

/** The longest text from outside that a cell shows. */
export const CELL_LENGTH = 300;

/** A column of texts that may hold anything. */
export function textColumn<Item>(title: string, textOf: (item: Item) => string | undefined): Column<Item> {
  return { title, cell: (item) => written(textOf(item), (text) => prose(clip(text, CELL_LENGTH))) };
}

/** A column of times, given in Unix seconds. */
export function timeColumn<Item>(
  title: string,
  timeOf: (item: Item) => number | undefined,
  otherwise = 'unknown',
): Column<Item> {
  return { title, cell: (item) => written(timeOf(item), formatTime), otherwise };
}

export function digestColumn<Item>(digestOf: (item: Item) => string | undefined): Column<Item> {
  const cell = (item: Item) => written(digestOf(item), (digest) => code(shortDigest(digest)));
  return { title: 'Digest', cell, otherwise: code('unknown') };
}

/** A column of numbers; `rare`: left out, and its cells empty, where they are 0. */
export function countColumn<Item>(
  title: string,
  countOf: (item: Item) => number,
  rare?: 'rare',
): Column<Item> {
  const cell = (item: Item) => {
    const count = countOf(item);
    return rare && count === 0 ? undefined : formatCount(count);
  };
  return { title, align: 'right', cell };
}

function written<Value>(value: Value | undefined, write: (value: Value) => Markdown): Markdown | undefined {
  return value === undefined ? undefined : write(value);
}

/** A column of tag names, which link to Quay's page of the tag where a page is given. */
export function nameColumn<Item>(
  nameOf: (item: Item) => string,
  page?: { readonly registryUrl: string; readonly repositoryOf: (item: Item) => string },
): Column<Item> {
  return {
    title: 'Tag',
    cell: (item) => {
      const name = nameOf(item);
      return page ? link(code(name), tagPage(page.registryUrl, page.repositoryOf(item), name)) : code(name);
    },
  };
}

/** What is known of a tag. */
export function detailColumns<Item>(tagOf: (item: Item) => Tag): readonly Column<Item>[] {
  return [
    timeColumn('Modified (UTC)', (item) => tagOf(item).lastModified),
    { title: 'Size', align: 'right', cell: (item) => sizeCell(tagOf(item)), otherwise: 'unknown' },
    digestColumn((item) => tagOf(item).digest),
  ];
}

function sizeCell({ size, multiArch }: Tag): Markdown | undefined {
  return size === undefined && multiArch ? 'multi-arch' : written(size, formatSize);
}

/** Why a tag is deleted or kept. */
export const WHY: Column<TagResult> = textColumn('Why', (result) => {
  const { outcome } = result;
  if (outcome?.kind === 'kept') return describeOutcome(outcome);
  if (outcome?.kind !== 'deleted-with-image') return describeVerdict(result);
  return `deleted by Quay with its image${outcome.image === undefined ? '' : ` \`${outcome.image}\``}`;
});
