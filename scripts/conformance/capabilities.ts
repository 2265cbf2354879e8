import { type Client, demand } from './client.ts';
import { tinyImage } from './images.ts';
import type { Options } from './options.ts';
import type { OwnRepositories } from './own-repositories.ts';
import type { TestRepository } from './test-repository.ts';

const HOUR = 3600;
const TEN_YEARS = 10 * 365 * 24 * HOUR;

/** What a check may need of the server, or of who started the suite. */
export type Need =
  | 'pull-statistics'
  | 'immutable-tags'
  | 'deletes-signatures'
  | 'leaves-signatures'
  | 'deletes-by-tag-over-v2'
  | 'nested-names'
  | 'public-repositories'
  | 'tag-expiration'
  | 'lower-expiration-bound'
  | 'upper-expiration-bound'
  | 'time-machine-window'
  | 'repository-states'
  | 'write-token'
  | 'read-token'
  | 'robot'
  | 'keyless';

/** What was found out about a server before the checks. */
export interface Capabilities {
  /** As the server tells it; undefined where it does not. */
  readonly version: string | undefined;
  readonly needs: ReadonlySet<Need>;
  /** The time machine's window, in seconds. */
  readonly windowSeconds: number | undefined;
  /** How long after a tag's start its expiration lies at least and at most, in seconds; undefined where unbounded. */
  readonly expiration: { readonly atLeast: number | undefined; readonly atMost: number | undefined };
}

export interface Probing {
  readonly client: Client;
  readonly own: OwnRepositories;
  readonly options: Options;
  readonly open: (name: string) => TestRepository;
}

/** Tries in a repository of its own what the server can. */
export async function probe({ client, own, options, open }: Probing): Promise<Capabilities> {
  const repository = open(await own.make());
  const image = await repository.push(tinyImage('probe'), 'probe', 'over-v2');
  const needs = new Set<Need>();
  const learn = (need: Need, can: boolean) => can && needs.add(need);
  learn('pull-statistics', (await repository.pulls('probe')) !== undefined);
  learn('immutable-tags', await canBeImmutable(repository));
  const overV2 = await repository.v2('DELETE', 'manifests/over-v2');
  learn('deletes-by-tag-over-v2', overV2.status === 202);
  const deletesThem = await deletesSignatures(repository);
  learn(deletesThem ? 'deletes-signatures' : 'leaves-signatures', true);
  const expiration = await expirationBounds(repository);
  learn('tag-expiration', expiration.isTaken);
  learn('lower-expiration-bound', expiration.atLeast !== undefined);
  learn('upper-expiration-bound', expiration.atMost !== undefined);
  const described = demand(
    await repository.rest('GET', '?includeTags=false'),
    'Describing a repository',
    200,
  );
  const windowSeconds: number | undefined = JSON.parse(described.text).tag_expiration_s;
  learn('time-machine-window', (windowSeconds ?? 0) > 0);
  learn('nested-names', await canMake(own, { suffix: '/nested' }));
  learn('public-repositories', await canMake(own, { visibility: 'public' }));
  learn('repository-states', await canChangeState(repository));
  learn('write-token', options.writeToken !== undefined);
  learn('read-token', options.readToken !== undefined);
  learn('robot', options.robot !== undefined && needs.has('deletes-by-tag-over-v2'));
  learn('keyless', options.keyless !== undefined && (await exchangesTokens(client)));
  if (image.digest !== (await repository.row('probe'))?.manifest_digest)
    throw new Error('The server lists another digest than was pushed: nothing can be checked here.');
  for (const name of own.made) await own.remove(name);
  return { version: await versionOf(client), needs, windowSeconds, expiration };
}

async function canBeImmutable(repository: TestRepository): Promise<boolean> {
  const { status } = await repository.rest('PUT', '/tag/probe', { immutable: true });
  if (status !== 201 || (await repository.row('probe'))?.immutable !== true) return false;
  await repository.change('probe', { immutable: false });
  return true;
}

async function canChangeState(repository: TestRepository): Promise<boolean> {
  if ((await repository.setState('READ_ONLY')).status !== 200) return false;
  return (await repository.setState('NORMAL')).status === 200;
}

async function deletesSignatures(repository: TestRepository): Promise<boolean> {
  const signature = await repository.sign(await repository.push(tinyImage('signed'), 'signed'));
  await repository.delete('signed');
  return (await repository.row(signature)) === undefined;
}

/** Asks for an expiration that is too soon for most servers, and for one that is too late. */
async function expirationBounds(
  repository: TestRepository,
): Promise<Capabilities['expiration'] & { readonly isTaken: boolean }> {
  const now = Date.now() / 1000;
  const life = async (seconds: number) => {
    await repository.push(tinyImage(`expires ${seconds}`), 'expiring');
    const { status } = await repository.rest('PUT', '/tag/expiring', {
      expiration: Math.ceil(now + seconds),
    });
    const row = await repository.row('expiring');
    return status === 201 && row?.end_ts !== undefined ? row.end_ts - row.start_ts : undefined;
  };
  const shortest = await life(120);
  const longest = await life(TEN_YEARS);
  return {
    isTaken: shortest !== undefined || longest !== undefined,
    atLeast: shortest !== undefined && shortest > 300 ? shortest : undefined,
    atMost: longest !== undefined && longest < TEN_YEARS - HOUR ? longest : undefined,
  };
}

async function canMake(
  own: OwnRepositories,
  wanted: Parameters<OwnRepositories['make']>[0],
): Promise<boolean> {
  return own.make(wanted).then(
    () => true,
    () => false,
  );
}

/** Without credentials the endpoint says that they are missing, where it is there at all. */
async function exchangesTokens(client: Client): Promise<boolean> {
  const { status } = await client.send({ method: 'GET', path: '/oauth2/federation/robot/token' });
  return status === 401;
}

/** Quay's web page asks `/config`; a server that tells its version there has it in a key that says so. */
async function versionOf(client: Client): Promise<string | undefined> {
  try {
    const { status, text } = await client.send({ method: 'GET', path: '/config' });
    const entries = status === 200 ? Object.entries(JSON.parse(text)) : [];
    const [, version] = entries.find(([key]) => /version/i.test(key)) ?? [];
    return typeof version === 'string' && version !== '' ? version : undefined;
  } catch {
    return undefined;
  }
}
