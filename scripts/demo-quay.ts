import type { GitHubSimulator } from '../__tests__/support/github/simulator.ts';
import { addImage } from '../__tests__/support/images.ts';
import type { QuaySimulator } from '../__tests__/support/quay/simulator.ts';
import { digestFor, type TagSeed } from '../__tests__/support/quay/state.ts';
import { previews } from '../__tests__/support/quay/tags.ts';

export const DEMO_TOKEN = 'demo-token-of-the-simulated-quay';
const HOUR = 3600;
/** Few enough that the log names each tag that is deleted. */
const PREVIEWS = 22;
const FIRST_PREVIEW = 107;
const RELEASE = { digest: digestFor('v2.0.0'), size: 48_610_000 };

/** Fills a simulated Quay with a team's repository: previews of pull requests, releases, a signed and a multi-arch image. */
export function fillDemoQuay(quay: QuaySimulator, seed: { readonly public?: boolean } = {}): void {
  const now = Math.floor(Date.now() / 1000);
  quay.addOAuthToken(DEMO_TOKEN);
  quay.addRepository('acme/web', seed);
  quay.addTags(
    'acme/web',
    previews(PREVIEWS, { from: FIRST_PREVIEW, now: now - 20 * HOUR, every: 7 * HOUR }),
  );
  quay.addTags('acme/web', [
    { name: 'latest', ...RELEASE, lastModified: now - 2 * HOUR },
    { name: 'v2.0.0', ...RELEASE, lastModified: now - 2 * HOUR, immutable: true },
    { name: 'v1.9.3', size: 47_120_000, lastModified: now - 700 * HOUR, immutable: true },
    {
      name: 'main',
      images: ['amd64', 'arm64'].map((architecture) => addImage(quay, architecture)),
      lastModified: now - 3 * HOUR,
    },
    { name: 'nightly', size: 48_900_000, lastModified: now - 9 * HOUR, expiration: now + 15 * HOUR },
    { name: 'pr-120-keep', size: 41_000_000, lastModified: now - 60 * HOUR },
    { name: 'pr-90', size: 40_000_000, lastModified: now - 900 * HOUR, deletedAt: now - 800 * HOUR },
    ...signatureOf('pr-110', now - 140 * HOUR),
    ...signatureOf('v2.0.0', now - 2 * HOUR),
  ]);
}

/** What `cosign sign` pushes beside an image. */
function signatureOf(image: string, lastModified: number): readonly TagSeed[] {
  return [{ name: `${digestFor(image).replace(':', '-')}.sig`, size: 1024, lastModified }];
}

/** The pull requests of the team: most are merged, one was closed, four are open. */
export function fillDemoGitHub(github: GitHubSimulator): void {
  const numbers = Array.from({ length: PREVIEWS }, (_, index) => FIRST_PREVIEW + index);
  github.setPullRequests('MERGED', ...numbers);
  github.setPullRequests('CLOSED', 125);
  github.setPullRequests('OPEN', 119, 124, 127, 128);
  github.setBranches('main');
}
