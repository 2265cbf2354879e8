import { constants } from 'node:buffer';
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { InvalidInputError } from '../model/errors.ts';
import { asString, isObject } from '../model/json.ts';
import { quote } from '../model/quote.ts';
import { globPaths, MAGIC } from './glob-files.ts';

/** A file that an input names. */
export interface InputFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the files that `in-use` names: a path or a glob per line. What is there by that very name is no glob.
 *
 * @throws AggregateError of an InvalidInputError for every file that cannot be read, every glob that finds none, or one
 *   where no line names any
 */
export function readInputFiles(text: string): readonly InputFile[] {
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
  const paths = new Set(named.flatMap((line) => attempt(() => findPaths(line)) ?? []));
  const files = [...paths].flatMap((path) => attempt(() => ({ path, text: readText(path) })) ?? []);
  if (problems.length > 0) throw new AggregateError(problems, 'Some files cannot be read.');
  return files;
}

function findPaths(line: string): readonly string[] {
  if (!MAGIC.test(line) || isThere(line)) return [line];
  const found = glob(line).filter((path) => !statOf(path).isDirectory());
  if (found.length > 0) return found;
  return refuse(
    `is ${quote(line)}, a glob that finds no file. Check its spelling, and that the files are there before this step.`,
  );
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A name that is too long is no file's, but may be a glob.
    return false;
  }
}

function glob(line: string): readonly string[] {
  const list = (folder: string) => {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      return refuse(
        `is ${quote(line)}, a glob that looks into ${quote(folder)}, which ${whyUnreadable(error)}.`,
      );
    }
  };
  try {
    return globPaths(line, list);
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    return refuse(`is ${quote(line)}, which is no valid glob (${messageOf(error)}). Write a simpler one.`);
  }
}

function readText(path: string): string {
  const stats = statOf(path);
  if (stats.isDirectory()) {
    return refuse(
      `is ${quote(path)}, which is a directory. Write a glob of its files, such as ${quote(`${path.replace(/\/+$/, '')}/**/*.yaml`)}.`,
    );
  }
  // A pipe would be waited for without end.
  if (!stats.isFile()) return refuse(`is ${quote(path)}, which is no ordinary file. Give the path of one.`);
  if (stats.size > constants.MAX_STRING_LENGTH) {
    return refuse(
      `is ${quote(path)}, which is too large to read (${stats.size} bytes). Write less into it, such as \`kubectl get pods\` instead of all resources, or several files.`,
    );
  }
  const text = decode(attemptToRead(path, () => readFileSync(path)));
  if (!text.includes('\0')) return text;
  return refuse(
    `is ${quote(path)}, which is not text: it may be compressed, or in another encoding than UTF-8 and UTF-16 with a byte order mark. Write it as text.`,
  );
}

function statOf(path: string): Stats {
  return attemptToRead(path, () => statSync(path));
}

function attemptToRead<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return refuse(`is ${quote(path)}, which ${whyUnreadable(error)}.`);
  }
}

function whyUnreadable(error: unknown): string {
  switch (isObject(error) ? error['code'] : undefined) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'was not found. Check its spelling, and that an earlier step of this job writes or downloads it';
    case 'EACCES':
    case 'EPERM':
      return 'this step has no permission to read. Let the step that writes it make it readable';
    default:
      return `cannot be read (${messageOf(error)}). Write it anew`;
  }
}

function messageOf(error: unknown): string {
  return (isObject(error) ? asString(error['message']) : undefined) ?? String(error);
}

/** PowerShell writes UTF-16 where `>` leads into a file. A byte order mark is no part of the text. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

function refuse(what: string): never {
  throw new InvalidInputError(`\`in-use\` ${what}`);
}
