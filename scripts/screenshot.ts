import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';
import { runDemo } from './demo-run.ts';

// Photographs the demo's job summary as GitHub renders it: docs/summary.png and docs/summary-dark.png.
// Needs Chromium, whose path CHROMIUM may give.

const root = fileURLToPath(new URL('..', import.meta.url));
const chromium = process.env['CHROMIUM'] ?? 'chromium';
const folder = mkdtempSync(join(tmpdir(), 'screenshot-'));

const run = await runDemo(() => undefined);
const summary = run.summary.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://quay.io');
const body = await marked(summary, { gfm: true });

for (const [theme, background, file] of [
  ['light', '#ffffff', 'summary.png'],
  ['dark', '#0d1117', 'summary-dark.png'],
] as const) {
  const style = readFileSync(`${root}/node_modules/github-markdown-css/github-markdown-${theme}.css`, 'utf8');
  const page = join(folder, `${theme}.html`);
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><style>${style} body { background: ${background}; margin: 0; padding: 24px; }</style><article class="markdown-body">${body.replace('<details>', '<details open>')}</article>`,
  );
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
    `--window-size=${process.env['WIDTH'] ?? '1000'},1330`,
    `--screenshot=${root}/docs/${file}`,
    `file://${page}`,
  ]);
}
rmSync(folder, { recursive: true, force: true });
