import { digestFor } from './state.ts';

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** An image in a multi-arch image: its digest, or another index with a manifest of its own. */
export type ImageSeed =
  | string
  | { readonly images: readonly ImageSeed[] }
  | {
      readonly digest: string;
      /** `unknown` and `unknown` for an attestation of buildx. */
      readonly platform?: { readonly os: string; readonly architecture: string };
      readonly annotations?: Readonly<Record<string, string>>;
      readonly labels?: Readonly<Record<string, string>>;
    };

/** A manifest whose bytes are known. */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** What an index holds; none for an image. */
  readonly children: readonly string[];
  /** An image's configuration and layers. */
  readonly config: Blob | undefined;
  readonly layers: readonly Blob[];
  /** The bytes of its layers; null for an index. */
  readonly size: number | null;
}

/** What a manifest says of a blob. */
interface Blob {
  readonly digest: string;
  readonly mediaType?: string;
  readonly size?: number;
}

export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_LIST;
}

/** Reads a manifest as it was pushed; undefined where it is none. */
export function parseManifest(bytes: Buffer, mediaType: string): Manifest | undefined {
  try {
    const { manifests, config, layers } = JSON.parse(bytes.toString('utf8'));
    const isIndex = isIndexType(mediaType);
    if (!Array.isArray(isIndex ? manifests : layers)) return undefined;
    const blobs: readonly Blob[] = isIndex ? [] : layers;
    return {
      digest: digestFor(bytes),
      mediaType,
      bytes,
      children: isIndex ? manifests.map(({ digest }: Blob) => digest) : [],
      config: isIndex ? undefined : config,
      layers: blobs,
      size: isIndex ? null : blobs.reduce((sum, { size }) => sum + (size ?? 0), 0),
    };
  } catch {
    return undefined;
  }
}

/** The index of some images, and before it those of the indexes in it. */
export function indexesOf(
  images: readonly ImageSeed[],
  isKnownIndex: (digest: string) => boolean,
  annotations?: Readonly<Record<string, string>>,
): readonly Manifest[] {
  const inner: Manifest[] = [];
  const manifests = images.map((image) => {
    if (typeof image === 'string') {
      return { mediaType: isKnownIndex(image) ? OCI_INDEX : OCI_MANIFEST, digest: image, size: 2 };
    }
    if ('digest' in image) {
      const { labels: _, ...entry } = image;
      return { mediaType: OCI_MANIFEST, size: 2, ...entry };
    }
    const indexes = indexesOf(image.images, isKnownIndex);
    inner.push(...indexes);
    const { digest, bytes } = indexes.at(-1) as Manifest;
    return { mediaType: OCI_INDEX, digest, size: bytes.length };
  });
  const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests, annotations });
  const index = parseManifest(Buffer.from(text), OCI_INDEX);
  if (!index) throw new Error('An index that was made here is none.');
  return [...inner, index];
}

/** What stands for the manifest of a digest that a test made up: its real digest is another one. */
export function standIn(digest: string, isIndex: boolean): Manifest {
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestFor('config'),
    size: 2,
  };
  const mediaType = isIndex ? OCI_INDEX : OCI_MANIFEST;
  const content = isIndex ? { manifests: [] } : { config, layers: [] };
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType, ...content, annotations: { for: digest } }),
  );
  return {
    digest,
    mediaType,
    bytes,
    children: [],
    config: isIndex ? undefined : config,
    layers: [],
    size: isIndex ? null : 0,
  };
}
