/** What came back, whatever its status. */
export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A request, as Octokit sends it through its own way of fetching. */
export type Send = (fetch: typeof globalThis.fetch, signal: AbortSignal) => Promise<unknown>;

/** The whole answer did not come in time. */
export class TimeUpError extends Error {
  override readonly name = 'TimeUpError';
}

/** More came than any answer of GitHub holds. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

const LARGEST_ANSWER = 32 * 1024 * 1024;

interface SendOptions {
  /** What fetches, through the proxy where there is one. */
  readonly fetch: typeof globalThis.fetch;
  /** Aborts when the run is over. */
  readonly signal: AbortSignal;
  /** Milliseconds until the whole answer must have come. */
  readonly limit: number;
}

/**
 * Sends one request and reads the whole answer.
 *
 * The answer is read here, and Octokit sees an empty one: it takes a body that breaks off for an empty body.
 *
 * @throws TimeUpError, TooLargeError, the signal's reason, or the error of a connection that broke
 */
export async function sendRequest(send: Send, options: SendOptions): Promise<Answer> {
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), options.limit);
  const signal = AbortSignal.any([options.signal, timeUp.signal]);
  let answer: Answer | undefined;
  const readWhole: typeof globalThis.fetch = async (...request) => {
    answer = await read(await options.fetch(...request));
    return Response.json({});
  };
  try {
    signal.throwIfAborted();
    await send(readWhole, signal);
    if (!answer) throw new Error('Octokit sent nothing.');
    return answer;
  } catch (error) {
    if (timeUp.signal.aborted && !options.signal.aborted) throw new TimeUpError();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function read(response: Response): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER) throw new TooLargeError();
    chunks.push(chunk);
  }
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: Buffer.concat(chunks).toString('utf8'),
  };
}
