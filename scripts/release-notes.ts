import { readFileSync } from 'node:fs';

// Prints what CHANGELOG.md says of a version: npm run --silent release-notes -- v1.2.3
// Fails where it says nothing, or where package.json has another version.

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

function notesOn(version: string): string {
  const section = read('CHANGELOG.md')
    .split(/^(?=## )/m)
    .find((part) => part.split(/\s/)[1] === version);
  return section?.split('\n').slice(1).join('\n').trim() ?? '';
}

const tag = process.argv[2] ?? '';
const version = tag.replace(/^v/, '');
const declared: unknown = JSON.parse(read('package.json')).version;
const notes = notesOn(version);
const problems = [
  ...(declared === version ? [] : [`package.json has version ${declared}, the tag is ${tag || 'missing'}.`]),
  ...(notes ? [] : [`CHANGELOG.md has no section "## ${version}", or it is empty.`]),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(notes);
