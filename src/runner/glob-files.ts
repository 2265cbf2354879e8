import { type Dirent, globSync, realpathSync, statSync } from 'node:fs';
import { basename, join, matchesGlob, normalize, sep } from 'node:path';
import { isObject } from '../model/json.ts';

/** Lists a folder, or throws where it cannot be looked into. */
type ListFolder = (folder: string) => readonly Dirent[];

interface Search {
  /** Normalized. */
  readonly pattern: string;
  readonly list: ListFolder;
  /** Where links lead that were followed already. */
  readonly followed: Set<string>;
}

/** What makes a path a glob. */
export const MAGIC = /[*?[{]|[!+@]\(/;

/**
 * The paths that a glob finds, sorted, those of folders among them.
 *
 * Node's own search leaves out without a word what it may not look into, and what stands below a link to a folder
 * (https://github.com/nodejs/node/issues/61033). So the folders are gone through once more.
 */
export function globPaths(glob: string, list: ListFolder): readonly string[] {
  const found = new Set(globSync(glob).map((path) => normalize(path)));
  const pattern = normalize(glob);
  const base = beginningOf(pattern);
  if (!isFolder(base)) return [...found].sort();
  for (const path of filesBelow(base, { pattern, list, followed: new Set([realpathSync(base)]) }))
    if (matchesGlob(path, pattern)) found.add(path);
  return [...found].sort();
}

/** The folder that the glob names before its first wildcard. */
function beginningOf(pattern: string): string {
  const parts = pattern.split(sep);
  const first = parts.findIndex((part) => MAGIC.test(part));
  return parts.slice(0, first).join(sep) || (pattern.startsWith(sep) ? sep : '.');
}

function* filesBelow(folder: string, search: Search): Generator<string> {
  for (const entry of search.list(folder)) {
    const path = join(folder, entry.name);
    const isLink = entry.isSymbolicLink();
    if (!entry.isDirectory() && !(isLink && isFolder(path))) yield path;
    else if (mayHold(path, search) && (!isLink || isToFollow(path, search))) yield* filesBelow(path, search);
  }
}

/** Whether the glob may take something in the folder. A wildcard takes no hidden name. */
function mayHold(folder: string, { pattern }: Search): boolean {
  if (pattern.includes('**')) return !basename(folder).startsWith('.') || /(?:^|[\\/{,(])\./.test(pattern);
  const parts = pattern.split(sep);
  const depth = folder.split(sep).length;
  if (depth >= parts.length) return false;
  const hasSlashInBraces = parts.some((part) => part.split('{').length !== part.split('}').length);
  return hasSlashInBraces || matchesGlob(folder, parts.slice(0, depth).join(sep));
}

/** A link is followed, at any depth each place once: links may lead in circles, and what is below the beginning is found anyway. */
function isToFollow(link: string, { pattern, followed }: Search): boolean {
  if (!pattern.includes('**')) return true;
  const place = realpathSync(link);
  if ([...followed].some((known) => place === known || place.startsWith(`${known}${sep}`))) return false;
  followed.add(place);
  return true;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    if (isObject(error) && error['code'] === 'ELOOP') return false;
    throw error;
  }
}
