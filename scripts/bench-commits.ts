import { startGitHub } from '../__tests__/support/github/simulator.ts';
import type { RepositoryState } from '../__tests__/support/github/state.ts';
import { startQuay } from '../__tests__/support/quay/simulator.ts';
import { runBundle } from '../__tests__/support/run-bundle.ts';

const TOKEN = 'token-of-the-benchmark';

/** What looking up the commits of all tags takes. */
export interface MeasuredCommits {
  readonly seconds: number;
  readonly requests: number;
  /** Of the 1,000 for GraphQL that a job's token has in an hour. */
  readonly points: number;
}

/** A dry run on tags of commits; GitHub answers after so many milliseconds, within its limits. */
export async function measureCommits(tags: number, delayMs: number): Promise<MeasuredCommits> {
  const github = await startGitHub();
  const quay = await startQuay({ delayMs });
  try {
    github.delayMs = delayMs;
    quay.addRepository('acme/web');
    for (const oid of makeCommits(github.repository, tags))
      quay.addTag('acme/web', { name: `sha-${oid.slice(0, 12)}` });
    quay.addOAuthToken(TOKEN);
    const startedAt = performance.now();
    const { exitCode, outputs, log } = await runBundle({
      inputs: {
        repository: 'acme/web',
        registry: quay.url,
        token: TOKEN,
        'github-token': TOKEN,
        tags: 'sha-{commit}',
        'dry-run': 'true',
      },
      environment: github.environment,
    });
    const seconds = (performance.now() - startedAt) / 1000;
    if (exitCode !== 0 || outputs['selected-count'] !== String(tags * 0.95))
      throw new Error(`A measured run failed:\n${log.slice(-2000)}`);
    return { seconds, requests: github.requests.length, points: github.pointsUsed };
  } finally {
    github.stop();
    await quay.stop();
  }
}

/** So many commits: a twentieth on the default branch, the others the heads and temporary merges of closed pull requests. */
function makeCommits(repository: RepositoryState, count: number): readonly string[] {
  const oids = [repository.push('main')];
  while (oids.length < count / 20) oids.push(repository.push('main'));
  for (let number = 1; oids.length < count; number += 1) {
    const { commits, temporaryMerge = '' } = repository.openPullRequest(number);
    repository.closePullRequest(number);
    repository.branches.delete(`topic-${number}`);
    oids.push(...commits, temporaryMerge);
  }
  return oids.slice(0, count);
}
