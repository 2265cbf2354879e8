import type { FaultRule, Storm } from './faults.ts';
import { Front, type RecordedRequest } from './front.ts';
import { type Listener, listen } from './listener.ts';
import { type Manifest, parseManifest } from './manifests.ts';
import { Repository } from './repository.ts';
import { rowJson } from './rest/tags.ts';
import { featuresOf, type Mutation, type QuayOptions, type Server } from './server.ts';
import {
  digestFor,
  type Federation,
  type OAuthToken,
  QuayState,
  type RepositorySeed,
  type Robot,
  type TagSeed,
} from './state.ts';

// Tests name the simulator and its options in one breath.
export type { QuayOptions } from './server.ts';

/** A Quay that lives in this process: real HTTP, a real state, and faults as a test writes them. */
export class QuaySimulator {
  readonly url: string;
  readonly host: string;
  /** PEM of the authority that its certificate comes from; empty without TLS. */
  readonly ca: string;
  readonly requests: RecordedRequest[];
  readonly stats: Front['stats'];
  readonly stop: () => Promise<void>;
  readonly #server: Server;
  readonly #state: QuayState;
  readonly #front: Front;

  constructor(server: Server, front: Front, { url, ca, close }: Listener) {
    this.url = url;
    this.host = new URL(url).host;
    this.ca = ca;
    this.requests = front.requests;
    this.stats = front.stats;
    this.stop = close;
    this.#server = server;
    this.#state = server.state;
    this.#front = front;
  }

  addRepository(name: string, seed: RepositorySeed = {}): void {
    this.#state.add(new Repository(name, seed, { now: this.#state.now, ...this.#server.features }));
    this.addTags(
      name,
      (seed.tags ?? []).map((tag) => (typeof tag === 'string' ? { name: tag } : tag)),
    );
  }

  addTag(repository: string, seed: TagSeed): void {
    this.#repository(repository).add(seed);
  }

  addTags(repository: string, seeds: readonly TagSeed[]): void {
    for (const seed of seeds) this.addTag(repository, seed);
  }

