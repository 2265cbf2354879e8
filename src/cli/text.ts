import type { Planned } from '../cleanup/plan.ts';
import type { JudgedTag, Mode, RestoreResult, TagResult } from '../model/result.ts';
import { formatCount, formatSize, formatTime } from '../report/format.ts';
import { describeOutcome, describeVerdict } from '../report/reasons.ts';
import { describeGitHub, summarisePlan } from '../report/sentences.ts';
import type { Tally } from '../report/tally.ts';
import type { Output, stylist } from './terminal.ts';

/** Where a text is shown. */
export interface Page {
  readonly out: Output;
  readonly style: ReturnType<typeof stylist>;
  /** Makes text from outside safe to print. */
  readonly clean: (text: string) => string;
}

/** Every tag of a plan that would go and why, and what stays by reason. */
export function planText({ plans, github }: Planned, mode: Mode['kind'], page: Page): string {
  const asked = github ? [`${describeGitHub(github)}\n`] : [];
  return [...asked, ...plans.map((plan) => planOf(plan, mode, page))].join('\n');
}

function planOf(plan: Planned['plans'][number], mode: Mode['kind'], page: Page): string {
  const { style, clean } = page;
  const { repository } = plan;
  const { sentence, selected, kept } = summarisePlan(plan, mode);
  if (!page.out.isTTY)
    return [
      ...selected.map(
        (judged) => `${mode} ${repository}:${judged.tag.name}\t${clean(describeVerdict(judged))}\n`,
      ),
      ...kept.map(([reason, count]) => `keep ${repository}\t${formatCount(count)}\t${clean(reason)}\n`),
    ].join('');
  const rows = selected.map((judged) => [
    judged.tag.name,
    clean(describeVerdict(judged)),
    ...details(judged),
  ]);
  const keptRows = kept.map(([reason, count]) => `  ${formatCount(count).padStart(7)}  ${clean(reason)}\n`);
  return [
    `${style('bold', repository)}: ${sentence}\n`,
    table(['Tag', 'Why', 'Modified (UTC)', 'Size'], rows, page),
    ...(kept.length > 0 ? [`  ${style('dim', 'Kept:')}\n`, ...keptRows] : []),
  ].join('');
}

function details({ tag }: JudgedTag): readonly string[] {
  const { lastModified, size, multiArch } = tag;
  const sizeText = size === undefined ? (multiArch ? 'multi-arch' : '') : formatSize(size);
  return [lastModified === undefined ? '' : formatTime(lastModified), sizeText];
}

/** Rows in columns, as wide as the terminal. The first column is never cut, the second takes what is left. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], { out, style }: Page): string {
  if (rows.length === 0) return '';
  const used = heads.map((_, column) => rows.some((row) => row[column]));
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const others = widths.reduce(
    (sum, width, column) => sum + (column !== 1 && used[column] ? width + 2 : 0),
    4,
  );
  widths[1] = Math.min(widths[1] ?? 0, Math.max(20, (out.columns ?? 100) - others));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (used[column] ? `  ${shown(cell, column, widths[column] ?? 0)}` : ''))
      .join('')
      .trimEnd();
  return `${style('dim', line(heads))}\n${rows.map((row) => `${line(row)}\n`).join('')}`;
}

function shown(cell: string, column: number, width: number): string {
  const text = column === 1 && cell.length > width ? `${cell.slice(0, width - 1)}…` : cell;
  return text.padEnd(width);
}

/** What became of tags that did not simply go. */
export function outcomeText({ repositories }: Tally, { style, clean }: Page): string {
  const detail = (tag: TagResult) => clean(describeOutcome(tag.outcome) ?? '');
  return repositories
    .flatMap(
      ({ repository: { repository }, by: { failed = [], unknown = [], keptLate = [], gone = [] } }) => [
        ...failed.map((tag) => `${style('red', 'failed')} ${repository}:${tag.tag.name}\t${detail(tag)}\n`),
        ...unknown.map(
          (tag) => `${style('yellow', 'unknown')} ${repository}:${tag.tag.name}\t${detail(tag)}\n`,
        ),
        ...keptLate.map((tag) => `kept ${repository}:${tag.tag.name}\t${detail(tag)}\n`),
        ...gone.map(
          (tag) => `gone ${repository}:${tag.tag.name}\tit was deleted before this run came to it\n`,
        ),
      ],
    )
    .join('');
}

/** What became of each tag that was to come back. */
export function restoreText({ repositories }: RestoreResult, { style, clean }: Page): string {
  return repositories
    .flatMap(({ repository, tags }) =>
      tags.map(({ name, outcome }) => {
        const detail =
          'error' in outcome ? outcome.error : 'warning' in outcome ? (outcome.warning ?? '') : '';
        const verb = outcome.kind === 'failed' ? style('red', outcome.kind) : outcome.kind;
        return `${verb} ${repository}:${name}${detail === '' ? '' : `\t${clean(detail)}`}\n`;
      }),
    )
    .join('');
}
