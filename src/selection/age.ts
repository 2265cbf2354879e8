import type { Facts } from '../model/facts.ts';
import type { Reason } from '../model/reason.ts';
import type { Tag } from '../model/tag.ts';
import type { Rules } from './rules.ts';

/** Why a tag is too new to go. A date in the future is newer than any duration. */
export function tooNew(
  { lastModified }: Tag,
  { olderThan, notPulledFor }: Rules,
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

/** Why the tag's last pull keeps it: it is too recent, unknown, or was not asked for. */
export function stillPulled(
  { name }: Tag,
  { notPulledFor }: Rules,
  { now, lastPulls }: Facts,
): Reason | undefined {
  if (!notPulledFor) return undefined;
  const lastPull = lastPulls?.get(name);
  if (lastPull === undefined) return { kind: 'pulls-not-asked' };
  if (lastPull === 'unknown') return { kind: 'pulls-unknown' };
  if (lastPull === 'never' || now - lastPull > notPulledFor.seconds) return undefined;
  return { kind: 'pulled-within', duration: notPulledFor.text, lastPulled: lastPull };
}

/** An expiration is never put off. */
export function expiresSooner({ expiration }: Tag, { expireAt }: Rules): Reason | undefined {
  return expireAt !== undefined && expiration !== undefined && expiration <= expireAt
    ? { kind: 'expires-sooner', expiration }
    : undefined;
}
