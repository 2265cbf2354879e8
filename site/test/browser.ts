import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];
/** Chromium looks nothing up by itself. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript',
};

/** A browser, and the page as it is published. Stopping it closes every page. */
export interface Site {
  readonly browser: Browser;
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws Error that says how to get a browser, where there is none */
export async function startSite(folder: string): Promise<Site> {
  const executablePath = [process.env['CHROMIUM'] ?? '', ...PLACES].find(
    (path) => path !== '' && existsSync(path),
  );
  if (!executablePath)
    throw new Error(
      'No Chromium or Chrome was found. Install one, such as with `apt-get install chromium`, or give its path in the variable CHROMIUM.',
    );
  execFileSync('npm', ['run', '--silent', 'page', '--', '--out', folder], { cwd: root, stdio: 'inherit' });
  const server = createServer(({ url = '/' }, response) => {
    const file = join(folder, url === '/' ? 'index.html' : (url.split('?')[0] ?? ''));
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? '' }).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  return {
    browser,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      await browser.close();
      server.close();
    },
  };
}

/** The page as somebody has it who has nothing else open; it may ask nobody but the registry and GitHub, and writes no error. */
export interface OpenPage {
  readonly page: Page;
  /** Every address that was asked besides the page's own. */
  readonly asked: readonly string[];
  /** What the browser complains of. */
  readonly complaints: readonly string[];
}

export async function openPage(
  site: Site,
  hash = '',
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await site.browser.newContext(options);
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url)) asked.push(request.url());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
      complaints.push(message.text());
  });
  await page.goto(site.url + hash);
  return { page, asked, complaints };
}

/** What GitHub's REST API answers to pages, by path such as `pulls?state=all`. */
export async function answerAsGitHub(page: Page, answers: Readonly<Record<string, unknown>>): Promise<void> {
  await page.route('https://api.github.com/**', (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    const state = searchParams.get('state');
    const path = `${pathname.split('/').slice(4).join('/')}${state ? `?state=${state}` : ''}`;
    const all = answers[path];
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'X-RateLimit-Remaining, X-RateLimit-Reset',
    };
    if (typeof all === 'number')
      return route.fulfill({
        status: all,
        headers: { ...headers, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1790000000' },
        json: {},
      });
    if (!Array.isArray(all)) return route.fulfill({ status: 404, headers, json: { message: 'Not Found' } });
    const first = (Number(searchParams.get('page')) - 1) * 100;
    return route.fulfill({ status: 200, headers, json: all.slice(first, first + 100) });
  });
}

/** The verdict on each tag that is shown. */
export async function verdictsOn(page: Page): Promise<Readonly<Record<string, string>>> {
  const rows = await page
    .locator('[data-tag]')
    .evaluateAll((elements) =>
      elements.map((element) => [
        element.getAttribute('data-tag') ?? '',
        element.getAttribute('data-verdict') ?? '',
      ]),
    );
  return Object.fromEntries(rows);
}

/** Waits until the page says a sentence that matches. */
export async function says(page: Page, pattern: RegExp): Promise<void> {
  await page.locator('[role="status"]', { hasText: pattern }).waitFor();
}
