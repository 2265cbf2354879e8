import { readdirSync, readFileSync } from 'node:fs';
import { snippetsOf } from '../markdown.ts';
import { completeWorkflow, parseWorkflow, type Workflow } from './workflow.ts';

const root = new URL('../../../', import.meta.url);
const docs = readdirSync(new URL('docs/', root)).filter(
  (name) => name.endsWith('.md') && name !== 'migrating.md',
);

export const readme = readFileSync(new URL('README.md', root), 'utf8');

/** The README and what stands in `docs/`, in one. */
export const documentation = [
  readme,
  ...docs.map((name) => readFileSync(new URL(`docs/${name}`, root), 'utf8')),
].join('\n');

/** The pieces of workflows that the documentation shows; those of docs/migrating.md have tests of their own. */
export const snippets = snippetsOf(documentation).filter(({ language }) => language === 'yaml');

/** The workflow of the only snippet under a heading that holds the given text. */
export function workflowUnder(heading: string, text: string): Workflow {
  const [found, ...more] = snippets
    .filter(({ under }) => under.at(-1) === heading)
    .filter((snippet) => snippet.text.includes(text));
  if (!found || more.length > 0) throw new Error(`"${heading}" has not one snippet with ${text}.`);
  return parseWorkflow(completeWorkflow(found.text));
}

export const workflowToCopy = workflowUnder('The workflow to copy', 'name: Clean up previews');
