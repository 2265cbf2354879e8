import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { html, json, type Reply } from './exchange.ts';
import type { Wire } from './listener.ts';
import { NAME_UNKNOWN } from './v2/access.ts';

/** Something that goes wrong between client and server. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A page of HTML, with status 200 unless another is given. */
  | { readonly kind: 'html'; readonly status?: number }
  /** JSON that is not Quay's. */
  | { readonly kind: 'json' }
  /** The answer, cut in the middle of its JSON. */
  | { readonly kind: 'garbled' }
  /** Less than the announced length, and then the end of the connection. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'reset-before' }
  /** The server acts, and the answer is lost. */
  | { readonly kind: 'reset-after' }
  /** The server acts, and something in between answers a page of trouble in its place. */
  | { readonly kind: 'html-after'; readonly status: number }
  | { readonly kind: 'slow'; readonly ms: number }
  /** The request is taken, and never answered. */
  | { readonly kind: 'hang' }
  /** The head at once, and then one byte of the body after the other. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** A 404 of something between client and Quay that does not know the path. */
  | { readonly kind: 'gateway-404' }
  /** The v2 API's 404 for a repository. */
  | { readonly kind: 'name-unknown' };

export interface FaultRule {
  readonly method?: string;
  readonly path?: RegExp;
  /** How many matching requests pass before the fault sets in. */
  readonly skip?: number;
  /** How many matching requests meet it; all if not given. */
  readonly times?: number;
  readonly fault: Fault;
}

export interface Storm {
  readonly seed: number;
  /** The part of all requests that meet a fault. */
  readonly share: number;
  /** How often the same request may meet one. */
  readonly atMostPerRequest: number;
  /** How far lists are behind meanwhile, in milliseconds of the server's clock; as before if not given. */
  readonly lagMs?: number;
  readonly faults?: readonly Fault[];
}

const STORM_FAULTS: readonly Fault[] = [
  { kind: 'status', status: 429 },
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 500 },
  { kind: 'html', status: 502 },
  { kind: 'html', status: 503 },
  { kind: 'status', status: 504 },
  { kind: 'html', status: 520 },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'html-after', status: 502 },
  { kind: 'garbled' },
  { kind: 'truncated' },
  { kind: 'html' },
  { kind: 'slow', ms: 40 },
];

/** Decides which requests meet which fault. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; seen: number }[] = [];
  readonly #met = new Map<string, { attempts: number; faults: number }>();
  #storm: Storm | undefined;

  add(rule: FaultRule): void {
    this.#rules.push({ rule, seen: 0 });
  }

  start(storm: Storm): void {
    this.#storm = storm;
  }

  clear(): void {
    this.#rules.length = 0;
    this.#storm = undefined;
  }

  next(method: string, path: string): Fault | undefined {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if ((rule.method ?? method) !== method || rule.path?.test(path) === false) continue;
      entry.seen += 1;
      const place = entry.seen - (rule.skip ?? 0);
      if (place > 0 && place <= (rule.times ?? Number.POSITIVE_INFINITY)) return rule.fault;
    }
    return this.#stormFault(`${method} ${path}`);
  }

  /** The same seed and the same request meet the same fault, whatever the order of requests. */
  #stormFault(request: string): Fault | undefined {
    if (!this.#storm) return undefined;
    const { seed, share, atMostPerRequest, faults = STORM_FAULTS } = this.#storm;
    const met = this.#met.get(request) ?? { attempts: 0, faults: 0 };
    this.#met.set(request, met);
    met.attempts += 1;
    const dice = createHash('sha256').update(`${seed} ${request} ${met.attempts}`).digest();
    if (met.faults >= atMostPerRequest || dice.readUInt32BE(0) / 2 ** 32 >= share) return undefined;
    met.faults += 1;
    return faults[dice.readUInt32BE(4) % faults.length];
  }
}

interface Misbehaviour {
  readonly wire: Wire;
  /** Lets the server act, and says what it would have answered. */
  readonly answer: () => Reply;
  /** Writes a whole answer, and says its status. */
  readonly send: (reply: Reply) => string;
}

/** Does to a request what the fault says; returns the status, or what was done to the connection. */
export async function misbehave(fault: Fault, parts: Misbehaviour): Promise<string> {
  const { wire, answer, send } = parts;
  switch (fault.kind) {
    case 'status': {
      const headers = { 'content-type': 'text/html', ...fault.headers };
      return send({ status: fault.status, headers, body: fault.body ?? '' });
    }
    case 'html':
      return send(html(fault.status ?? 200, 'Service Unavailable'));
    case 'json':
      return send(json(200, { hello: 'world' }));
    case 'gateway-404':
      return send(json(404, { message: 'no Route matched' }));
    case 'name-unknown':
      return send(NAME_UNKNOWN);
    case 'slow':
      await sleep(fault.ms);
      return send(answer());
    case 'hang':
      return 'hang';
    case 'garbled': {
      const reply = answer();
      return send({ ...reply, body: reply.body.slice(0, reply.body.length / 2) });
    }
    case 'truncated':
      return truncate(parts);
    case 'drip':
      return drip(parts, fault.everyMs);
    case 'reset-after':
      answer();
      wire.breakOff();
      return 'reset-after';
    case 'html-after':
      answer();
      return send(html(fault.status, 'Bad Gateway'));
    case 'reset-before':
      wire.breakOff();
      return 'reset-before';
    default:
      return fault satisfies never;
  }
}

async function truncate({ wire, answer }: Misbehaviour): Promise<string> {
  const reply = answer();
  wire.writeHead(reply, reply.body.length + 100);
  wire.write(`${reply.body.slice(0, 20)} `);
  await sleep(5);
  wire.breakOff();
  return 'truncated';
}

/** The head at once, then a byte at a time, until the client has had enough. */
async function drip({ wire, answer }: Misbehaviour, everyMs: number): Promise<string> {
  const reply = answer();
  const bytes = Buffer.from(reply.body);
  wire.writeHead(reply, reply.status === 204 ? undefined : bytes.length);
  wire.write('');
  for (const byte of bytes) {
    await sleep(everyMs, undefined, { ref: false });
    if (!wire.isOpen) return 'drip, broken off';
    wire.write(Buffer.of(byte));
  }
  wire.end();
  return 'drip';
}
