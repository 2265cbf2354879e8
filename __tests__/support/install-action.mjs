import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Once before all tests: a copy of the action as a runner checks it out, which all of them start. */
// biome-ignore lint/style/noDefaultExport: Jest asks for one.
export default function installAction() {
  // Some tests need no bundle, and run without one.
  if (!existsSync('dist')) return;
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  for (const path of ['action.yml', 'restore', 'dist']) cpSync(path, join(folder, path), { recursive: true });
  process.env.ACTION_UNDER_TEST = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
