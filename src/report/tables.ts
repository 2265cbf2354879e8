import type { TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { clip, formatCount, formatSize, formatTime, shortDigest } from './format.ts';
import { code, link, type Markdown, prose, tagPage } from './markdown.ts';
import { type Block, type Column, makeTable, type Priority } from './page.ts';
import { describeReason, describeVerdict } from './reasons.ts';

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
  /** Whether the heading does not say how many rows there are. */
  readonly isUncounted?: boolean;
  /** What the heading says behind the count. */
  readonly order?: Markdown;
  /** A paragraph above the table. */
  readonly lead?: Markdown;
  readonly items: readonly Item[];
  readonly columns: readonly Column<Item>[];
  readonly priority: Priority;
  /** What a row is, in the singular; `tag` if not given. */
  readonly noun?: string;
}

/** A heading such as `Deleted tags (12)` and a table of which a long tail is folded; nothing where there are no rows. */
export function tableSection<Item>(section: TableSection<Item>): readonly Block[] {
  const { heading, isUncounted, order = '', lead, items, columns, priority, noun } = section;
  if (items.length === 0) return [];
  const count = isUncounted ? '' : ` (${formatCount(items.length)})`;
  const top = `### ${heading}${count}${order}\n\n${lead === undefined ? '' : `${lead}\n\n`}`;
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

/** The longest text from outside that a cell shows. */
export const CELL_LENGTH = 300;

/** The cell of a text that may hold anything. */
export function textCell(text: string): Markdown {
  return prose(clip(text, CELL_LENGTH));
}

/** A column of tag names, which link to Quay's page of the tag where a page is given. */
export function nameColumn<Item>(
  nameOf: (item: Item) => string,
  page?: { readonly registryUrl: string; readonly repository: string },
): Column<Item> {
  return {
    title: 'Tag',
    cell: (item) => {
      const name = nameOf(item);
      return page ? link(code(name), tagPage(page.registryUrl, page.repository, name)) : code(name);
    },
  };
}

/** What is known of a tag; a fact that no tag has takes no column. */
export function detailColumns<Item>(tagOf: (item: Item) => Tag): readonly Column<Item>[] {
  return [
    timeColumn('Modified (UTC)', (item) => tagOf(item).lastModified),
    {
      title: 'Size',
      align: 'right',
      cell: (item) => sizeCell(tagOf(item)),
      onlyIf: (item) => tagOf(item).size !== undefined || tagOf(item).multiArch === true,
    },
    digestColumn((item) => tagOf(item).digest),
  ];
}

/** @param otherwise - what stands for a time that is absent */
export function timeColumn<Item>(
  title: string,
  timeOf: (item: Item) => number | undefined,
  otherwise = 'unknown',
): Column<Item> {
  return {
    title,
    cell: (item) => {
      const seconds = timeOf(item);
      return seconds === undefined ? otherwise : formatTime(seconds);
    },
    onlyIf: (item) => timeOf(item) !== undefined,
  };
}

export function digestColumn<Item>(digestOf: (item: Item) => string | undefined): Column<Item> {
  return {
    title: 'Digest',
    cell: (item) => code(shortDigest(digestOf(item) ?? 'unknown')),
    onlyIf: (item) => digestOf(item) !== undefined,
  };
}

function sizeCell({ size, multiArch }: Tag): Markdown {
  if (size !== undefined) return formatSize(size);
  return multiArch ? 'multi-arch' : 'unknown';
}

/** A column of texts that may hold anything; left out where no item has one. */
export function textColumn<Item>(title: string, textOf: (item: Item) => string | undefined): Column<Item> {
  return {
    title,
    cell: (item) => textCell(textOf(item) ?? ''),
    onlyIf: (item) => textOf(item) !== undefined,
  };
}

/** Why a tag is deleted or kept. */
export const WHY: Column<TagResult> = {
  title: 'Why',
  cell: (result) => {
    const { outcome } = result;
    if (outcome?.kind === 'kept') return textCell(describeReason(outcome.reason));
    if (outcome?.kind === 'deleted-with-image')
      return `deleted by Quay with its image ${code(outcome.image ?? '')}`.trimEnd();
    return textCell(describeVerdict(result));
  },
};
