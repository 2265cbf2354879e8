import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
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

export async function readBody(request: Request): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes a whole answer, and says its status. */
export function sendReply(response: Response, reply: Reply): string {
  const length: Readonly<Record<string, string>> =
    reply.status === 204 ? {} : { 'content-length': String(Buffer.byteLength(reply.body)) };
  writeHead(response, reply.status, { ...reply.headers, ...length });
  endBody(response, reply.body);
  return String(reply.status);
}

/** Writes the head of an answer; HTTP/2 has no `connection` header. */
export function writeHead(
  response: Response,
  status: number,
  headers: Readonly<Record<string, string>>,
): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) {
    if (name !== 'connection' || isHttp1(response)) response.setHeader(name, value);
  }
}

/** Writes a part of the body. */
export function writePart(response: Response, text: string): void {
  if (isHttp1(response)) response.write(text);
  else response.write(text);
}

export function endBody(response: Response, text: string): void {
  if (isHttp1(response)) response.end(text);
  else response.end(text);
}

/** Ends the connection, or over HTTP/2 the stream, in the middle. */
export function breakOff(request: Request, response: Response): void {
  if ('stream' in response && response.stream && 'close' in response.stream) response.stream.close(2);
  else request.socket.destroy();
}

function isHttp1(response: Response): response is ServerResponse {
  return !('stream' in response);
}
