import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDemo } from './demo-run.ts';
import { summaryPage } from './summary-page.ts';

// Photographs the demo's job summary as GitHub renders it: docs/summary.png and docs/summary-dark.png.
// Needs Chromium, whose path CHROMIUM may give.

const root = fileURLToPath(new URL('..', import.meta.url));
const chromium = process.env['CHROMIUM'] ?? 'chromium';
const folder = mkdtempSync(join(tmpdir(), 'screenshot-'));

const run = await runDemo(() => undefined);

for (const [theme, file] of [
  ['light', 'summary.png'],
  ['dark', 'summary-dark.png'],
] as const) {
  const page = join(folder, `${theme}.html`);
  writeFileSync(page, await summaryPage(run.summary, theme));
  execFileSync(chromium, [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--hide-scrollbars',
    `--user-data-dir=${folder}/profile`,
    `--window-size=${process.env['WIDTH'] ?? '1330'},1590`,
    `--screenshot=${root}/docs/${file}`,
    `file://${page}`,
  ]);
}
rmSync(folder, { recursive: true, force: true });
