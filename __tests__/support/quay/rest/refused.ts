import { json, type Reply, text } from '../exchange.ts';

/** Thrown where a request must not go on; the REST API answers with it. */
export class Refused extends Error {
  readonly reply: (origin: string) => Reply;

  constructor(reply: (origin: string) => Reply) {
    super('The request is refused.');
    this.reply = reply;
  }
}

/** An error in the shape that most of Quay's have. */
export function problem(status: number, type: string, detail: string): Refused {
  return new Refused((origin) =>
    json(status, {
      detail,
      error_message: detail,
      error_type: type,
      title: type,
      type: `${origin}/api/v1/error/${type}`,
      status,
    }),
  );
}

/** An error that is a message alone. */
export function message(status: number, words: string): Refused {
  return new Refused(() => json(status, { message: words }));
}

export function notFound(): Refused {
  return problem(404, 'not_found', 'Not Found');
}

export function insufficientScope(): Refused {
  return problem(403, 'insufficient_scope', 'Unauthorized');
}

/** What a write without a valid token meets; JSON by its looks, HTML by its label. */
export function csrf(): Refused {
  return new Refused(() => text(403, JSON.stringify({ error: 'CSRF token was invalid or missing.' })));
}
