// Validates workflows and action files, given as a JSON array of {uri, text} on standard input, with the workflow language
// service of GitHub's own editors. Prints a JSON array of {uri, line, message}.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';

// The language service imports JSON without saying so, which Node refuses.
registerHooks({
  load: (url, context, next) =>
    next(
      url,
      url.endsWith('.json') ? { ...context, format: 'json', importAttributes: { type: 'json' } } : context,
    ),
});
const { validate } = await import('@actions/languageservice');
const { TextDocument } = await import('vscode-languageserver-textdocument');

const root = new URL('../../', import.meta.url);
const metadata = (path) => parse(readFileSync(new URL(path, root), 'utf8'));
const actions = {
  'quay-tag-cleanup': metadata('action.yml'),
  'quay-tag-cleanup/restore': metadata('restore/action.yml'),
};

/** The language service asks for the metadata of every action that a step uses; it knows ours alone. */
const actionsMetadataProvider = {
  fetchActionMetadata: async ({ name, path }) => actions[path ? `${name}/${path}` : name],
};

const problems = [];
for (const { uri, text: content } of JSON.parse(await text(process.stdin))) {
  const document = TextDocument.create(uri, 'yaml', 1, content);
  for (const { range, message } of await validate(document, { actionsMetadataProvider })) {
    // Of other people's actions nothing is known here.
    if (!message.startsWith('Unable to resolve action'))
      problems.push({ uri, line: range.start.line + 1, message });
  }
}
console.log(JSON.stringify(problems));
