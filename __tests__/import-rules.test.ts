import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const src = fileURLToPath(new URL('../src', import.meta.url));

interface SourceFile {
  /** Path below src/, with forward slashes. */
  readonly path: string;
  readonly room: string;
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, room: roomOf(path), imports: importsOf(path) }));

/** The room a file stands in; `hall` for those that tell the story. */
function roomOf(path: string): string {
  const [folder, file] = path.split('/');
  return file === undefined || folder === 'restore' ? 'hall' : (folder ?? 'hall');
}

/** What a file imports: packages by name, our own files by their path below src/. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(src, path), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  return specifiers.map((specifier) =>
    specifier.startsWith('.')
      ? relative(src, join(src, dirname(path), specifier)).replaceAll('\\', '/')
      : specifier,
  );
}

/** Which rooms each room may import from, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  hall: ['quay', 'github', 'selection', 'report'],
  quay: ['selection'],
  github: ['selection'],
  report: ['selection'],
  selection: [],
};

describe('the walls of the house', () => {
  test('every file stands in a known room', () => {
    expect(files.filter(({ room }) => MAY_IMPORT[room] === undefined)).toEqual([]);
    expect(new Set(files.map(({ room }) => room))).toEqual(new Set(Object.keys(MAY_IMPORT)));
  });

  test('a room imports only from the rooms below it', () => {
    const trespasses = files.flatMap(({ path, room, imports }) =>
      imports
        .filter((target) => target.endsWith('.ts'))
        .filter((target) => roomOf(target) !== room && !MAY_IMPORT[room]?.includes(roomOf(target)))
        .map((target) => `${path} imports ${target}`),
    );
    expect(trespasses).toEqual([]);
  });

  test('the architecture page draws these walls', () => {
    const page = readFileSync(join(src, '../docs/architecture.md'), 'utf8');
    const arrows = [...page.matchAll(/^ {2}(\w+)(?:\[.*?\])? --> (\w+)$/gm)].map(
      ([, from, to]) => `${from} → ${to}`,
    );
    const allowed = Object.entries(MAY_IMPORT).flatMap(([room, targets]) =>
      targets.map((target) => `${room} → ${target}`),
    );
    expect(arrows.sort()).toEqual(allowed.sort());
  });

  test('only the hall imports @actions/core', () => {
    expect(importers('@actions/core').filter(({ room }) => room !== 'hall')).toEqual([]);
  });

  test('only github/ imports @actions/github and octokit', () => {
    const importing = files.filter(({ imports }) =>
      imports.some((name) => /^@(actions\/github|octokit)/.test(name)),
    );
    expect(importing.filter(({ room }) => room !== 'github')).toEqual([]);
  });

  test('only quay/http imports undici', () => {
    expect(importers('undici').filter(({ path }) => !path.startsWith('quay/http/'))).toEqual([]);
  });

  test('selection/ and report/ do no I/O and read no clock', () => {
    const pure = files.filter(({ room }) => room === 'selection' || room === 'report');
    const impureImports = pure.flatMap(({ path, imports }) =>
      imports
        .filter((name) => !name.endsWith('.ts') && !['node:vm', 'node:crypto'].includes(name))
        .map((name) => `${path} imports ${name}`),
    );
    const clockReaders = pure.filter(({ path }) =>
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\bprocess\.|\bsetTimeout\(/.test(
        readFileSync(join(src, path), 'utf8'),
      ),
    );
    expect(impureImports).toEqual([]);
    expect(clockReaders.map(({ path }) => path)).toEqual([]);
  });
});

function importers(name: string): readonly SourceFile[] {
  return files.filter(({ imports }) => imports.includes(name));
}

test('every function and class that selection/ and quay/ export says what it gives', () => {
  const silent = files
    .filter(({ room }) => room === 'selection' || room === 'quay')
    .flatMap(({ path }) => {
      const lines = readFileSync(join(src, path), 'utf8').split('\n');
      return lines
        .filter(
          (line, index) =>
            /^export (async )?(function|class) /.test(line) && !/\*\/$/.test(lines[index - 1] ?? ''),
        )
        .map((line) => `${path}: ${line}`);
    });
  expect(silent).toEqual([]);
});
