import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startQuay } from '../__tests__/support/quay/simulator.ts';
import { type Site, startSite } from '../site/test/browser.ts';
import { fillDemoQuay } from './demo-quay.ts';
import { runDemo } from './demo-run.ts';
import { summaryPage } from './summary-page.ts';

// Photographs the demo's job summary as GitHub renders it, and the page that tries rules, each in light and dark, for docs/.
// Needs Chromium, whose path CHROMIUM may give.

const docs = fileURLToPath(new URL('../docs', import.meta.url));
const THEMES = [
  { colorScheme: 'light', ending: '' },
  { colorScheme: 'dark', ending: '-dark' },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'screenshot-'));
const site = await startSite(join(folder, 'site'));
try {
  const { summary } = await runDemo(() => undefined);
  for (const { colorScheme, ending } of THEMES) {
    await photographSummary(site, { summary, colorScheme, path: join(docs, `summary${ending}.png`) });
    await photographPage(site, { colorScheme, path: join(docs, `page${ending}.png`) });
  }
} finally {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
}

interface Photograph {
  readonly colorScheme: 'light' | 'dark';
  readonly path: string;
}

async function photographSummary(
  { browser }: Site,
  { summary, colorScheme, path }: Photograph & { readonly summary: string },
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1330, height: 1590 }, colorScheme });
  const file = join(folder, `${colorScheme}.html`);
  writeFileSync(file, await summaryPage(summary, colorScheme));
  await page.goto(`file://${file}`);
  await page.screenshot({ path });
}

async function photographPage({ browser, url }: Site, { colorScheme, path }: Photograph): Promise<void> {
  const quay = await startQuay();
  fillDemoQuay(quay, { public: true });
  const page = await browser.newPage({ viewport: { width: 1330, height: 1400 }, colorScheme });
  await page.goto(url);
  await page.fill('[name=registry]', quay.url);
  await page.fill('[name=repository]', 'acme/web');
  await page.fill('[name=tags]', 'pr-* older-than=3d\nnightly* keep-n-most-recent=1');
  await page.fill('[name=exclude-tags]', '*-keep');
  await page.click('#read');
  await page.waitForSelector('[data-verdict=delete]');
  await page.evaluate(
    "document.activeElement?.blur(); document.querySelector('[name=registry]').value = 'quay.io'",
  );
  await page.screenshot({ path });
  await quay.stop();
}
