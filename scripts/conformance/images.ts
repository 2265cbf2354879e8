import { createHash } from 'node:crypto';

const OCI = 'application/vnd.oci.image';
export const MANIFEST_TYPE = `${OCI}.manifest.v1+json`;
export const INDEX_TYPE = `${OCI}.index.v1+json`;
export const ACCEPT = [
  MANIFEST_TYPE,
  INDEX_TYPE,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** A manifest with the blobs that it needs. */
export interface Image {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly digest: string;
  readonly blobs: readonly Buffer[];
  /** The images in an index. */
  readonly parts: readonly Image[];
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** An image without layers; another text makes another digest. */
export function tinyImage(
  text: string,
  {
    architecture = 'amd64',
    labels = {},
  }: { readonly architecture?: string; readonly labels?: Readonly<Record<string, string>> } = {},
): Image {
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: { Labels: { conformance: text, ...labels } },
      rootfs: { type: 'layers', diff_ids: [] },
    }),
  );
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: `${OCI}.config.v1+json`, digest: digestOf(config), size: config.length },
      layers: [],
    }),
  );
  return { mediaType: MANIFEST_TYPE, bytes, digest: digestOf(bytes), blobs: [config], parts: [] };
}

/** A multi-arch image of images, or of other indexes. */
export function indexOf(images: readonly Image[]): Image {
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: INDEX_TYPE,
      manifests: images.map(({ mediaType, digest, bytes: { length: size } }, place) => ({
        mediaType,
        digest,
        size,
        platform: { architecture: place === 0 ? 'amd64' : 'arm64', os: 'linux' },
      })),
    }),
  );
  return { mediaType: INDEX_TYPE, bytes, digest: digestOf(bytes), blobs: [], parts: images };
}

/** The name of a tag that cosign keeps beside an image. */
export function cosignTag(digest: string, suffix: 'sig' | 'att' | 'sbom' = 'sig'): string {
  return `${digest.replace(':', '-')}.${suffix}`;
}
