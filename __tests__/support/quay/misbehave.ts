import { setTimeout as sleep } from 'node:timers/promises';
import { html, json, type Reply } from './exchange.ts';
import type { Fault } from './faults.ts';
import { NAME_UNKNOWN } from './v2/errors.ts';
import type { Wire } from './wire.ts';

export interface Misbehaviour {
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
    case 'redirect':
      return send({ status: fault.status ?? 302, headers: { location: fault.location }, body: '' });
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
    case 'goaway':
      if (wire.goAway()) return send(answer());
      wire.breakOff();
      return 'goaway';
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
  wire.flushHead();
  for (const byte of bytes) {
    await sleep(everyMs, undefined, { ref: false });
    if (!wire.isOpen) return 'drip, broken off';
    wire.write(Buffer.of(byte));
  }
  wire.end();
  return 'drip';
}
