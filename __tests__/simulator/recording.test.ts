import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, encodeJwt } from '../support/quay/exchange.ts';
import { type DocumentedRow, type QuaySimulator, startQuay } from '../support/quay/simulator.ts';
import type { RepositoryState } from '../support/quay/state.ts';

// The exchanges of a recording depend on each other: all are replayed once, in their order, and each is compared in a test
// of its own.

/** An answer, and what the registry token in it grants. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly access?: unknown;
}

/** A request to a real Quay, and what it answered. */
interface Exchange {
  readonly label: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly authorization: string;
    readonly accept?: string;
    readonly 'content-type'?: string;
    readonly body?: unknown;
  };
  readonly response: Answer;
  readonly access?: unknown;
}

interface RecordedTag {
  readonly name: string;
  readonly digest: string;
  readonly startMs: number;
  readonly endMs?: number;
  readonly mediaType: string;
  readonly size: number;
  readonly immutable?: boolean;
}

interface Recording {
  readonly recordedAt: number;
  readonly repositories: readonly {
    readonly repository: string;
    readonly state: RepositoryState;
    readonly public: boolean;
    readonly tags: readonly RecordedTag[];
  }[];
  readonly exchanges: readonly Exchange[];
}

/** 171 exchanges with a real Quay, and the state that it held. */
const recording: Recording = fixture('quay-exchanges.json');

/** 38 more of the same server: manifests, labels, and expirations that are taken away. */
const laterRecording: {
  readonly repositories: Readonly<
    Record<string, { readonly visibility: string; readonly tags: readonly DocumentedRow[] }>
  >;
  readonly exchanges: readonly Exchange[];
} = fixture('quay-manifests.json');

function fixture(name: string) {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));
}

/** The exchange with a label. */
function exchange(label: string): Exchange {
  const found = recording.exchanges.find((candidate) => candidate.label === label);
  if (!found) throw new Error(`The recording has no exchange "${label}".`);
  return found;
}

const SUBJECT = 'repo:acme/app:ref:refs/heads/main';

/** Gives the simulated Quay the accounts and the repositories that the recorded one had. */
function fillAsRecorded(quay: QuaySimulator): void {
  addAccounts(quay);
  addRepositories(quay);
  addManifests(quay);
  for (const { repository, tags } of recording.repositories)
    quay.addTags(
      repository,
      tags.map((tag) => seedOf(tag)),
    );
}

/** Each with the word that stands for its credential in the recording; nobody has `WRONG`. */
function addAccounts(quay: QuaySimulator): void {
  const namespaces = ['acme'];
  quay.addOAuthToken('TOKEN_OUTSIDER', { namespaces: ['outsiders'] });
  quay.addOAuthToken('TOKEN_RW', { namespaces });
  quay.addOAuthToken('TOKEN_READ', { scope: 'repo:read', namespaces });
  quay.addOAuthToken('TOKEN_ADMIN', { scope: 'repo:admin', namespaces });
  quay.addOAuthToken('TOKEN_EXPIRED', { namespaces, expired: true });
  const on = <T extends string>(right: T, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`acme/${name}`, right]));
  quay.addRobot('acme+cleaner', 'ROBOT_CLEANER', on('write', ['app', 'web', 'pub', 'load', 'bulk', 'idx']));
  quay.addRobot('acme+reader', 'ROBOT_READER', on('read', ['app', 'web']));
  const all = recording.repositories.map(({ repository }) => repository.replace('acme/', ''));
  quay.addRobot('acme+pusher', 'ROBOT_PUSHER', on('admin', all));
  quay.addFederation('acme+fed', { subject: SUBJECT });
  quay.addFederation('acme+fedaud', { subject: SUBJECT, audience: 'quay-lab' });
}

