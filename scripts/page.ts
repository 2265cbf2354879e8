import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Builds the page of site/ and serves it: npm run page -- --port 8080. With --out DIR it is written there, and not served.

const site = fileURLToPath(new URL('../site', import.meta.url));
const PARTS = ['index.html', 'page.css', 'icon.svg', 'main.js', 'worker.js'];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript',
};

const option = (name: string) => process.argv[process.argv.indexOf(name, 2) + 1 || process.argv.length];
const out = option('--out');
const folder = out ?? mkdtempSync(join(tmpdir(), 'page-'));
mkdirSync(folder, { recursive: true });
for (const part of PARTS.slice(0, 3)) cpSync(join(site, part), join(folder, part));
await build({
  entryPoints: [join(site, 'main.ts'), join(site, 'worker.ts')],
  outdir: folder,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2024',
  // Which action the workflow to copy uses.
  define: { ACTION: JSON.stringify(process.env['GITHUB_REPOSITORY'] ?? '<owner>/quay-tag-cleanup') },
});
if (out === undefined) {
  const server = createServer(({ url }, response) => {
    const path = new URL(url ?? '/', 'http://localhost').pathname.slice(1) || 'index.html';
    if (!PARTS.includes(path)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(path)] }).end(readFileSync(join(folder, path)));
  });
  server.listen(Number(option('--port') ?? 0), 'localhost', () => {
    const address = server.address();
    console.log(
      `The page is at http://localhost:${address && typeof address === 'object' ? address.port : ''}/`,
    );
  });
}
