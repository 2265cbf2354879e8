import { resolve } from 'node:path';
import type { CleanupContext } from '../cleanup/context.ts';
import type { Planned } from '../cleanup/plan.ts';
import { type Executed, execute as executeCleanup } from '../cleanup/run.ts';
import type { Mode, Plan, RestoreResult } from '../model/result.ts';
import { clip, formatCount, formatTime, sizeOf } from '../report/format.ts';
import { describeOutcome, describeVerdict } from '../report/reasons.ts';
import { describeRestore, restoreWarnings } from '../report/restore-summary.ts';
import { closingLines, describeCleanup, describeGitHub, summarisePlan } from '../report/sentences.ts';
import type { Tally } from '../report/tally.ts';
import { type Executed as ExecutedRestore, execute as executeRestore } from '../restore/run.ts';
import type { Log } from '../runner/log.ts';
import { isGiven, parseCommand, type RunCommand } from './options.ts';
import { inOptions, type Output, quoted, stylist, type Terminal, terminalHost } from './terminal.ts';

/** Carries a command line out. Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function run(terminal: Terminal): Promise<number> {
  const command = parseCommand(terminal.words, terminal.environment);
  switch (command.kind) {
    case 'show':
      terminal.out.write(command.text);
      return 0;
    case 'wrong':
      return refuse(command.problems, terminal);
    case 'run':
      return command.story === 'restore' ? restore(command, terminal) : cleanup(command, terminal);
    default:
      return command satisfies never;
  }
}

/** One sentence for each fault. */
function refuse(problems: readonly string[], { err }: Terminal): number {
  for (const problem of problems) err.write(`quay-tag-cleanup: ${inOptions(problem)}\n`);
  return 2;
}

function cleanup(command: RunCommand, terminal: Terminal): Promise<number> {
  const { out, folder } = terminal;
  const showPlan = (plan: Planned, { rules, log }: CleanupContext) => {
    if (!isGiven(command.values, 'json')) out.write(planText(plan, rules.mode.kind, pageOf(terminal, log)));
  };
  const reportTo = command.values.get('report-to');
  const reportPath = reportTo === undefined ? {} : { reportPath: resolve(folder, reportTo) };
  return executeCleanup(terminalHost(terminal, command), { showPlan, ...reportPath }, (executed) =>
    tellCleanup(executed, command, terminal),
  );
}

async function tellCleanup(executed: Executed, command: RunCommand, terminal: Terminal): Promise<number> {
  const { tally, errors, untold, log, invalidInputs } = executed;
  if (invalidInputs.length > 0) return refuse(invalidInputs, terminal);
  await log.tell(untold);
  const { run, totals } = tally;
  const sentence = describeCleanup(tally);
  const hasFailed = errors.length > 0 || run.stopped?.kind === 'cancelled';
  if (isGiven(command.values, 'json')) {
    for (const part of executed.report()) terminal.out.write(part);
    if (hasFailed) log.conclude({ errors, sentence, level: 'info' });
    return hasFailed ? 1 : 0;
  }
  const isPlan = run.dryRun && run.reportPath !== undefined && totals.selected > 0;
  tell(terminal, executed, outcomesOf(tally), [sentence, ...closingLines(tally)]);
  if (isPlan && !hasFailed) tellNext(terminal, command, ['--yes', '--plan', run.reportPath]);
  return hasFailed ? 1 : 0;
}

function restore(command: RunCommand, terminal: Terminal): Promise<number> {
  return executeRestore(terminalHost(terminal, command), (executed) =>
    tellRestore(executed, command, terminal),
  );
}

async function tellRestore(
  executed: ExecutedRestore,
  command: RunCommand,
  terminal: Terminal,
): Promise<number> {
  const { result, errors, log, invalidInputs } = executed;
  if (invalidInputs.length > 0) return refuse(invalidInputs, terminal);
  await log.tell({ warnings: restoreWarnings(result), notes: result.notes });
  tell(terminal, executed, restoredOf(result), [describeRestore(result)]);
  const wouldRestore = result.repositories.some(({ tags }) =>
    tags.some(({ outcome }) => outcome.kind === 'would-restore'),
  );
  if (wouldRestore && errors.length === 0) tellNext(terminal, command, ['--yes']);
  return errors.length > 0 || result.cancelled ? 1 : 0;
}

/** What became of a tag of a repository, and why or what besides. */
type Fate = readonly [kind: string, tag: string, why: string | undefined];

/** What became of tags that did not simply go. */
function* outcomesOf({ repositories }: Tally): Generator<Fate> {
  for (const { repository, by } of repositories)
    for (const results of [by.failed, by.unknown, by.keptLate, by.gone])
      for (const { tag, outcome } of results ?? []) {
        const isGone = outcome?.kind === 'gone';
        const why = isGone ? 'it was deleted before this run came to it' : describeOutcome(outcome);
        yield [outcome?.kind ?? '', `${repository.repository}:${tag.name}`, why];
      }
}