/** In the order in which they were created, as a list shows them; those that held nothing of interest among them. */
function addRepositories(quay: QuaySimulator): void {
  const body = exchange('repositories: token').response.body as {
    readonly repositories: readonly { readonly name: string; readonly description: string | null }[];
  };
  for (const { name, description } of body.repositories) {
    const known = recording.repositories.find(({ repository }) => repository === `acme/${name}`);
    quay.addRepository(`acme/${name}`, {
      public: known?.public ?? false,
      state: known?.state ?? 'NORMAL',
      description: description ?? '',
    });
  }
}

/** The indexes whose bytes an answer shows. */
function addManifests(quay: QuaySimulator): void {
  for (const kind of ['index by digest', 'Docker list by digest', 'nested index']) {
    const { headers, body } = exchange(`v2 manifest: ${kind}`).response;
    const manifest = { bytes: spaced(body), mediaType: headers['content-type'] ?? '' };
    for (const repository of ['acme/idx', 'acme/app']) {
      expectSame(quay.addManifest(repository, manifest), headers['docker-content-digest']);
    }
  }
}

/** As Python writes JSON, which made these manifests. */
function spaced(value: unknown): Buffer {
  const text = JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/g, ' ');
  return Buffer.from(text.replaceAll(/([[{]) /g, '$1').replaceAll(/ ([\]}])/g, '$1'));
}

function expectSame(digest: string, recorded: string | undefined): void {
  if (digest !== recorded) throw new Error(`The bytes have the digest ${digest}, recorded was ${recorded}.`);
}

/** When a tag had been pulled shows in an answer, not in the state. */
const PULLED: Readonly<Record<string, number>> = {
  'pr-62-511a418': Date.parse('2026-11-25T02:48:05Z') / 1000,
};

function seedOf(tag: RecordedTag) {
  const isIndex = /index|list/.test(tag.mediaType);
  const end = tag.endMs === undefined ? undefined : tag.endMs / 1000;
  const isDead = end !== undefined && end <= recording.recordedAt;
  return {
    name: tag.name,
    digest: tag.digest,
    size: isIndex ? null : tag.size,
    manifestList: isIndex,
    lastModified: tag.startMs / 1000,
    immutable: tag.immutable ?? false,
    pulledAt: PULLED[tag.name] ?? null,
    ...(end === undefined ? {} : isDead ? { deletedAt: end } : { expiration: end }),
  };
}

/** The clock of the later recording, in Unix seconds, as its expirations show. */
const LATER = 1_795_859_300;

/** Gives the simulated Quay what the recorded one held the second time. */
function fillAsRecordedLater(quay: QuaySimulator): void {
  addAccounts(quay);
  for (const [repository, { visibility, tags }] of Object.entries(laterRecording.repositories)) {
    quay.addRepository(repository, { public: visibility === 'public' });
    addImages(quay, repository);
    quay.loadList(repository, { tags });
  }
  // What the list does not show: an image without a tag any more, and the repository whose expirations change.
  const deleted = digestIn(
    laterRecording.exchanges.find(({ label }) => label.includes('only tag was deleted')),
  );
  quay.addTag('acme/labels', { name: 'pr-17', digest: deleted, deletedAt: LATER - 60 });
  quay.addRepository('acme/never');
  for (const name of ['pr-1', 'pr-2']) {
    const digest = 'sha256:a88c13efde1b6c3a1964ca7de6a5b665729e34698fc1ac75903aadcecf775365';
    quay.addTag('acme/never', { name, digest, size: 100, lastModified: LATER - 1 });
  }
}

interface ManifestAnswer {
  readonly manifest_data: string;
  readonly layers:
    | readonly { readonly command: readonly string[] | null; readonly created_datetime: string }[]
    | null;
}

interface LabelsAnswer {
  readonly labels: readonly { readonly key: string; readonly value: string }[];
}

