import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, resolve, sep } from 'node:path';
import { styleText } from 'node:util';
import { SYSTEM_CLOCK } from '../model/clock.ts';
import { asObject, asString, parseObject } from '../model/json.ts';
import type { Host } from '../runner/host.ts';
import { onSignal, processAge } from '../runner/host.ts';
import actions from './actions.json' with { type: 'json' };
import { CREDENTIALS, dryRunOf, isGiven, type RunCommand } from './options.ts';

/** Where a terminal program writes. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** How wide a terminal is, in characters. */
  readonly columns?: number | undefined;
}

/** The process of a command line, as far as it needs one. */
export interface Terminal
  extends Pick<Host, 'environment' | 'clock' | 'folder' | 'temporaryFolder' | 'onSignal' | 'age'> {
  /** The words behind the name of the program. */
  readonly words: readonly string[];
  /** How the program was called, to be called so again. */
  readonly program: string;
  readonly out: Output;
  readonly err: Output;
}

/** The terminal, or the job, that started this process. */
export function processTerminal(): Terminal {
  return {
    environment: process.env,
    clock: SYSTEM_CLOCK,
    folder: process.cwd(),
    temporaryFolder: tmpdir(),
    onSignal,
    age: processAge,
    words: process.argv.slice(2),
    program: programOf(process.argv[1] ?? '', process.env),
    out: process.stdout,
    err: process.stderr,
  };
}

/** What `npx` was given, where it runs the program from its cache; otherwise the program's name or place. */
function programOf(script: string, environment: Terminal['environment']): string {
  const packages = script.lastIndexOf(`${sep}node_modules${sep}`);
  if (environment['npm_command'] === 'exec' && packages >= 0) {
    const folder = script.slice(0, packages);
    const resolved = resolvedBy(`${folder}${sep}node_modules${sep}.package-lock.json`);
    // npx takes the path of a file for a program, unless it is said to be a package.
    if (resolved?.startsWith('file:'))
      return `npx --yes --package ${quoted(resolve(folder, resolved.slice(5)))} quay-tag-cleanup`;
    if (resolved !== undefined) return `npx --yes ${quoted(resolved)}`;
  }
  const isOnPath = (environment['PATH'] ?? '').split(sep === '/' ? ':' : ';').includes(dirname(script));
  return isOnPath ? 'quay-tag-cleanup' : `node ${quoted(script)}`;
}

/** Where npm had the package from, by its own list of what it installed. */
function resolvedBy(lock: string): string | undefined {
  try {
    const packages = asObject(parseObject(readFileSync(lock, 'utf8'))?.['packages']);
    return asString(asObject(packages['node_modules/quay-tag-cleanup'])['resolved']);
  } catch {
    // Whoever runs the program otherwise has no such list.
    return undefined;
  }
}

/** The word as a shell reads it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Variables that say how to reach the network and GitHub; the rest of a workflow's is not of this run. */
const PASSED =
  /^(?:(?:https?|no|all)_proxy|GITHUB_(?:API_URL|SERVER_URL|REPOSITORY)|NODE_[A-Z_]+|SSL_CERT_(?:FILE|DIR))$/i;

/** The host of a run of the command line. What a person should know goes to standard error. */
export function terminalHost(terminal: Terminal, { story, values }: RunCommand): Host {
  const { environment, clock, folder, temporaryFolder, onSignal, age, err } = terminal;
  const style = stylist(terminal, err);
  const defaults = new Map(actions[story].map((input) => [input.name, input.default]));
  return {
    environment: Object.fromEntries(Object.entries(environment).filter(([name]) => PASSED.test(name))),
    clock,
    folder,
    temporaryFolder,
    onSignal,
    age,
    input(name) {
      const variable = CREDENTIALS.get(name);
      if (variable !== undefined) return environment[variable]?.trim() ?? '';
      if (name === 'dry-run') return dryRunOf(values);
      return (values.get(name) ?? defaults.get(name) ?? '').trim();
    },
    setOutput() {},
    writeSummary() {},
    print(level, text) {
      if (level === 'debug' || (level === 'info' && isGiven(values, 'json'))) return;
      const label = level === 'info' ? '' : `${style(STYLES[level], level === 'notice' ? 'note' : level)}: `;
      const line = level === 'info' ? style('dim', text) : inOptions(text);
      err.write(`${label}${line}\n`);
    },
    async group(_heading, step) {
      return step();
    },
    isDebug: false,
    maskSecret() {},
  };
}

const STYLES = { notice: 'cyan', warning: 'yellow', error: 'red' } as const;

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan';

/** Writes in colours on a terminal, and never where NO_COLOR is set. */
export function stylist(
  { environment }: Terminal,
  { isTTY }: Output,
): (style: Style, text: string) => string {
  const isPlain = !isTTY || Boolean(environment['NO_COLOR']);
  return (style, text) => (isPlain ? text : styleText(style, text, { validateStream: false }));
}

const OPTION_NAMES: ReadonlySet<string> = new Set(
  [...actions.cleanup, ...actions.restore].map(({ name }) => name),
);

/** The text with inputs as the command line names them: options, and variables of the environment. */
export function inOptions(text: string): string {
  return text.replace(/`([a-z-]+)((?:[:=] ?[^`]*)?)`/g, (written, name: string, value: string) => {
    if (!OPTION_NAMES.has(name)) return written;
    const variable = CREDENTIALS.get(name);
    return variable === undefined ? `\`--${name}${value.replace(/^[:=] ?/, ' ')}\`` : variable;
  });
}
