import { readFileSync } from 'node:fs';
import { snippetsOf } from '../markdown.ts';
import { completeWorkflow, parseWorkflow, type Workflow } from './workflow.ts';

export const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

/** The pieces of workflows that the README shows. */
export const snippets = snippetsOf(readme).filter(({ language }) => language === 'yaml');

/** The workflow of the only snippet under a heading that holds the given text. */
export function workflowUnder(heading: string, text: string): Workflow {
  const [found, ...more] = snippets
    .filter(({ under }) => under.at(-1) === heading)
    .filter((snippet) => snippet.text.includes(text));
  if (!found || more.length > 0) throw new Error(`"${heading}" has not one snippet with ${text}.`);
  return parseWorkflow(completeWorkflow(found.text));
}

export const workflowToCopy = workflowUnder('The workflow to copy', 'name: Clean up previews');
