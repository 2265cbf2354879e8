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

const STORIES = ['cleanup', 'restore'];
const FOLDERS = ['runner', 'github', 'quay', 'selection', 'report'];
const GROUND = 'model';

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
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  return specifiers.map((specifier) =>
    specifier.startsWith('.')
      ? relative(src, join(src, dirname(path), specifier)).replaceAll('\\', '/')
      : specifier,
  );
}

/** The one rule: which folders a folder may import, besides itself. */
function mayImport(folder: string): readonly string[] {
  if (STORIES.includes(folder)) return [...FOLDERS, GROUND];
  return FOLDERS.includes(folder) ? [GROUND] : [];
}

/** Packages that one folder alone imports, so that what they do is in one place. */
const OWNERS: Readonly<Record<string, RegExp>> = {
  '@actions/core': /^runner\//,
  '@actions/http-client': /^runner\//,
  '@actions/github': /^github\//,
  undici: /^quay\/http\//,
};

describe('the import rules', () => {
  test('know every folder', () => {
    expect(new Set(files.map(({ folder }) => folder))).toEqual(new Set([...STORIES, ...FOLDERS, GROUND]));
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

  test('are drawn on the architecture page', () => {
    const page = readFileSync(join(src, '../docs/architecture.md'), 'utf8');
    const drawn = [...page.matchAll(/^ {2}(\w+)(?:\[.*?\])? --> (\w+)$/gm)].map(
      ([, from, to]) => `${from} → ${to}`,
    );
    const allowed = [...STORIES, ...FOLDERS].flatMap((folder) =>
      mayImport(folder).map((target) => `${folder} → ${target}`),
    );
    expect(drawn.sort()).toEqual(allowed.sort());
  });

  test('are told with the names of files that exist', () => {
    const page = readFileSync(join(src, '../docs/architecture.md'), 'utf8');
    const named = [...page.matchAll(/`((?:\w+\/)+[\w-]+\.ts)`/g)].map(([, path = '']) => path);
    const known = new Set([...files.map(({ path }) => path), '__tests__/import-rules.test.ts']);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !known.has(path))).toEqual([]);
  });

  test.each(Object.entries(OWNERS))('let one folder alone import %s', (name, owner) => {
    const importing = files.filter(({ imports }) =>
      imports.some((target) => target === name || target.startsWith(`${name}/`)),
    );
    expect(importing.filter(({ path }) => !owner.test(path)).map(({ path }) => path)).toEqual([]);
  });

  test('keep selection/, report/ and model/ from I/O and from the clock', () => {
    const pure = files.filter(({ folder }) => ['selection', 'report', 'model'].includes(folder));
    const impure = pure.flatMap(({ path, imports }) =>
      imports
        .filter((name) => !name.endsWith('.ts') && !['node:vm', 'node:crypto'].includes(name))
        .map((name) => `${path} imports ${name}`),
    );
    const clock = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\bprocess\.|\bsetTimeout\(/;
    expect(impure).toEqual([]);
    // A regular expression that backtracks without end is found by the processor time that it takes.
    expect(pure.filter(({ text }) => clock.test(text)).map(({ path }) => path)).toEqual([
      'selection/patterns/time-limit.ts',
    ]);
  });
});

describe('the source', () => {
  test('has no file of more than 200 lines', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 201).map(({ path }) => path)).toEqual([]);
  });

  test('says what every function and class of selection/ and quay/ that is exported gives', () => {
    const silent = files
      .filter(({ folder }) => folder === 'selection' || folder === 'quay')
      .flatMap(({ path, text }) => {
        const lines = text.split('\n');
        return lines
          .filter(
            (line, index) =>
              /^export (async )?(function|class) /.test(line) && !/\*\/$/.test(lines[index - 1] ?? ''),
          )
          .map((line) => `${path}: ${line}`);
      });
    expect(silent).toEqual([]);
  });
});
