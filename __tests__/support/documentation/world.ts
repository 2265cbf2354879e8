import { type GitHubSimulator, startGitHub } from '../github/simulator.ts';
import { type QuaySimulator, startQuay } from '../quay/simulator.ts';
import type { TagSeed } from '../quay/state.ts';
import { endsWithTest } from '../resources.ts';
import type { Occasion } from './run-workflow.ts';

const DAY = 86_400;

/** The secrets that the documentation names, as a reader stores them. */
export const SECRETS = {
  QUAY_TOKEN: 'oauth-token-of-the-reader-0123456789',
  QUAY_ROBOT_TOKEN: 'robot-token-of-the-reader-0123456789',
  ORGANIZATION_TOKEN: 'github-token-of-the-organization-0123456789',
} as const;

/** A tag, its age in days, and what else differs. */
export type Aged = readonly [name: string, days: number, seed?: Omit<TagSeed, 'name' | 'lastModified'>];

export interface World {
  readonly quay: QuaySimulator;
  readonly github: GitHubSimulator;
}

/** A Quay with acme/web and the credentials of the documentation, and a GitHub; pull requests 1 and 12 are closed, 2 is open. */
export async function documentedWorld(tags: readonly Aged[]): Promise<World> {
  const quay = endsWithTest(await startQuay());
  const github = endsWithTest(await startGitHub());
  quay.addRepository('acme/web');
  const now = Math.floor(Date.now() / 1000);
  for (const [name, days, seed] of tags)
    quay.addTag('acme/web', { ...seed, name, lastModified: now - Math.round(days * DAY) });
  quay.addOAuthToken(SECRETS.QUAY_TOKEN);
  quay.addRobot('acme+ci', SECRETS.QUAY_ROBOT_TOKEN, { 'acme/web': 'write' });
  github.setPullRequests('CLOSED', 1);
  github.setPullRequests('MERGED', 12);
  github.setPullRequests('OPEN', 2);
  github.setBranches('main', 'feature/kept');
  return { quay, github };
}

/** What GitHub says with an event of the repository acme/app. */
export function occasionOf(event: string, world: World): Occasion {
  const payloads: Readonly<Record<string, Occasion['payload']>> = {
    pull_request: { number: 1, action: 'closed' },
    pull_request_target: { number: 1, action: 'closed' },
    delete: { ref: 'feature/gone', ref_type: 'branch' },
  };
  return { ...world, event, payload: payloads[event] ?? {}, secrets: SECRETS };
}
