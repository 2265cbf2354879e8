import { indexesOf, OCI_INDEX, OCI_MANIFEST } from './quay/manifests.ts';
import type { QuaySimulator } from './quay/simulator.ts';
import { digestFor } from './quay/state.ts';

/** Stores an image with a manifest of its own, which no tag stands for yet; returns its digest. */
export function addImage(quay: QuaySimulator, name: string, repository = 'acme/web'): string {
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestFor(`config of ${name}`),
    size: 2,
  };
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] };
  return quay.addManifest(repository, {
    bytes: Buffer.from(JSON.stringify(manifest)),
    mediaType: OCI_MANIFEST,
  });
}

/** Stores an index of images that are there already, which no tag stands for yet; returns its digest. */
export function addIndex(quay: QuaySimulator, images: readonly string[], repository = 'acme/web'): string {
  const bytes = indexesOf(images, () => false).at(-1)?.bytes ?? Buffer.alloc(0);
  return quay.addManifest(repository, { bytes, mediaType: OCI_INDEX });
}

/** The name of the cosign tag of an image. */
export function cosignTag(image: string, suffix = '.sig'): string {
  return `${image.replace(':', '-')}${suffix}`;
}

export const CLEAN = { 'clean-orphaned-signatures': 'true' };
export const KEEP_SIGNATURES = { tags: 'pr-*', 'exclude-tags': '*.sig' };

/** Adds `latest` and so many signed previews to `acme/web`. */
export function addSigned(quay: QuaySimulator, count: number): void {
  quay.addTag('acme/web', { name: 'latest', digest: digestFor('latest') });
  for (let number = 1; number <= count; number += 1) {
    const digest = digestFor(`pr-${number}`);
    quay.addTags('acme/web', [
      { name: `pr-${number}`, digest },
      { name: cosignTag(digest), digest: digestFor(`signature of pr-${number}`) },
    ]);
  }
}

export const signatureOf = (name: string) => cosignTag(digestFor(name));