/** What became of each tag that was to come back. */
function* restoredOf({ repositories }: RestoreResult): Generator<Fate> {
  for (const { repository, tags } of repositories)
    for (const { name, outcome } of tags) {
      const why = 'error' in outcome ? outcome.error : 'warning' in outcome ? outcome.warning : undefined;
      yield [outcome.kind, `${repository}:${name}`, why];
    }
}

const COLOURS: Readonly<Record<string, 'red' | 'yellow'>> = { failed: 'red', unknown: 'yellow' };

/** What became of the tags, the sentence of the run and what follows it, and each error. */
function tell(
  terminal: Terminal,
  { log, errors }: Pick<Executed, 'log' | 'errors'>,
  fates: Iterable<Fate>,
  [sentence = '', ...more]: readonly string[],
): void {
  const { out, err } = terminal;
  const { style, clean } = pageOf(terminal, log);
  for (const [kind, tag, why] of fates) {
    const colour = COLOURS[kind];
    out.write(`${colour ? style(colour, kind) : kind} ${tag}${why === undefined ? '' : `\t${clean(why)}`}\n`);
  }
  out.write(`\n${style('bold', clean(sentence))}\n`);
  for (const line of more) out.write(`${clean(line)}\n`);
  for (const error of new Set(errors)) err.write(`error: ${inOptions(clean(error))}\n`);
}

/** The same command line, with the words that carry it out. */
function tellNext({ program, out }: Terminal, { words }: RunCommand, more: readonly string[]): void {
  out.write(`To carry this out:\n${[program, ...[...words, ...more].map(quoted)].join(' ')}\n`);
}

/** Where a text is shown. */
interface Page {
  readonly out: Output;
  readonly style: ReturnType<typeof stylist>;
  /** Makes text from outside safe to print. */
  readonly clean: (text: string) => string;
}

function pageOf(terminal: Terminal, log: Log): Page {
  const { out } = terminal;
  return { out, style: stylist(terminal, out), clean: (text) => log.printable(text) };
}

/** What of the plans is shown. */
interface Shown extends Pick<Planned, 'github'> {
  readonly plans: readonly Pick<Plan, 'repository' | 'tags'>[];
}

/** Every tag of a plan that would go and why, and what stays by reason. */
export function planText({ plans, github }: Shown, mode: Mode['kind'], page: Page): string {
  const asked = github ? [`${describeGitHub(github)}\n`] : [];
  return [...asked, ...plans.map((plan) => planOf(plan, mode, page))].join('\n');
}

function planOf(plan: Shown['plans'][number], mode: Mode['kind'], page: Page): string {
  const { out, style, clean } = page;
  const { repository } = plan;
  const { sentence, selected, kept } = summarisePlan(plan, mode);
  if (!out.isTTY)
    return [
      ...selected.map(
        (judged) => `${mode} ${repository}:${judged.tag.name}\t${clean(describeVerdict(judged))}\n`,
      ),
      ...kept.map(([reason, count]) => `keep ${repository}\t${formatCount(count)}\t${clean(reason)}\n`),
    ].join('');
  const rows = selected.map((judged) => {
    const { name, lastModified } = judged.tag;
    const modified = lastModified === undefined ? '' : formatTime(lastModified);
    return [name, clean(describeVerdict(judged)), modified, sizeOf(judged.tag) ?? ''];
  });
  const keptRows = kept.map(([reason, count]) => `  ${formatCount(count).padStart(7)}  ${clean(reason)}\n`);
  return [
    `${style('bold', repository)}: ${sentence}\n`,
    table(['Tag', 'Why', 'Modified (UTC)', 'Size'], rows, page),
    ...(kept.length > 0 ? [`  ${style('dim', 'Kept:')}\n`, ...keptRows] : []),
  ].join('');
}

/** Rows in columns, as wide as the terminal. The first column is never cut, the second takes what the others leave. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], { out, style }: Page): string {
  if (rows.length === 0) return '';
  const widths = heads.map((head, column) => {
    const longest = rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0);
    return longest === 0 ? 0 : Math.max(longest, head.length);
  });
  const [first = 0, second = 0, ...more] = widths.map((width) => (width === 0 ? 0 : width + 2));
  const others = more.reduce((sum, width) => sum + width, first + 4);
  widths[1] = Math.min(second - 2, Math.max(20, (out.columns ?? 100) - others));
  const line = (cells: readonly string[]) => {
    const shown = widths.map((width, column) =>
      width === 0 ? '' : `  ${clip(cells[column] ?? '', width).padEnd(width)}`,
    );
    return `${shown.join('').trimEnd()}`;
  };
  return `${style('dim', line(heads))}\n${rows.map((row) => `${line(row)}\n`).join('')}`;
}
