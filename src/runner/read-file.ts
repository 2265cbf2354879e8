import { readFileSync, statSync } from 'node:fs';

/**
 * The whole text of a file.
 *
 * @throws Error of Node's file system; also for what is no file: a pipe may never end, and neither does a device
 */
export function readTextFile(path: string): string {
  if (!statSync(path).isFile()) throw new Error(`${path} is not a file.`);
  return readFileSync(path, 'utf8');
}