  /** Fills a repository with rows of the shape of Quay's list, history included. */
  loadList(repository: string, { tags }: { readonly tags: readonly DocumentedRow[] }): void {
    for (const row of tags) this.addTag(repository, seedOfRow(row, this.#state.now()));
  }

  /** Stores a manifest that no tag stands for yet; returns its digest. */
  addManifest(repository: string, { bytes, mediaType }: Pick<Manifest, 'bytes' | 'mediaType'>): string {
    const manifest = parseManifest(bytes, mediaType);
    if (!manifest) throw new Error('These bytes are no manifest.');
    this.#repository(repository).store(manifest);
    return manifest.digest;
  }

  /** Stores a blob, such as the configuration of an image, under its own digest or another one. */
  addBlob(repository: string, bytes: Buffer, digest = digestFor(bytes)): void {
    this.#repository(repository).blobs.set(digest, bytes);
  }

  addOAuthToken(
    token: string,
    { scope = 'repo:write', namespaces, expired = false }: Partial<OAuthToken> = {},
  ): void {
    this.#state.oauthTokens.set(token, { scope, namespaces, expired });
  }

  addRobot(name: string, password: string, permissions: Robot['permissions']): void {
    this.#state.robots.set(name, { password, permissions });
  }

  addFederation(robot: string, federation: Federation): void {
    this.#state.federations.set(robot, [...(this.#state.federations.get(robot) ?? []), federation]);
  }

  /** The names of the living tags, sorted. */
  alive(repository: string): readonly string[] {
    return this.#repository(repository)
      .tags.living.map(({ name }) => name)
      .sort();
  }

  digestOf(repository: string, tag: string): string | undefined {
    return this.#repository(repository).tags.find(tag)?.digest;
  }

  /** A living tag as the REST API lists it. */
  row(repository: string, tag: string): Readonly<Record<string, unknown>> | undefined {
    const table = this.#repository(repository);
    const row = table.tags.find(tag);
    return row && rowJson(table, row, this.#server.features);
  }

  /** What `docker push` does: creates the tag, or moves it. */
  push(repository: string, tag: string, digest: string): void {
    this.#repository(repository).point(tag, digest);
  }

  /** What somebody else does while a run is going on. */
  remove(repository: string, tag: string): void {
    const row = this.#repository(repository).tags.find(tag);
    if (row) this.#repository(repository).remove(row);
  }

  fault(rule: FaultRule): void {
    this.#front.faults.add(rule);
  }

  storm(storm: Storm): void {
    this.#front.faults.start(storm);
    if (storm.lagMs !== undefined) this.lag(storm.lagMs);
  }

  /** Lets every list be so many milliseconds of the server's clock behind from now on; 0 ends it. */
  lag(ms: number): void {
    this.#server.lagMs = ms;
  }

  clearFaults(): void {
    this.#front.faults.clear();
    this.lag(0);
  }

  /** How many pulls of its tags and manifests a repository has counted. */
  pullsOf(repository: string): number {
    const { tagPulls, manifestPulls } = this.#repository(repository);
    return tagPulls.sum + manifestPulls.sum;
  }

  /** Calls back before each request is answered whose `METHOD path` is such, with their number so far. */
  onRequest(such: RegExp, act: (count: number, request: RecordedRequest) => unknown): void {
    let count = 0;
    this.#front.listeners.push((request) => {
      if (such.test(`${request.method} ${request.path}`)) act(++count, request);
    });
  }

  /** Forgets what was recorded. */
  reset(): void {
    this.#front.reset();
  }

  /** `namespace/name:tag` of every DELETE by name that came in, over whichever API, in their order. */
  deletesSent(): readonly string[] {
    return this.requests
      .filter(({ method }) => method === 'DELETE')
      .map(({ path }) =>
        path
          .replace(/^\/api\/v1\/repository\/(.*)\/tag\/([^/]*)$/, '$1:$2')
          .replace(/^\/v2\/(.*)\/manifests\/([^/]*)$/, '$1:$2'),
      );
  }

  /** Breaks a behaviour on purpose from now on. */
  mutate(mutation: Mutation): void {
    this.#server.mutation = mutation;
  }

  #repository(name: string): Repository {
    const repository = this.#state.repositories.get(name);
    if (!repository) throw new Error(`The simulated Quay has no repository ${name}.`);
    return repository;
  }
}

/** Starts a Quay on this machine's loopback address. */
export async function startQuay(options: QuayOptions = {}): Promise<QuaySimulator> {
  let front: Front | undefined;
  const listener = await listen(options, () => front);
  const origin = options.publicUrl ?? listener.url;
  const state = new QuayState(options.now ?? (() => Date.now() / 1000));
  const server: Server = {
    state,
    features: featuresOf(options),
    options,
    origin,
    host: new URL(origin).host,
    mutation: undefined,
    lagMs: options.lagMs ?? 0,
  };
  front = new Front(server);
  return new QuaySimulator(server, front, listener);
}

/** A row of the list that Quay's documentation prints. */
export interface DocumentedRow {
  readonly name: string;
  readonly start_ts: number;
  readonly end_ts?: number;
  readonly manifest_digest: string;
  readonly is_manifest_list: boolean;
  readonly size: number | null;
}

/** The tag that a row shows, seen from a time in Unix seconds: dead ones are history. */
function seedOfRow(row: DocumentedRow, now: number): TagSeed {
  const isDead = row.end_ts !== undefined && row.end_ts <= now;
  return {
    name: row.name,
    digest: row.manifest_digest,
    size: row.size,
    lastModified: row.start_ts,
    manifestList: row.is_manifest_list,
    ...(row.end_ts === undefined ? {} : isDead ? { deletedAt: row.end_ts } : { expiration: row.end_ts }),
  };
}