/** Stores the manifests that the answers show, and of an image's configuration what they tell of it. */
function addImages(quay: QuaySimulator, repository: string): void {
  const answered = laterRecording.exchanges.filter(
    ({ request, response }) => request.path.includes(`/${repository}/manifest/`) && response.status === 200,
  );
  const labels = new Map(
    answered
      .filter(({ request }) => request.path.endsWith('/labels'))
      .map((answer) => [digestIn(answer), (answer.response.body as LabelsAnswer).labels]),
  );
  for (const answer of answered.filter(({ label }) => label.startsWith('manifest:'))) {
    const { manifest_data: text, layers } = answer.response.body as ManifestAnswer;
    const { mediaType, config } = JSON.parse(text);
    expectSame(quay.addManifest(repository, { bytes: Buffer.from(text), mediaType }), digestIn(answer));
    if (config === undefined) continue;
    const history = layers?.map(({ command, created_datetime: created }) =>
      command === null ? {} : { created, created_by: command[0] },
    );
    const Labels = Object.fromEntries(
      (labels.get(digestIn(answer)) ?? []).map(({ key, value }) => [key, value]),
    );
    quay.addBlob(repository, Buffer.from(JSON.stringify({ config: { Labels }, history })), config.digest);
  }
}

function digestIn(answer: Exchange | undefined): string {
  return /sha256:[0-9a-f]{64}/.exec(answer?.request.path ?? '')?.[0] ?? '';
}

/** When the recorded clock moved on, as the times in the answers show. */
const CLOCK: Readonly<Record<string, number>> = {
  'cascade: delete the last tag of a signed image (REST)': 1,
  'restore: a deleted tag': 2,
  'make: start a blob upload': 4,
};

const ISSUER = 'https://token.actions.githubusercontent.com';
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Sends the recorded requests in their order; credentials, registry tokens and uploads are the simulator's. */
class Replay {
  /** The server's clock in Unix seconds: each request is a millisecond after the one before. */
  clock: number;
  readonly #startedAt: number;
  readonly #tokens = new Map<string, string>();
  readonly #uuids = new Map<string, string>();

  /** @param startedAt - Unix seconds */
  constructor(startedAt: number) {
    this.clock = startedAt;
    this.#startedAt = startedAt;
  }

