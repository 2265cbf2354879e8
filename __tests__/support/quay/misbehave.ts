import type { Http2Session } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { html, json, type Reply } from './exchange.ts';
import type { Fault } from './faults.ts';
import { breakOff, type Request, type Response, writeHead, writePart } from './wire.ts';

export interface Misbehaviour {
  readonly request: Request;
  readonly response: Response;
  /** Lets the server act, and says what it would have answered. */
  readonly answer: () => Reply;
  /** Writes a whole answer, and says its status. */
  readonly send: (reply: Reply) => string;
}

/** Does to a request what the fault says; returns the status, or what was done to the connection. */
export async function misbehave(fault: Fault, parts: Misbehaviour): Promise<string> {
  const { request, response, answer, send } = parts;
  switch (fault.kind) {
    case 'status':
      return send({
        status: fault.status,
        headers: { 'content-type': 'text/html', ...fault.headers },
        body: fault.body ?? '',
      });
    case 'html':
      return send(html(fault.status ?? 200, 'Service Unavailable'));
    case 'json':
      return send(json(200, { hello: 'world' }));
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
    case 'reset-after':
      answer();
      breakOff(request, response);
      return 'reset-after';
    case 'goaway':
      return goAway(parts);
    case 'reset-before':
      breakOff(request, response);
      return 'reset-before';
    default:
      return fault satisfies never;
  }
}

async function truncate({ request, response, answer }: Misbehaviour): Promise<string> {
  const reply = answer();
  writeHead(response, reply.status, { ...reply.headers, 'content-length': String(reply.body.length + 100) });
  writePart(response, `${reply.body.slice(0, 20)} `);
  await sleep(5);
  breakOff(request, response);
  return 'truncated';
}

/** Over HTTP/2 the session takes no further requests; an HTTP/1.1 connection just ends. */
function goAway({ request, response, answer, send }: Misbehaviour): string {
  if ('stream' in response && response.stream && 'session' in response.stream) {
    (response.stream.session as Http2Session | undefined)?.goaway(0);
    return send(answer());
  }
  breakOff(request, response);
  return 'goaway';
}
