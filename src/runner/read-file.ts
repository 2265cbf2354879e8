import { readFileSync, statSync } from 'node:fs';
import { InvalidInputError } from '../model/errors.ts';

/**
 * The whole text of a file.
 *
 * @throws Error of Node's file system; also for what is no file: a pipe may never end, and neither does a device
 */
export function readTextFile(path: string): string {
  if (!statSync(path).isFile()) throw new Error(`${path} is not a file.`);
  return readFileSync(path, 'utf8');
}

/**
 * The text of the report that an input names.
 *
 * @throws InvalidInputError
 */
export function readReportFile(input: 'report' | 'plan', path: string): string {
  try {
    return readTextFile(path);
  } catch {
    throw new InvalidInputError(
      `\`${input}\` is ${JSON.stringify(path)}, which cannot be read. Give the path of a cleanup's report; one from another job must be downloaded first.`,
    );
  }
}
