import type { CleanupResult, RepositoryResult, TagResult } from '../../model/result.ts';
import type { Tag } from '../../model/tag.ts';
import { clip, formatSize, formatTime, shortDigest } from '../format.ts';
import { code, link, type Markdown, prose } from '../markdown/escape.ts';
import type { Column } from '../markdown/table.ts';
import { describeVerdict } from '../verdict-text.ts';
import { tagPage } from './quay-page.ts';

/** The longest text from outside that a cell shows. */
export const CELL_LENGTH = 300;

/** The cell of a text that may hold anything. */
export function textCell(text: string): Markdown {
  return prose(clip(text, CELL_LENGTH));
}

/** A column of tag names, which link to Quay's page of the tag where the tag lives. */
export function nameColumn<Item>(
  tagOf: (item: Item) => Tag,
  page?: { readonly registryUrl: string; readonly repository: string },
): Column<Item> {
  return {
    title: 'Tag',
    cell: (item) => {
      const { name } = tagOf(item);
      return page ? link(code(name), tagPage(page.registryUrl, page.repository, name)) : code(name);
    },
  };
}

export const tagOf = ({ tag }: TagResult): Tag => tag;

/** The names of living tags of a repository, as links. */
export function livingTag(
  { registryUrl }: CleanupResult,
  { repository }: RepositoryResult,
): Column<TagResult> {
  return nameColumn(tagOf, { registryUrl, repository });
}

/** What is known of a tag; a fact that no tag has takes no column. */
export function detailColumns<Item>(tagOf: (item: Item) => Tag): readonly Column<Item>[] {
  return [
    {
      title: 'Modified (UTC)',
      cell: (item) => timeCell(tagOf(item).lastModified),
      onlyIf: (item) => tagOf(item).lastModified !== undefined,
    },
    {
      title: 'Size',
      align: 'right',
      cell: (item) => sizeCell(tagOf(item)),
      onlyIf: (item) => tagOf(item).size !== undefined || tagOf(item).multiArch === true,
    },
    {
      title: 'Digest',
      cell: (item) => code(shortDigest(tagOf(item).digest ?? 'unknown')),
      onlyIf: (item) => tagOf(item).digest !== undefined,
    },
  ];
}

function timeCell(seconds: number | undefined): Markdown {
  return seconds === undefined ? 'unknown' : formatTime(seconds);
}

function sizeCell({ size, multiArch }: Tag): Markdown {
  if (size !== undefined) return formatSize(size);
  return multiArch ? 'multi-arch' : 'unknown';
}

/** When Quay will expire a tag; shown where any tag expires. */
export function expiryColumn<Item>(expirationOf: (item: Item) => number | undefined): Column<Item> {
  return {
    title: 'Expires (UTC)',
    cell: (item) => {
      const expiration = expirationOf(item);
      return expiration === undefined ? 'never' : formatTime(expiration);
    },
    onlyIf: (item) => expirationOf(item) !== undefined,
  };
}

function remark(outcome: TagResult['outcome']): Markdown {
  switch (outcome?.kind) {
    case 'gone':
      return ' (already gone)';
    case 'restored':
      return ` (Quay deleted it with its image ${code(outcome.image)}; it was restored)`;
    default:
      return '';
  }
}

/** Why a tag is deleted or kept. */
export const whyColumn: Column<TagResult> = {
  title: 'Why',
  cell: (result) => {
    const { outcome } = result;
    if (outcome?.kind === 'kept') return textCell(outcome.reason);
    if (outcome?.kind === 'deleted-with-image' && outcome.error !== undefined) return textCell(outcome.error);
    if (outcome?.kind === 'deleted-with-image')
      return outcome.image === undefined
        ? 'deleted by Quay with its image'
        : `deleted by Quay with its image ${code(outcome.image)}`;
    return `${textCell(describeVerdict(result))}${remark(outcome)}`;
  },
};
