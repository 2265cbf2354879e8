import type { Outcome } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import type { Rules } from '../selection/rules.ts';
import { NO_EXPIRATION } from './expire-tags.ts';
import { expirationOfNewPush, isSameTag } from './moved-tag.ts';

/** Quay silently sets another time where the one that was asked for is out of its bounds. */
export function expirationFound(
  { expiration, isLater }: Extract<Outcome, { readonly kind: 'expiring' }>,
  { tag, listed, rules }: { readonly tag: Tag; readonly listed: Tag | undefined; readonly rules: Rules },
): Outcome | undefined {
  const found = listed?.expiration;
  if (listed && !isSameTag(tag, listed))
    return expirationOfNewPush(listed, rules.expireAt ?? expiration, rules);
  if (listed && found === undefined) return NO_EXPIRATION;
  if (found === undefined || found < expiration - 1)
    return { kind: 'failed', error: 'The registry set an earlier expiration than asked for.' };
  return { kind: 'expiring', expiration: found, isLater: isLater || found > expiration + 1 };
}

/** Nobody answered whether the expiration was set: the list shows it. */
export function unknownExpiration(
  { error }: Extract<Outcome, { readonly kind: 'unknown' }>,
  {
    asked,
    ...seen
  }: {
    readonly tag: Tag;
    readonly listed: Tag | undefined;
    readonly asked: number;
    readonly rules: Rules;
  },
): Outcome | undefined {
  const { tag, listed } = seen;
  const found = listed?.expiration;
  if (listed === undefined || listed.digest !== tag.digest) return undefined;
  if (found === undefined || found === tag.expiration) return { kind: 'failed', error };
  return expirationFound({ kind: 'expiring', expiration: asked, isLater: false }, seen);
}
