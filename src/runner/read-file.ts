import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidInputError, quote } from '../model/errors.ts';

/**
 * Opens a file, and closes it when `read` is through. Nothing is waited for: neither what writes into a pipe, nor a device.
 *
 * @throws Error of Node's file system
 */
export function withFile<T>(path: string, read: (file: number, stats: Stats) => T): T {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return read(file, fstatSync(file));
  } finally {
    closeSync(file);
  }
}

/**
 * The whole text of a file.
 *
 * @param most - in bytes
 * @throws Error of Node's file system; also for what is no file, or longer
 */
export function readTextFile(path: string, most = Number.POSITIVE_INFINITY): string {
  return withFile(path, (file, stats) => {
    if (!stats.isFile()) throw new Error(`${path} is not a file.`);
    if (stats.size > most) throw new Error(`${path} is longer than ${most} bytes.`);
    return readFileSync(file, 'utf8');
  });
}

/**
 * The text of the report that an input names.
 *
 * @param folder - where a relative path begins
 * @throws InvalidInputError
 */
export function readReportFile(input: 'report' | 'plan', path: string, folder: string): string {
  try {
    return readTextFile(resolve(folder, path));
  } catch {
    throw new InvalidInputError(
      `\`${input}\` is ${quote(path)}, which cannot be read. Give the path of a cleanup's report; one from another job must be downloaded first.`,
      { namesInput: true },
    );
  }
}
