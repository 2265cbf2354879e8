import { parseArgs } from 'node:util';

/** How long the suite waits for the server. */
export interface Pace {
  /** Before the first repetition of a request that failed. */
  readonly retryMs: number;
  /** For what a server does later, such as counting pulls. */
  readonly patienceMs: number;
  /** How long before a pull its image was pushed: a run has to get to its decision within that. */
  readonly pullSeconds: number;
}

const LIVE: Pace = { retryMs: 250, patienceMs: 360_000, pullSeconds: 12 };

/** What the suite was told of the server that it tries. */
export interface Options {
  /** The origin, without a slash at the end. */
  readonly registry: string;
  readonly namespace: string;
  /** An owner's OAuth token, with `repo:create` and `repo:admin`. */
  readonly token: string;
  /** A token with `repo:write` alone, as the README asks for, and one with `repo:read` alone. */
  readonly writeToken?: string;
  readonly readToken?: string;
  readonly robot?: { readonly username: string; readonly password: string };
  /** A robot with a federation entry, and where a job asks for its OIDC token. */
  readonly keyless?: {
    readonly username: string;
    readonly requestUrl: string;
    readonly requestToken: string;
  };
  /** Checks at once. */
  readonly jobs: number;
  readonly pace: Pace;
  /** Only checks whose name holds this text. */
  readonly only?: string;
}

export const USAGE = `npm run conformance -- --registry https://quay.example.com --namespace acme-test --token …

  --registry URL             or QUAY_CONFORMANCE_REGISTRY; http:// only on this machine
  --namespace NAME           or QUAY_CONFORMANCE_NAMESPACE: an organization of yours, better one for tests
  --token TOKEN              or QUAY_CONFORMANCE_TOKEN: an owner's OAuth token, with "Create Repositories",
                             "Administer Repositories" and "Read/Write to any accessible repositories"
  --write-token TOKEN        or QUAY_CONFORMANCE_WRITE_TOKEN      (optional): one with "Read/Write to any accessible repositories" alone
  --read-token TOKEN         or QUAY_CONFORMANCE_READ_TOKEN       (optional): one with "View all visible repositories" alone
  --robot-username NAME      or QUAY_CONFORMANCE_ROBOT_USERNAME   (optional)
  --robot-password PASSWORD  or QUAY_CONFORMANCE_ROBOT_PASSWORD   (optional)
  --keyless-username NAME    or QUAY_CONFORMANCE_KEYLESS_USERNAME (optional): a robot with a federation entry for this job,
                             with ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN as GitHub sets them
  --jobs N                   checks at once; 2 if not given
  --only TEXT                only checks whose name holds this text

Give secrets by the environment: what stands in a command, others on the machine can read.`;

const NAMES = [
  'registry',
  'namespace',
  'token',
  'write-token',
  'read-token',
  'robot-username',
  'robot-password',
  'keyless-username',
  'jobs',
  'only',
] as const;

type Given = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line, and the environment for what it lacks.
 *
 * @throws Error with every problem, and how the command is used
 */
export function readOptions(args: readonly string[], environment: Given): Options {
  const types = Object.fromEntries(NAMES.map((name) => [name, { type: 'string' as const }]));
  const { values } = parse([...args], types);
  const text = (name: (typeof NAMES)[number]) =>
    values[name] || environment[`QUAY_CONFORMANCE_${name.toUpperCase().replaceAll('-', '_')}`] || undefined;
  const problems: string[] = [];
  const required = (name: 'registry' | 'namespace' | 'token') => {
    const value = text(name);
    if (value === undefined) problems.push(`--${name} is missing.`);
    return value ?? '';
  };
  const registry = readRegistry(required('registry'), problems);
  const jobs = Number(text('jobs') ?? 2);
  if (!Number.isInteger(jobs) || jobs < 1)
    problems.push(`--jobs is a whole number from 1, not "${text('jobs')}".`);
  const namespace = required('namespace');
  if (namespace !== '' && !/^[a-z\d]+(?:[._-]+[a-z\d]+)*$/.test(namespace))
    problems.push(`--namespace is the name of an organization alone, such as acme-test, not "${namespace}".`);
  const options = {
    registry,
    namespace,
    token: required('token'),
    jobs,
    pace: LIVE,
    ...given('writeToken', text('write-token')),
    ...given('readToken', text('read-token')),
    ...given('robot', readRobot(text('robot-username'), text('robot-password'), problems)),
    ...given('keyless', readKeyless(text('keyless-username'), environment, problems)),
    ...given('only', text('only')),
  };
  if (problems.length > 0) throw new Error(`${problems.join('\n')}\n\n${USAGE}`);
  return options;
}

function parse(args: string[], options: Readonly<Record<string, { readonly type: 'string' }>>) {
  try {
    return parseArgs({ args, options });
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : cause}\n\n${USAGE}`, { cause });
  }
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]: Value });
}

function readRegistry(text: string, problems: string[]): string {
  if (text === '') return '';
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `https://${text}`);
  const isHere = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url?.pathname !== '/' || (url.protocol === 'http:' && !isHere)) {
    problems.push(`--registry is an origin such as https://quay.example.com, not "${text}".`);
  }
  return url?.origin ?? '';
}

function readRobot(
  username: string | undefined,
  password: string | undefined,
  problems: string[],
): Options['robot'] {
  if (username === undefined && password === undefined) return undefined;
  if (username && password) return { username, password };
  problems.push('A robot account needs both --robot-username and --robot-password.');
  return undefined;
}

function readKeyless(
  username: string | undefined,
  environment: Given,
  problems: string[],
): Options['keyless'] {
  if (username === undefined) return undefined;
  const requestUrl = environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const requestToken = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (requestUrl && requestToken) return { username, requestUrl, requestToken };
  problems.push(
    '--keyless-username needs ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN: a job with `permissions: id-token: write` has them.',
  );
  return undefined;
}
