import { parseArgs } from 'node:util';
import actions from './actions.json' with { type: 'json' };

/** Which story the command line tells. */
export type Story = 'cleanup' | 'restore';

/** What a command line asks for. */
export type Command =
  | { readonly kind: 'show'; readonly text: string }
  /** One sentence for each fault. */
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  | RunCommand;

export interface RunCommand {
  readonly kind: 'run';
  readonly story: Story;
  /** By the name of the input. */
  readonly values: ReadonlyMap<string, string>;
  /** Whether something may be changed. */
  readonly yes: boolean;
  readonly json: boolean;
  /** Where the report is to be written. */
  readonly reportTo?: string;
  /** The words of the command line that say what is asked for, without those that say how it is carried out or shown. */
  readonly words: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the inputs come from that are credentials: an option would stand in the history of the shell. */
export const CREDENTIALS: Readonly<Record<string, string>> = {
  token: 'QUAY_TOKEN',
  username: 'QUAY_USERNAME',
  password: 'QUAY_PASSWORD',
  'github-token': 'GITHUB_TOKEN',
};

/** The audience is of a keyless run, which only a workflow has. */
const NOT_HERE: ReadonlySet<string> = new Set([...Object.keys(CREDENTIALS), 'oidc-audience']);

interface OwnOption {
  readonly name: string;
  readonly isBoolean: boolean;
  readonly description: string;
  readonly stories: readonly Story[];
}

const BOTH: readonly Story[] = ['cleanup', 'restore'];

const OWN_OPTIONS: readonly OwnOption[] = [
  {
    name: 'yes',
    isBoolean: true,
    description: 'Carry it out. Without it nothing is changed.',
    stories: BOTH,
  },
  {
    name: 'json',
    isBoolean: true,
    description: 'Print the JSON report, and nothing else, on standard output.',
    stories: ['cleanup'],
  },
  {
    name: 'report-to',
    isBoolean: false,
    description: "Path of the report. Without it, a file in the system's temporary folder.",
    stories: ['cleanup'],
  },
  { name: 'help', isBoolean: true, description: 'Show this help.', stories: BOTH },
  { name: 'version', isBoolean: true, description: 'Show the version.', stories: BOTH },
];

/** Reads the words of a command line, and notices every fault. */
export function parseCommand(words: readonly string[], environment: Environment): Command {
  const story: Story = words[0] === 'restore' ? 'restore' : 'cleanup';
  const inputs = actions[story].filter(({ name }) => !NOT_HERE.has(name));
  const own = OWN_OPTIONS.filter(({ stories }) => stories.includes(story));
  const booleans = [...inputs, ...own].filter(({ isBoolean }) => isBoolean).map(({ name }) => name);
  const names = [...inputs, ...own].map(({ name }) => name);
  const { tokens } = parseArgs({
    args: words.slice(story === 'restore' ? 1 : 0),
    options: Object.fromEntries([
      ...names.map((name) => [name, { type: booleans.includes(name) ? 'boolean' : 'string' }] as const),
      ['help', { type: 'boolean', short: 'h' }] as const,
    ]),
    strict: false,
    tokens: true,
  });
  const problems: string[] = [];
  const values = new Map<string, string>();
  const kept: string[] = story === 'restore' ? ['restore'] : [];
  let isRefused = false;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      // What stands behind an option that is refused is its value.
      if (isRefused) continue;
      problems.push(
        `"${token.value}" is no option. Write for example \`--repository acme/web --tags 'pr-*'\`; \`--help\` shows them all.`,
      );
      continue;
    }
    const { name, rawName } = token;
    const fault = faultOf(name, rawName, names);
    isRefused = fault !== undefined;
    if (fault !== undefined) {
      problems.push(fault);
      continue;
    }
    const isBoolean = booleans.includes(name);
    const value = token.value ?? (isBoolean ? 'true' : undefined);
    const isList = inputs.some((input) => input.name === name && input.isList);
    if (value === undefined) problems.push(`\`--${name}\` needs a value.`);
    else if (values.has(name) && !isList) problems.push(`\`--${name}\` is given twice. Write it once.`);
    else {
      values.set(name, [...(values.has(name) ? [values.get(name)] : []), value].join('\n'));
      if (!HOW.has(name)) kept.push(`--${name}`, ...(isBoolean && value === 'true' ? [] : [value]));
    }
  }
  if (values.has('help')) return { kind: 'show', text: helpText(story, inputs, own) };
  if (values.has('version')) return { kind: 'show', text: `${actions.version}\n` };
  const isTrue = (name: string) => values.get(name) === 'true';
  const reportTo = values.get('report-to');
  const yes = isTrue('yes');
  problems.push(...missing(story, values, { environment, changes: yes && !isTrue('dry-run') }));
  if (problems.length > 0) return { kind: 'wrong', problems };
  return {
    kind: 'run',
    story,
    values,
    yes,
    json: isTrue('json'),
    words: kept,
    ...(reportTo === undefined ? {} : { reportTo }),
  };
}

