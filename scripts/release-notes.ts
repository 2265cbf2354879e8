import { readFileSync } from 'node:fs';
import { readChangelog, releaseProblems } from './changelog.ts';

// Prints what CHANGELOG.md says of a version: npm run --silent release-notes -- v1.2.3
// Fails where it says nothing, or where package.json has another version.

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const version = (process.argv[2] ?? '').replace(/^v/, '');
const changelog = read('CHANGELOG.md');
const problems = releaseProblems(version, {
  changelog,
  declared: String(JSON.parse(read('package.json')).version),
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(readChangelog(changelog).find((section) => section.version === version)?.notes);
