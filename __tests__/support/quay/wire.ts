import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse, Http2Session } from 'node:http2';
import type { Reply } from './exchange.ts';

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;

/** By name in lower case. */
export function headersOf(request: Request): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

export async function readBody(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** One request's connection, to answer over or to break, whatever the version of HTTP. */
export class Wire {
  readonly #request: Request;
  readonly #response: Response;
  /** Headers of every answer. */
  readonly #headers: Readonly<Record<string, string>>;

  constructor(request: Request, response: Response, headers: Readonly<Record<string, string>>) {
    this.#request = request;
    this.#response = response;
    this.#headers = headers;
  }

  /** Writes a whole answer, and says its status. */
  send(reply: Reply): string {
    this.writeHead(reply, reply.status === 204 ? undefined : Buffer.byteLength(reply.body));
    this.#end(this.#request.method === 'HEAD' ? '' : reply.body);
    return String(reply.status);
  }

  /** Writes the head of an answer; HTTP/2 has no `connection` header. */
  writeHead({ status, headers }: Reply, length: number | undefined): void {
    this.#response.statusCode = status;
    const sized: Readonly<Record<string, string>> =
      length === undefined ? {} : { 'content-length': String(length) };
    for (const [name, value] of Object.entries({ ...this.#headers, ...headers, ...sized })) {
      if (name !== 'connection' || isHttp1(this.#response)) this.#response.setHeader(name, value);
    }
  }

  /** Sends what was written of the head, without a body yet. */
  flushHead(): void {
    if (isHttp1(this.#response)) this.#response.flushHeaders();
    else this.#response.write('');
  }

  /** Writes a part of the body. */
  write(part: string | Buffer): void {
    if (isHttp1(this.#response)) this.#response.write(part);
    else this.#response.write(part);
  }

  get isOpen(): boolean {
    return isHttp1(this.#response) ? !this.#response.destroyed : !(this.#response.stream?.destroyed ?? true);
  }

  /** Ends the connection, or over HTTP/2 the stream, in the middle. */
  breakOff(): void {
    if (!isHttp1(this.#response) && this.#response.stream) this.#response.stream.close(2);
    else this.#request.socket.destroy();
  }

  /** Lets an HTTP/2 session take no further requests; false over HTTP/1.1, which has no such thing. */
  goAway(): boolean {
    if (isHttp1(this.#response) || !this.#response.stream) return false;
    (this.#response.stream.session as Http2Session | undefined)?.goaway(0);
    return true;
  }

  end(): void {
    this.#end('');
  }

  #end(body: string | Buffer): void {
    if (isHttp1(this.#response)) this.#response.end(body);
    else this.#response.end(body);
  }
}

function isHttp1(response: Response): response is ServerResponse {
  return !('stream' in response);
}
