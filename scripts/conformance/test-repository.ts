import { type Answer, type Client, demand } from './client.ts';
import { ACCEPT, cosignTag, digestOf, type Image, tinyImage } from './images.ts';
import type { OwnRepositories } from './own-repositories.ts';

/** A living tag as the server lists it, as far as the suite looks. */
export interface Row {
  readonly name: string;
  readonly manifest_digest: string;
  readonly start_ts: number;
  readonly end_ts?: number;
  readonly immutable?: boolean;
}

/** One repository of the suite: what is pushed to it, and what the server says of it afterwards. */
export class TestRepository {
  readonly name: string;
  readonly #client: Client;
  readonly #own: OwnRepositories;
  readonly #token: string;
  /** Digests of blobs and manifests that were pushed. */
  readonly #pushed = new Set<string>();
  #bearer: Promise<string> | undefined;

  constructor(
    name: string,
    parts: { readonly client: Client; readonly own: OwnRepositories; readonly token: string },
  ) {
    this.#client = parts.client;
    this.#own = parts.own;
    this.#token = parts.token;
    this.name = parts.own.own(name);
  }

  /** Pushes an image, with what it holds, under some tags, one after the other; without one, by its digest. */
  async push(image: Image, ...tags: readonly string[]): Promise<Image> {
    for (const blob of image.blobs) await this.#pushBlob(blob);
    for (const part of image.parts) if (!this.#pushed.has(part.digest)) await this.push(part);
    for (const reference of tags.length > 0 ? tags : [image.digest]) {
      const answer = await this.v2('PUT', `manifests/${reference}`, {
        headers: { 'content-type': image.mediaType },
        body: image.bytes,
      });
      demand(answer, `Pushing ${this.name}:${reference}`, 201);
    }
    this.#pushed.add(image.digest);
    return image;
  }

  /** Pushes images by tag; the same text is the same image. The last one is the newest. */
  async pushTags(images: Readonly<Record<string, string | Image>>): Promise<void> {
    for (const [tag, image] of Object.entries(images))
      await this.push(typeof image === 'string' ? tinyImage(image) : image, tag);
  }

  /** What `cosign sign` pushes beside an image; says the tag's name. */
  async sign({ digest }: Image): Promise<string> {
    const tag = cosignTag(digest);
    await this.push(tinyImage(`signature of ${digest}`), tag);
    return tag;
  }

  /** Sends a request over the registry API. */
  async v2(
    method: string,
    path: string,
    {
      headers = {},
      body,
    }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: Buffer } = {},
  ): Promise<Answer> {
    this.#bearer ??= this.#signIn();
    const authorization = `Bearer ${await this.#bearer}`;
    const sent = path.startsWith('/v2/') ? path : `/v2/${this.name}/${path}`;
    if (!sent.startsWith(`/v2/${this.name}/`)) throw new Error(`${sent} leads out of ${this.name}.`);
    return this.#client.send({
      method,
      path: sent,
      headers: { ...headers, authorization },
      ...(body === undefined ? {} : { body }),
    });
  }

  /** Looks at a manifest, which counts as a pull. */
  async pull(tag: string): Promise<void> {
    demand(await this.v2('GET', `manifests/${tag}`, { headers: { accept: ACCEPT } }), `Pulling ${tag}`, 200);
  }

  /** Sends a request over the REST API; `path` stands behind the repository's name. */
  rest(method: string, path: string, body?: object): Promise<Answer> {
    return this.#own.send(method, this.name, { path, ...(body ? { body } : {}) });
  }

  async change(tag: string, body: object): Promise<void> {
    demand(await this.rest('PUT', `/tag/${tag}`, body), `Changing ${tag} to ${JSON.stringify(body)}`, 201);
  }

  async delete(tag: string): Promise<void> {
    demand(await this.rest('DELETE', `/tag/${tag}`), `Deleting ${tag}`, 204);
  }

  /** Gives a robot a right on this repository. */
  async grant(robot: string, role: 'read' | 'write'): Promise<void> {
    const answer = await this.rest('PUT', `/permissions/user/${robot}`, { role });
    demand(answer, `Granting ${robot} the right to ${role} ${this.name}`, 200, 201);
  }

  /** Makes the repository read-only, or normal again. */
  setState(state: 'NORMAL' | 'READ_ONLY'): Promise<Answer> {
    return this.rest('PUT', '/changestate', { state });
  }

  /** The living tags, newest first, from all pages. */
  async rows(): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.rest('GET', `/tag/?limit=100&page=${page}&onlyActiveTags=true`);
      const list: { readonly tags: readonly Row[]; readonly has_additional: boolean } = JSON.parse(
        demand(answer, `Listing ${this.name}`, 200).text,
      );
      rows.push(...list.tags);
      if (!list.has_additional) return rows;
    }
  }

  /** The names of the living tags, sorted. */
  async alive(): Promise<readonly string[]> {
    return (await this.rows()).map(({ name }) => name).sort();
  }

  async row(tag: string): Promise<Row | undefined> {
    return (await this.rows()).find(({ name }) => name === tag);
  }

  /** How often the server says that a tag was pulled; undefined where it does not tell. */
  async pulls(tag: string): Promise<number | undefined> {
    const { status, text } = await this.rest('GET', `/tag/${tag}/pull_statistics`);
    return status === 200 ? Number(JSON.parse(text).tag_pull_count) : undefined;
  }

  async #signIn(): Promise<string> {
    const service = new URL(this.#client.origin).host;
    const query = new URLSearchParams({ service, scope: `repository:${this.name}:pull,push` });
    const basic = Buffer.from(`$oauthtoken:${this.#token}`).toString('base64');
    const answer = await this.#client.send({
      method: 'GET',
      path: `/v2/auth?${query}`,
      headers: { authorization: `Basic ${basic}` },
    });
    return JSON.parse(demand(answer, `Signing in to push to ${this.name}`, 200).text).token;
  }

  async #pushBlob(blob: Buffer): Promise<void> {
    const digest = digestOf(blob);
    if (this.#pushed.has(digest)) return;
    const started = demand(
      await this.v2('POST', 'blobs/uploads/'),
      `Starting an upload to ${this.name}`,
      202,
    );
    // Of the location only the path: a token goes to the registry alone.
    const location = new URL(started.headers.get('location') ?? '', this.#client.origin);
    location.searchParams.set('digest', digest);
    const answer = await this.v2('PUT', `${location.pathname}${location.search}`, {
      headers: { 'content-type': 'application/octet-stream' },
      body: blob,
    });
    demand(answer, `Uploading to ${this.name}`, 201);
    this.#pushed.add(digest);
  }
}
