import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_INPUTS, runDemo, runDemoByHand } from './demo-run.ts';
import { summaryPage } from './summary-page.ts';

// Shows the main job on a simulated Quay and GitHub: the log, the outputs and the job summary, and the same by the command line.

const WIDTH = 150;
const SHOWN_ROWS = 5;
const SHOWN_LINES = 8;

const heading = (text: string) => console.log(`\n━━━ ${text} ${'━'.repeat(Math.max(0, 70 - text.length))}\n`);
const shorten = (value: string) =>
  value.length > WIDTH ? `${value.slice(0, WIDTH)}… (${value.length} characters)` : value;

/** The lines with each run of more than so many of a kind cut, and their count. */
function cutRuns(
  lines: readonly string[],
  isLong: (line: string) => boolean,
  shown: number,
): readonly string[] {
  const result: string[] = [];
  let run = 0;
  for (const [index, line] of lines.entries()) {
    run = isLong(line) ? run + 1 : 0;
    if (run <= shown) result.push(line);
    else if (!isLong(lines[index + 1] ?? '')) result.push(`… and ${run - shown} more`);
  }
  return result;
}

heading('The step, on a schedule');
console.log('- uses: <owner>/quay-tag-cleanup@v1\n  with:');
for (const [name, value] of Object.entries(DEMO_INPUTS)) console.log(`    ${name}: '${value}'`);
// biome-ignore lint/suspicious/noTemplateCurlyInString: a GitHub expression
console.log('    token: ${{ secrets.QUAY_TOKEN }}');

const run = await runDemo(() => undefined);

heading('The log');
// A runner takes some lines for itself and shows none of them.
const log = run.log.split('\n').filter((line) => !/^::(add-mask|endgroup)::/.test(line));
const shownLog = cutRuns(log, (line) => line.startsWith('  pr-'), SHOWN_LINES);
console.log(
  shownLog
    .map((line) => line.replace('::group::', '▼ '))
    .join('\n')
    .trim(),
);

heading('The outputs');
for (const [name, value] of Object.entries(run.outputs)) console.log(`${name} = ${shorten(value)}`);

heading('The job summary');
// GitHub folds the parts in <details>; the page below shows them.
const folded = run.summary.replace(/<details><summary>(.*?)<\/summary>[\s\S]*?<\/details>\n/g, '▶ $1\n');
console.log(
  cutRuns(folded.split('\n'), (line) => line.startsWith('|'), SHOWN_ROWS + 2)
    .join('\n')
    .trim(),
);

heading('The same from a laptop');
const { typed, printed } = await runDemoByHand();
console.log(`$ ${typed}\n`);
console.log(
  cutRuns(printed.trim().split('\n'), (line) => line.startsWith('delete '), SHOWN_LINES).join('\n'),
);

const page = join(mkdtempSync(join(tmpdir(), 'demo-')), 'summary.html');
writeFileSync(page, await summaryPage(run.summary, 'light'));
heading(`Exit code ${run.exitCode}`);
console.log(`The summary as GitHub shows it: ${page}`);
process.exitCode = run.exitCode ?? 1;
