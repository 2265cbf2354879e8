import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from '@jest/globals';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const resource of open.splice(0)) await resource.stop();
});

/** Ends with the test, whatever becomes of it. */
export function endsWithTest<T extends { stop(): unknown }>(resource: T): T {
  open.push(resource);
  return resource;
}

/** Waits until something has happened. */
export async function until(hasHappened: () => boolean): Promise<void> {
  while (!hasHappened()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A folder with files, which ends with the test. */
export function folderOf(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'test-'));
  endsWithTest({ stop: () => rmSync(folder, { recursive: true, force: true }) });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The path of a file that ends with the test. */
export function fileOf(text: string): string {
  return join(folderOf({ file: text }), 'file');
}