/** Options that say how, and not what. */
const HOW: ReadonlySet<string> = new Set(['yes', 'dry-run', 'json', 'report-to', 'plan', 'help', 'version']);

function faultOf(name: string, rawName: string, names: readonly string[]): string | undefined {
  const variable = CREDENTIALS[name];
  if (variable !== undefined)
    return `\`${rawName}\` is not taken as an option: it would stand in the history of the shell. Set the environment variable ${variable}.`;
  if (names.includes(name)) return undefined;
  const nearest = names
    .map((known) => ({ known, distance: distance(known, name) }))
    .toSorted((one, other) => one.distance - other.distance)[0];
  const meant = nearest && nearest.distance <= Math.max(2, name.length / 3) ? nearest.known : undefined;
  return `\`${rawName}\` is no option. ${meant === undefined ? '`--help` shows them all.' : `Did you mean \`--${meant}\`?`}`;
}

/** How many characters have to be put in, left out or changed. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [place, character] of [...one].entries()) {
    const next = [place + 1];
    for (let index = 0; index < other.length; index += 1)
      next.push(
        Math.min(
          (row[index] ?? 0) + (other[index] === character ? 0 : 1),
          (row[index + 1] ?? 0) + 1,
          (next[index] ?? 0) + 1,
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}

const PLACEHOLDER = /\{(?:pr|branch|commit)\}|\(\?<(?:pr|branch|commit)>/;

/** What the environment lacks for what is asked. */
function missing(
  story: Story,
  values: ReadonlyMap<string, string>,
  { environment, changes }: { readonly environment: Environment; readonly changes: boolean },
): readonly string[] {
  const { QUAY_TOKEN, QUAY_USERNAME, QUAY_PASSWORD, GITHUB_TOKEN, GITHUB_REPOSITORY } = environment;
  const problems: string[] = [];
  if (!QUAY_TOKEN && Boolean(QUAY_USERNAME) !== Boolean(QUAY_PASSWORD))
    problems.push('QUAY_USERNAME and QUAY_PASSWORD go together: one of them is not set.');
  else if (story === 'cleanup' && changes && !QUAY_TOKEN && !QUAY_USERNAME)
    problems.push(
      'Nothing can be changed without a credential. Set QUAY_TOKEN (an OAuth access token with the scope `repo:write`), or QUAY_USERNAME and QUAY_PASSWORD (a robot account).',
    );
  if (story === 'restore' && !QUAY_TOKEN)
    problems.push("A restore needs an OAuth token, which alone opens Quay's time machine. Set QUAY_TOKEN.");
  if (story !== 'cleanup' || !PLACEHOLDER.test(values.get('tags') ?? '')) return problems;
  if (!GITHUB_TOKEN)
    problems.push(
      'Placeholders such as `{pr}` are looked up on GitHub. Set GITHUB_TOKEN; `gh auth token` prints one.',
    );
  if (!values.has('github-repository') && !GITHUB_REPOSITORY)
    problems.push(
      'Placeholders such as `{pr}` need to know which GitHub repository to ask. Write `--github-repository acme/app`, or `--github-repository from-labels` to ask the one that each image names.',
    );
  return problems;
}

const WIDTH = 100;
const INDENT = ' '.repeat(6);

function helpText(story: Story, inputs: (typeof actions)[Story], own: readonly OwnOption[]): string {
  const usage =
    story === 'restore'
      ? "quay-tag-cleanup restore --repository acme/web --tags 'pr-*' [--yes]"
      : "quay-tag-cleanup --repository acme/web --tags 'pr-*' [--yes]";
  const does =
    story === 'restore'
      ? "Brings deleted image tags back from Quay's time machine."
      : 'Deletes image tags on Quay, and shows the tags that remain. `quay-tag-cleanup restore --help` brings them back.';
  const option = ({ name, isBoolean, description }: Pick<OwnOption, 'name' | 'isBoolean' | 'description'>) =>
    `  --${name}${isBoolean ? '' : ' VALUE'}\n${wrap(description)}`;
  return [
    `Usage: ${usage}`,
    does,
    'Without --yes nothing is changed. Credentials come from the environment: QUAY_TOKEN, or QUAY_USERNAME and QUAY_PASSWORD; GITHUB_TOKEN and GITHUB_API_URL for placeholders. A dry run on a public repository needs none.',
    `Options (repeat one for several lines):\n${[...inputs, ...own].map(option).join('\n')}`,
    'Exit codes: 0 done, 1 failed, 2 wrong usage.',
  ]
    .map((paragraph) => `${paragraph}\n`)
    .join('\n');
}

function wrap(text: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (INDENT.length + last.length + word.length < WIDTH)
      lines[lines.length - 1] = last ? `${last} ${word}` : word;
    else lines.push(word);
  }
  return lines.map((line) => `${INDENT}${line}`).join('\n');
}
