import { constants } from 'node:buffer';
import {
  closeSync,
  existsSync,
  constants as flags,
  fstatSync,
  openSync,
  readFileSync,
  type Stats,
} from 'node:fs';
import { resolve } from 'node:path';
import { InvalidInputError, quote } from '../model/errors.ts';
import { asObject, asString } from '../model/json.ts';
import { alternativesOf, globPaths, isGlob } from './glob.ts';

/** A file that an input names. */
export interface InputFile {
  /** As the user wrote it, or as the glob found it. */
  readonly path: string;
  readonly text: string;
  /** The first line of the input that named it. */
  readonly line: string;
}

/**
 * Reads the files that `in-use` names: a path or a glob per line. What is there by that very name is no glob.
 *
 * @param folder - where relative paths begin
 * @throws AggregateError of an InvalidInputError for every file that cannot be read, every line and every path in braces that
 *   finds none, or one where no line names any
 */
export function readInputFiles(text: string, folder: string): readonly InputFile[] {
  const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
  const named = [...new Set(lines)].filter((line) => line !== '' && !line.startsWith('#'));
  const problems: InvalidInputError[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  if (named.length === 0) attempt(() => refuse('names no file. Write a path or a glob, one per line.'));
  const files = new Map<string, InputFile>();
  for (const line of named)
    for (const path of attempt(() => findPaths(line, folder)) ?? []) {
      const read = files.has(path) ? undefined : attempt(() => readText(path, folder));
      if (read !== undefined) files.set(path, { path, text: read, line });
    }
  if (problems.length > 0) throw new AggregateError(problems, 'Some files cannot be read.');
  return [...files.values()];
}

function findPaths(line: string, folder: string): readonly string[] {
  if (!isGlob(line) || existsSync(resolve(folder, line))) return [line];
  const lookInto = <T>(path: string, look: () => T) =>
    attemptTo(look, (error) => {
      const why = whyUnreadable(error);
      return `is ${quote(line)}, a glob that looks into ${quote(path || '.')}, which ${why}.`;
    });
  const find = (path: string) => (isGlob(path) ? globPaths(path, { folder, lookInto }) : [path]);
  const paths = attemptTo(
    () => alternativesOf(line).flatMap(find),
    (error) => `is ${quote(line)}, which is no valid glob (${messageOf(error)}). Write a simpler one.`,
  );
  if (paths.length > 0) return [...new Set(paths)].sort();
  return refuse(
    `is ${quote(line)}, a glob that finds no file. Check its spelling, and that the files are there before this step.`,
  );
}

function readText(path: string, folder: string): string {
  const refuseFile = (why: string) => refuse(`is ${quote(path)}, which ${why}.`);
  const read = (file: number, stats: Stats) => {
    if (stats.isDirectory()) {
      const glob = `${path.replace(/\/+$/, '')}/**/*.yaml`;
      return refuseFile(`is a directory. Write a glob of its files, such as ${quote(glob)}`);
    }
    if (!stats.isFile()) return refuseFile(NO_FILE);
    if (stats.size <= constants.MAX_STRING_LENGTH) return decode(readFileSync(file));
    return refuseFile(
      `is too large to read (${stats.size} bytes). Write less into it, such as \`kubectl get pods\` instead of all resources, or several files`,
    );
  };
  const text = attemptTo(
    () => withFile(resolve(folder, path), read),
    (error) => `is ${quote(path)}, which ${whyUnreadable(error)}.`,
  );
  if (!text.includes('\0')) return text;
  return refuseFile(
    'is not text: it may be compressed, or in another encoding than UTF-8 and UTF-16 with a byte order mark. Write it as text',
  );
}

const NO_FILE = 'is no ordinary file. Give the path of one';

/** What `act` returns; what it throws besides a refusal is refused in words. */
function attemptTo<T>(act: () => T, whatIs: (error: unknown) => string): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    return refuse(whatIs(error));
  }
}

function whyUnreadable(error: unknown): string {
  switch (asObject(error)['code']) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'was not found. Check its spelling, and that an earlier step of this job writes or downloads it';
    case 'EACCES':
    case 'EPERM':
      return 'this step has no permission to read. Let the step that writes it make it readable';
    // A socket, or a device that nothing stands behind.
    case 'ENXIO':
    case 'ENODEV':
      return NO_FILE;
    default:
      return `cannot be read (${messageOf(error)}). Write it anew`;
  }
}

function messageOf(error: unknown): string {
  return asString(asObject(error)['message']) ?? String(error);
}

/** PowerShell writes UTF-16 where `>` leads into a file. A byte order mark is no part of the text. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

function refuse(what: string): never {
  throw new InvalidInputError(`\`in-use\` ${what}`, { namesInput: true });
}

/**
 * Opens a file, and closes it when `read` is through. Nothing is waited for: neither what writes into a pipe, nor a device.
 *
 * @throws Error of Node's file system
 */
function withFile<T>(path: string, read: (file: number, stats: Stats) => T): T {
  const file = openSync(path, flags.O_RDONLY | (flags.O_NONBLOCK ?? 0));
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
