import type { Mutation } from '../../__tests__/support/quay/server.ts';
import type { Need } from './capabilities.ts';
import { excerpt } from './run-log.ts';
import type { Stage } from './stage.ts';

/** One sentence about what the action does on a server, and how to find out. */
export interface Check {
  readonly name: string;
  readonly needs: readonly Need[];
  /** The behaviour of the simulated Quay that, broken on purpose, makes this check fail: one that cannot fail is none. */
  readonly brokenBy: Mutation;
  readonly run: (stage: Stage) => Promise<void>;
}

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'skipped'; readonly missing: readonly Need[] }
  /** The suite was stopped before it, or in the midst of it. */
  | { readonly kind: 'stopped' };

export interface CheckResult {
  readonly check: Check;
  readonly outcome: Outcome;
}

/** @throws Error that shows both, unless they are the same */
export function same(found: unknown, wanted: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${what}: found ${one}, expected ${other}.`);
}

/** @throws Error unless the text holds what was expected */
export function holds(text: string, wanted: string | RegExp, what: string): void {
  if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return;
  throw new Error(`${what} does not say "${wanted}":\n${excerpt(text)}`);
}
