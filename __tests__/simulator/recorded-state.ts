import type { QuaySimulator } from '../support/quay/simulator.ts';
import { exchange, type RecordedTag, recording } from './recording.ts';

/** What stands for the credentials in the recording. */
export const CREDENTIALS: Readonly<Record<string, string>> = {
  TOKEN_RW: 'token-that-may-write',
  TOKEN_READ: 'token-that-may-read',
  TOKEN_ADMIN: 'token-of-an-owner',
  TOKEN_EXPIRED: 'token-that-has-expired',
  WRONG: 'token-that-does-not-exist',
  ROBOT_CLEANER: 'password-of-the-cleaner',
  ROBOT_READER: 'password-of-the-reader',
  ROBOT_PUSHER: 'password-of-the-pusher',
};

const SUBJECT = 'repo:acme/app:ref:refs/heads/main';

/** Gives the simulated Quay the accounts and the repositories that the recorded one had. */
export function fillAsRecorded(quay: QuaySimulator): void {
  addAccounts(quay);
  addRepositories(quay);
  addManifests(quay);
  for (const { repository, tags } of recording.repositories)
    quay.addTags(
      repository,
      tags.map((tag) => seedOf(tag)),
    );
}

function addAccounts(quay: QuaySimulator): void {
  const { TOKEN_RW = '', TOKEN_READ = '', TOKEN_ADMIN = '', TOKEN_EXPIRED = '' } = CREDENTIALS;
  quay.addOAuthToken(TOKEN_RW, { namespaces: ['acme'] });
  quay.addOAuthToken(TOKEN_READ, { scope: 'repo:read', namespaces: ['acme'] });
  quay.addOAuthToken(TOKEN_ADMIN, { scope: 'repo:admin', namespaces: ['acme'] });
  quay.addOAuthToken(TOKEN_EXPIRED, { namespaces: ['acme'], expired: true });
  const { ROBOT_CLEANER = '', ROBOT_READER = '', ROBOT_PUSHER = '' } = CREDENTIALS;
  const on = <T extends string>(right: T, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`acme/${name}`, right]));
  quay.addRobot('acme+cleaner', ROBOT_CLEANER, on('write', ['app', 'web', 'pub', 'load', 'bulk', 'idx']));
  quay.addRobot('acme+reader', ROBOT_READER, on('read', ['app', 'web']));
  const all = recording.repositories.map(({ repository }) => repository.replace('acme/', ''));
  quay.addRobot('acme+pusher', ROBOT_PUSHER, on('admin', all));
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
