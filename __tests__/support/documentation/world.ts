import { DAY, gitHubWith, now, quayWithTags } from '../fixture.ts';
import type { TagSeed } from '../quay/state.ts';
import type { Occasion } from './run-workflow.ts';

/** The secrets that the documentation names, as a reader stores them. */
export const SECRETS = {
  QUAY_TOKEN: 'oauth-token-of-the-reader-0123456789',
  QUAY_ROBOT_TOKEN: 'robot-token-of-the-reader-0123456789',
  ORGANIZATION_TOKEN: 'github-token-of-the-organization-0123456789',
} as const;

/** A tag of a day, or its age in days, and what else differs. */
export type Aged =
  | string
  | readonly [name: string, days: number, seed?: Omit<TagSeed, 'name' | 'lastModified'>];

export type World = Pick<Occasion, 'quay' | 'github'>;

/** A Quay with acme/web and the credentials of the documentation, and a GitHub; pull requests 1 and 12 are closed, 2 is open. */
export async function documentedWorld(tags: readonly Aged[]): Promise<World> {
  const quay = await quayWithTags(
    tags.map((tag) => {
      const [name, days, seed] = typeof tag === 'string' ? [tag, 1] : tag;
      return { lastModified: now() - Math.round(days * DAY), ...seed, name };
    }),
  );
  quay.addOAuthToken(SECRETS.QUAY_TOKEN);
  quay.addRobot('acme+ci', SECRETS.QUAY_ROBOT_TOKEN, { 'acme/web': 'write' });
  const github = await gitHubWith({ CLOSED: [1], MERGED: [12], OPEN: [2] });
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
