import { type ClientHttp2Session, connect } from 'node:http2';
import { afterEach } from '@jest/globals';
import { type QuayOptions, type QuaySimulator, startQuay } from '../support/quay/simulator.ts';

export const TOKEN = 'token-of-an-owner';
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A simulated Quay that ends with the test, with an empty `acme/web` and an owner's token. */
export async function quayFor(options: QuayOptions = {}): Promise<QuaySimulator> {
  const quay = await startQuay(options);
  ends.push(() => quay.stop());
  quay.addRepository('acme/web');
  quay.addOAuthToken(TOKEN, { scope: 'repo:admin' });
  return quay;
}

interface ListBody {
  readonly tags: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
  readonly has_additional: boolean;
}

/** One page of living tags, as the REST API lists them. */
export async function listed(quay: QuaySimulator, page = 1, limit = 100) {
  const path = `/api/v1/repository/acme/web/tag/?limit=${limit}&page=${page}&onlyActiveTags=true`;
  const response = await rest(quay, 'GET', path);
  const body: ListBody = JSON.parse(await response.text());
  return { names: body.tags.map(({ name }) => name), tags: body.tags, hasMore: body.has_additional };
}

/** A request to the REST API with the token. */
export function rest(quay: QuaySimulator, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${quay.url}${path}`, {
    method,
    headers: { ...AUTHORIZATION, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

/** What an answer holds, read as JSON. */
export async function bodyOf(answer: Response | Promise<Response>) {
  return JSON.parse(await (await answer).text());
}

export interface V2Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request to the v2 API, signed in for a repository. */
export async function v2(
  quay: QuaySimulator,
  { method = 'GET', path, headers = {}, body }: V2Request,
  repository = 'acme/web',
): Promise<Response> {
  const basic = Buffer.from(`$oauthtoken:${TOKEN}`).toString('base64');
  const signIn = await fetch(`${quay.url}/v2/auth?scope=repository:${repository}:pull,push`, {
    headers: { authorization: `Basic ${basic}` },
  });
  const { token }: { readonly token: string } = JSON.parse(await signIn.text());
  return fetch(new URL(path, quay.url), {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

/** A GET over HTTP/2: its status, and its body as far as it came. */
export function overHttp2(quay: QuaySimulator, path: string) {
  const session: ClientHttp2Session = connect(quay.url, { ca: quay.ca });
  ends.push(() => session.destroy());
  const stream = session.request({ ':path': path, ...AUTHORIZATION });
  stream.on('error', () => undefined);
  const head = new Promise<Readonly<Record<string, unknown>>>((resolve) => stream.once('response', resolve));
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  const body = new Promise<string>((resolve) =>
    stream.once('end', () => resolve(Buffer.concat(parts).toString())),
  );
  return { head, parts, body };
}
