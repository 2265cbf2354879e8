import { encodeJwt } from '../support/quay/exchange.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { CREDENTIALS, type Exchange } from './recordings.ts';

/** What the simulated Quay answered, in the shape of the recording. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly access?: unknown;
}

/** When the recorded clock moved on, as the times in the answers show. */
const CLOCK: Readonly<Record<string, number>> = {
  'cascade: delete the last tag of a signed image (REST)': 1,
  'restore: a deleted tag': 2,
  'make: start a blob upload': 4,
};

const ISSUER = 'https://token.actions.githubusercontent.com';
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Sends the recorded requests in their order; credentials, registry tokens and uploads are the simulator's. */
export class Replay {
  /** The server's clock in Unix seconds: each request is a millisecond after the one before. */
  clock: number;
  readonly #startedAt: number;
  readonly #tokens = new Map<string, string>();
  readonly #uuids = new Map<string, string>();

  /** @param startedAt - Unix seconds */
  constructor(startedAt: number) {
    this.clock = startedAt;
    this.#startedAt = startedAt;
  }

  async send(quay: QuaySimulator, exchange: Exchange): Promise<Answer> {
    const moved = CLOCK[exchange.label];
    this.clock = moved === undefined ? this.clock + 0.001 : this.#startedAt + moved;
    const { method, path, authorization, accept, body } = exchange.request;
    const filled = path
      .replaceAll('{HOST}', encodeURIComponent(quay.host))
      .replaceAll(UUID, (uuid) => this.#ours(uuid));
    const credentials = this.#authorization(exchange.label, authorization);
    const response = await fetch(`${quay.url}${filled}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(credentials === undefined ? {} : { authorization: credentials }),
        ...(accept === undefined ? {} : { accept }),
        'content-type': exchange.request['content-type'] ?? 'application/json',
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    this.#learn(exchange, `${JSON.stringify([...response.headers])}${text}`);
    return this.#answer(exchange, response, text);
  }

  /** A recorded answer, with the simulator's host and its random identifiers. */
  expected(quay: QuaySimulator, { response, access }: Exchange): Answer {
    const text = JSON.stringify({ ...response, ...(access === undefined ? {} : { access }) })
      .replaceAll('https://{HOST}', quay.url)
      .replaceAll('{HOST}', quay.host)
      .replaceAll(UUID, (uuid) => this.#ours(uuid));
    return JSON.parse(text);
  }

  #answer({ request, response, access }: Exchange, answer: Response, text: string): Answer {
    const names = Object.keys(response.headers);
    const headers = Object.fromEntries(names.map((name) => [name, answer.headers.get(name) ?? 'missing']));
    const body = parsed(text);
    const token =
      typeof body === 'object' && body !== null && 'token' in body ? String(body.token) : undefined;
    if (token !== undefined && access !== undefined) this.#keep(request, token);
    return {
      status: answer.status,
      headers,
      body: token === undefined ? body : { ...Object(body), token: '{JWT}' },
      ...(access === undefined ? {} : { access: claimsOf(token ?? '')['access'] }),
    };
  }

  /** Registry tokens are called by their account and repository; the first of a name is the one used later. */
  #keep({ path, authorization }: Exchange['request'], token: string): void {
    const user = /^Basic ([^:]*)/.exec(authorization)?.[1] ?? '';
    const name = /repository%3Aacme%2F([a-z0-9-]+)/.exec(path)?.[1] ?? '';
    for (const key of [`${user} ${name}`, `${user.replaceAll(/[$+]/g, '-')} ${name}`]) {
      if (!this.#tokens.has(key)) this.#tokens.set(key, token);
    }
  }

  #authorization(label: string, recorded: string): string | undefined {
    if (recorded === 'none') return undefined;
    const filled = recorded
      .replace(/\{JWT ([^}]*)\}/, (_, key: string) => this.#tokens.get(key) ?? `no token of ${key}`)
      .replace('{OIDC}', () => this.#oidcToken(label))
      .replace(/\{([A-Z_]+)\}/, (_, name: string) => CREDENTIALS[name] ?? '');
    const [scheme = '', value = ''] = filled.split(' ');
    return scheme === 'Basic' ? `Basic ${Buffer.from(value).toString('base64')}` : filled;
  }

  /** GitHub's token, as the label of its exchange describes it. */
  #oidcToken(label: string): string {
    return encodeJwt({
      iss: ISSUER,
      sub: `repo:acme/app:ref:refs/heads/${label.includes('another subject') ? 'dev' : 'main'}`,
      aud: label.includes('another audience') ? 'elsewhere' : 'quay-lab',
      exp: this.clock + (label.includes('expired') ? -60 : 300),
    });
  }

  /** Pairs the random identifiers of the recorded answer with those of ours. */
  #learn({ response }: Exchange, ours: string): void {
    const found = ours.match(UUID) ?? [];
    const recorded =
      `${JSON.stringify([...Object.entries(response.headers)])}${JSON.stringify(response.body)}`.match(
        UUID,
      ) ?? [];
    const uniques = [...new Set(found)];
    [...new Set(recorded)].forEach((uuid, index) => {
      const our = uniques[index];
      if (our !== undefined && !this.#uuids.has(uuid)) this.#uuids.set(uuid, our);
    });
  }

  #ours(uuid: string): string {
    return this.#uuids.get(uuid) ?? uuid;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
