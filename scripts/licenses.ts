import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What webpack says of a module: where its source is, which files it went into, and what was merged into it. */
interface BundledModule {
  readonly nameForCondition?: string | null;
  readonly chunks?: readonly unknown[];
  readonly modules?: readonly BundledModule[];
}

/**
 * The licences of the packages in a bundle, by name. ncc's own list has only the packages of the last file it wrote.
 *
 * @param modules from the statistics that ncc writes
 * @throws Error if a package has no licence file
 */
export function licensesOf(modules: readonly BundledModule[]): string {
  const bundled = modules.filter(({ chunks }) => chunks && chunks.length > 0);
  const folders = new Map<string, string>();
  for (const { nameForCondition } of [
    ...bundled,
    ...bundled.flatMap(({ modules: merged }) => merged ?? []),
  ]) {
    const path = (nameForCondition ?? '').replaceAll('\\', '/');
    const [, folder, name] = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path) ?? [];
    if (folder && name) folders.set(name, folder);
  }
  return [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, folder]) => `${name}\n\n${licenseText(folder).trim()}\n`)
    .join('\n----\n\n');
}

function licenseText(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[sc]e(\.|$)/i.test(name));
  if (!file) throw new Error(`${folder} has no licence file.`);
  return readFileSync(join(folder, file), 'utf8');
}
