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

type Values = ReadonlyMap<string, string>;

export interface RunCommand {
  readonly kind: 'run';
  readonly story: Story;
  /** By the name of the option. */
  readonly values: Values;
  /** The words of the command line that say what is asked for, without those that say how it is carried out or shown. */
  readonly words: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the inputs come from that are credentials: an option would stand in the history of the shell. */
export const CREDENTIALS: ReadonlyMap<string, string> = new Map([
  ['token', 'QUAY_TOKEN'],
  ['username', 'QUAY_USERNAME'],
  ['password', 'QUAY_PASSWORD'],
  ['github-token', 'GITHUB_TOKEN'],
]);

interface Option {
  readonly name: string;
  readonly description: string;
  readonly isBoolean?: boolean;
  /** Whether it may be repeated, for several lines. */
  readonly isList?: boolean;
}

const REPORT_OPTIONS: readonly Option[] = [
  {
    name: 'json',
    isBoolean: true,
    description: 'Print the JSON report, and nothing else, on standard output.',
  },
  {
    name: 'report-to',
    description: "Path of the report. Without it, a file in the system's temporary folder.",
  },
];

function optionsOf(story: Story): readonly Option[] {
  return [
    // The audience is of a keyless run, which only a workflow has.
    ...actions[story].filter(({ name }) => !CREDENTIALS.has(name) && name !== 'oidc-audience'),
    { name: 'yes', isBoolean: true, description: 'Carry it out. Without it nothing is changed.' },
    ...(story === 'cleanup' ? REPORT_OPTIONS : []),
    { name: 'help', isBoolean: true, description: 'Show this help.' },
    { name: 'version', isBoolean: true, description: 'Show the version.' },
  ];
}

/** Options that say how, and not what. */
const HOW: ReadonlySet<string> = new Set(['yes', 'dry-run', 'json', 'report-to', 'plan']);

/** Reads the words of a command line, and notices every fault. */
export function parseCommand(words: readonly string[], environment: Environment): Command {
  const story: Story = words[0] === 'restore' ? 'restore' : 'cleanup';
  const options = optionsOf(story);
  const { tokens } = parseArgs({
    args: words.slice(story === 'restore' ? 1 : 0),
    options: {
      ...Object.fromEntries(
        options.map(({ name, isBoolean }) => [name, { type: isBoolean ? 'boolean' : 'string' }] as const),
      ),
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    tokens: true,
  });
  const problems: string[] = [];
  const values = new Map<string, string>();
  const kept: string[] = story === 'restore' ? ['restore'] : [];
  let isRefused = false;
  for (const token of tokens) {
    // What stands behind an option that is refused is its value.
    if (token.kind === 'positional' && !isRefused)
      problems.push(
        `"${token.value}" is no option. Write for example \`--repository acme/web --tags 'pr-*'\`; \`--help\` shows them all.`,
      );
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    const option = options.find((known) => known.name === name);
    isRefused = option === undefined;
    const value = token.value ?? (option?.isBoolean ? 'true' : undefined);
    const before = values.get(name);
    if (option === undefined) problems.push(whyRefused(name, rawName, options));
    else if (value === undefined) problems.push(`\`--${name}\` needs a value.`);
    else if (before !== undefined && !option.isList)
      problems.push(`\`--${name}\` is given twice. Write it once.`);
    else {
      values.set(name, before === undefined ? value : `${before}\n${value}`);
      if (!HOW.has(name)) kept.push(`--${name}`, ...(option.isBoolean && value === 'true' ? [] : [value]));
    }
  }
  if (values.has('help')) return { kind: 'show', text: helpText(story, options) };
  if (values.has('version')) return { kind: 'show', text: `${actions.version}\n` };
  problems.push(...missing(story, values, environment));
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'run', story, values, words: kept };
}

/** Whether an option that needs no value is given. */
export function isGiven(values: Values, name: string): boolean {
  return values.get(name) === 'true';
}

/** The input `dry-run`: true without `--yes`, and otherwise as it is given. */
export function dryRunOf(values: Values): string {
  return isGiven(values, 'yes') ? (values.get('dry-run') ?? 'false') : 'true';
}

/** Why an option is none, and which one may be meant. */
function whyRefused(name: string, rawName: string, options: readonly Option[]): string {
  const variable = CREDENTIALS.get(name);
  if (variable !== undefined)
    return `\`${rawName}\` is not taken as an option: it would stand in the history of the shell. Set the environment variable ${variable}.`;
  const [nearest] = options
    .map((known) => ({ known: known.name, distance: distance(known.name, name) }))
    .toSorted((one, other) => one.distance - other.distance);
  const isNear = nearest && nearest.distance <= Math.max(2, name.length / 3);
  return `\`${rawName}\` is no option. ${isNear ? `Did you mean \`--${nearest.known}\`?` : '`--help` shows them all.'}`;
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
function missing(story: Story, values: Values, environment: Environment): readonly string[] {
  const { QUAY_TOKEN, QUAY_USERNAME, QUAY_PASSWORD, GITHUB_TOKEN, GITHUB_REPOSITORY } = environment;
  const problems: string[] = [];
  if (!QUAY_TOKEN && Boolean(QUAY_USERNAME) !== Boolean(QUAY_PASSWORD))
    problems.push('QUAY_USERNAME and QUAY_PASSWORD go together: one of them is not set.');
  else if (story === 'cleanup' && dryRunOf(values) === 'false' && !QUAY_TOKEN && !QUAY_USERNAME)
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

const USAGE: Readonly<Record<Story, { readonly command: string; readonly does: string }>> = {
  cleanup: {
    command: 'quay-tag-cleanup',
    does: 'Deletes image tags on Quay, and shows the tags that remain. `quay-tag-cleanup restore --help` brings them back.',
  },
  restore: {
    command: 'quay-tag-cleanup restore',
    does: "Brings deleted image tags back from Quay's time machine.",
  },
};

function helpText(story: Story, options: readonly Option[]): string {
  const { command, does } = USAGE[story];
  const described = options.map(
    ({ name, isBoolean, description }) =>
      // Lines of at most 100 characters.
      `  --${name}${isBoolean ? '' : ' VALUE'}\n${description.replace(/(.{1,94})(?: |$)/g, '      $1\n')}`,
  );
  return [
    `Usage: ${command} --repository acme/web --tags 'pr-*' [--yes]\n`,
    `${does}\n`,
    'Without --yes nothing is changed. Credentials come from the environment: QUAY_TOKEN, or QUAY_USERNAME and QUAY_PASSWORD; GITHUB_TOKEN and GITHUB_API_URL for placeholders. A dry run on a public repository needs none.\n',
    `Options (repeat one for several lines):\n${described.join('')}`,
    'Exit codes: 0 done, 1 failed, 2 wrong usage.\n',
  ].join('\n');
}
