import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { snippetsOf } from '../markdown.ts';

/** The actions of this project, as the documentation names them, and as its own workflows do. */
export const ACTION = /^(?:[\w<>-]+\/quay-tag-cleanup|\.)\/?(?<restore>restore)?(?:@v1)?$/;

export interface Workflow {
  readonly on: Readonly<Record<string, object | null>> | readonly string[] | string;
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

export type Permissions = Readonly<Record<string, string>>;

export interface Job {
  readonly if?: string;
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly (string | number)[]>> };
  readonly steps: readonly Step[];
}

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const HEAD = `on:
  schedule: [{ cron: '17 3 * * *' }]
  workflow_dispatch: { inputs: { dry-run: { type: boolean } } }
`;
const JOB = `${HEAD}jobs:\n  example:\n    runs-on: ubuntu-latest\n`;

/** A snippet as the workflow that it is a part of: steps, the inside of a job, jobs alone, or what starts it. It begins as the README's does. */
export function completeWorkflow(snippet: string): string {
  if (/^ {6}- /.test(snippet)) return `${JOB}    steps:\n${snippet}`;
  if (/^ {4}\w/.test(snippet)) return `${JOB}${snippet}`;
  if (!/^jobs:/m.test(snippet)) return `${snippet}${JOB.slice(HEAD.length)}    steps:\n      - run: 'true'\n`;
  return /^on:/m.test(snippet) ? snippet : `${HEAD}${snippet}`;
}

/** Reads a workflow that the language service has found nothing wrong with. */
export function parseWorkflow(text: string): Workflow {
  return parse(text);
}

/** The events that start a workflow. */
export function triggersOf({ on }: Workflow): readonly string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on : Object.keys(on);
}

/** The values of `workflow_dispatch` inputs as the form shows them. */
export function defaultInputs({ on }: Workflow): Readonly<Record<string, string | boolean>> {
  if (typeof on === 'string' || Array.isArray(on) || !('workflow_dispatch' in on)) return {};
  const dispatch: { inputs?: Record<string, { default?: string | boolean; type?: string }> } =
    on['workflow_dispatch'] ?? {};
  return Object.fromEntries(
    Object.entries(dispatch.inputs ?? {}).map(([name, { default: value, type }]) => [
      name,
      value ?? (type === 'boolean' ? false : ''),
    ]),
  );
}

/** The steps that use an action of this project. */
export function ourSteps({ jobs }: Workflow): readonly Step[] {
  return Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .filter(({ uses }) => uses !== undefined && ACTION.test(uses));
}

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
