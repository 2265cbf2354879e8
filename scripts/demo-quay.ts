import { readFileSync } from 'node:fs';
import type { QuaySimulator } from '../__tests__/support/quay/simulator.ts';
import { digestFor } from '../__tests__/support/quay/state.ts';
import { previews } from '../__tests__/support/quay/tags.ts';

export const DEMO_TOKEN = 'demo-token-of-the-simulated-quay';
const HOUR = 3600;

/** Fills a simulated Quay with a team's repository, and with the list that Quay's documentation prints. */
export function fillDemoQuay(quay: QuaySimulator): void {
  quay.addOAuthToken(DEMO_TOKEN);
  addPreviews(quay);
  quay.addRepository('projectquay/example', { public: true });
  const list = new URL('../__tests__/fixtures/quay-list-example.json', import.meta.url);
  quay.loadList('projectquay/example', JSON.parse(readFileSync(list, 'utf8')));
}

/** A team's repository: three pages of previews and releases, multi-arch, immutable, expiring and dead tags among them. */
function addPreviews(quay: QuaySimulator): void {
  const now = Math.floor(Date.now() / 1000);
  quay.addRepository('acme/web');
  quay.addTags('acme/web', previews(225, { now: now - 40 * HOUR, every: 5 * HOUR }));
  quay.addTags('acme/web', [
    { name: 'latest', digest: digestFor('pr-225'), lastModified: now - 2 * HOUR },
    { name: 'v2.0.0', digest: digestFor('pr-220'), lastModified: now - 90 * HOUR, immutable: true },
    { name: 'v1.9.3', lastModified: now - 700 * HOUR, immutable: true },
    { name: 'main', manifestList: true, lastModified: now - 3 * HOUR },
    { name: 'nightly', manifestList: true, lastModified: now - 9 * HOUR, expiration: now + 15 * HOUR },
    { name: 'pr-226', manifestList: true, lastModified: now - 30 * HOUR },
    { name: 'pr-210-keep', lastModified: now - 60 * HOUR },
    { name: 'pr-199-demo', lastModified: now - 120 * HOUR, immutable: true },
    { name: 'pr-227', lastModified: now - 29 * HOUR, expiration: now + 48 * HOUR },
    { name: 'pr-3-old', lastModified: now - 2000 * HOUR, deletedAt: now - 1900 * HOUR },
  ]);
}
