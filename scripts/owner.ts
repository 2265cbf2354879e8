import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Puts the account that publishes the action in all places: node scripts/owner.ts acme
// With --check it changes nothing, and fails while a place has no name, or the name of another account.

/** No account can have this name, so that nobody who pastes it runs a stranger's code. */
const PLACEHOLDER = '<owner>';
const NAME = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;
/** Where the action is named by its account. */
const USE = /([\w<>-]+)\/quay-tag-cleanup(?=[@/\s`])/g;
/** They speak of the placeholder itself. */
const EXCEPT = ['scripts/owner.ts', '__tests__/repository/owner.test.ts'];
/** A sentence about the placeholder ends with this, and goes with it. */
const EXPLANATION = /^.*stands for the account that publishes.*\n+/gm;

const root = fileURLToPath(new URL('..', import.meta.url));

interface Page {
  readonly path: string;
  readonly text: string;
}

/** Every text of the repository, the bundle included. */
function readPages(): readonly Page[] {
  const paths = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  return paths
    .filter((path) => path !== '' && !path.endsWith('.png') && !EXCEPT.includes(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function putName(owner: string): void {
  const changed = readPages().filter(({ text }) => text.includes(PLACEHOLDER));
  for (const { path, text } of changed) {
    writeFileSync(join(root, path), text.replace(EXPLANATION, '').replaceAll(PLACEHOLDER, owner));
    console.log(`${path} names ${owner}.`);
  }
  console.log(
    changed.length === 0
      ? `Nothing to do: no file has ${PLACEHOLDER}.`
      : 'Run npm run build and npm test, and commit all of it.',
  );
}

/** The places that name nobody, and those of the README that name somebody else. */
function problems(owner: string | undefined): readonly string[] {
  const pages = readPages();
  const unnamed = pages.filter(({ text }) => text.includes(PLACEHOLDER)).map(({ path }) => path);
  const readme = pages.find(({ path }) => path === 'README.md')?.text ?? '';
  const others = new Set([...readme.matchAll(USE)].map(([, name = '']) => name));
  others.delete(PLACEHOLDER);
  if (owner !== undefined) others.delete(owner);
  return [
    ...unnamed.map((path) => `${path} has ${PLACEHOLDER} where the account belongs.`),
    ...(owner === undefined ? [] : [...others].map((name) => `README.md names ${name} instead of ${owner}.`)),
  ];
}

const [first, second] = process.argv.slice(2);
if (first === '--check') {
  const found = problems(second);
  for (const problem of found) console.error(problem);
  if (found.length > 0) {
    console.error(`Put the account's name in all places: node scripts/owner.ts ${second ?? 'acme'}`);
    process.exitCode = 1;
  }
} else if (first !== undefined && NAME.test(first)) {
  putName(first);
} else {
  console.error(`"${first ?? ''}" is no account on GitHub. Write its name: node scripts/owner.ts acme`);
  process.exitCode = 1;
}
