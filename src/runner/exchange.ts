/** What an endpoint of the runner answered. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** More came than any token needs. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts when the answer is not waited for any longer. */
  readonly signal: AbortSignal;
}

/**
 * Asks an endpoint through the proxy of the environment, as the toolkit does. Node's own `fetch` knows no proxy.
 *
 * @throws TooLargeError; the signal's reason, or the error of a connection that broke
 */
export async function exchange(url: URL, message: Message): Promise<Answer> {
  const { HttpClient } = await import('@actions/http-client');
  const proxy = new HttpClient().getAgentDispatcher(url.href);
  // Redirects are not followed: the proof is for this endpoint alone.
  if (!proxy) {
    const response = await fetch(url, { ...message, redirect: 'manual' });
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, retryAfter, text: await readText(response.body ?? []) };
  }
  const end = () => void proxy.destroy().catch(() => {});
  // A signal would not end the tunnel's own request, for which a proxy may never answer.
  message.signal.addEventListener('abort', end, { once: true });
  try {
    const { origin, pathname, search } = url;
    const { headers } = message;
    const response = await proxy.request({ origin, path: pathname + search, method: 'GET', headers });
    const retryAfter = [response.headers['retry-after'] ?? null].flat()[0] ?? null;
    return { status: response.statusCode, retryAfter, text: await readText(response.body) };
  } finally {
    message.signal.removeEventListener('abort', end);
    end();
  }
}

const LARGEST_ANSWER = 1024 * 1024;

async function readText(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER) throw new TooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
