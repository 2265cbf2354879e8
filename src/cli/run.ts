import { resolve } from 'node:path';
import type { CleanupContext } from '../cleanup/context.ts';
import type { Planned } from '../cleanup/plan.ts';
import { type Executed, execute as executeCleanup } from '../cleanup/run.ts';
import { describeRestore, restoreWarnings } from '../report/restore-summary.ts';
import { closingLines, describeCleanup } from '../report/sentences.ts';
import { type Executed as ExecutedRestore, execute as executeRestore } from '../restore/run.ts';
import type { Log } from '../runner/log.ts';
import { parseCommand, type RunCommand } from './options.ts';
import { inOptions, quoted, stylist, type Terminal, terminalHost } from './terminal.ts';
import { outcomeText, type Page, planText, restoreText } from './text.ts';

/** Carries a command line out. Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function run(terminal: Terminal): Promise<number> {
  const { words, environment, out } = terminal;
  const command = parseCommand(words, environment);
  switch (command.kind) {
    case 'show':
      out.write(command.text);
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

function pageOf(terminal: Terminal, log: Log): Page {
  const { out } = terminal;
  return { out, style: stylist(terminal, out), clean: (text) => log.printable(text) };
}

function cleanup(command: RunCommand, terminal: Terminal): Promise<number> {
  const { out, folder } = terminal;
  const showPlan = (plan: Planned, { rules, log }: CleanupContext) => {
    if (!command.json) out.write(planText(plan, rules.mode.kind, pageOf(terminal, log)));
  };
  const reportPath = command.reportTo === undefined ? {} : { reportPath: resolve(folder, command.reportTo) };
  return executeCleanup(terminalHost(terminal, command), { showPlan, ...reportPath }, (executed) =>
    tellCleanup(executed, command, terminal),
  );
}

async function tellCleanup(executed: Executed, command: RunCommand, terminal: Terminal): Promise<number> {
  const { tally, errors, untold, log, invalidInputs } = executed;
  if (invalidInputs.length > 0) return refuse(invalidInputs, terminal);
  const { out } = terminal;
  const page = pageOf(terminal, log);
  await log.warnings(untold.warnings);
  await log.notices(untold.notes);
  const { run } = tally;
  const hasFailed = errors.length > 0 || run.stopped?.kind === 'cancelled';
  if (command.json) {
    for (const part of executed.report()) out.write(part);
    if (hasFailed) log.conclude({ errors, sentence: describeCleanup(tally), level: 'info' });
    return hasFailed ? 1 : 0;
  }
  out.write(outcomeText(tally, page));
  out.write(`\n${page.style('bold', log.printable(describeCleanup(tally)))}\n`);
  for (const line of closingLines(tally)) out.write(`${log.printable(line)}\n`);
  for (const error of new Set(errors)) terminal.err.write(`error: ${inOptions(log.printable(error))}\n`);
  if (run.dryRun && run.reportPath !== undefined && !hasFailed && tally.totals.selected > 0)
    out.write(`To carry this out:\n${commandLine(terminal, command, ['--yes', '--plan', run.reportPath])}\n`);
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
  const { out } = terminal;
  const page = pageOf(terminal, log);
  await log.notices(result.notes);
  await log.warnings(restoreWarnings(result));
  out.write(restoreText(result, page));
  out.write(`\n${page.style('bold', log.printable(describeRestore(result)))}\n`);
  for (const error of new Set(errors)) terminal.err.write(`error: ${inOptions(log.printable(error))}\n`);
  const wouldRestore = result.repositories.some(({ tags }) =>
    tags.some(({ outcome }) => outcome.kind === 'would-restore'),
  );
  if (wouldRestore && errors.length === 0)
    out.write(`To carry this out:\n${commandLine(terminal, command, ['--yes'])}\n`);
  return errors.length > 0 || result.cancelled ? 1 : 0;
}

function commandLine({ program }: Terminal, { words }: RunCommand, more: readonly string[]): string {
  return [program, ...[...words, ...more].map(quoted)].join(' ');
}
