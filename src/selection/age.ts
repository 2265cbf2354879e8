import type { Facts, Undecided } from '../model/facts.ts';
import type { Reason } from '../model/reason.ts';
import type { Tag } from '../model/tag.ts';
import type { Conditions } from './rule.ts';
import type { Rules } from './rules.ts';

/** Why a tag is too new to be deleted. A date in the future is newer than any duration. */
export function tooNew(
  { lastModified }: Tag,
  { olderThan, notPulledFor }: Conditions,
  now: number,
): Reason | undefined {
  const conditions = [
    { condition: 'older-than', duration: olderThan },
    // What was pushed or restored within the duration had no time to be pulled.
    { condition: 'not-pulled-for', duration: notPulledFor },
  ];
  for (const { condition, duration } of conditions) {
    if (!duration) continue;
    if (lastModified === undefined) return { kind: 'date-unknown', condition };
    if (now - lastModified <= duration.seconds) return { kind: 'newer-than', duration: duration.text };
  }
  return undefined;
}

/** Why the tag's last pull keeps it: it is too recent, or unknown. */
export function stillPulled(
  { name }: Tag,
  { notPulledFor }: Conditions,
  { now, lastPulls }: Facts,
): Reason | Undecided | undefined {
  if (!notPulledFor) return undefined;
  const lastPull = lastPulls.get(name);
  if (lastPull === undefined) return { kind: 'undecided', needs: [{ kind: 'last-pull', tag: name }] };
  if (lastPull === 'unknown') return { kind: 'pulls-unknown' };
  if (lastPull === 'never' || now - lastPull > notPulledFor.seconds) return undefined;
  return { kind: 'pulled-within', duration: notPulledFor.text };
}

/**
 * Quay lets a tag expire at most so long after its start, and silently sets an earlier time than it was asked for; for a tag
 * that is older still, one that has passed. In seconds.
 * A server may be configured otherwise, which the first expiration of a run shows.
 */
const LONGEST_LIFE = 104 * 7 * 86_400;

/** Why a tag gets no expiration: it has an earlier one, which is never put off, or Quay would set one earlier than asked. */
export function badExpiration({ expiration, lastModified }: Tag, { expireAt }: Rules): Reason | undefined {
  if (expireAt === undefined) return undefined;
  if (expiration !== undefined && expiration <= expireAt) return { kind: 'expires-sooner' };
  if (lastModified === undefined) return { kind: 'date-unknown', condition: 'expire-in' };
  const latest = lastModified + LONGEST_LIFE;
  return expireAt > latest ? { kind: 'expiration-too-far', latest } : undefined;
}
