import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const src = fileURLToPath(new URL('../src', import.meta.url));

interface SourceFile {
  /** Path below src/, with forward slashes. */
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
}

/** From the top down: a folder imports those below it, and itself. */
const STORIES = ['cli', 'cleanup', 'restore'];
const MIDDLE = ['runner', 'github', 'quay', 'selection', 'report'];
const GROUND = ['http', 'model'];

/** The one rule: which folders a folder may import besides itself. */
function mayImport(folder: string): readonly string[] {
  if (folder === 'cli') return ['cleanup', 'restore', ...MIDDLE, ...GROUND];
  if (STORIES.includes(folder)) return [...MIDDLE, ...GROUND];
  if (['selection', 'report'].includes(folder)) return ['model'];
  if (MIDDLE.includes(folder)) return GROUND;
  return folder === 'http' ? ['model'] : [];
}

const files: readonly SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8');
    return { path, folder: folderOf(path), text, imports: importsOf(path, text) };
  });

function folderOf(path: string): string {
  return path.split('/')[0] ?? '';
}

/** What a file imports: packages by name, our own files by their path below src/. */
function importsOf(path: string, text: string): string[] {
  const statements = text.matchAll(
    /^(?:import |export .* from |import .* from |\} from )'([^']+)';$|\bimport\('([^']+)'\)/gm,
  );
  const specifiers = [...statements].map(([, named, loaded]) => named ?? loaded ?? '');
  return specifiers.map((specifier) =>
    specifier.startsWith('.')
      ? relative(src, join(src, dirname(path), specifier)).replaceAll('\\', '/')
      : specifier,
  );
}

/** Packages that one folder alone imports, so that what they do is in one place. */
const OWNERS: Readonly<Record<string, string>> = {
  '@actions/core': 'runner',
  undici: 'http',
};

describe('the import rules', () => {
  test('know every folder', () => {
    const known = [...STORIES, ...MIDDLE, ...GROUND];
    expect(
      [...new Set(files.map(({ folder }) => folder))].filter((folder) => !known.includes(folder)),
    ).toEqual([]);
  });

  test('let a folder import only what stands below it', () => {
    const broken = files.flatMap(({ path, folder, imports }) =>
      imports
        .filter((target) => target.endsWith('.ts') && folderOf(target) !== folder)
        .filter((target) => !mayImport(folder).includes(folderOf(target)))
        .map((target) => `${path} imports ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test.each(Object.entries(OWNERS))('let one folder alone import %s', (name, owner) => {
    const importing = files.filter(({ imports }) =>
      imports.some((target) => target === name || target.startsWith(`${name}/`)),
    );
    expect(importing.filter(({ folder }) => folder !== owner).map(({ path }) => path)).toEqual([]);
  });

  test('keep selection/, report/ and model/ to what a browser has, and from I/O and the time', () => {
    const pure = files.filter(
      ({ folder, path }) => ['selection', 'report', 'model'].includes(folder) || path === 'quay/rows.ts',
    );
    const packages = pure.flatMap(({ path, imports }) =>
      imports.filter((name) => !name.endsWith('.ts')).map((name) => `${path} imports ${name}`),
    );
    const outside =
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\b(process|Buffer)\.|\b(setTimeout|fetch)\(/;
    expect(packages).toEqual([]);
    expect(pure.filter(({ text }) => outside.test(text)).map(({ path }) => path)).toEqual(['model/clock.ts']);
  });

  test('let the page import selection/, report/ and model/ alone, and how Quay writes a list', () => {
    const site = join(src, '../site');
    const imports = readdirSync(site)
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => importsOf(`../site/${name}`, readFileSync(join(site, name), 'utf8')));
    const foreign = imports.filter(
      (target) =>
        !/^(?:(?:\.\.\/site|selection|report|model)\/|quay\/rows\.ts$)/.test(target) ||
        !target.endsWith('.ts'),
    );
    expect(imports.length).toBeGreaterThan(10);
    expect(foreign).toEqual([]);
  });

  test('let the clock and the process alone take the time from the system', () => {
    const takes = /\bDate\.now\(|\bperformance\.now\(|\bset(Timeout|Interval)\(/;
    expect(
      files
        .filter(({ text }) => takes.test(text))
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['model/clock.ts', 'runner/host.ts']);
  });

  test('are drawn on the architecture page', () => {
    const page = readFileSync(join(src, '../docs/architecture.md'), 'utf8');
    const arrows = [...page.matchAll(/^ {2}(\w+)(?:\[.*?\])? --> (\w+)/gm)];
    const wrong = arrows.filter(([, from = '', to = '']) => !mayImport(from).includes(to));
    expect(wrong.map(([arrow]) => arrow)).toEqual([]);
    const drawn = new Set(arrows.flatMap(([, from = '', to = '']) => [from, to]));
    expect([...STORIES, ...MIDDLE, ...GROUND].filter((folder) => !drawn.has(folder))).toEqual([]);
  });

  test('are told with the names of files that exist', () => {
    const page = readFileSync(join(src, '../docs/architecture.md'), 'utf8');
    const named = [...page.matchAll(/`((?:\w+\/)+[\w-]+\.ts)`/g)].map(([, path = '']) => path);
    const known = new Set([...files.map(({ path }) => path), '__tests__/import-rules.test.ts']);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !known.has(path))).toEqual([]);
  });
});
