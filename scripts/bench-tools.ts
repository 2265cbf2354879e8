import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A tool that people delete tags with today. */
export interface Tool {
  readonly what: string;
  /** Its tags are called so, and a number. */
  readonly prefix: string;
  /** Whether each of its tags needs an image of its own, because it deletes by digest. */
  readonly byDigest?: boolean;
  readonly prepare?: readonly (readonly string[])[];
  readonly command: (tag: string) => readonly string[];
}

/** The other tools; credentials reach them in files that only this user reads, not on a command line. */
export function toolsFor(
  { name }: { readonly name: string },
  {
    registry,
    token,
    isTrusted = true,
  }: {
    readonly registry: string;
    readonly token: string;
    /** False where the server's certificate is nobody's. */
    readonly isTrusted?: boolean;
  },
  folder: string,
): readonly Tool[] {
  const { host, protocol } = new URL(registry);
  const secret = (file: string, text: string) => {
    const path = join(folder, file);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  chmodSync(folder, 0o700);
  const auth = Buffer.from(`$oauthtoken:${token}`).toString('base64');
  const authFile = secret('config.json', JSON.stringify({ auths: { [host]: { auth } } }));
  const curlFile = secret(
    'curl',
    `header = "Authorization: Bearer ${token}"\n${isTrusted ? '' : 'insecure\n'}`,
  );
  const plain = protocol === 'http:';
  return [
    {
      what: 'A loop of curl over the REST API',
      prefix: 'curl',
      command: (tag) => [
        'curl',
        '-sSf',
        '--config',
        curlFile,
        '-X',
        'DELETE',
        `${registry}/api/v1/repository/${name}/tag/${tag}`,
      ],
    },
    {
      what: 'A loop of skopeo delete (takes all tags of a digest)',
      prefix: 'skopeo',
      byDigest: true,
      command: (tag) => [
        'skopeo',
        'delete',
        `--tls-verify=${!plain && isTrusted}`,
        '--authfile',
        authFile,
        `docker://${host}/${name}:${tag}`,
      ],
    },
    {
      what: 'A loop of regctl tag delete',
      prefix: 'regctl',
      prepare:
        plain || !isTrusted
          ? [['regctl', 'registry', 'set', '--tls', plain ? 'disabled' : 'insecure', host]]
          : [],
      command: (tag) => ['regctl', 'tag', 'delete', `${host}/${name}:${tag}`],
    },
  ];
}

/** How many seconds a tool takes to delete tags, one after the other; undefined where it is not installed. */
export async function timeTool(
  { prepare = [], command }: Tool,
  tags: readonly string[],
  folder: string,
): Promise<number | undefined> {
  for (const line of prepare) if (!(await execute(line, folder))) return undefined;
  const startedAt = performance.now();
  for (const tag of tags) if (!(await execute(command(tag), folder))) return undefined;
  return (performance.now() - startedAt) / 1000;
}

/** Runs a command to its end; false where it is not installed. */
function execute([command = '', ...args]: readonly string[], folder: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DOCKER_CONFIG: folder, REGCTL_CONFIG: join(folder, 'regctl.json') };
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.once('error', () => resolve(false));
    child.once('close', (code) =>
      code === 0 ? resolve(true) : reject(new Error(`${command}: ${errors.slice(0, 200)}`)),
    );
  });
}
