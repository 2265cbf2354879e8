import type { ServerResponse } from 'node:http';
import { html, json, type Reply } from '../quay/exchange.ts';

/** Something that goes wrong between the action and GitHub. */
export type Fault =
  /** The request is taken, and nothing comes. */
  | { readonly kind: 'silent' }
  /** A byte at a time, without end. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** A page for people, as a gateway prints it. */
  | { readonly kind: 'html'; readonly status: number }
  /** Any answer of GitHub's own. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: object;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The primary rate limit, which ends in so many seconds. */
  | { readonly kind: 'primary-limit'; readonly endsIn: number };

export interface FaultRule {
  readonly path?: RegExp;
  /** Of the body, where the query stands. */
  readonly body?: RegExp;
  /** How many matching requests pass before it sets in. */
  readonly skip?: number;
  /** How many requests meet it; all if not given. */
  readonly times?: number;
}

/** Decides which requests meet which fault. */
export class Faults {
  readonly #rules: { readonly fault: Fault; readonly rule: FaultRule; seen: number }[] = [];

  add(fault: Fault, rule: FaultRule): void {
    this.#rules.push({ fault, rule, seen: 0 });
  }

  next(path: string, body: string): Fault | undefined {
    for (const entry of this.#rules) {
      const { skip = 0, times = Number.POSITIVE_INFINITY } = entry.rule;
      if (entry.rule.path?.test(path) === false || entry.rule.body?.test(body) === false) continue;
      entry.seen += 1;
      if (entry.seen > skip && entry.seen <= skip + times) return entry.fault;
    }
    return undefined;
  }
}

/** Answers with a fault; undefined where nothing more is to be sent. */
export function meet(fault: Fault, response: ServerResponse): Reply | undefined {
  switch (fault.kind) {
    case 'silent':
      return undefined;
    case 'drip':
      return drip(response, fault.everyMs);
    case 'html':
      return html(fault.status, 'Unicorn! &middot; GitHub');
    case 'answer':
      return json(fault.status, fault.body, fault.headers);
    case 'primary-limit':
      return primaryLimit(Date.now() / 1000 + fault.endsIn);
    default:
      return fault satisfies never;
  }
}

/** What GitHub answers when the points of an hour are used up. */
export function primaryLimit(reset: number): Reply {
  return json(
    200,
    { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for installation ID 1234.' }] },
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(reset)) },
  );
}

function drip(response: ServerResponse, everyMs: number): undefined {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), everyMs);
  response.once('close', () => clearInterval(timer));
}

/** How GitHub refuses what it is asked. */
export type Refusal = 'forbidden' | 'no-pull-requests' | 'repository-not-found' | 'bad-credentials';
