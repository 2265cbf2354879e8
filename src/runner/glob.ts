import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, matchesGlob, parse, resolve, sep } from 'node:path';
import { expandBraces } from '../model/braces.ts';
import { isObject } from '../model/json.ts';

interface Search {
  /** Where relative paths begin. */
  readonly folder: string;
  /** Calls `look`, and says in words where the folder cannot be looked into. */
  readonly lookInto: <T>(path: string, look: () => T) => T;
}

const WILDCARD = /[*?[\\]|[!+@]\(/;

/** Whether the text is more than a path. */
export function isGlob(text: string): boolean {
  return text.includes('{') || WILDCARD.test(sep === '\\' ? text.replaceAll('\\', '/') : text);
}

/** A backslash takes from a brace what it means, where it is no separator. */
const TOKENS = sep === '\\' ? /[{},]|[^{},]+/g : /[{},]|(?:[^{},\\]|\\.?)+/gs;

/**
 * What braces stand for, in their order: `{a,b}.yaml` for `a.yaml` and `b.yaml`.
 *
 * @throws InvalidInputError for more than a thousand
 */
export function alternativesOf(glob: string): readonly string[] {
  return expandBraces(glob, glob.match(TOKENS) ?? []);
}

/** Whether a wildcard takes no such name: what Git and GitHub keep there is not in use. */
function isOfGit(name: string): boolean {
  return name === '.git' || name === '.github';
}

/**
 * The files that a glob without braces finds. A wildcard takes hidden names too, but `.git` and `.github`; `**` follows links to
 * folders, each place once.
 *
 * Node's own search leaves out hidden names, what stands below a link, and without a word what it may not look into
 * (https://github.com/nodejs/node/issues/61033).
 */
export function globPaths(glob: string, { folder, lookInto }: Search): readonly string[] {
  const written = sep === '\\' ? glob.replaceAll('\\', '/') : glob;
  const { root } = parse(written);
  const parts = written
    .slice(root.length)
    .split('/')
    .filter((part, index, all) => part !== '' && !(part === '**' && all[index - 1] === '**'));
  const found: string[] = [];
  const followed = new Set<string>();
  const visited = new Set<string>();
  const at = (path: string) => resolve(folder, path);

  const list = (path: string) => lookInto(path, () => readdirSync(at(path), { withFileTypes: true }));
  const isVisited = (path: string, index: number) => visited.size === visited.add(`${index} ${path}`).size;

  function search(path: string, index: number): void {
    const part = parts[index];
    if (part === undefined || isVisited(path, index)) return;
    const isLast = index === parts.length - 1;
    if (part === '**') {
      followed.add(realpathSync(at(path)));
      searchBelow(path, index);
    } else if (WILDCARD.test(part)) {
      for (const entry of list(path)) {
        if (isOfGit(entry.name) || !matches(entry.name, part)) continue;
        const next = join(path, entry.name);
        if (isFolderEntry(entry, at(next))) search(next, index + 1);
        else if (isLast) found.push(next);
      }
    } else {
      const next = join(path, part);
      if (lookInto(path, () => isFolder(at(next)))) search(next, index + 1);
      else if (isLast && lstatSync(at(next), { throwIfNoEntry: false })) found.push(next);
    }
  }

  /** `**` stands for no folder, or for any below. */
  function searchBelow(path: string, index: number): void {
    search(path, index + 1);
    for (const entry of list(path)) {
      if (isOfGit(entry.name)) continue;
      const next = join(path, entry.name);
      const isLink = entry.isSymbolicLink();
      if (!isFolderEntry(entry, at(next))) {
        if (index === parts.length - 1) found.push(next);
      } else if (!isLink || isNewPlace(at(next), followed)) searchBelow(next, index);
    }
  }

  search(root, 0);
  return found;
}

/** Notes where a link leads. Links may lead in circles, and what is below a place that is looked through is found anyway. */
function isNewPlace(link: string, followed: Set<string>): boolean {
  const place = realpathSync(link);
  if ([...followed].some((known) => place === known || place.startsWith(`${known}${sep}`))) return false;
  followed.add(place);
  return true;
}

/** A dot at the beginning hides a name from wildcards: they are shown another. */
function matches(name: string, part: string): boolean {
  return matchesGlob(name, part) || (name.startsWith('.') && matchesGlob(`_${name.slice(1)}`, part));
}

function isFolderEntry(entry: Dirent, path: string): boolean {
  return entry.isDirectory() || (entry.isSymbolicLink() && isFolder(path));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    if (isObject(error) && error['code'] === 'ELOOP') return false;
    throw error;
  }
}
