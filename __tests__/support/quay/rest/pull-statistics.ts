import { json, type Reply } from '../exchange.ts';
import type { Repository } from '../repository.ts';
import type { Server } from '../server.ts';
import { living } from './change-tag.ts';
import { notFound } from './refused.ts';
import { dateText } from './rows.ts';

/** How often, and when last, a tag and its digest were pulled. */
export function pullStatistics({ features, mutation }: Server, repository: Repository, tag: string): Reply {
  if (!features.pullStatistics) throw notFound();
  const { digest } = living(repository, tag);
  const counted = mutation !== 'counts-no-pulls';
  const ofTag = repository.tagPulls.of(counted ? tag : '');
  const ofManifest = repository.manifestPulls.of(counted ? digest : '');
  const date = (at: number | null) => (at === null ? null : dateText(Math.floor(at)));
  return json(200, {
    tag_name: tag,
    tag_pull_count: ofTag.count,
    last_tag_pull_date: date(ofTag.lastAt),
    current_manifest_digest: digest,
    manifest_pull_count: ofManifest.count,
    last_manifest_pull_date: date(ofManifest.lastAt),
  });
}