  async send(quay: QuaySimulator, exchange: Exchange): Promise<Answer> {
    const moved = CLOCK[exchange.label];
    this.clock = moved === undefined ? this.clock + 0.001 : this.#startedAt + moved;
    const { method, path, authorization, accept, body } = exchange.request;
    const filled = path
      .replaceAll('{HOST}', encodeURIComponent(quay.host))
      .replaceAll(UUID, (uuid) => this.#ours(uuid));
    const credentials = this.#authorization(exchange.label, authorization);
    const response = await fetch(`${quay.url}${filled}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(credentials === undefined ? {} : { authorization: credentials }),
        ...(accept === undefined ? {} : { accept }),
        'content-type': exchange.request['content-type'] ?? 'application/json',
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    this.#learn(exchange, `${JSON.stringify([...response.headers])}${text}`);
    return this.#answer(exchange, response, text);
  }

  /** A recorded answer, with the simulator's host and its random identifiers. */
  expected(quay: QuaySimulator, { response, access }: Exchange): Answer {
    const text = JSON.stringify({ ...response, ...(access === undefined ? {} : { access }) })
      .replaceAll('https://{HOST}', quay.url)
      .replaceAll('{HOST}', quay.host)
      .replaceAll(UUID, (uuid) => this.#ours(uuid));
    return JSON.parse(text);
  }

  #answer({ request, response, access }: Exchange, answer: Response, text: string): Answer {
    const names = Object.keys(response.headers);
    const headers = Object.fromEntries(names.map((name) => [name, answer.headers.get(name) ?? 'missing']));
    const body = parsed(text);
    const token =
      typeof body === 'object' && body !== null && 'token' in body ? String(body.token) : undefined;
    if (token !== undefined && access !== undefined) this.#keep(request, token);
    return {
      status: answer.status,
      headers,
      body: token === undefined ? body : { ...Object(body), token: '{JWT}' },
      ...(access === undefined ? {} : { access: decodeJwt(token ?? '')?.['access'] }),
    };
  }

  /** Registry tokens are called by their account and repository; the first of a name is the one used later. */
  #keep({ path, authorization }: Exchange['request'], token: string): void {
    const user = /^Basic ([^:]*)/.exec(authorization)?.[1] ?? '';
    const name = /repository%3Aacme%2F([a-z0-9-]+)/.exec(path)?.[1] ?? '';
    for (const key of [`${user} ${name}`, `${user.replaceAll(/[$+]/g, '-')} ${name}`]) {
      if (!this.#tokens.has(key)) this.#tokens.set(key, token);
    }
  }

  #authorization(label: string, recorded: string): string | undefined {
    if (recorded === 'none') return undefined;
    const filled = recorded
      .replace(/\{JWT ([^}]*)\}/, (_, key: string) => this.#tokens.get(key) ?? `no token of ${key}`)
      .replace('{OIDC}', () => this.#oidcToken(label))
      .replace(/\{([A-Z_]+)\}/, '$1');
    const [scheme = '', value = ''] = filled.split(' ');
    return scheme === 'Basic' ? `Basic ${Buffer.from(value).toString('base64')}` : filled;
  }

  /** GitHub's token, as the label of its exchange describes it. */
  #oidcToken(label: string): string {
    return encodeJwt({
      iss: ISSUER,
      sub: `repo:acme/app:ref:refs/heads/${label.includes('another subject') ? 'dev' : 'main'}`,
      aud: label.includes('another audience') ? 'elsewhere' : 'quay-lab',
      exp: this.clock + (label.includes('expired') ? -60 : 300),
    });
  }

  /** Pairs the random identifiers of the recorded answer with those of ours. */
  #learn({ response }: Exchange, ours: string): void {
    const found = ours.match(UUID) ?? [];
    const recorded = `${JSON.stringify(response.headers)}${JSON.stringify(response.body)}`.match(UUID) ?? [];
    const uniques = [...new Set(found)];
    for (const [index, uuid] of [...new Set(recorded)].entries())
      this.#uuids.set(uuid, this.#uuids.get(uuid) ?? uniques[index] ?? uuid);
  }

  #ours(uuid: string): string {
    return this.#uuids.get(uuid) ?? uuid;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe.each([
  ['first', recording.exchanges, recording.recordedAt, fillAsRecorded],
  ['later', laterRecording.exchanges, LATER, fillAsRecordedLater],
] as const)('the simulated Quay answers as the one recorded %s', (_, exchanges, startedAt, fill) => {
  const pairs: { readonly answer: Answer; readonly expected: Answer }[] = [];
  let quay: QuaySimulator;

  beforeAll(async () => {
    const replay = new Replay(startedAt);
    quay = await startQuay({ version: '3.18', permanentDeletion: true, now: () => replay.clock });
    fill(quay);
    for (const exchange of exchanges) {
      await makeImmutable(quay, exchange);
      const answer = await replay.send(quay, exchange);
      pairs.push({ answer, expected: replay.expected(quay, exchange) });
    }
  });

  afterAll(() => quay.stop());

  test.each(exchanges.map(({ label }, index) => [index, label] as const))('%i: %s', (index) => {
    expect(pairs[index]?.answer).toEqual(pairs[index]?.expected);
  });
});

/** What was done between two exchanges of the later recording. */
async function makeImmutable(quay: QuaySimulator, { label }: Exchange): Promise<void> {
  if (label !== 'expiration: taken away from an immutable tag') return;
  await fetch(`${quay.url}/api/v1/repository/acme/never/tag/pr-2`, {
    method: 'PUT',
    headers: { authorization: 'Bearer TOKEN_ADMIN' },
    body: JSON.stringify({ immutable: true }),
  });
}
