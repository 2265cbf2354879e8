// Stands for the command line tool `gh` in the tests of the release scripts. What GitHub holds is in a JSON file (GH_STATE):
// {releases: {tag: {draft, title?, assets?}}, commits: [oldest, …], tags: {tag: commit}, refuses?: message}
import { readFileSync, writeFileSync } from 'node:fs';

const path = process.env.GH_STATE;
const state = JSON.parse(readFileSync(path, 'utf8'));
const args = process.argv.slice(2);
const value = (flag) => args[args.indexOf(flag) + 1];
const field = (name) => args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The files behind the release's tag, up to the first option. */
function assets() {
  const end = args.findIndex((arg) => arg.startsWith('--'));
  return args.slice(3, end);
}

function release() {
  const [, verb, tag] = args;
  const found = state.releases[tag];
  switch (verb) {
    case 'list':
      return Object.keys(state.releases)
        .filter((name) => !(state.releases[name].draft && args.includes('--exclude-drafts')))
        .join('\n');
    case 'view':
      return found ? String(found.draft) : fail(state.refuses ?? 'release not found');
    case 'create':
      state.releases[tag] = {
        draft: args.includes('--draft'),
        assets: assets(),
        notes: readFileSync(value('--notes-file'), 'utf8'),
      };
      return '';
    case 'edit':
      found.notes = readFileSync(value('--notes-file'), 'utf8');
      return '';
    case 'upload':
      found.assets = assets();
      return '';
    default:
      return fail(`unknown verb ${verb}`);
  }
}

function api() {
  const endpoint = args.find((arg) => arg.startsWith('repos/'));
  const [, tag] = /\/commits\/tags\/(.+)$/.exec(endpoint) ?? [];
  if (tag) return state.tags[tag] ?? fail('gh: No commit found for SHA (HTTP 422)');
  const [, beginning] = /\/git\/matching-refs\/(.+)$/.exec(endpoint) ?? [];
  if (beginning)
    return Object.keys(state.tags)
      .map((name) => `refs/tags/${name}`)
      .filter((ref) => ref.startsWith(`refs/${beginning}`))
      .join('\n');
  const [, base, head] = /\/compare\/(.+)\.\.\.(.+)$/.exec(endpoint) ?? [];
  if (base) {
    const distance = state.commits.indexOf(head) - state.commits.indexOf(base);
    return distance === 0 ? 'identical' : distance > 0 ? 'ahead' : 'behind';
  }
  if (state.refuses) return fail(state.refuses);
  const moved = args.includes('PATCH')
    ? endpoint.split('/refs/tags/')[1]
    : field('ref').replace('refs/tags/', '');
  state.tags[moved] = field('sha');
  return '';
}

const printed = args[0] === 'release' ? release() : api();
writeFileSync(path, JSON.stringify(state));
if (printed) console.log(printed);
