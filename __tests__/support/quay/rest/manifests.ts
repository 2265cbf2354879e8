import { createHash } from 'node:crypto';
import { html, type Incoming, json, type Reply } from '../exchange.ts';
import { isIndexType, type Manifest } from '../manifests.ts';
import type { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import { insufficientScope, notFound, readable, tokenOf } from './access.ts';
import { dateText } from './tags.ts';

/** Answers a manifest, or the labels of its image, by digest. Neither is a pull. */
export function answerManifest(
  server: Server,
  request: Incoming,
  { repository: name, rest }: { readonly repository: string; readonly rest: readonly string[] },
): Reply {
  if (request.method !== 'GET') return html(405, '405 Method Not Allowed');
  const [digest = '', kind, ...more] = rest.map(decodeURIComponent);
  const isKnownPath = kind === undefined || (kind === 'labels' && more.length === 0);
  // A tag is read as a part of another repository's name.
  if (!/^sha256:[0-9A-Fa-f]+$/.test(digest) || !isKnownPath) throw insufficientScope();
  // Recorded: a missing repository is a 403 here, although its list is a 404.
  if (tokenOf(server.state, request) && !server.state.repositories.has(name)) throw insufficientScope();
  const repository = readable(server, request, name);
  const manifest = repository.resolve(digest);
  if (!manifest) throw notFound();
  if (kind === 'labels') {
    const isHidden = server.mutation === 'hides-labels';
    return json(200, { labels: isHidden ? [] : labelsJson(repository, manifest, request) });
  }
  return json(200, manifestJson(repository, manifest));
}

function manifestJson(repository: Repository, { digest, mediaType, bytes, config, layers, size }: Manifest) {
  const isIndex = isIndexType(mediaType);
  const history = (configOf(repository, config?.digest).history ?? []).filter(
    ({ empty_layer }) => !empty_layer,
  );
  return {
    digest,
    is_manifest_list: isIndex,
    manifest_data: bytes.toString('utf8'),
    config_media_type: config?.mediaType ?? null,
    layers_compressed_size: size ?? 0,
    layers: isIndex
      ? null
      : layers.map((layer, index) => {
          const { created, created_by, comment, author } = history[index] ?? {};
          return {
            index,
            compressed_size: layer.size ?? 0,
            is_remote: false,
            urls: null,
            command: created_by === undefined ? null : [created_by],
            comment: comment ?? null,
            author: author ?? null,
            blob_digest: layer.digest,
            created_datetime: created === undefined ? null : dateText(Date.parse(created) / 1000),
          };
        }),
  };
}

/** An index has none, whatever its annotations say. */
function labelsJson(repository: Repository, { digest, config }: Manifest, { query }: Incoming) {
  const labels = repository.labels.get(digest) ?? configOf(repository, config?.digest).config?.Labels ?? {};
  return Object.entries(labels)
    .filter(([key]) => key.startsWith(query.get('filter') ?? ''))
    .map(([key, value]) => ({
      id: uuidOf(`${repository.name} ${digest} ${key}`),
      key,
      value,
      source_type: 'manifest',
      media_type: 'text/plain',
    }));
}

/** An image's configuration, as far as Quay shows it. */
interface Config {
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> };
  readonly history?: readonly {
    readonly created?: string;
    readonly created_by?: string;
    readonly comment?: string;
    readonly author?: string;
    readonly empty_layer?: boolean;
  }[];
}

function configOf(repository: Repository, digest: string | undefined): Config {
  const bytes = repository.blobs.get(digest ?? '');
  try {
    return bytes ? JSON.parse(bytes.toString('utf8')) : {};
  } catch {
    return {};
  }
}

/** The same for the same text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
